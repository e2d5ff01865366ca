"""What a page has in common with every other that a clinician reviews: who, when, and when again."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic_site.clinic_time import clinic_midnight, clinic_today
from clinic_site.content_checks import Finding
from clinic_site.pages import BasePage
from clinic_site.publishing.rules import Problem

from .choices import ReviewState
from .clinicians import Clinician
from .content_checks import review_findings
from .publishing_rules import review_problems
from .review_dates import REVIEW_MONTHS, months_later, review_state


class Reviewed(BasePage):
    """A page with the clinician who checked it, the day of that and the day when it is due again."""

    reviewer = models.ForeignKey(
        Clinician,
        verbose_name=_("reviewer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles_reviewed",
        help_text=_(
            "The clinician who checked this article. Goes with the day of the review. "
            "Example: Clayton L. Allison, M.D."
        ),
    )
    last_reviewed = models.DateField(
        _("last reviewed"),
        null=True,
        blank=True,
        help_text=_("The day of the review. Goes with the reviewer. Example: 2026-09-01"),
    )
    next_review = models.DateField(
        _("next review"),
        null=True,
        blank=True,
        help_text=_("Empty: twelve months after the last review. Example: 2027-09-01"),
    )

    class Meta:
        abstract = True

    @property
    def is_reviewed(self) -> bool:
        return bool(self.reviewer_id and self.last_reviewed)

    def content_findings(self) -> Iterator[Finding]:
        yield from super().content_findings()
        yield from review_findings(self)

    @property
    def review_state(self) -> ReviewState:
        return review_state(self)

    @property
    def is_review_overdue(self) -> bool:
        """Whether the review is so long past its date that readers are told."""
        return self.review_state == ReviewState.OVERDUE

    def reads_the_same_until(self) -> datetime:
        """The clinic's next day: whether a review is overdue is a matter of days."""
        return clinic_midnight(clinic_today() + timedelta(days=1))

    def record_review(self, clinician: Clinician, day: date) -> None:
        """Take reviewer and dates from a review of that day; nothing is saved."""
        self.reviewer, self.last_reviewed = clinician, day
        self.next_review = months_later(day, REVIEW_MONTHS)

    @property
    def noindex(self) -> bool:
        """What no clinician has reviewed stays out of search engines."""
        return not self.is_reviewed

    def publishing_problems(self) -> Iterator[Problem]:
        yield from super().publishing_problems()
        yield from review_problems(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.last_reviewed and not self.next_review:
            self.next_review = months_later(self.last_reviewed, REVIEW_MONTHS)
        super().save(*args, **kwargs)
