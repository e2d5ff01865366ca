"""Bad days: without a vault or a database nothing is stored, and nothing typed is lost."""

import io
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django.test import Client
from wagtail.models import ModelLogEntry

from booking.models import Submission, VisitKind
from booking.submissions.words import in_words
from booking.tests.factories import add_question, failing_on
from booking.vault.models import Epoch
from clinic_site.error_reports import QuietFormatter
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import confirmed, form_values, typed_values

NO_STORE = "max-age=0, no-cache, no-store, must-revalidate, private"
FOR_ITS_VISITOR = "private, no-cache"
PHONE = "(972) 555-0100"
TYPED = {
    "name": 'Robin "R" <Sample>',
    "phone": "972-555-0134",
    "email": "robin@example.com",
    "message": "first & last\r\nsecond line",
}


def facts(response: Any) -> tuple[int, str, str, bool, dict[str, str]]:
    """What every page of a bad day has in common."""
    return (
        response.status_code,
        response["Retry-After"],
        response["Cache-Control"],
        PHONE in response.text,
        dict(response.cookies),
    )


AWAY = (503, "300", NO_STORE, True, {})
# The visitor's own browser may keep it: Back shows it again with everything that was typed.
UNAVAILABLE = (503, "300", FOR_ITS_VISITOR, True, {})


def stored() -> tuple[int, int]:
    entries = ModelLogEntry.objects.filter(action="booking.receive")
    return Submission.objects.count(), entries.count()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site writes to its log, in the format of the settings."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(QuietFormatter())
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def test_without_a_vault_the_page_shows_the_phone_number_and_no_form(
    client: Client, site: SimpleNamespace
) -> None:
    response = client.get("/book/")
    assert facts(response) == UNAVAILABLE
    page = BeautifulSoup(response.content, "html.parser")
    assert page.find_all(["form", "textarea"]) == []


def test_without_a_vault_a_post_keeps_everything_and_stores_nothing(
    client: Client, answers: dict[str, str]
) -> None:
    typed = {**answers, **TYPED}
    response = client.post("/book/", typed)
    assert facts(response) == UNAVAILABLE
    assert typed_values(response.text) == {
        **typed,
        "message": "first & last\nsecond line",
    }
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    "broken", [{"wrapped_seed": None}, {"public_key": b""}, {"suite": 9}], ids=str
)
def test_a_vault_that_cannot_seal_takes_nothing(
    client: Client, answers: dict[str, str], vault: TestVault, broken: dict[str, Any]
) -> None:
    Epoch.objects.update(**broken)
    response = client.post("/book/", answers)
    assert facts(response) == UNAVAILABLE
    assert typed_values(response.text)["message"] == answers["message"]
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    "fragments",
    [
        ("INSERT", "booking_submission"),
        ("INSERT", "wagtailcore_modellogentry"),
        ("booking_submission",),
        ("vault_epoch",),
    ],
    ids=" ".join,
)
def test_a_disk_or_table_that_fails_loses_nothing_and_a_second_try_stores_one(
    client: Client, answers: dict[str, str], vault: TestVault, fragments: tuple[str, ...]
) -> None:
    with connection.execute_wrapper(failing_on(*fragments)):
        response = client.post("/book/", answers)
    assert facts(response) == UNAVAILABLE
    assert stored() == (0, 0)
    kept = typed_values(response.text)
    assert kept == answers
    assert client.post("/book/", kept).status_code == 303
    assert client.post("/book/", kept).status_code == 303
    assert stored() == (1, 1)


def test_when_the_whole_database_is_away_the_typed_text_comes_back_ready_to_send(
    client: Client, site: SimpleNamespace, answers: dict[str, str], vault: TestVault
) -> None:
    key = add_question(site.book, "Insurance")
    typed = {**answers, **TYPED, key: "Acme"}
    with connection.execute_wrapper(failing_on()):
        response = client.post("/book/", typed)
    assert facts(response) == UNAVAILABLE
    kept = typed_values(response.text)
    expected = {**typed, "message": "first & last\nsecond line"}
    assert kept == expected
    assert client.post("/book/", kept).status_code == 303
    assert stored() == (1, 1)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError,
        InterfaceError,
        ProgrammingError,
        InternalError,
        DataError,
        IntegrityError,
        NotSupportedError,
        OSError,
    ],
    ids=lambda error: error.__name__,
)
def test_whatever_error_stops_a_filled_form_nothing_is_lost(
    client: Client, answers: dict[str, str], vault: TestVault, error: type[Exception]
) -> None:
    for fragments, step in product([(), ("booking_",)], ["", "send/", "check/", "change/"]):
        with connection.execute_wrapper(failing_on(*fragments, error=error)):
            response = client.post(f"/book/{step}", answers)
        assert facts(response) == UNAVAILABLE
        page = BeautifulSoup(response.content, "html.parser")
        assert "Nothing was stored or sent." in page.main.text
        assert typed_values(response.text) == answers
        assert stored() == (0, 0)


