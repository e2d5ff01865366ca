"""Body blocks that every kind of page may use. Each has a template in templates/blocks/."""

from itertools import count
from threading import RLock
from typing import Any

from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.rich_text import RichText

from .headings import Anchors, add_h2_ids, h2_texts

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "document-link", "ol", "ul"]
ANSWER_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class Heading(blocks.CharBlock):
    """A heading of a block; its level comes from where it stands, never from a field."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("label", _("Heading"))
        super().__init__(**kwargs)


class HeadedBlock(blocks.StructBlock):
    """A block with a heading that the contents list links to; its template gets it as `anchor`."""

    def get_context(
        self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        if value.get("heading"):
            context["anchor"] = anchors_of(context).add(value["heading"])
        return context


class TextBlock(blocks.RichTextBlock):
    """Paragraphs, lists and headings. No h1, no pictures, no embeds."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", TEXT_FEATURES)
        kwargs.setdefault(
            "help_text",
            _(
                "Type “/” to choose a heading, a list or a link. Short paragraphs and a heading every "
                "few paragraphs read best. Example heading: How it is given"
            ),
        )
        super().__init__(**kwargs)

    def get_context(
        self, value: RichText, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        # Safe: Wagtail's renderer wrote it from the features above.
        context["html"] = mark_safe(add_h2_ids(str(value), anchors_of(context)))  # noqa: S308
        return context

    class Meta:
        icon = "pilcrow"
        group = _("Basics")
        label = _("Text")
        description = _("Paragraphs with headings, lists and links.")
        template = "blocks/text.html"
        preview_value = RichText(
            "<h2>How it is given</h2><p>The medicine runs slowly into a vein while you sit in a chair.</p>"
        )


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label=_("Title"), max_length=120, help_text=_("Example: First consultation")
    )
    text = blocks.RichTextBlock(
        label=_("Text"),
        features=ANSWER_FEATURES,
        help_text=_(
            "What happens in this step, in one or two sentences. "
            "Example: We go through your history and talk about what could help."
        ),
    )

    class Meta:
        icon = "list-ol"
        label = _("Step")
        form_layout = ["title", "text"]


class StepsBlock(HeadedBlock):
    """What happens, in order."""

    heading = Heading(required=False, help_text=_("Example: What to expect"))
    steps = blocks.ListBlock(
        StepBlock(),
        min_num=2,
        max_num=8,
        label=_("Steps"),
        default=[{"title": "", "text": ""}] * 2,
        help_text=_("Two to eight. Example: consultation, treatment, follow-up"),
    )

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        group = _("Basics")
        description = _("Two to eight steps in the order in which they happen.")
        template = "blocks/steps.html"
        preview_value = {
            "heading": "What to expect",
            "steps": [
                {"title": "Consultation", "text": RichText("<p>We go through your history.</p>")},
                {"title": "Treatment", "text": RichText("<p>You are watched throughout.</p>")},
            ],
        }


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(
        label=_("Question"), max_length=160, help_text=_("Example: How long does a visit take?")
    )
    answer = blocks.RichTextBlock(
        label=_("Answer"),
        features=ANSWER_FEATURES,
        help_text=_("A short answer in plain words. Example: A first visit takes about an hour."),
    )

    class Meta:
        icon = "help"
        label = _("Question")


class FAQBlock(HeadedBlock):
    """Questions that open one by one on the screen, all open on paper."""

    heading = Heading(default=_("Common questions"), help_text=_("Example: Common questions"))
    questions = blocks.ListBlock(
        QuestionBlock(),
        min_num=2,
        max_num=10,
        label=_("Questions"),
        default=[{"question": "", "answer": ""}] * 2,
        help_text=_("Two to ten. Example: How long does a visit take?"),
    )

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        group = _("Basics")
        description = _("Two to ten questions; each answer opens when its question is pressed.")
        template = "blocks/faq.html"
        preview_value = {
            "heading": "Common questions",
            "questions": [
                {"question": "How long is a visit?", "answer": RichText("<p>About an hour.</p>")},
                {"question": "Can I drive home?", "answer": RichText("<p>Ask your clinician.</p>")},
            ],
        }


class CalloutValue(blocks.StructValue):
    LEVELS = {"note": _("Note"), "important": _("Important"), "urgent": _("Urgent")}

    @cached_property
    def level_label(self) -> str:
        """The level in words: colour alone tells nothing to many readers."""
        return str(self.LEVELS[self["level"]])


class CalloutBlock(blocks.StructBlock):
    """A panel that stands out, with its level said in words."""

    level = blocks.ChoiceBlock(
        label=_("Level"),
        choices=list(CalloutValue.LEVELS.items()),
        default="note",
        help_text=_(
            "Note: good to know. Important: the reader must not miss it. Urgent: act at once. "
            "Example: “Plan your way home” is important, “Call 911” is urgent."
        ),
    )
    heading = Heading(help_text=_("Example: Do not stop a medicine on your own"))
    text = blocks.RichTextBlock(
        label=_("Text"),
        features=ANSWER_FEATURES,
        help_text=_("One to three sentences. Example: Talk to your clinician first."),
    )

    class Meta:
        icon = "warning"
        group = _("Emphasis")
        label = _("Callout")
        description = _("A note, something important or something urgent. At most three on a page.")
        template = "blocks/callout.html"
        value_class = CalloutValue
        preview_value = {
            "level": "important",
            "heading": "Before your first visit",
            "text": RichText("<p>Bring a list of the medicines you take.</p>"),
        }


