"""While `migrate` alters tables the triggers are away; afterwards they stand again, as the new code asks."""

from collections.abc import Sequence
from typing import Any

from .changes import changes_noticed, drop_triggers, renew_triggers


def before_migrating(sender: Any, plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """SQLite makes a table anew to alter it, and PostgreSQL alters no column that a trigger names."""
    if plan:
        drop_triggers()


def after_migrating(sender: Any, plan: Sequence[Any] | None = None, **kwargs: Any) -> None:
    """All tables are there when the first app is told. Without a plan it is `flush` that sends this."""
    if plan is not None:
        renewed = renew_triggers()
        changes_noticed(something_changed=bool(plan) or renewed)