def test_a_page_that_is_only_looked_at_keeps_its_own_error(
    client: Client, site: SimpleNamespace
) -> None:
    client.raise_request_exception = False
    with connection.execute_wrapper(failing_on(error=ProgrammingError)):
        assert client.get("/book/").status_code == 500


def test_without_its_database_every_answer_is_shown_in_words(
    client: Client, site: SimpleNamespace, answers: dict[str, str], vault: TestVault
) -> None:
    insurance = add_question(site.book, "Who is your insurer?")
    interpreter = add_question(site.book, "I need an interpreter", "checkbox")
    days = add_question(site.book, "Which days?", "checkboxes", choices="Monday\nFriday")
    VisitKind.objects.create(page=site.book, label="Follow-up")
    words = form_values(client.get("/book/").text)["form_words"]
    extra = {
        "visit_kind": "Follow-up",
        "when": "weekdays",
        "weekdays": ["0", "4"],
        "parts": "morning",
        insurance: "Acme",
        interpreter: "on",
        days: ["Monday", "Friday"],
    }
    with connection.execute_wrapper(failing_on()):
        response = client.post("/book/", {**answers, **extra, "email": "", "form_words": words})
    assert shown_answers(response) == {
        "Your name": "Robin Sample",
        "How should we reach you?": "Phone call",
        "Phone number": "972-555-0134",
        "E-mail address": "Not given",
        "You may leave a voicemail": "Yes",
        "A good time to call": "Not given",
        "If somebody else answers": "Not given",
        "An interpreter, or another language": "Not given",
        "For whom is the appointment?": "For myself",
        "Location": "Allen",
        "When would you like to come?": "On certain days of the week",
        "What would you like us to know?": "I would like to talk about treatment options.",
        "I agree that the clinic stores this request, encrypted, and contacts me about it": "Yes",
        "What kind of visit?": "Follow-up",
        "Days that suit you": "Monday; Friday",
        "Parts of the day that suit you": "Morning, before 11 a.m.",
        "Who is your insurer?": "Acme",
        "I need an interpreter": "Yes",
        "Which days?": "Monday; Friday",
    }


