from django.db import models
from django.utils.translation import gettext_lazy as _


class ClinicianKind(models.TextChoices):
    PHYSICIAN = "physician", _("Physician")
    NURSE_PRACTITIONER = "nurse_practitioner", _("Nurse practitioner")
    THERAPIST = "therapist", _("Therapist")
    OTHER = "other", _("Other")
