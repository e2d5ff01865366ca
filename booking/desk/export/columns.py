"""Which columns a file may have."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ...choices import CORE_FIELDS
from ...public.form.forms import BookingForm
from ...submissions.models import Question

ANSWER = "answer."
# The least that somebody needs to reach people: what nobody asks for is on nobody's disk.
TICKED = (
    *("received", "location", "status"),
    *(f"{ANSWER}{key}" for key in ("name", "contact_by", "phone", "email")),
)
_NARROW, _MIDDLE, _WIDE = 16, 24, 60
_WIDTHS = {"answer.message": _WIDE, "answer.email": _MIDDLE, "answer.name": _MIDDLE}


@dataclass(frozen=True)
class Column:
    """`code` is how a form and the log name it, `width` is in characters."""

    code: str
    label: str
    width: int = _NARROW

    @property
    def question(self) -> str:
        """The key of the question whose answers it holds; empty for any other column."""
        return self.code.removeprefix(ANSWER) if self.code.startswith(ANSWER) else ""


def offered_columns() -> list[Column]:
    """All that can be chosen, in their order, labelled in the active language; extra questions as asked.

    The reference and the remark are none of them: every file has both.
    """
    return [
        Column("received", _("Received"), 17),
        Column("location", _("Requested location")),
        Column("status", _("Status"), 12),
        Column("assignee", _("Assigned to")),
        *_questions(),
        Column("others", _("Other answers"), _WIDE),
        Column("notes", _("Notes"), _WIDE),
    ]


def _questions() -> Iterator[Column]:
    labels = {key: str(BookingForm.base_fields[key].label) for key in CORE_FIELDS}
    # A key that an extra question had before it became a core one keeps its label as a column's.
    labels |= dict(Question.objects.values_list("key", "label"))
    for key, label in labels.items():
        code = f"{ANSWER}{key}"
        yield Column(code, label, _WIDTHS.get(code, _NARROW))


def column_choices() -> list[tuple[str, str]]:
    """For a form's field."""
    return [(column.code, column.label) for column in offered_columns()]
