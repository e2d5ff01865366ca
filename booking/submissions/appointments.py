"""An appointment as it is sealed, inside a note of its request, and in words."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..locations.models import Location

# What an appointment is made of: ISO 8601 with its offset, minutes, a name or nothing, a location's key.
_PARTS: dict[str, type] = {
    "starts_at": str,
    "minutes": int,
    "clinician": str,
    "location": int,
    "by_video": bool,
}


@dataclass(frozen=True)
class Appointment:
    """`starts_at` is aware; `location` is the key of a location, which may be gone by now."""

    starts_at: datetime
    minutes: int
    clinician: str
    location: int
    by_video: bool

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def as_json(self) -> dict[str, Any]:
        """The parts as they are sealed."""
        return {**asdict(self), "starts_at": self.starts_at.isoformat()}

    @classmethod
    def of_json(cls, value: Any) -> Self:
        """Raises ValueError or TypeError for anything else than `as_json` writes."""
        if not isinstance(value, dict) or value.keys() != _PARTS.keys():
            raise ValueError
        # Exactly: to Python, True is a number.
        if any(type(value[name]) is not kind for name, kind in _PARTS.items()):
            raise TypeError
        found = cls(**{**value, "starts_at": datetime.fromisoformat(value["starts_at"])})
        if found.starts_at.tzinfo is None or not 0 < found.minutes <= 24 * 60:
            raise ValueError
        return found

    def in_words(self, location: Location) -> str:
        """With everything that is known of it, by the clock of its location."""
        local = self.starts_at.astimezone(location.zone)
        length = ngettext("%d minute", "%d minutes", self.minutes) % self.minutes
        where = _("by video (%(location)s)") if self.by_video else "%(location)s"
        parts = [
            capfirst(date_format(local, "l")),
            date_format(local),
            time_format(local.time()),
            length,
            where % {"location": location.name},
            self.clinician,
        ]
        return ", ".join(part for part in parts if part)
