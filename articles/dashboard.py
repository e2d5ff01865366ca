"""What staff see about reviews when they sign in."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.components import Component

from .permissions import can_see_reviews
from .queries import articles_due_for_review

SHOWN = 10


class DueForReviewPanel(Component):
    """The articles whose review is due next, longest due first, and the way to all of them."""

    name = "due_for_review"
    order = 230
    template_name = "articles/admin/due_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        due = articles_due_for_review()
        return {
            "articles": due[:SHOWN],
            "count": due.count(),
            "report_url": reverse("articles_reviews"),
        }


def add_due_for_review(request: HttpRequest, panels: list[Any]) -> None:
    if can_see_reviews(request.user):
        panels.append(DueForReviewPanel())
