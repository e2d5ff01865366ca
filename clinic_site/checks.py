"""System checks of the frame: what must hold so that readers see what the database says."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, transaction

from .remembered.changes import missing_triggers


@register(Tags.database, deploy=True)
def check_changes_are_noticed(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every table whose content readers see has its triggers. Never in the way of `migrate`, which
    makes them."""
    if "default" not in (databases or []):
        return []
    try:
        with transaction.atomic():
            missing = missing_triggers()
    except DatabaseError:
        return []  # other checks tell of a database that does not answer
    if not missing:
        return []
    message = f"Changes of these tables are not noticed, so readers may see old pages: {', '.join(missing)}."
    hint = (
        "Run `manage.py migrate`: it makes the triggers that are missing. Was the database restored "
        "with a tool that leaves triggers out?"
    )
    return [Error(message, hint=hint, id="clinic_site.E001")]
