"""A request as it is stored, its notes, and the questions that were ever asked."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import WAITING, Doubt, Status
from ..locations.models import Location
from ..vault import holders

# What every index of the desk ends with: which request it is, and what else a list is filtered by.
FILTERED = ("id", "page", "hold")


class Question(models.Model):
    """A question that was ever asked beside the core ones, so that exports keep its column.

    Holds what staff typed as label; never an answer.
    """

    key = models.CharField(max_length=255, unique=True)
    label = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.label


@holders.register
class Submission(models.Model):
    """A request as it is stored: clear columns for the work, one sealed blob for all answers."""

    # Made before sealing: the sealed blob is bound to it.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=8, unique=True, editable=False)
    page = models.ForeignKey(
        "booking.BookingPage",
        on_delete=models.PROTECT,
        related_name="submissions",
        db_index=False,
    )
    location = models.ForeignKey(
        Location,
        verbose_name=_("location"),
        on_delete=models.PROTECT,
        related_name="submissions",
        db_index=False,
    )
    received_at = models.DateTimeField(_("received"))
    # What its visitor was promised, by the hours of the location on that day; nothing where it has none.
    due_at = models.DateTimeField(_("answer due"), null=True, editable=False)
    # Taken down by staff, who are named in the log. What an old process stores while the site is updated
    # came by the form.
    by_phone = models.BooleanField(default=False, db_default=False, editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.NEW
    )
    # When somebody first took it up, or another request of its form, as handling.py sets it.
    contacted_at = models.DateTimeField(_("first contacted"), null=True, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assignee"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_submissions",
        db_index=False,
    )
    # Why the site was not sure that a person sent it; stays when somebody has looked at it.
    doubt = models.CharField(max_length=12, choices=Doubt.choices, blank=True, editable=False)
    # Which form it came from, and what was said in it: see receiving.py. No answer can be tried on them.
    form_digest = models.BinaryField(max_length=32, editable=False)
    answers_digest = models.BinaryField(max_length=32, editable=False)
    # By which the visitor's code is known; empty where none was given out.
    withdrawal_digest = models.BinaryField(max_length=32, default=b"", editable=False)
    # 0: what was sent first. 1 and on: the same form sent again with other answers; the last one counts.
    correction = models.PositiveSmallIntegerField(default=0, editable=False)
    sealed = models.BinaryField(editable=False)
    key_id = models.BinaryField(max_length=8, editable=False, db_index=True)
    schema = models.PositiveSmallIntegerField(editable=False)
    delete_after = models.DateField(_("delete after"), db_index=True)
    hold = models.BooleanField(_("hold"), default=False, help_text=_("On: kept beyond its date."))

    # Sealed to nothing, as its visitor wished.
    EMPTIED = models.Q(status=Status.WITHDRAWN, sealed=b"")
    # Wagtail would look up and write where each request refers to. The one use of it here, refusing to
    # delete a page or a location that has requests, is done by deletion.py.
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        default_permissions = ("view", "change", "delete")
        permissions = [("export_submission", "Can export requests")]
        # A row is large for its blob. Each of these answers by itself what the desk filters, counts and sorts:
        # work by its due time, all by arrival, and both of one person or one location.
        indexes = [
            models.Index(
                fields=[*("status", "due_at", "received_at"), *FILTERED, "assignee", "location"],
                name="booking_requests_by_due",
            ),
            models.Index(
                fields=["received_at", "id", "status", *FILTERED[1:], "assignee", "location"],
                name="booking_requests_by_arrival",
            ),
            models.Index(
                fields=[*("assignee", "status", "due_at", "received_at"), *FILTERED, "location"],
                name="booking_requests_by_person",
            ),
            models.Index(
                fields=[*("location", "received_at", "status", "due_at"), *FILTERED, "assignee"],
                name="booking_requests_by_place",
            ),
            # All that statistics.py asks.
            models.Index(
                fields=[
                    "received_at",
                    "correction",
                    "status",
                    "location",
                    "due_at",
                    "contacted_at",
                ],
                name="booking_requests_figures",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["form_digest", "correction"], name="booking_corrections_one_by_one"
            )
        ]

    def __str__(self) -> str:
        return str(self.reference)  # SQLite lets a text column hold bytes

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores a new request. Once it is there, handling.py alone changes it, column by column.

        Saving would write every column over what colleagues did meanwhile, and bring back a row that
        was deleted. Raises TypeError.
        """
        if not self._state.adding:
            raise TypeError("A stored request is changed by booking/submissions/handling.py alone.")
        super().save(*args, **{**kwargs, "force_insert": True})

    @property
    def is_overdue(self) -> bool:
        """Whether an answer was promised by now and nobody has taken the request up."""
        return self.status in WAITING and self.due_at is not None and self.due_at < timezone.now()


@holders.register
class SubmissionNote(models.Model):
    """What a reviewer wrote on a request, sealed like the request itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    sealed = models.BinaryField(editable=False)
    key_id = models.BinaryField(max_length=8, editable=False)
    schema = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        ordering = ["created_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Note on {self.submission_id}"
