"""The table that is exported: its header, and its rows, opened one by one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name

from clinic_site.clinic_time import in_clinic_time

from ...choices import CORE_FIELDS, Status
from ...locations.models import Location
from ...submissions.models import Submission
from ...submissions.notes import Note, notes_of
from ...submissions.reading import Reading, read
from ...submissions.remarks import Corrections, corrections_of, remarks_of
from ...submissions.words import as_text
from ...vault.session import VaultLocked
from .batches import batches, rows_of
from .cells import Cell, answer_cell
from .columns import TICKED, Column, offered_columns
from .words import shared_words


@dataclass
class Tally:
    """How much was exported so far."""

    rows: int = 0
    damaged: int = 0


@dataclass(frozen=True)
class Opened:
    """A request as its row is made of it."""

    stored: Any
    answers: dict[str, dict[str, Any]]
    notes: list[Note]


class ExportTable:
    """The columns that were chosen and the rows, opened one by one and never all at once.

    Columns, statuses, answers from lists and remarks are in the default language, whoever exports and
    whatever language a request was written in: files of different people and days have one set of words.
    Raises VaultLocked while it is read, where the vault is locked.
    """

    def __init__(
        self,
        submissions: QuerySet[Submission],
        vault: Any,
        chosen: Sequence[str] = TICKED,
        *,
        before_batch: Callable[[list[str]], object] = lambda _references: None,
    ) -> None:
        """`before_batch` gets the references of up to a thousand rows before the first of them is told."""
        self.tally = Tally()
        self._submissions, self._vault, self._before_batch = submissions, vault, before_batch
        with translation.override(settings.LANGUAGE_CODE):
            self._words(chosen)

    def _words(self, chosen: Sequence[str]) -> None:
        """Translated once, and what is asked of the database for all rows."""
        offered = offered_columns()
        self._columns = [column for column in offered if column.code in set(chosen)]
        self._asked = {column.question for column in offered if column.question}
        self._statuses = {value: str(label) for value, label in Status.choices}
        self._damaged = _("This request is damaged and cannot be opened.")
        self._yes_no = (str(_("No")), str(_("Yes")))
        self._places = dict(Location.objects.values_list("pk", "name"))
        self._people: dict[int | None, str] = {None: ""}
        self._has_notes = any(column.code == "notes" for column in self._columns)
        self._makers = [self._maker(column) for column in self._columns]
        self.columns = [
            Column("reference", _("Reference"), 12),
            *self._columns,
            Column("remark", _("Remark"), 40),
        ]

    @property
    def header(self) -> list[str]:
        return [column.label for column in self.columns]

    def rows(self) -> Iterator[list[Cell]]:
        """One row a request. A damaged request says so and breaks nothing."""
        for keys in batches(self._submissions):
            stored = rows_of(keys)
            self._before_batch([row.reference for row in stored])
            yield from self._opened(stored)

    def _opened(self, stored: list[Any]) -> Iterator[list[Cell]]:
        corrections = corrections_of(stored)
        notes = self._notes(stored)
        self._look_up_people(stored)
        stored.reverse()
        # Each goes when it is told: the next thousand are read before these would be forgotten.
        while stored:
            row = stored.pop()
            yield self._row(row, corrections.get(row.id), notes.get(row.id, []))

    def _notes(self, stored: list[Any]) -> dict[UUID, list[Note]]:
        if not self._has_notes:
            return {}
        with translation.override(settings.LANGUAGE_CODE):
            return notes_of([Submission(pk=row.id) for row in stored], self._vault)

    def _look_up_people(self, stored: list[Any]) -> None:
        unknown = {row.assignee_id for row in stored} - self._people.keys()
        if unknown:
            people = get_user_model().objects.select_related("wagtail_userprofile")
            found = people.filter(pk__in=unknown)
            self._people |= {each.pk: str(get_user_display_name(each)) for each in found}

    def _row(self, stored: Any, corrections: Corrections | None, notes: list[Note]) -> list[Cell]:
        reading = read(stored, self._vault)
        if reading.is_locked:
            raise VaultLocked
        self.tally.rows += 1
        self.tally.damaged += reading.is_damaged
        opened = Opened(stored, {item["key"]: item for item in reading.answers}, notes)
        cells = [maker(opened) for maker in self._makers]
        return [stored.reference, *cells, self._remark(stored, reading, corrections)]

    def _remark(self, stored: Any, reading: Reading, corrections: Corrections | None) -> str:
        if not (
            stored.doubt
            or stored.by_phone
            or corrections
            or stored.correction
            or reading.is_damaged
        ):
            return ""
        with translation.override(settings.LANGUAGE_CODE):
            told = remarks_of(stored, corrections)
        return "; ".join([*told, *([self._damaged] if reading.is_damaged else [])])

    # What stands in a column -------------------------------------------------------------------

    def _maker(self, column: Column) -> Callable[[Opened], Cell]:
        if column.question:
            return self._answer_maker(column.question)
        makers: dict[str, Callable[[Opened], Cell]] = {
            "received": lambda row: in_clinic_time(row.stored.received_at).replace(tzinfo=None),
            "location": lambda row: self._places[row.stored.location_id],
            "status": lambda row: self._statuses[row.stored.status],
            "assignee": lambda row: self._people.get(row.stored.assignee_id, ""),
            "others": self._others,
            "notes": lambda row: "\n".join(map(_note_line, row.notes)),
        }
        return makers[column.code]

    def _answer_maker(self, key: str) -> Callable[[Opened], Cell]:
        words = shared_words(key) if key in CORE_FIELDS else {}

        def cell(row: Opened) -> Cell:
            item = row.answers.get(key)
            return answer_cell(item, words, self._yes_no) if item and item["answer"] != "" else ""

        return cell

    def _others(self, row: Opened) -> str:
        """Answers to questions that no column is known for."""
        others = [item for key, item in row.answers.items() if key not in self._asked]
        return "\n".join(
            f"{as_text(item['label'])}: {answer_cell(item, {}, self._yes_no)}" for item in others
        )

    def closing_line(self) -> str:
        """Says that the file is whole: a stream that broke off does not end with it."""
        with translation.override(settings.LANGUAGE_CODE):
            return _("Complete: %(rows)d requests, %(damaged)d of them damaged.") % {
                "rows": self.tally.rows,
                "damaged": self.tally.damaged,
            }


def _note_line(note: Note) -> str:
    """When, who, what about: what was said."""
    when = in_clinic_time(note.written_at).strftime("%Y-%m-%d %H:%M")
    with translation.override(settings.LANGUAGE_CODE):
        if note.is_damaged:
            return f"{when} {note.author}: {_('This note is damaged and cannot be opened.')}"
    return f"{when} {note.author}, {note.kind}: {note.text}"
