"""`manage.py remind_reviews`"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.queries import articles_due_for_review, clinical_reviewers
from clinic_site.background.mails import in_language_of, mail_staff


class Command(BaseCommand):
    help = (
        "Mail the clinical reviewers which published articles are due for review, with links to their "
        "editor. To be run daily. Sends nothing when nothing is due. Prints counts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Print the counts, send nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        articles = list(articles_due_for_review())
        reviewers = list(clinical_reviewers()) if articles else []
        if not options["dry_run"]:
            self._send(articles, reviewers)
        said = "to be sent" if options["dry_run"] else "on their way"
        self.stdout.write(
            f"Articles due for review: {len(articles)}. Mails {said}: {len(reviewers)}."
        )
        if articles and not reviewers:
            self.stderr.write("No clinical reviewer has an e-mail address: nobody was reminded.")

    def _send(self, articles: list[Any], reviewers: list[Any]) -> None:
        """One mail for each, in the reader's language."""
        rows = [
            {
                "article": article,
                "address": settings.WAGTAILADMIN_BASE_URL
                + reverse("wagtailadmin_pages:edit", args=[article.pk]),
            }
            for article in articles
        ]
        report = settings.WAGTAILADMIN_BASE_URL + reverse("articles_reviews")
        for reviewer in reviewers:
            with in_language_of(reviewer):
                text = render_to_string(
                    "articles/admin/reminder.txt", {"rows": rows, "report": report}
                )
                mail_staff(reviewer, _("Articles due for clinical review"), text)
