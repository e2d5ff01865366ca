"""Looking the answers over before they are sent: nothing is stored, nothing is lost."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.choices import Status
from booking.models import Submission
from booking.tests.factories import add_question
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import confirmed, typed_values


def shown(html: str) -> dict[str, str]:
    """The answers of the check page by their question."""
    page = BeautifulSoup(html, "html.parser")
    return {row.dt.text.strip(): row.dd.text.strip() for row in page.select(".answers > div")}


def posted(html: str) -> QueryDict:
    """What a browser would send from the check page's form."""
    query = QueryDict(mutable=True)
    form = BeautifulSoup(html, "html.parser").find("form", method="post")
    for field in form.find_all("input"):
        query.appendlist(field["name"], field.get("value", ""))
    return query


@pytest.fixture
def check(client: Client, answers: dict[str, Any], vault: TestVault) -> Callable[..., Any]:
    """check(**changes) posts the answers to the check page."""
    return lambda **changes: client.post("/book/check/", {**answers, **changes})


def test_every_answer_is_shown_in_words_and_nothing_is_stored(
    site: SimpleNamespace, check: Callable[..., Any]
) -> None:
    key = add_question(site.book, "Colors", "checkboxes", choices="Red\nBlue")
    response = check(
        preferred_day="2099-01-01", email="", voicemail_ok="", **{key: ["Red", "Blue"]}
    )
    assert response.status_code == 200
    assert "Choose a day within the next year." in response.text  # refused as on the form

    response = check(email="", **{key: ["Red", "Blue"]})
    answers = shown(response.text)
    day = answers.pop("Preferred day")
    assert answers == {
        "Your name": "Robin Sample",
        "A good time to call": "Not given",
        "If somebody else answers": "Not given",
        "An interpreter, or another language": "Not given",
        "For whom is the appointment?": "For myself",
        "Has the patient been here before?": "Not given",
        "When would you like to come?": "On a certain day",
        "Another day that suits you": "Not given",
        "Phone number": "(972) 555-0134",
        "How should we reach you?": "Phone call",
        "You may leave a voicemail": "Yes",
        "Confirm by e-mail that you received my request": "No",
        "Location": "Allen",
        "Preferred time of day": "Any time",
        "What would you like us to know?": "I would like to talk about treatment options.",
        "Colors": "Red; Blue",
        "I agree that the clinic stores this request, encrypted, and contacts me about it": "Yes",
    }
    assert day.split(",")[0] in {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}
    assert Submission.objects.count() == 0


def test_the_check_writes_nothing_at_all(check: Callable[..., Any]) -> None:
    with CaptureQueriesContext(connection) as queries:
        check()
    written = [
        query["sql"] for query in queries if not query["sql"].lstrip().upper().startswith("SELECT")
    ]
    assert written == []


def test_what_was_checked_is_sent_once_with_the_forms_own_token(
    client: Client, answers: dict[str, Any], check: Callable[..., Any]
) -> None:
    page = check()
    data = posted(page.text)
    assert data["token"] == answers["token"]
    sent = [client.post("/book/", data.dict()) for _ in range(2)]
    assert [response.status_code for response in sent] == [303, 303]
    assert confirmed(sent[0]) == confirmed(sent[1])
    assert list(Submission.objects.values_list("status", flat=True)) == [Status.NEW]


def test_several_choices_and_an_unticked_box_survive_the_check(
    site: SimpleNamespace, client: Client, check: Callable[..., Any]
) -> None:
    key = add_question(site.book, "Colors", "checkboxes", choices="Red\nBlue")
    first = check(voicemail_ok="", **{key: ["Red", "Blue"]})
    data = posted(first.text)
    again = client.post("/book/check/", {name: data.getlist(name) for name in data})
    assert shown(again.text) == shown(first.text)
    assert (shown(again.text)["You may leave a voicemail"], shown(again.text)["Colors"]) == (
        "No",
        "Red; Blue",
    )


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, Status.NEW),
        ({"re_subject": "https://spam.example"}, Status.CHECK),
        ({"token": "forged"}, Status.CHECK),
    ],
)
def test_the_traps_for_machines_survive_the_check(
    client: Client, check: Callable[..., Any], changes: dict[str, Any], status: str
) -> None:
    client.post("/book/", posted(check(**changes).text).dict())
    assert Submission.objects.get().status == status


def test_a_refused_form_comes_back_instead_of_the_check(check: Callable[..., Any]) -> None:
    page = BeautifulSoup(check(name="").content, "html.parser")
    assert page.title.text.startswith("Error:")
    assert [link["href"] for link in page.select(".error-summary a")] == ["#id_name"]


def test_changing_an_answer_brings_the_form_back_without_refusals(
    client: Client, answers: dict[str, Any], check: Callable[..., Any]
) -> None:
    checked = BeautifulSoup(check().content, "html.parser")
    targets = [button["formaction"] for button in checked.select(".answers button")]
    back = client.post("/book/change/", posted(str(checked)).dict())
    page = BeautifulSoup(back.content, "html.parser")
    # The phone number comes back as it was typed, everything else too.
    assert typed_values(back.text) == answers
    assert page.select(".error-summary, .error") == []
    assert {target.partition("#")[0] for target in targets} == {"/book/change/"}
    ids = [target.partition("#")[2] for target in targets]
    assert [name for name in ids if page.find(id=name) is None] == []


@pytest.mark.parametrize("step", ["check", "change"])
def test_a_step_that_is_only_looked_at_leads_to_the_form(
    site: SimpleNamespace, client: Client, step: str
) -> None:
    response = client.get(f"/book/{step}/")
    assert (response.status_code, response["Location"]) == (302, "/book/")


def test_each_step_may_be_kept_by_its_visitors_browser_alone_and_sets_no_cookie(
    client: Client, answers: dict[str, Any], check: Callable[..., Any]
) -> None:
    steps = [check(), client.post("/book/change/", answers)]
    assert [step["Cache-Control"] for step in steps] == ["private, no-cache"] * 2
    assert dict(client.cookies) == {}
