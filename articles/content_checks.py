"""What staff are advised to mend on a page that clinicians review."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic_site.content_checks import Finding

from .choices import ReviewState

if TYPE_CHECKING:
    from .reviewed import Reviewed


def review_findings(page: "Reviewed") -> Iterator[Finding]:
    """A review whose day has come."""
    if page.review_state in {ReviewState.DUE, ReviewState.OVERDUE} and page.next_review:
        yield Finding(
            _("Review is overdue"),
            _("It was due on %(day)s. Read the article again and submit it for clinical review.")
            % {"day": date_format(page.next_review, "DATE_FORMAT")},
        )
