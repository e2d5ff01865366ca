"""A visitor withdraws a request: with its reference and code, and what was sent is gone at once."""

import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from booking.desk.export.table import ExportTable
from booking.models import Submission, SubmissionNote
from booking.public.form.tokens import CODE_SECONDS, encrypted_code, new_token, read_token
from booking.public.withdrawal import ON_HOLD, TRIES, UNKNOWN
from booking.submissions.receiving import REFERENCE_ALPHABET, withdrawal_code
from booking.tests.factories import failing_on, sealed_note
from booking.upkeep import reencryption
from booking.upkeep.retention import purge
from booking.vault import lifecycle
from booking.vault.keyring import root_by_passphrase
from booking.vault.sealing import OpenKeys
from booking.vault.status import vault_state
from clinic_site.clinic_time import clinic_today
from clinic_site.tests.fixtures import TestVault
from clinic_site.tests.pages import logged, table

ADDRESS = "/book/withdraw/"
LIST = "/admin/booking/submission/"
Sent = tuple[str, str]


@pytest.fixture
def post(client: Client, answers: dict[str, str], vault: TestVault) -> Callable[..., Sent]:
    """post(**changes) sends the one form with those answers changed; reference and code as shown."""

    def send(**changes: str) -> Sent:
        sent = client.post("/book/", {**answers, **changes})
        page = BeautifulSoup(client.get(sent["Location"]).content, "html.parser")
        reference, code = (found.text for found in page.select(".reference"))
        return reference, code

    return send


def withdraw(reference: str, code: str) -> BeautifulSoup:
    answer = Client().post(ADDRESS, {"reference": reference, "code": code})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return BeautifulSoup(answer.content, "html.parser")


def refusals(page: BeautifulSoup) -> list[str]:
    return [item.get_text(" ", strip=True) for item in page.select(".error-summary li")]


def states() -> list[tuple[str, bytes, bytes]]:
    rows = Submission.objects.order_by("correction", "received_at")
    return [(row.status, bytes(row.sealed)[:4], bytes(row.key_id)[:1]) for row in rows]


def test_the_code_is_long_and_made_of_the_form_alone() -> None:
    secret = read_token(new_token()).secret
    code = withdrawal_code(secret)
    assert (len(code), set(code) <= set(REFERENCE_ALPHABET)) == (16, True)
    assert withdrawal_code(secret) == code
    assert withdrawal_code(read_token(new_token()).secret) != code


@pytest.mark.parametrize(
    "write",
    [
        str,
        str.lower,
        lambda text: text.replace(" ", "-"),
        lambda text: f" {text.replace(' ', '')} ",
    ],
    ids=["as shown", "in small letters", "with hyphens", "with spaces around"],
)
def test_who_has_reference_and_code_withdraws_and_nothing_sent_is_left(
    post: Callable[..., Sent], write: Callable[[str], str]
) -> None:
    reference, code = post()
    row = Submission.objects.get()
    sealed_note(row, "Called back.").save()
    page = withdraw(write(reference), write(code))
    assert page.h1.text == "Your request is withdrawn"
    assert states() == [("withdrawn", b"", b"")]
    assert SubmissionNote.objects.count() == 0
    action, label, data, user = logged()[-1]
    assert (action, label, user) == ("booking.withdraw", reference, None)
    assert data == {"before": {"status": "new", "assignee": ""}}


def test_what_it_corrects_goes_with_it(post: Callable[..., Sent]) -> None:
    first, code = post()
    second, same_code = post(phone="972-555-0135")
    assert code == same_code
    page = withdraw(second, code)
    assert first in page.main.text
    assert second in page.main.text
    assert [status for status, _blob, _key in states()] == ["withdrawn", "withdrawn"]


def test_the_first_reference_withdraws_what_corrected_it_too(post: Callable[..., Sent]) -> None:
    first, code = post()
    second, _code = post(phone="972-555-0135")
    assert second in withdraw(first, code).main.text
    assert [status for status, _blob, _key in states()] == ["withdrawn", "withdrawn"]


def test_whoever_sends_the_form_again_afterwards_is_heard(post: Callable[..., Sent]) -> None:
    first, code = post()
    withdraw(first, code)
    second, same_code = post()
    assert (second != first, same_code) == (True, code)
    assert [status for status, _blob, _key in states()] == ["withdrawn", "new"]


