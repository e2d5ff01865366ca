"""What is left of requests that were deleted: how many, in numbers that statistics.py adds to those still there."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models, transaction

from ..choices import Outcome
from ..locations.models import Location
from .cells import Cell, cells_of, first_week
from .models import Submission


class RequestTally(models.Model):
    """How many deleted requests of one week and location were contacted after so long, with that outcome.

    No reference, no language and no time of day: one row adds up all that were alike, whenever they were
    deleted. Goes when its week is no longer shown.
    """

    # The Monday on which it began at the clinic.
    week = models.DateField()
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="tallies")
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    # As cells.py counts them when they are deleted; statistics.py reads them by `of_deleted`.
    hours = models.PositiveSmallIntegerField()
    requests = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["week", "location", "outcome", "hours"], name="booking_one_tally_of_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.requests} of {self.week}"


def delete_requests(pks: Iterable[UUID]) -> tuple[int, int]:
    """Delete requests with their notes for good; returns how many of each.

    What the figures need of them is added to the tallies in the same transaction.
    """
    rows = Submission.objects.filter(pk__in=list(pks))
    with transaction.atomic():
        # Locked, so that what is counted is what is deleted.
        list(rows.select_for_update().order_by("pk").values_list("pk"))
        _add(cells_of(rows))
        _number, deleted = rows.delete()
    notes = "booking.SubmissionNote"
    return deleted.get(Submission._meta.label, 0), deleted.get(notes, 0)


def forget_old_tallies() -> int:
    """Delete those of weeks that no report shows any more; returns how many there were."""
    return RequestTally.objects.filter(week__lt=first_week()).delete()[0]


def _add(cells: dict[Cell, int]) -> None:
    """Three queries, however many cells there are."""
    if not cells:
        return
    rows = [
        RequestTally(
            week=cell.week, location_id=cell.location, outcome=cell.outcome, hours=cell.hours
        )
        for cell in sorted(cells)
    ]
    RequestTally.objects.bulk_create(
        rows, ignore_conflicts=True
    )  # now each has a row, and we may write
    known = RequestTally.objects.filter(week__in={cell.week for cell in cells})
    changed = []
    for tally in known.select_for_update().order_by("pk"):
        cell = Cell(tally.week, tally.location_id, tally.outcome, tally.hours)
        if cell in cells:
            tally.requests += cells[cell]
            changed.append(tally)
    RequestTally.objects.bulk_update(changed, ["requests"])
