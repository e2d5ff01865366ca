"""What staff may do with pages, places and settings, as the dashboard, the menu and the guide ask it."""

from typing import Any

from wagtail.models import Page
from wagtail.permissions import policy_registry

from articles.queries import published_index
from booking.models import BookingPage


def can_add_articles(user: Any) -> bool:
    """Write an article and save it as a draft."""
    page = published_index()
    return bool(page and page.permissions_for_user(user).can_add_subpage())


def can_edit_pages(user: Any) -> bool:
    """Change pages and save drafts, somewhere on the site."""
    return bool(policy_registry.get_by_type(Page).user_has_permission(user, "change"))


def can_publish_pages(user: Any) -> bool:
    """Approve what writers submit, and publish, somewhere on the site."""
    return bool(policy_registry.get_by_type(Page).user_has_permission(user, "publish"))


def can_change_questions(user: Any) -> bool:
    """Add questions to the form that asks for an appointment."""
    page = BookingPage.objects.first()
    return bool(page and page.permissions_for_user(user).can_edit())


def can_change_hours(user: Any) -> bool:
    return bool(user.is_active and user.has_perm("booking.change_location"))


def can_change_settings(user: Any) -> bool:
    return bool(user.is_active and user.has_perm("home.change_clinicsettings"))


def can_manage_users(user: Any) -> bool:
    return bool(user.is_active and user.has_perm("auth.change_user"))
