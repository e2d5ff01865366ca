"""Who may open which address: every address of the front desk and the vault against every role."""

import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import ModelLogEntry

from booking.models import ClinicClosing, Submission
from booking.tests.exported import EXPORT_URL, export_fields
from booking.tests.factories import close_clinic, core_answers, sealed_request, store
from booking.vault import lifecycle
from booking.vault.models import Reviewer, Vault
from clinic_site.tests.fixtures import ROLES, TestVault

ANONYMOUS = "anonymous"
VISITORS = [ANONYMOUS, *ROLES]
DESK = "booking_submission_modeladmin_"
FORMS = "wagtailforms:"
SNIPPET = "wagtailsnippets_booking_location:"
CLOSING = "wagtailsnippets_booking_clinicclosing:"

# What a role meets: a page, a redirect onward, a method that the address does not take, or
# Wagtail's way of turning somebody away: back to the dashboard.
PAGE, ONWARD, NO_METHOD, AWAY, SIGN_IN = 200, "onward", 405, "/admin/", "sign in"
NOT_FOUND = 404

NOBODY: dict[str, Any] = dict.fromkeys(ROLES, AWAY) | {ANONYMOUS: SIGN_IN}


def only(*roles: str, outcome: Any) -> dict[str, Any]:
    """That outcome for these roles; everybody else is turned away."""
    return {**NOBODY, **dict.fromkeys(roles, outcome)}


REVIEWERS = ("administrator", "booking_reviewer", "booking_administrator")
ADMINISTRATORS = ("administrator", "booking_administrator")
WITH_ACCESS = ("booking_reviewer", "booking_administrator")
LOCATION_EDITORS = ("administrator", "editor")
PAGE_EDITORS = ("administrator", "editor", "clinical_reviewer")
EVERYBODY_SIGNED_IN = tuple(ROLES)

