"""One writer for a stored request: nothing is written over what a colleague did, nothing comes back."""

import ast
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connections
from django.test import Client
from wagtail.models import ModelLogEntry

from booking.models import Submission
from booking.submissions.handling import ChangedMeanwhile, change, seen_values
from clinic_site.tests.pages import logged, messages_of

LIST = "/admin/booking/submission/"
NEW = "status=new&assignee="

SignIn = Callable[..., Client]
Make = Callable[..., Submission]


def address(request: Submission) -> str:
    return f"{LIST}inspect/{request.pk}/"


def columns() -> dict[str, Any]:
    return Submission.objects.values().get()


def shown(response: Any) -> tuple[list[str], dict[str, str]]:
    """What the page of a request says of a save that was refused, and what its form holds."""
    page = BeautifulSoup(response.content, "html.parser")
    form = page.select_one("form.desk-form")
    chosen = {each["name"]: each.select_one("option[selected]") for each in form.select("select")}
    return (
        [each.get_text(" ", strip=True) for each in form.select(".help-critical")],
        {
            "seen": form.select_one("[name=seen]")["value"],
            **{name: option["value"] if option else "" for name, option in chosen.items()},
        },
    )


def test_what_was_seen_is_told_by_the_columns_that_can_be_changed(
    make: Make, users: dict[str, Any]
) -> None:
    request = make(status="contacted", assignee=users["booking_reviewer"])

    assert seen_values(make()) == NEW
    assert seen_values(request) == f"status=contacted&assignee={users['booking_reviewer'].pk}"


def test_a_change_writes_and_logs_only_what_differs(
    make: Make, users: dict[str, Any], django_assert_num_queries: Any
) -> None:
    request, before = make(reference="AAAAAAAA"), columns()

    change(request.pk, seen=NEW, to={"status": "new", "assignee": None})
    assert (columns(), logged()) == (before, [])

    change(request.pk, seen=NEW, to={"status": "new", "assignee": users["booking_reviewer"]})
    assert columns() == {**before, "assignee_id": users["booking_reviewer"].pk}
    assert [data for _action, _of, data, _by in logged()] == [
        {
            "before": {"status": "new", "assignee": ""},
            "after": {"status": "new", "assignee": "booking_reviewer"},
        }
    ]


def test_a_stale_page_is_told_what_a_colleague_did_and_may_insist(
    sign_in: SignIn, make: Make, users: dict[str, Any]
) -> None:
    request, colleague = make(), users["booking_administrator"]
    colleague.first_name, colleague.last_name = "Bo", "Booker"
    colleague.save()
    mine = sign_in("booking_reviewer")
    _, form = shown(mine.get(address(request)))
    theirs = {**form, "status": "contacted", "assignee": colleague.pk}
    sign_in("booking_administrator").post(address(request), theirs)
    after_theirs = columns()

    refused = mine.post(address(request), {**form, "status": "spam"})
    assert columns() == after_theirs
    said, form = shown(refused)
    assert said == [
        (
            "Bo Booker (booking_administrator) changed this request after you opened it. It now says: "
            "Contacted, Bo Booker. Nothing was saved. Press Save again if your choice shall stand."
        )
    ]
    assert form == {
        "seen": f"status=contacted&assignee={colleague.pk}",
        "status": "spam",
        "assignee": "",
    }

    mine.post(address(request), form)
    assert columns() == {**after_theirs, "status": "spam", "assignee_id": None}
    assert [data["after"]["status"] for _action, _of, data, _by in logged()] == [
        "contacted",
        "spam",
    ]


def test_a_page_that_does_not_say_what_was_seen_changes_nothing(
    sign_in: SignIn, make: Make
) -> None:
    request, before = make(), columns()

    refused = sign_in("booking_reviewer").post(
        address(request), {"status": "closed", "assignee": ""}
    )

    assert columns() == before
    assert shown(refused)[0] == [
        (
            "A colleague changed this request after you opened it. It now says: New, Nobody yet. "
            "Nothing was saved. Press Save again if your choice shall stand."
        )
    ]


def test_a_request_that_was_deleted_meanwhile_stays_deleted(sign_in: SignIn, make: Make) -> None:
    request, client = make(), sign_in("booking_reviewer")
    Submission.objects.all().delete()

    response = client.post(address(request), {"status": "closed", "assignee": "", "seen": NEW})

    assert response["Location"] == f"{LIST}?"
    assert messages_of(response) == [
        "Nothing was saved: this request has been deleted since you opened it."
    ]
    assert (Submission.objects.count(), logged()) == (0, [])
    with pytest.raises(Submission.DoesNotExist):
        change(request.pk, seen=NEW, to={"status": "closed", "assignee": None})


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_desks_at_the_same_moment_one_saves_and_one_is_told(
    make: Make, users: dict[str, Any]
) -> None:
    request, start = make(), Barrier(2)

    def save(status: str) -> str:
        try:
            start.wait(timeout=10)
            change(request.pk, seen=NEW, to={"status": status, "assignee": None})
        except ChangedMeanwhile as other:
            return f"told of {other.request.status}"
        finally:
            connections.close_all()
        return f"saved {status}"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(save, ["contacted", "closed"]))

    stored = columns()["status"]
    assert outcomes == [f"saved {stored}", f"told of {stored}"]
    assert [entry.data["after"]["status"] for entry in ModelLogEntry.objects.all()] == [stored]


# No second writer ------------------------------------------------------------------------------


def test_a_stored_request_cannot_be_saved(make: Make) -> None:
    request, before = make(), columns()
    request.status = "closed"
    with pytest.raises(TypeError, match="handling"):
        request.save()
    with pytest.raises(TypeError, match="handling"):
        Submission.objects.get().save(update_fields=["status"])
    assert columns() == before


def writers(source: str) -> list[str]:
    """Names of the methods by which a module writes to rows that are there."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    names = (call.func.attr for call in calls if isinstance(call.func, ast.Attribute))
    return sorted({"bulk_update", "update", "update_or_create"} & set(names))


def test_no_other_module_updates_rows_of_requests() -> None:
    rooms = ("submissions", "public", "desk", "upkeep")
    found = {
        str(path.relative_to(settings.BASE_DIR / "booking")): methods
        for room in rooms
        for path in sorted((settings.BASE_DIR / "booking" / room).rglob("*.py"))
        if (methods := writers(path.read_text(encoding="utf-8")))
    }

    assert found == {
        "desk/searches.py": ["update"],  # of a search
        "desk/views.py": ["update"],  # of a template's context
        "public/form/builder.py": ["update"],  # of a field's options
        "public/signal_handlers.py": ["update_or_create"],  # of questions
        "submissions/handling.py": ["update"],
        "submissions/tallies.py": ["bulk_update"],  # of numbers
    }


@pytest.mark.parametrize(
    "source",
    [
        "Submission.objects.filter(pk=pk).update(status='closed')",
        "def f(rows):\n    rows.bulk_update(rows, ['status'])",
    ],
)
def test_the_search_for_writers_bites(source: str) -> None:
    assert writers(source) != []
