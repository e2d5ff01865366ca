"""The closed lists of the front desk."""

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

# The questions that are always asked, in their order. Consent comes after the extra questions.
CORE_FIELDS = (
    "name",
    "phone",
    "email",
    "contact_by",
    "voicemail_ok",
    "location",
    "preferred_day",
    "preferred_time",
    "message",
    "consent",
)
# Posted with every form, never an answer: the signed time and the field that only machines fill in.
TRAP_FIELDS = ("token", "website")
RESERVED_FIELDS = frozenset((*CORE_FIELDS, *TRAP_FIELDS))


class Status(models.TextChoices):
    NEW = "new", _("New")
    CONTACTED = "contacted", _("Contacted")
    SCHEDULED = "scheduled", _("Scheduled")
    CLOSED = "closed", _("Closed")
    SPAM = "spam", _("Spam")


class ContactBy(models.TextChoices):
    PHONE = "phone", _("Phone call")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")


class PreferredTime(models.TextChoices):
    ANY = "any", _("Any time")
    MORNING = "morning", _("Morning, before 11 a.m.")
    MIDDAY = "midday", _("Midday, 11 a.m. to 2 p.m.")
    AFTERNOON = "afternoon", _("Afternoon, 2 p.m. to 5 p.m.")
    EVENING = "evening", _("Evening, after 5 p.m.")


# From and until, in the location's own time. A preferred time is refused when the location is
# closed for the whole of it.
TIME_SPANS = {
    PreferredTime.MORNING: (time(0, 0), time(11, 0)),
    PreferredTime.MIDDAY: (time(11, 0), time(14, 0)),
    PreferredTime.AFTERNOON: (time(14, 0), time(17, 0)),
    PreferredTime.EVENING: (time(17, 0), time(23, 59)),
}


class Weekday(models.IntegerChoices):
    """Python's numbers: Monday is 0."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
