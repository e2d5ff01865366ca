"""What staff see when they edit the booking page."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    TitleFieldPanel,
)

from clinic_site.pages import SUMMARY_PANEL

BOOKING_PAGE_PANELS = [
    TitleFieldPanel(
        "title",
        help_text=_("The heading above the form. Example: Request an appointment"),
    ),
    SUMMARY_PANEL,
    FieldPanel("introduction"),
    HelpPanel(template="staff/help_questions.html"),
    InlinePanel(
        "form_fields",
        label=_("Question"),
        heading=_("Extra questions"),
        help_text=_("Example: How did you hear about us?"),
    ),
    InlinePanel(
        "visit_kinds",
        label=_("Kind of visit"),
        heading=_("Kinds of visit"),
        help_text=_(
            "What people choose from. Without any the form does not ask. The page in another language has "
            "the same kinds at the same places. Example: Consultation"
        ),
    ),
    MultiFieldPanel(
        [
            FieldPanel("confirmation_text"),
            FieldPanel("next_steps"),
            FieldPanel("answer_working_days"),
        ],
        _("Confirmation"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("offers_receipt"),
            FieldPanel("receipt_subject"),
            FieldPanel("receipt_sender"),
        ],
        _("Confirmation by e-mail"),
    ),
    FieldPanel("retention_days"),
]

QUESTION_PANELS = [
    FieldPanel(
        "label",
        help_text=_("The question in full. Example: How did you hear about us?"),
    ),
    FieldPanel(
        "help_text",
        heading=_("hint"),
        help_text=_("Shown under the question. Example: A visit many years ago counts too."),
    ),
    FieldPanel(
        "required",
        help_text=_(
            "On: nobody can send a request without an answer. Leave it off unless you must know. "
            "Example: off for “How did you hear of us?”"
        ),
    ),
    FieldPanel(
        "field_type",
        classname="formbuilder-type",
        required_on_save=True,
        help_text=_("How people answer. Example: Radio buttons, to choose one of a few"),
    ),
    FieldPanel(
        "choices",
        classname="formbuilder-choices",
        help_text=_("Only for answers to choose from: each on a line of its own. Example: Yes"),
    ),
    FieldPanel(
        "default_value",
        classname="formbuilder-default",
        help_text=_("Filled in before people answer; most often best left empty. Example: No"),
    ),
    FieldPanel("same_as"),
]
