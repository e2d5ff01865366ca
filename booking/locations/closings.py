"""Days on which a location or the whole clinic is closed although its hours say otherwise."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from clinic_site.clinic_time import clinic_today
from clinic_site.languages import LocalText, local_text
from clinic_site.remembered.memory import recall

from .hours import day_in_words
from .panels import CLOSING_PANELS

# Pages announce a closing from that long before its first day until its last one has ended.
ANNOUNCED_BEFORE = timedelta(days=14)
_ENDS_OF_A_SENTENCE = (".", "!", "?", "…")


class Closing(models.Model):
    """Some days in a row, both ends included, and what visitors are told about them."""

    first_day = models.DateField(
        _("first day"), help_text=_("The first day that is closed. Example: 2026-12-24")
    )
    last_day = models.DateField(
        _("last day"),
        help_text=_(
            "The last day that is closed; for a closing of one day the same once more. "
            "Example: 2027-01-01"
        ),
    )
    sentence = models.CharField(
        _("sentence for visitors"),
        max_length=200,
        help_text=_(
            "Shown after the days, from 14 days before, and to whoever asks for one of these days. "
            "Example: We are away over the holidays."
        ),
    )
    sentence_es = models.CharField(
        _("sentence for visitors in Spanish"),
        max_length=200,
        blank=True,
        help_text=_(
            "Shown on Spanish pages. Empty: the English sentence, marked as English. "
            "Example: Volvemos después de las fiestas."
        ),
    )

    panels = CLOSING_PANELS

    class Meta:
        abstract = True
        ordering = ["first_day", "last_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="%(app_label)s_%(class)s_ends_after_beginning",
                violation_error_message=_("The last day must not be before the first."),
            )
        ]

    def __str__(self) -> str:
        first, last = date_format(self.first_day), date_format(self.last_day)
        return first if first == last else f"{first} – {last}"

    def holds_on(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def is_announced_on(self, day: date) -> bool:
        return self.first_day - day <= ANNOUNCED_BEFORE and day <= self.last_day

    @property
    def days_in_words(self) -> str:
        """Both ends with their weekdays: "Closed from Thursday, December 24, to Friday, January 1."."""
        words = {"first": day_in_words(self.first_day), "last": day_in_words(self.last_day)}
        if self.first_day == self.last_day:
            return gettext("Closed on %(first)s.") % words
        return gettext("Closed from %(first)s, to %(last)s.") % words

    @property
    def sentence_here(self) -> LocalText:
        """The sentence in the active language where somebody wrote one; it always ends as one."""
        told = local_text(self, "sentence")
        if told.text.endswith(_ENDS_OF_A_SENTENCE):
            return told
        return replace(told, text=f"{told.text}.")


class LocationClosing(Closing):
    """Closed at one location; the others keep their hours."""

    location = ParentalKey("booking.Location", on_delete=models.CASCADE, related_name="closings")

    class Meta(Closing.Meta):
        verbose_name = _("closing")
        verbose_name_plural = _("closings")


class ClinicClosing(Closing):
    """Closed at every location."""

    class Meta(Closing.Meta):
        verbose_name = _("closing of the whole clinic")
        verbose_name_plural = _("closings of the whole clinic")


AnyClosing = TypeVar("AnyClosing", bound=Closing)


def announced(closings: Iterable[AnyClosing], day: date) -> list[AnyClosing]:
    """Those that pages announce on that day, in their order."""
    return [closing for closing in closings if closing.is_announced_on(day)]


def clinic_closings() -> list[ClinicClosing]:
    """All closings of the whole clinic, asked once where content is in hand."""
    return recall("clinic closings", lambda: list(ClinicClosing.objects.all()))


def announced_clinic_closings() -> list[ClinicClosing]:
    """Those that pages announce today, by the clinic's own day."""
    return announced(clinic_closings(), clinic_today())
