"""Blocks that only an article uses: benefits beside risks, and a clinician's view."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtail.rich_text import RichText
from wagtail.snippets.blocks import SnippetChooserBlock

from clinic_site.blocks import (
    ANSWER_FEATURES,
    Body,
    CalloutBlock,
    CallToActionBlock,
    FAQBlock,
    HeadedBlock,
    Heading,
    PictureBlock,
    StepsBlock,
    TextBlock,
)

from .starter import left_over


class PointBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label=_("Title"), max_length=120, help_text=_("Example: Dizziness and nausea")
    )
    text = blocks.TextBlock(
        label=_("Text"),
        help_text=_("One or two sentences. Example: It usually passes within a few hours."),
    )

    class Meta:
        icon = "list-ul"
        label = _("Point")


def missing_risks(value: Mapping[str, Any]) -> str | None:
    """Why the block has too few risks, and how many to add; None when there are enough."""
    missing = max(len(value["benefits"]), 1) - len(value["risks"])
    if missing <= 0:
        return None
    return ngettext(
        "Add at least %(count)d more risk: there must be as many risks as benefits.",
        "Add at least %(count)d more risks: there must be as many risks as benefits.",
        missing,
    ) % {"count": missing}


class BenefitsRisksBlock(HeadedBlock):
    """Benefits and risks at equal size, side by side; never more benefits than risks."""

    heading = Heading(
        default=_("Benefits and risks"), help_text=_("Example: Benefits and risks of ketamine")
    )
    benefits = blocks.ListBlock(
        PointBlock(),
        min_num=1,
        label=_("Benefits"),
        help_text=_("What it may do for some people. Example: Relief within hours for some"),
    )
    risks = blocks.ListBlock(
        PointBlock(),
        min_num=1,
        label=_("Risks"),
        help_text=_("At least as many as benefits. Example: Dizziness and nausea"),
    )
    serious_risks = blocks.RichTextBlock(
        features=ANSWER_FEATURES,
        required=False,
        label=_("Serious risks"),
        help_text=_(
            "What must be known before anything else. Shown under both lists. "
            "Example: Breathing can slow down; staff watch you throughout."
        ),
    )

    def clean(self, value: dict[str, Any]) -> dict[str, Any]:
        errors: dict[str, ValidationError] = {}
        cleaned: dict[str, Any] = value
        try:
            cleaned = super().clean(value)
        except blocks.StructBlockValidationError as error:
            errors = error.block_errors
        if not self.is_deferred_validation and (reason := missing_risks(value)):
            in_items = getattr(errors.get("risks"), "block_errors", None)
            errors["risks"] = blocks.ListBlockValidationError(in_items, [reason])
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    class Meta:
        icon = "tasks"
        group = _("Medical")
        label = _("Benefits and risks")
        description = _("Benefits beside risks, with at least as many risks. Once in an article.")
        template = "blocks/benefits_risks.html"
        preview_value = {
            "heading": "Benefits and risks",
            "benefits": [
                {"title": "Quick to act", "text": "Some people feel a change within hours."}
            ],
            "risks": [{"title": "Dizziness", "text": "It usually passes on the same day."}],
            "serious_risks": RichText("<p>Breathing can slow down.</p>"),
        }


class ClinicianNoteBlock(blocks.StructBlock):
    """What a clinician of the practice thinks, told in reported speech and always attributed."""

    clinician = SnippetChooserBlock(
        "articles.Clinician",
        label=_("Clinician"),
        help_text=_("Whose view it is. Example: Clayton L. Allison, M.D."),
    )
    text = blocks.RichTextBlock(
        label=_("Text"),
        features=ANSWER_FEATURES,
        help_text=_(
            "Tell what the clinician thinks without quotation marks. "
            "Example: Dr. Lee points out that the effect can fade."
        ),
    )

    class Meta:
        icon = "user"
        group = _("Medical")
        label = _("Clinician's note")
        description = _("What one of the clinicians thinks, in reported speech, with the name.")
        template = "blocks/clinician_note.html"
        preview_value = {
            "clinician": None,
            "text": RichText("<p>The clinician points out that the effect can fade.</p>"),
        }


class ArticleBody(Body):
    """The eight blocks of an article.

    Left out on purpose: raw HTML, embeds and maps (other hosts), carousels, ratings, quotations.
    """

    text = TextBlock()
    benefits_risks = BenefitsRisksBlock()
    steps = StepsBlock()
    clinician_note = ClinicianNoteBlock()
    faq = FAQBlock()
    callout = CalloutBlock()
    image = PictureBlock()
    cta = CallToActionBlock()

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        """Refuses, once it is to be published, a block with words left over from the starter."""
        errors: dict[int, ValidationError] = {}
        others: list[Any] = []
        cleaned = value
        try:
            cleaned = super().clean(value)
        except blocks.StreamBlockValidationError as error:
            errors, others = error.block_errors, error.non_block_errors
        if not self.is_deferred_validation:
            for index, child in enumerate(value):
                if index not in errors and (reason := left_over(text_of(child))):
                    errors[index] = _refusal(child.block, reason)
        if errors or others:
            raise blocks.StreamBlockValidationError(errors, others)
        return cleaned

    class Meta:
        block_counts = {
            "benefits_risks": {"max_num": 1},
            "callout": {"max_num": 3},
            "cta": {"max_num": 2},
        }


def text_of(child: blocks.StreamValue.StreamChild) -> str:
    """All words of a block, those of its lists too."""
    return "\n".join(child.block.get_searchable_content(child.value))


def _refusal(block: blocks.Block, reason: str) -> ValidationError:
    """The error that the editor shows at the head of the block."""
    if isinstance(block, blocks.StructBlock):
        return blocks.StructBlockValidationError(non_block_errors=[reason])
    return ValidationError(reason)
