"""Who may look after mails and daily work. Superusers may do everything."""

from typing import Any


def can_see_background(user: Any) -> bool:
    """See how daily work went and which mails failed; try those again or give them up."""
    return bool(user.is_active and user.has_perm("clinic_site.view_scheduledrun"))