def test_without_its_database_a_day_is_told_and_what_does_not_count_is_not(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    typed = {**answers, "patient_name": "Kim", "weekdays": ["0"]}
    with connection.execute_wrapper(failing_on()):
        response = client.post("/book/", typed)
    told = shown_answers(response)
    day = in_words({"type": "date", "answer": answers["preferred_day"]})
    assert (told["Preferred day"], told["Preferred time of day"]) == (day, "Any time")
    assert not {"The patient's name", "Days that suit you"} & told.keys()
    assert form_values(response.text)["patient_name"] == "Kim"  # and yet not lost


@pytest.mark.parametrize("typed", ["soon", "2026-02-30", "12.10.2026", ""])
def test_a_day_that_is_none_is_shown_as_it_was_typed(
    client: Client, answers: dict[str, str], vault: TestVault, typed: str
) -> None:
    with connection.execute_wrapper(failing_on()):
        response = client.post("/book/", {**answers, "preferred_day": typed})
    assert shown_answers(response)["Preferred day"] == (typed or "Not given")


@pytest.mark.parametrize("words", ["", "forged", "e30:forged"])
def test_without_words_of_ours_the_questions_go_by_their_keys(
    client: Client, site: SimpleNamespace, answers: dict[str, str], vault: TestVault, words: str
) -> None:
    key = add_question(site.book, "Insurance company")
    with connection.execute_wrapper(failing_on()):
        response = client.post("/book/", {**answers, key: "Acme", "form_words": words})
    shown = shown_answers(response)
    assert (shown["Insurance company"], shown["How should we reach you?"]) == ("Acme", "Phone call")


def shown_answers(response: Any) -> dict[str, str]:
    page = BeautifulSoup(response.content, "html.parser")
    answers = page.select("dl.answers > div")
    return {each.dt.get_text(): each.dd.get_text() for each in answers}


def test_what_was_typed_is_text_on_that_page_not_markup(
    client: Client, answers: dict[str, str]
) -> None:
    with connection.execute_wrapper(failing_on()):
        response = client.post("/book/", {**answers, "message": "</textarea><p>gotcha</p>"})
    assert BeautifulSoup(response.content, "html.parser").find("p", string="gotcha") is None


def test_when_the_database_is_away_every_page_says_so_with_the_phone_number(
    client: Client, site: SimpleNamespace
) -> None:
    with connection.execute_wrapper(failing_on()):
        responses = [client.get(path) for path in ("/", "/book/", "/articles/", "/nowhere/")]
    assert [facts(response) for response in responses] == [AWAY] * 4


def test_a_form_of_staff_is_not_repeated_when_the_database_is_away(
    sign_in: Callable[..., Client], vault: TestVault
) -> None:
    reviewer = sign_in("booking_reviewer")
    with connection.execute_wrapper(failing_on("vault_")):
        response = reviewer.post("/admin/vault/unlock/", {"passphrase": "plank otter seven"})
    assert facts(response) == AWAY
    assert "plank" not in response.text


def test_the_log_of_a_bad_day_holds_nothing_that_was_typed(
    client: Client, answers: dict[str, str], vault: TestVault, log: io.StringIO
) -> None:
    for fragments in ((), ("INSERT", "booking_submission"), ("vault_epoch",)):
        with connection.execute_wrapper(failing_on(*fragments)):
            client.post("/book/", {**answers, "message": "Zinnia marmalade"})
    Epoch.objects.all().delete()
    client.post("/book/", {**answers, "message": "Zinnia marmalade"})
    logged = log.getvalue()
    assert "A request could not be stored." in logged
    assert "The database is away." in logged
    for value in ("Zinnia", "Robin Sample", "robin@example.com", "555-0134"):
        assert value not in logged


OUTAGE = """
import json, sys
import django
django.setup()
from django.test import Client
answers = json.load(sys.stdin)
client = Client()
pages = [client.get("/book/"), client.post("/book/", answers), client.get("/readyz")]
json.dump([[page.status_code, page.text] for page in pages], sys.stdout)
"""


def test_a_server_whose_database_cannot_be_reached_answers_503_with_the_typed_text(
    tmp_path: Path,
) -> None:
    """The real thing in a process of its own: the address of the database leads nowhere."""
    answers = {**TYPED, "preferred_day": "2026-10-12", "preferred_time": "any", "token": "t"}
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "clinic_site.settings.test",
        "TEST_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/clinic.sqlite3",
        "VAR_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", OUTAGE],
        input=json.dumps(answers),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    shown, sent, ready = json.loads(done.stdout)
    assert [shown[0], sent[0], ready[0]] == [503, 503, 503]
    assert PHONE in shown[1]
    assert PHONE in sent[1]
    assert typed_values(sent[1]) == {**answers, "message": "first & last\nsecond line"}
    for value in ("Robin", "robin@example.com", "first & last"):
        assert value not in done.stderr


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_posts_of_one_form_at_the_same_moment_are_stored_once(
    answers: dict[str, str], vault: TestVault
) -> None:
    barrier = threading.Barrier(4)
    outcomes: list[tuple[int, str]] = []

    def post() -> None:
        barrier.wait()
        response = Client().post("/book/", answers)
        outcomes.append((response.status_code, confirmed(response)))
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored() == (1, 1)
    assert len(set(outcomes)) == 1
    assert outcomes[0][0] == 303
    assert f"reference={Submission.objects.get().reference}%3A" in outcomes[0][1]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_location_that_is_deleted_while_a_request_arrives_loses_nothing(
    client: Client, answers: dict[str, str], vault: TestVault, site: SimpleNamespace
) -> None:
    deleted: list[Callable[..., Any]] = []

    def delete_meanwhile(run: Callable[..., Any], sql: str, *args: Any) -> Any:
        if sql.startswith("INSERT") and "booking_submission" in sql and not deleted:
            deleted.append(run)
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM booking_openinghours")
                cursor.execute("DELETE FROM booking_location")
        return run(sql, *args)

    with connection.execute_wrapper(delete_meanwhile):
        response = client.post("/book/", answers)
    assert facts(response) == UNAVAILABLE
    assert typed_values(response.text)["message"] == answers["message"]
    assert stored() == (0, 0)
