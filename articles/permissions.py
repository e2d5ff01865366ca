"""Who has a part in the reviews of articles."""

from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import Page
from wagtail.permissions import policy_registry


def can_see_reviews(user: Any) -> bool:
    """Whoever may write or publish pages sees which articles are due."""
    policy = policy_registry.get_by_type(Page)
    return bool(policy.user_has_any_permission(user, ["add", "change", "publish"]))


def can_review(user: Any) -> bool:
    """Whether a clinical review waits for this person's approval, among others."""
    return Group.objects.filter(clinicalreviewtask__active=True, user=user).exists()
