"""What an earlier version filed as spam by itself comes back to be looked at; what people filed stays."""

from collections.abc import Callable
from importlib import import_module

from django.apps import apps
from wagtail.log_actions import log

from booking.log_actions import CHANGE, READ
from booking.models import Submission

migration = import_module("booking.migrations.0012_corrections")


def test_only_what_nobody_filed_as_spam_is_to_be_looked_at(
    make: Callable[..., Submission],
) -> None:
    untouched, read, assigned, filed = (make(status="spam") for _ in range(4))
    new = make()
    log(instance=read, action=READ)
    log(instance=assigned, action=CHANGE, data={"after": {"assignee": "kim"}})
    log(instance=filed, action=CHANGE, data={"after": {"status": "spam", "assignee": ""}})
    migration.look_at_spam_that_nobody_filed(apps, None)
    assert {row.pk: (row.status, row.doubt) for row in Submission.objects.all()} == {
        untouched.pk: ("check", "earlier"),
        read.pk: ("check", "earlier"),
        assigned.pk: ("check", "earlier"),
        filed.pk: ("spam", ""),
        new.pk: ("new", ""),
    }