# (address, method): what each role meets.
EXPECTED: dict[tuple[str, str], dict[str, Any]] = {
    (f"{DESK}index", "GET"): only(*REVIEWERS, outcome=PAGE),
    (f"{DESK}index", "POST"): only(*REVIEWERS, outcome=NO_METHOD),
    (f"{DESK}inspect", "GET"): only(*REVIEWERS, outcome=PAGE),
    (f"{DESK}inspect", "POST"): only(*REVIEWERS, outcome=ONWARD),
    (f"{DESK}delete", "GET"): only(*ADMINISTRATORS, outcome=PAGE),
    (f"{DESK}delete", "POST"): only(*ADMINISTRATORS, outcome=ONWARD),
    ("booking_submission_search", "GET"): only(*REVIEWERS, outcome=ONWARD),
    ("booking_submission_search", "POST"): only(*REVIEWERS, outcome=ONWARD),
    # Nobody's search: the list says to search again.
    ("booking_submission_found", "GET"): only(*REVIEWERS, outcome=ONWARD),
    ("booking_submission_found", "POST"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("booking_submission_act", "GET"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("booking_submission_act", "POST"): only(*REVIEWERS, outcome=ONWARD),
    ("booking_submission_note", "GET"): only(*REVIEWERS, outcome=ONWARD),
    # Without a note in it: the form again, with the reason.
    ("booking_submission_note", "POST"): only(*REVIEWERS, outcome=PAGE),
    ("booking_submission_delete_note", "GET"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("booking_submission_delete_note", "POST"): only(*REVIEWERS, outcome=ONWARD),
    ("booking_submission_appointment", "GET"): only(*REVIEWERS, outcome=ONWARD),
    ("booking_submission_appointment", "POST"): only(*REVIEWERS, outcome=PAGE),
    # Locked: onward to the request.
    ("booking_submission_calendar", "GET"): only(*REVIEWERS, outcome=ONWARD),
    ("booking_submission_calendar", "POST"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("booking_submission_day", "GET"): only(*REVIEWERS, outcome=PAGE),
    ("booking_submission_day", "POST"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("booking_submission_call", "GET"): only(*REVIEWERS, outcome=PAGE),
    ("booking_submission_call", "POST"): only(*REVIEWERS, outcome=PAGE),
    # Without a reference that this site signed: onward to the list.
    ("booking_submission_called", "GET"): only(*REVIEWERS, outcome=ONWARD),
    ("booking_submission_called", "POST"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("booking_submission_export", "GET"): only(*ADMINISTRATORS, outcome=PAGE),
    ("booking_submission_export", "POST"): only(*ADMINISTRATORS, outcome=PAGE),
    ("booking_figures", "GET"): only(*ADMINISTRATORS, outcome=PAGE),
    ("booking_figures", "POST"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    # There is no export of that number.
    ("booking_submission_export_progress", "GET"): only(*ADMINISTRATORS, outcome=NOT_FOUND),
    ("booking_submission_export_progress", "POST"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("vault:index", "GET"): only(*REVIEWERS, outcome=PAGE),
    ("vault:index", "POST"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("vault:unlock", "GET"): only(*REVIEWERS, outcome=PAGE),
    ("vault:unlock", "POST"): only(*REVIEWERS, outcome=PAGE),
    ("vault:lock", "GET"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("vault:lock", "POST"): only(*REVIEWERS, outcome=ONWARD),
    # Locked: nothing to stay for.
    ("vault:stay", "GET"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    ("vault:stay", "POST"): only(*REVIEWERS, outcome=403),
    ("vault:away", "GET"): only(*REVIEWERS, outcome=PAGE),
    ("vault:away", "POST"): only(*EVERYBODY_SIGNED_IN, outcome=NO_METHOD),
    # Set up already: its pages lead back to the vault.
    ("vault:setup", "GET"): only("administrator", outcome=ONWARD),
    ("vault:setup", "POST"): only("administrator", outcome=ONWARD),
    ("vault:setup_sheet", "GET"): only("administrator", outcome=ONWARD),
    ("vault:setup_sheet", "POST"): only("administrator", outcome=ONWARD),
    # A POST without what the page carried leads to a new page.
    ("vault:request_access", "GET"): only(*REVIEWERS, outcome=PAGE),
    ("vault:request_access", "POST"): only(*REVIEWERS, outcome=ONWARD),
    ("vault:recover", "GET"): only(*REVIEWERS, outcome=PAGE),
    ("vault:recover", "POST"): only(*REVIEWERS, outcome=PAGE),
    # Only whoever has access gives it, takes it, and makes a sheet: no administrator without it.
    ("vault:give_access", "GET"): only(*WITH_ACCESS, outcome=PAGE),
    ("vault:give_access", "POST"): only(*WITH_ACCESS, outcome=PAGE),
    ("vault:remove_reviewer", "GET"): only(*WITH_ACCESS, outcome=PAGE),
    ("vault:remove_reviewer", "POST"): only(*WITH_ACCESS, outcome=PAGE),
    ("vault:change_passphrase", "GET"): only(*WITH_ACCESS, outcome=PAGE),
    ("vault:change_passphrase", "POST"): only(*WITH_ACCESS, outcome=PAGE),
    ("vault:new_sheet", "GET"): only(*WITH_ACCESS, outcome=PAGE),
    ("vault:new_sheet", "POST"): only(*WITH_ACCESS, outcome=ONWARD),
    # Wagtail's own form pages stay empty for whoever may edit pages, and closed for all.
    (f"{FORMS}index", "GET"): only(*PAGE_EDITORS, outcome=PAGE),
    (f"{FORMS}index_results", "GET"): only(*PAGE_EDITORS, outcome=PAGE),
    (f"{FORMS}list_submissions", "GET"): NOBODY,
    (f"{FORMS}list_submissions_results", "GET"): NOBODY,
    (f"{FORMS}delete_submissions", "GET"): NOBODY,
    (f"{FORMS}delete_submissions", "POST"): NOBODY,
    # A control: the locations belong to the editors.
    (f"{SNIPPET}list", "GET"): only(*LOCATION_EDITORS, outcome=PAGE),
    (f"{SNIPPET}add", "GET"): only(*LOCATION_EDITORS, outcome=PAGE),
    (f"{SNIPPET}edit", "GET"): only(*LOCATION_EDITORS, outcome=PAGE),
    # Onward to the reason: the location has a request.
    (f"{SNIPPET}delete", "GET"): only(*LOCATION_EDITORS, outcome=ONWARD),
    (f"{CLOSING}list", "GET"): only(*LOCATION_EDITORS, outcome=PAGE),
    (f"{CLOSING}add", "GET"): only(*LOCATION_EDITORS, outcome=PAGE),
    (f"{CLOSING}edit", "GET"): only(*LOCATION_EDITORS, outcome=PAGE),
    (f"{CLOSING}delete", "GET"): only(*LOCATION_EDITORS, outcome=PAGE),
}
ABOUT_A_PAGE = [
    f"{FORMS}{name}"
    for name in ("list_submissions", "list_submissions_results", "delete_submissions")
]
# Reading them changes nothing, or Wagtail answers a POST there as a GET.
GET_ONLY = {f"{FORMS}{name}" for name in ("index", "index_results", "list_submissions")} | {
    f"{FORMS}list_submissions_results",
    *(
        f"{snippet}{name}"
        for snippet in (SNIPPET, CLOSING)
        for name in ("list", "add", "edit", "delete")
    ),
}
OTHER_SNIPPET_ADDRESSES = {
    f"{snippet}{name}"
    for snippet in (SNIPPET, CLOSING)
    for name in ("list_results", "usage", "history", "history_results", "copy")
} | {f"{SNIPPET}reorder"}


def addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The names of all addresses, each with its namespace."""
    patterns: list[URLPattern | URLResolver] = (resolver or get_resolver()).url_patterns
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(
                pattern, space + (f"{pattern.namespace}:" if pattern.namespace else "")
            )
        elif pattern.name:
            yield space + pattern.name


def is_of_the_desk(name: str) -> bool:
    return name.startswith(("booking_", "booking:", "vault:", "vault_", FORMS, SNIPPET, CLOSING))


def address_of(name: str, site: SimpleNamespace, submission: Submission) -> str:
    return reverse(name, args=_about(name, site, submission))


def _about(name: str, site: SimpleNamespace, submission: Submission) -> tuple[Any, ...]:
    """What the address names."""
    if name in ("vault:give_access", "vault:remove_reviewer"):
        return (Reviewer.objects.get(user__username="administrator").pk,)
    closing = (ClinicClosing.objects.get().pk,)
    named = {
        **dict.fromkeys((f"{DESK}inspect", f"{DESK}delete"), (submission.pk,)),
        "booking_submission_found": (submission.pk,),
        "booking_submission_export_progress": (0,),
        "booking_submission_note": (submission.pk,),
        "booking_submission_appointment": (submission.pk,),
        "booking_submission_calendar": (submission.pk,),
        "booking_submission_delete_note": (submission.pk, submission.pk),
        **dict.fromkeys(ABOUT_A_PAGE, (site.book.pk,)),
        **dict.fromkeys((f"{SNIPPET}edit", f"{SNIPPET}delete"), (site.location.pk,)),
        **dict.fromkeys((f"{CLOSING}edit", f"{CLOSING}delete"), closing),
    }
    return named.get(name, ())


def outcome(response: Any) -> Any:
    """PAGE, ONWARD, AWAY and so on, from a response."""
    if response.status_code != 302:
        return response.status_code
    target = response["Location"]
    if target.startswith("/admin/login/"):
        return SIGN_IN
    return AWAY if target == "/admin/" else ONWARD


@pytest.fixture
def submission(site: SimpleNamespace, users: dict[str, Any], vault: TestVault) -> Submission:
    """One request and one closing; the administrator has a passphrase and waits to be given access."""
    close_clinic("2026-12-24", "2027-01-01")
    lifecycle.add_reviewer(
        Vault.objects.get(), users["administrator"], "lumber violet oyster trumpet"
    )
    answers = core_answers(name="Kestrel Quillfeather", message="Zinnia marmalade")
    return store([sealed_request(site.book, site.location, answers, reference="AAAAAAAA")])[0]


def test_every_address_of_the_desk_the_vault_and_the_form_pages_is_in_the_table() -> None:
    found = {name for name in addresses() if is_of_the_desk(name)}
    assert found == {name for name, _ in EXPECTED} | OTHER_SNIPPET_ADDRESSES
    both = {name for name in found if {(name, "GET"), (name, "POST")} <= set(EXPECTED)}
    assert found == both | GET_ONLY | OTHER_SNIPPET_ADDRESSES


@pytest.mark.parametrize("role", VISITORS)
def test_each_role_meets_what_the_table_says(
    sign_in: Callable[..., Client], site: SimpleNamespace, submission: Submission, role: str
) -> None:
    client = sign_in(None if role == ANONYMOUS else role)
    data = {"status": "contacted", "assignee": "", "seen": "status=new&assignee="}
    rows = sorted(EXPECTED, key=lambda row: row == (f"{DESK}delete", "POST"))  # needed till then
    met = {}
    for name, method in rows:
        response = client.generic(
            method,
            address_of(name, site, submission),
            urlencode(data) if method == "POST" else "",
            content_type="application/x-www-form-urlencoded",
        )
        met[name, method] = outcome(response)
    assert met == {row: expected[role] for row, expected in EXPECTED.items()}


@pytest.mark.parametrize("role", [ANONYMOUS, "editor", "clinical_reviewer"])
def test_whoever_is_turned_away_changes_and_learns_nothing(
    sign_in: Callable[..., Client], site: SimpleNamespace, submission: Submission, role: str
) -> None:
    client = sign_in(None if role == ANONYMOUS else role)
    before = list(Submission.objects.values())
    entries = ModelLogEntry.objects.count()
    for name, method in EXPECTED:
        if name.startswith((SNIPPET, CLOSING)):
            continue
        address = address_of(name, site, submission)
        data = {"status": "closed", "passphrase": "x", "term": "Kestrel", "next": "/"}
        response = client.post(address, data) if method == "POST" else client.get(address)
        assert submission.reference not in response.text
        assert "Kestrel" not in response.text
    assert list(Submission.objects.values()) == before
    assert ModelLogEntry.objects.count() == entries


@pytest.mark.parametrize("role", ["editor", "clinical_reviewer"])
def test_the_menu_of_other_staff_has_neither_requests_nor_vault_nor_forms(
    sign_in: Callable[..., Client], site: SimpleNamespace, submission: Submission, role: str
) -> None:
    page = sign_in(role).get("/admin/").text
    for address in ("/admin/booking/submission/", "/admin/vault/", "/admin/forms/"):
        assert address not in page


def test_a_session_that_lost_its_group_is_turned_away_at_once(
    sign_in: Callable[..., Client], users: dict[str, Any], submission: Submission
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    address = f"/admin/booking/submission/inspect/{submission.pk}/"
    assert "Kestrel" in client.get(address).text
    users["booking_reviewer"].groups.clear()
    response = client.get(address)
    assert outcome(response) == SIGN_IN
    assert "Kestrel" not in response.text


def test_a_disabled_account_is_turned_away_at_once(
    sign_in: Callable[..., Client], users: dict[str, Any], submission: Submission
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    users["booking_reviewer"].is_active = False
    users["booking_reviewer"].save()
    assert outcome(client.get("/admin/booking/submission/")) == SIGN_IN


# A superuser without a grant


def test_a_superuser_without_access_to_the_vault_sees_clear_columns_only(
    sign_in: Callable[..., Client], submission: Submission
) -> None:
    client = sign_in("administrator")
    for address in (
        "/admin/booking/submission/",
        f"/admin/booking/submission/inspect/{submission.pk}/",
        "/admin/booking/submission/export/",
    ):
        page = client.get(address).text
        assert "Kestrel" not in page
        assert "marmalade" not in page
    assert "AAAAAAAA" in client.get("/admin/booking/submission/").text


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_superuser_without_access_to_the_vault_exports_nothing(
    sign_in: Callable[..., Client], vault: TestVault, submission: Submission, file_format: str
) -> None:
    client = sign_in("administrator")
    for passphrase in ("", "sign-in-password", *vault.passphrases.values(), vault.recovery_key):
        response = client.post(EXPORT_URL, export_fields(passphrase, file_format))
        assert response.status_code == 200
        assert "Content-Disposition" not in response
    assert ModelLogEntry.objects.filter(action="booking.export").count() == 0


def test_a_superuser_without_access_to_the_vault_cannot_unlock_it(
    sign_in: Callable[..., Client], vault: TestVault, submission: Submission
) -> None:
    client = sign_in("administrator")
    for passphrase in vault.passphrases.values():
        client.post("/admin/vault/unlock/", {"passphrase": passphrase})
    page = client.get(f"/admin/booking/submission/inspect/{submission.pk}/").text
    assert "Kestrel" not in page


def test_a_reviewer_may_not_export_even_with_the_right_passphrase(
    sign_in: Callable[..., Client], vault: TestVault, submission: Submission
) -> None:
    client = sign_in("booking_reviewer", unlock=True)
    passphrase = vault.passphrases["booking_reviewer"]
    response = client.post(EXPORT_URL, export_fields(passphrase))
    assert outcome(response) == AWAY


# Ids


MADE_UP = [str(uuid.UUID(int=1)), "1", "AAAAAAAA", "none", "..", "%00", "0" * 32, "f" * 36]


@pytest.mark.parametrize("role", REVIEWERS)
@pytest.mark.parametrize("action", ["inspect", "delete"])
def test_an_unknown_or_malformed_id_is_not_found(
    sign_in: Callable[..., Client], submission: Submission, action: str, role: str
) -> None:
    client = sign_in(role)
    addresses_of = [f"/admin/booking/submission/{action}/{each}/" for each in MADE_UP]
    met = {
        each: (client.get(each).status_code, client.post(each).status_code) for each in addresses_of
    }
    expected = dict.fromkeys(addresses_of, (404, 404))
    if action == "inspect":  # who saves a request is told that it has been deleted meanwhile
        expected[addresses_of[0]] = (404, 302)
    assert met == expected


def test_ids_of_other_models_are_not_found(
    sign_in: Callable[..., Client], site: SimpleNamespace, submission: Submission
) -> None:
    client = sign_in("booking_administrator")
    foreign = [Vault.objects.get().pk, Reviewer.objects.first().pk, site.book.translation_key]
    statuses = [
        client.get(f"/admin/booking/submission/inspect/{each}/").status_code for each in foreign
    ]
    assert statuses == [404, 404, 404]


# Wagtail's own form pages


@pytest.mark.parametrize("role", PAGE_EDITORS)
def test_the_form_pages_of_wagtail_list_nothing(
    sign_in: Callable[..., Client], site: SimpleNamespace, submission: Submission, role: str
) -> None:
    response = sign_in(role).get("/admin/forms/")
    assert list(response.context["form_pages"]) == []
    assert "/admin/forms/submissions/" not in response.text


@pytest.mark.parametrize("query", ["?export=csv", "?export=xlsx", ""])
def test_the_form_pages_of_wagtail_export_nothing(
    sign_in: Callable[..., Client], site: SimpleNamespace, submission: Submission, query: str
) -> None:
    address = f"/admin/forms/submissions/{site.book.pk}/{query}"
    assert outcome(sign_in("administrator").get(address)) == AWAY


# Questions that the address may not ask


ATTACKS = [
    "assignee__password__startswith=x",
    "assignee__password__startswith=md5",
    "assignee__password__regex=^m",
    "assignee__is_superuser=1",
    "assignee__email__contains=clinic",
    "sealed__startswith=CBX1",
    "sealed__isnull=1",
    "page__owner__password__startswith=x",
    "reference__startswith=Z",
    "form_digest__isnull=1",
    "notes__sealed__isnull=0",
    "q=zzzz",
    "pk__in=",
    "location__submissions__assignee__password__startswith=x",
]


def test_a_lookup_that_is_no_declared_filter_does_not_change_the_list(
    sign_in: Callable[..., Client], submission: Submission, users: dict[str, Any]
) -> None:
    Submission.objects.update(assignee=users["administrator"])
    client = sign_in("booking_reviewer")

    def rows(attack: str) -> list[Submission]:
        response = client.get(f"/admin/booking/submission/?{attack}")
        assert response.status_code == 200
        return list(response.context["object_list"])

    assert {attack: rows(attack) for attack in ATTACKS} == {key: [submission] for key in ATTACKS}


@pytest.mark.parametrize("path", ["", "search/"])
def test_the_lists_own_export_of_modeladmin_is_closed(
    sign_in: Callable[..., Client], submission: Submission, users: dict[str, Any], path: str
) -> None:
    """It would go round the passphrase, and tell by the number of its rows what a lookup found."""
    Submission.objects.update(assignee=users["administrator"])
    client = sign_in("booking_reviewer")
    queries = [
        f"{attack}&export={file_format}"
        for attack in (*ATTACKS, "nonsense=1", "status=spam")
        for file_format in ("csv", "xlsx")
    ]
    files = []
    for query in queries:
        response = client.get(f"/admin/booking/submission/{path}?{query}")
        if response.streaming or "Content-Disposition" in response:
            files.append(query)
    assert files == []


BAD_FILTERS = [
    "nonsense=1",
    "status=lost",
    "status=new&status=spam",
    "location=x",
    "location=99999999999999999999",
    "location=",
    "since=soon",
    "since=2026-02-30",
    "until=9999-99-99",
    "received=x",
    "show=x",
    "assignee=x",
    "language=x",
    "due=x",
    "hold=x",
    "since=2026-02-03&until=2026-02-01",
    "p=-1",
    "p=99999999999999999999",
    "p=x",
    "o=x",
    "o=99.-99",
    "o=0&ot=x",
    "e=1",
]


@pytest.mark.parametrize("unlock", [False, True])
def test_a_bad_filter_breaks_neither_list_nor_search(
    sign_in: Callable[..., Client], submission: Submission, unlock: bool
) -> None:
    client = sign_in("booking_reviewer", unlock=unlock)
    statuses = {}
    for query in BAD_FILTERS:
        listed = client.get(f"/admin/booking/submission/?{query}", follow=True)
        path = f"/admin/booking/submission/search/?{query}"
        found = client.post(path, {"term": "Kestrel"}, follow=True)
        statuses[query] = (listed.status_code, found.status_code)
    assert statuses == dict.fromkeys(BAD_FILTERS, (200, 200))