def test_the_confirmation_of_a_withdrawn_request_promises_nothing(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    address = client.post("/book/", answers)["Location"]
    page = client.get(address)
    withdraw(
        *(found.text for found in BeautifulSoup(page.content, "html.parser").select(".reference"))
    )
    after = BeautifulSoup(client.get(address).content, "html.parser")
    assert after.h1.text == "Your request is withdrawn"
    assert after.select(".reference, #next-steps, #to-withdraw") == []


def test_a_row_that_only_says_withdrawn_is_opened_all_the_same(
    sign_in: Callable[..., Client], post: Callable[..., Sent]
) -> None:
    post()
    Submission.objects.update(status="withdrawn")
    page = sign_in("booking_reviewer", unlock=True).get(f"{LIST}?show=all")
    assert "Robin Sample" in page.text


def test_another_form_stays(post: Callable[..., Sent]) -> None:
    reference, code = post()
    post(token=new_token())
    withdraw(reference, code)
    assert sorted(status for status, _blob, _key in states()) == ["new", "withdrawn"]


def test_withdrawing_twice_says_the_same_and_logs_once(post: Callable[..., Sent]) -> None:
    reference, code = post()
    pages = [withdraw(reference, code).main.text for _ in range(2)]
    assert pages[0] == pages[1]
    assert [entry[0] for entry in logged()].count("booking.withdraw") == 1


def test_unknown_references_and_codes_get_one_answer(post: Callable[..., Sent]) -> None:
    reference, code = post()
    other, other_code = post(token=new_token())
    tried = [(reference, other_code), ("AAAAAAAA", code), (other, code), ("<b>", "'--")]
    pages = [withdraw(*each) for each in tried]
    assert [refusals(page) for page in pages] == [[str(UNKNOWN)]] * 4
    assert [status for status, _blob, _key in states()] == ["new", "new"]


def test_a_hold_wins_and_says_so_to_whoever_has_the_code(post: Callable[..., Sent]) -> None:
    reference, code = post()
    newer, _code = post(phone="972-555-0135")
    Submission.objects.filter(reference=reference).update(hold=True)
    for _ in range(TRIES + 1):
        assert refusals(withdraw(newer, code)) == [str(ON_HOLD)]
    assert refusals(withdraw(newer, "WRONG")) == [str(UNKNOWN)]
    assert [status for status, _blob, _key in states()] == ["new", "new"]


def test_tries_are_counted_for_each_reference(post: Callable[..., Sent]) -> None:
    reference, code = post()
    other, other_code = post(token=new_token())
    for _ in range(TRIES):
        assert refusals(withdraw(reference, "WRONG")) == [str(UNKNOWN)]
    assert refusals(withdraw(reference, code)) == [str(UNKNOWN)]
    assert [status for status, _blob, _key in states()] == ["new", "new"]
    assert withdraw(other, other_code).h1.text == "Your request is withdrawn"


def test_looking_at_the_page_withdraws_nothing(client: Client, post: Callable[..., Sent]) -> None:
    reference, code = post()
    page = client.get(ADDRESS, {"reference": reference, "code": code})
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex")
    assert code not in page.text
    assert [status for status, _blob, _key in states()] == ["new"]


def test_the_confirmation_shows_no_code_that_is_not_the_requests(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    sent = client.post("/book/", answers)["Location"]
    reference, _, code = sent.partition("&code=")
    assert shown(client, sent) != ""
    for made_up in ("AAAABBBBCCCCDDDD", encrypted_code("AAAABBBBCCCCDDDD"), code[:-1], ""):
        assert shown(client, f"{reference}&code={made_up}") == ""


def test_the_address_of_the_confirmation_tells_no_code_and_shows_it_for_an_hour(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sent = client.post("/book/", answers)["Location"]
        code = shown(client, sent)
        assert code.replace(" ", "") not in sent
        clock.shift(CODE_SECONDS)
        assert shown(client, sent) == code
        clock.shift(1)
        assert shown(client, sent) == ""


def shown(client: Client, address: str) -> str:
    """The code on a confirmation; empty where there is none."""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return "".join(found.text for found in page.select("#to-withdraw ~ p .reference"))


def test_the_confirmation_says_where_the_code_is_used_also_on_paper(
    client: Client, answers: dict[str, str], vault: TestVault
) -> None:
    Site.objects.update(port=8001)  # a trial that is served on another port than at first
    sent = client.post("/book/", answers)["Location"]
    page = BeautifulSoup(client.get(sent).content, "html.parser")
    link = page.select_one('a[href$="/book/withdraw/"]')
    assert link.text == "http://testserver/book/withdraw/"


def test_the_desk_says_withdrawn_and_neither_damaged_nor_changes_it(
    sign_in: Callable[..., Client], post: Callable[..., Sent]
) -> None:
    withdraw(*post())
    row = Submission.objects.get()
    reviewer = sign_in("booking_reviewer", unlock=True)
    header, shown = table(reviewer.get(f"{LIST}?show=all"))
    values = dict(zip(header, shown, strict=True))
    assert (values["Name"], values["Status"], values["Answer due"]) == (
        "Withdrawn",
        "Withdrawn",
        "-",
    )
    address = f"{LIST}inspect/{row.pk}/"
    page = BeautifulSoup(reviewer.get(address).content, "html.parser")
    assert "The visitor has withdrawn this request." in page.text
    assert page.select("form.desk-form, .help-critical") == []
    reviewer.post(address, {"status": "new", "seen": "status=withdrawn&assignee="})
    assert Submission.objects.get().status == "withdrawn"


def test_an_export_tells_that_it_was_withdrawn_and_counts_no_damage(
    post: Callable[..., Sent], vault: TestVault, users: dict[str, Any]
) -> None:
    withdraw(*post())
    _grant, root = root_by_passphrase(
        users["booking_reviewer"], vault.passphrases["booking_reviewer"]
    )
    export = ExportTable(Submission.objects.all(), OpenKeys(root))
    (row,) = export.rows()
    told = dict(zip(export.header, row, strict=True))
    assert (told["Status"], told["Your name"], told["Remark"]) == ("Withdrawn", "", "")
    assert export.closing_line() == "Complete: 1 requests, 0 of them damaged."


def test_a_search_finds_it_by_its_reference_alone(
    sign_in: Callable[..., Client], post: Callable[..., Sent]
) -> None:
    reference, code = post()
    withdraw(reference, code)
    reviewer = sign_in("booking_reviewer", unlock=True)
    led_to = reviewer.post(f"{LIST}search/", {"term": reference})
    assert led_to["Location"].startswith(f"{LIST}inspect/{Submission.objects.get().pk}/")
    assert "The visitor has withdrawn this request." in reviewer.get(led_to["Location"]).text
    found = reviewer.post(f"{LIST}search/", {"term": "Robin"}, follow=True)
    assert table(found)[1:] == []


def test_nothing_counts_it_as_damaged_or_behind(
    post: Callable[..., Sent], site: SimpleNamespace
) -> None:
    withdraw(*post())
    state: Any = vault_state()
    assert (state.unreadable_rows, set(reencryption.rows_behind().values())) == (0, {0})
    call_command("purge_submissions", "--dry-run", stdout=io.StringIO())


def test_a_row_that_was_emptied_and_not_withdrawn_is_counted(post: Callable[..., Sent]) -> None:
    post()
    Submission.objects.update(sealed=b"")
    state: Any = vault_state()
    assert (state.unreadable_rows, sum(reencryption.rows_behind().values())) == (1, 1)


def test_a_row_from_before_there_were_codes_is_withdrawn_by_nobody(
    post: Callable[..., Sent],
) -> None:
    reference, code = post()
    Submission.objects.update(withdrawal_digest=b"")
    assert refusals(withdraw(reference, code)) == [str(UNKNOWN)]
    assert refusals(withdraw(reference, "")) == ["Enter the code that the confirmation showed."]
    assert [status for status, _blob, _key in states()] == ["new"]


def test_what_a_colleague_had_before_them_is_not_saved_over_it(
    sign_in: Callable[..., Client], post: Callable[..., Sent]
) -> None:
    sent = post()
    address = f"{LIST}inspect/{Submission.objects.get().pk}/"
    reviewer = sign_in("booking_reviewer", unlock=True)
    shown = BeautifulSoup(reviewer.get(address).content, "html.parser")
    form = {"seen": shown.select_one("[name=seen]")["value"], "status": "contacted", "assignee": ""}
    withdraw(*sent)
    answer = BeautifulSoup(reviewer.post(address, form).content, "html.parser")
    assert "Nothing was saved: the visitor has withdrawn this request." in answer.text
    assert "The visitor has withdrawn this request. Its answers" in answer.text
    assert states() == [("withdrawn", b"", b"")]


def test_moving_to_a_new_key_brings_nothing_back(
    post: Callable[..., Sent], vault: TestVault, users: dict[str, Any]
) -> None:
    sent = post()
    passphrase = vault.passphrases["booking_reviewer"]
    _grant, root = root_by_passphrase(users["booking_reviewer"], passphrase)
    lifecycle.new_recovery_sheet(root, by=None)
    requests = reencryption.TABLES[0]
    (rows,) = reencryption._batches(requests, reencryption.Moved(), None)
    withdraw(*sent)
    moved = reencryption.Moved()
    reencryption._move_batch(requests, rows, root, moved)
    assert (len(rows), moved.rows, moved.changed) == (1, 0, 1)
    assert states() == [("withdrawn", b"", b"")]


def test_it_is_deleted_on_its_day_like_any_other(post: Callable[..., Sent]) -> None:
    withdraw(*post())
    Submission.objects.update(delete_after=clinic_today() - timedelta(days=1))
    assert purge().requests == 1
    assert Submission.objects.count() == 0


def test_with_the_database_away_nothing_is_withdrawn_and_the_page_says_whom_to_call(
    post: Callable[..., Sent],
) -> None:
    reference, code = post()
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(failing_on("UPDATE", "booking_submission")):
        answer = client.post(ADDRESS, {"reference": reference, "code": code})
    assert answer.status_code == 503
    assert "(972) 555-0100" in answer.text
    assert [status for status, _blob, _key in states()] == ["new"]
