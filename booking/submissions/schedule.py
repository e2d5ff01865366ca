"""Who comes when: making an appointment, and the list of a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ..choices import NoteKind, Status
from ..locations.models import Location
from ..vault.crypto import CannotOpen
from ..vault.session import RequestVault
from . import handling
from .appointments import Appointment
from .models import Submission, SubmissionNote
from .notes import Note, write_note
from .reading import Reading, read_names
from .sealed import Said, open_note
from .words import as_text

CHUNK = 500


def make_appointment(
    pk: UUID, appointment: Appointment, *, seen: str, form_secret: str, by: Any
) -> None:
    """Seal the appointment in a note and set the request to scheduled, both or neither.

    The newest appointment of a request is the one that holds: making another one moves it. Raises
    ChangedMeanwhile, Submission.DoesNotExist, Location.DoesNotExist and VaultUnavailable.
    """
    words = appointment.in_words(Location.objects.get(pk=appointment.location))
    said = Said(NoteKind.APPOINTMENT, words, appointment)
    with transaction.atomic():
        handling.change(pk, seen=seen, to={"status": Status.SCHEDULED})
        write_note(pk, said, form_secret=form_secret, author=by)


def holding(notes: Iterable[Note]) -> Note | None:
    """Of the notes of one request, the oldest first, the one with the appointment that holds."""
    return next((note for note in reversed([*notes]) if note.appointment), None)


@dataclass(frozen=True)
class Visit:
    """A request that was opened (`reading`), its appointment, and when that is by the clock of its location."""

    request: Submission
    appointment: Appointment
    at: time

    @property
    def patient(self) -> str:
        """Who comes: the patient where somebody else asked for them."""
        reading: Reading = self.request.reading  # type: ignore[attr-defined]  # set by read_names
        return as_text(reading.get("patient_name")) or reading.name

    @property
    def phone(self) -> str:
        reading: Reading = self.request.reading  # type: ignore[attr-defined]
        return as_text(reading.get("phone"))


def visits_on(day: date, vault: RequestVault) -> tuple[dict[Location | None, list[Visit]], int]:
    """Who comes on that day, by location, the earliest first; and how many notes of scheduled requests
    cannot be opened. None stands for locations that are gone.

    Opens every note of what is scheduled, for the day is sealed as well, in as many queries whatever their
    number. Logs that names were shown. Raises VaultLocked.
    """
    locations = {location.pk: location for location in Location.objects.all()}
    holds, damaged = _appointments(vault)
    starts = {pk: _local(each, locations.get(each.location)) for pk, each in holds.items()}
    that_day = [pk for pk, moment in starts.items() if moment.date() == day]
    requests = list(Submission.objects.filter(pk__in=that_day).select_related("location"))
    read_names(requests, vault)
    found: dict[Location | None, list[Visit]] = {each: [] for each in [*locations.values(), None]}
    for request in sorted(requests, key=lambda each: (starts[each.pk], each.reference)):
        appointment = holds[request.pk]
        visit = Visit(request, appointment, starts[request.pk].time())
        found[locations.get(appointment.location)].append(visit)
    return {location: visits for location, visits in found.items() if visits}, damaged


def _local(appointment: Appointment, location: Location | None) -> datetime:
    zone = location.zone if location else timezone.get_default_timezone()
    return appointment.starts_at.astimezone(zone)


def _appointments(vault: RequestVault) -> tuple[dict[UUID, Appointment], int]:
    """The one that holds of each scheduled request, and the number of damaged notes."""
    holds, damaged = {}, 0
    notes = SubmissionNote.objects.filter(submission__status=Status.SCHEDULED)
    for note in notes.order_by("created_at", "pk").iterator(chunk_size=CHUNK):
        try:
            appointment = open_note(note, vault).appointment
        except CannotOpen:
            damaged += 1
        else:
            if appointment:
                holds[note.submission_id] = appointment
    return holds, damaged
