"""What the buttons at the foot of the article editor offer."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.admin.action_menu import (
    ActionMenuItem,
    PublishMenuItem,
    SubmitForModerationMenuItem,
)

from .pages import ArticlePage


def offer_approval_alone(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: Mapping[str, Any]
) -> None:
    """While an article is being reviewed, it is published by approval, which names the reviewer.

    "Publish" beside "Approve and publish" would drop the review. Who wants that cancels it first.
    """
    page = context.get("page")
    if isinstance(page, ArticlePage) and page.workflow_in_progress:
        menu_items[:] = [item for item in menu_items if not isinstance(item, PublishMenuItem)]


def lead_to_review(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: Mapping[str, Any]
) -> None:
    """Who may not publish submits: that button comes first. Drafts are saved without any."""
    if any(isinstance(item, PublishMenuItem) for item in menu_items):
        return
    menu_items.sort(key=lambda item: not isinstance(item, SubmitForModerationMenuItem))
