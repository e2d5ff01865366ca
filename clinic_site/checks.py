"""System checks of the frame: what must hold so that readers see what the database says."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  (Django's name)
from django.db import DatabaseError, transaction

from .background.state import is_late
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


@register(Tags.database, deploy=True)
def check_background_runs(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Somebody sends the mails and does the daily work. A site that is new has neither yet."""
    if "default" not in (databases or []):
        return []
    try:
        with transaction.atomic():
            late = is_late()
    except DatabaseError:
        return []
    if not late:
        return []
    message = (
        "Mails to staff or daily work, such as deleting requests at their date, wait for a process."
    )
    hint = "Run `manage.py run_background` beside the web server, on one node or on each."
    return [Warning(message, hint=hint, id="clinic_site.W001")]
