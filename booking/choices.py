"""The closed lists of the front desk."""

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The questions that are always asked, in their order. Consent comes after the extra questions.
CORE_FIELDS = (
    "name",
    "contact_by",
    "phone",
    "email",
    "voicemail_ok",
    "call_time",
    "if_answered",
    "language_wish",
    "for_whom",
    "patient_name",
    "age_group",
    "been_before",
    "visit_kind",
    "location",
    "visit_by",
    "when",
    "weekdays",
    "parts",
    "preferred_day",
    "preferred_time",
    "second_day",
    "second_time",
    "message",
    "consent",
)
# A field that only machines fill in. Its name means nothing to what fills in forms for people, is what
# a program that writes to every form expects, and is the key of no question that staff would ask.
TRAP_FIELD = "re_subject"
# Posted with every form, never an answer.
TRAP_FIELDS = ("token", TRAP_FIELD)
# Whether a mail shall confirm the request: asked, done at once, and not kept.
RECEIPT_FIELD = "receipt_wanted"
NEVER_STORED = frozenset((*TRAP_FIELDS, RECEIPT_FIELD))
# Its answers are those of the page; words of them travel like those of extra questions.
KIND_FIELD = "visit_kind"
# Words that a form carries along for a bad day: see public/form/form_words.py.
FORM_WORDS_FIELD = "form_words"
RESERVED_FIELDS = frozenset((*CORE_FIELDS, *NEVER_STORED, FORM_WORDS_FIELD))


class Status(models.TextChoices):
    """Where a request stands. `check` is for what the site doubts; `spam` is set by people only, and
    `withdrawn` by the visitor alone."""

    NEW = "new", _("New")
    CHECK = "check", _("To look at")
    CONTACTED = "contacted", _("Contacted")
    SCHEDULED = "scheduled", _("Scheduled")
    CLOSED = "closed", pgettext_lazy("request", "Closed")
    SPAM = "spam", _("Spam")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What a reviewer may choose.
SET_BY_HAND = [(value, label) for value, label in Status.choices if value != Status.WITHDRAWN]
# A request waits for somebody to take it up, and its answer is due.
WAITING = frozenset({Status.NEW, Status.CHECK})
# Somebody has taken it up: its visitor was reached, or it was closed without that.
TAKEN_UP = frozenset({Status.CONTACTED, Status.SCHEDULED, Status.CLOSED})
# There is still something to do.
OPEN = frozenset({*WAITING, Status.CONTACTED})


class Outcome(models.TextChoices):
    """What became of the promise that an answer comes by a certain time."""

    KEPT = "kept", _("Kept")
    LATE = "late", _("Not kept")
    OPEN = "open", _("Not due yet")
    NONE = "none", _("Nothing was promised")
    WITHDRAWN = "withdrawn", _("Withdrawn before anybody was in touch")


class Doubt(models.TextChoices):
    """Why a request may not be a person's. None is a proof: browsers and programs that help do all of it."""

    TRAP = "trap", _("A field that people do not see was filled in")
    TOKEN = "token", _("It came without a form that this site made")
    ELSEWHERE = "elsewhere", _("It was sent from a page of another site")
    EARLIER = "earlier", _("It was filed as spam by itself, and nobody has changed that")


class NoteKind(models.TextChoices):
    """What a note on a request is about. A correction stands beside what the visitor wrote, never over it."""

    CALL = "call", pgettext_lazy("note", "Call")
    APPOINTMENT = "appointment", _("Appointment")
    AGREEMENT = "agreement", _("Agreement")
    CORRECTION = "correction", _("Correction")
    OTHER = "other", pgettext_lazy("note", "Other")


# What somebody chooses; an appointment has a form of its own.
WRITTEN_BY_HAND = [each for each in NoteKind.choices if each[0] != NoteKind.APPOINTMENT]


class ContactBy(models.TextChoices):
    PHONE = "phone", _("Phone call")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")


class ForWhom(models.TextChoices):
    SELF = "self", _("For myself")
    CHILD = "child", _("For my child")
    OTHER = "other", _("For somebody I care for")


class AgeGroup(models.TextChoices):
    UNDER_6 = "under_6", _("Under 6")
    FROM_6 = "6_12", _("6 to 12")
    FROM_13 = "13_17", _("13 to 17")


class BeenBefore(models.TextChoices):
    NEW = "new", _("No, this is the first time")
    RETURNING = "returning", _("Yes")


class VisitBy(models.TextChoices):
    PERSON = "person", _("In person")
    VIDEO = "video", _("By video")


class When(models.TextChoices):
    SOONEST = "soonest", _("As soon as possible")
    WEEKDAYS = "weekdays", _("On certain days of the week")
    DAY = "day", _("On a certain day")


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


class HowOften(models.TextChoices):
    """When somebody wants to be told by mail of new requests."""

    NEVER = "never", _("Never")
    AT_ONCE = "at_once", _("At once")
    HOURLY = "hourly", _("At most once an hour, all together")
    DAILY = "daily", _("Each morning, all together")


class Weekday(models.IntegerChoices):
    """Python's numbers: Monday is 0."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
