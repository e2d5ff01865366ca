"""The entry of the review report in the admin's menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from .permissions import can_see_reviews
from .reports import ReviewReportView


class ReviewReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_reviews(request.user)


def review_report_menu_item() -> ReviewReportMenuItem:
    return ReviewReportMenuItem(
        _("Clinical reviews"),
        reverse("articles_reviews"),
        name="clinical-reviews",
        icon_name="calendar-check",
        order=100,
    )


def review_report_urls() -> list[Any]:
    return [
        path("reports/reviews/", ReviewReportView.as_view(), name="articles_reviews"),
        path(
            "reports/reviews/results/",
            ReviewReportView.as_view(results_only=True),
            name="articles_reviews_results",
        ),
    ]