class DescribedImageBlock(ImageBlock):
    """Wagtail's picture chooser, with words on what each of its fields is for."""

    HELP = {
        "image": _("Choose or upload a picture. Example: Waiting room in Allen"),
        "decorative": _(
            "Only if the page loses nothing without the picture. Example: a pattern of leaves"
        ),
        "alt_text": _(
            "What the picture shows, for people who cannot see it. "
            "Example: Six chairs stand by a window."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, text in self.HELP.items():
            self.child_blocks[name].field.help_text = text
        self.child_blocks["image"].label = _("Image")

    class Meta:
        label_format = "{alt_text}"  # otherwise its head reads "No": not decorative


class PictureBlock(blocks.StructBlock):
    """A picture whose alternative text, or being decoration, is always chosen."""

    image = DescribedImageBlock(label=_("Image"))
    caption = blocks.CharBlock(
        label=_("Caption"),
        required=False,
        max_length=200,
        help_text=_("Shown under the picture. Example: The treatment room in Allen"),
    )

    def get_context(
        self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Says whether it is the first picture of its page: readers wait for that one."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["is_first"] = next(context.get("pictures", count())) == 0
        return context

    class Meta:
        icon = "image"
        group = _("Basics")
        label = _("Picture")
        description = _("One picture with a caption.")
        label_format = "{caption}"
        template = "blocks/image.html"
        preview_template = "blocks/image_preview.html"
        preview_value = {"image": None, "caption": "The treatment room in Allen"}


class CallToActionBlock(blocks.StructBlock):
    """An invitation that always leads to the booking page."""

    heading = Heading(help_text=_("Example: Ask for a first visit"))
    text = blocks.CharBlock(
        max_length=240,
        label=_("Sentence"),
        help_text=_("Example: Tell us when and where suits you, and we call you back."),
    )
    label = blocks.CharBlock(
        label=_("Label"),
        max_length=40,
        default=_("Request an appointment"),
        help_text=_("The words on the button. Example: Request an appointment"),
    )

    class Meta:
        icon = "calendar-alt"
        group = _("Emphasis")
        label = _("Invitation to book")
        description = _(
            "A sentence and a button that leads to the booking page. At most two on a page."
        )
        template = "blocks/cta.html"
        preview_value = {
            "heading": "Ask for a first visit",
            "text": "Tell us when and where suits you, and we call you back.",
            "label": "Request an appointment",
        }


_one_check_at_a_time = RLock()


class Body(blocks.StreamBlock):
    """A stream of blocks that know of each other while a page is drawn, and are checked one at a time.

    Headings have ids of their own, even where two read alike; the first picture knows that it is.
    Wagtail notes in the blocks, which all threads share, that a draft may lack what it needs: while a
    preview was checked as a draft, another thread would let an unfinished page be published, and when it
    ended, refuse a draft.
    """

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        with _one_check_at_a_time:
            return super().clean(value)

    def clean_deferred(self, value: blocks.StreamValue) -> blocks.StreamValue:
        with _one_check_at_a_time:
            return super().clean_deferred(value)

    def render_basic(self, value: blocks.StreamValue, context: dict[str, Any] | None = None) -> str:
        drawn = {"anchors": Anchors(), "pictures": count()}
        html: str = super().render_basic(value, {**(context or {}), **drawn})
        return html


class PageBody(Body):
    """The blocks of every kind of page.

    Left out on purpose: raw HTML, embeds and maps (other hosts), carousels, buttons to anywhere.
    """

    text = TextBlock()
    steps = StepsBlock()
    faq = FAQBlock()
    callout = CalloutBlock()
    image = PictureBlock()
    cta = CallToActionBlock()

    class Meta:
        block_counts = {"callout": {"max_num": 3}, "cta": {"max_num": 2}}


def anchors_of(context: dict[str, Any]) -> Anchors:
    """The ids given so far in the body being drawn; none yet for a block drawn alone."""
    anchors: Anchors = context.get("anchors") or Anchors()
    return anchors


def contents_of(body: blocks.StreamValue) -> list[dict[str, str]]:
    """The h2 headings of a body in order, each as {"id", "text"}, for a contents list."""
    anchors = Anchors()
    texts: list[str] = []
    for child in body:
        if isinstance(child.block, TextBlock):
            texts += h2_texts(str(child.value))
        elif isinstance(child.block, HeadedBlock) and child.value.get("heading"):
            texts.append(child.value["heading"])
    return [{"id": anchors.add(text), "text": text} for text in texts]
