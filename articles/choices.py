from django.db import models
from django.utils.translation import gettext_lazy as _


class ClinicianKind(models.TextChoices):
    PHYSICIAN = "physician", _("Physician")
    NURSE_PRACTITIONER = "nurse_practitioner", _("Nurse practitioner")
    THERAPIST = "therapist", _("Therapist")
    OTHER = "other", _("Other")


class ReviewState(models.TextChoices):
    """Where an article stands between two clinical reviews."""

    NEVER = "never", _("Not yet reviewed")
    OVERDUE = "overdue", _("Overdue by three months or more")
    DUE = "due", _("Due")
    SOON = "soon", _("Due within 30 days")
    CURRENT = "current", _("Reviewed")


# Both of which the date has come.
DUE_NOW = "now"
# What somebody has to do something about, most urgent first.
STATES_TO_ACT_ON = (ReviewState.OVERDUE, ReviewState.DUE, ReviewState.SOON)
