"""What staff see when they edit a location."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel

LOCATION_PANELS = [
    HelpPanel(template="staff/help_location.html"),
    FieldPanel("name"),
    FieldRowPanel([FieldPanel("street"), FieldPanel("town")]),
    FieldRowPanel([FieldPanel("phone"), FieldPanel("time_zone")]),
    FieldPanel("access_note"),
    FieldPanel("access_note_es"),
    InlinePanel(
        "hours",
        label=_("Hours"),
        heading=_("Opening hours"),
        help_text=_(
            "One row for each span of a day; two where it closes at noon. "
            "Example: Monday, 09:00 to 17:00"
        ),
    ),
    FieldPanel("closed_on_holidays"),
    InlinePanel(
        "closings",
        label=_("Closing"),
        heading=_("Closing days"),
        help_text=_(
            "Days on which this location alone is closed although its hours say otherwise; those of the "
            "whole clinic have their own list in the menu. Example: 2026-12-24 to 2027-01-01"
        ),
    ),
    FieldPanel("offers_video"),
    FieldPanel("active"),
]

HOURS_PANELS = [FieldRowPanel([FieldPanel("weekday"), FieldPanel("opens"), FieldPanel("closes")])]

CLOSING_PANELS = [
    FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
    FieldPanel("sentence"),
    FieldPanel("sentence_es"),
]
