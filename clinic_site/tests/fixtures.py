"""Fixtures that every app's tests may ask for. Loaded as a pytest plugin (pyproject.toml)."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from clinic_site.tests import databases
from clinic_site.tests.migrated import Migrated, database_name
from clinic_site.tests.trial import shared_name

ROLES = {
    "administrator": None,
    "editor": "Editors",
    "clinical_reviewer": "Clinical reviewers",
    "booking_reviewer": "Booking reviewers",
    "booking_administrator": "Booking administrators",
}
SIGN_IN_PASSWORD = "sign-in-password"
PASSPHRASES = {
    "booking_reviewer": "plank otter seven velvet maple drum",
    "booking_administrator": "cobalt heron quiet lantern fig oasis",
}


def pytest_configure(config: pytest.Config) -> None:
    """What the workers of one run share has a name that only they know."""
    if not _is_worker(config):
        os.environ["TEST_RUN"] = uuid4().hex[:12]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_worker(config):
        databases.drop(shared_name())
        databases.drop(database_name())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What begins with the sample content comes last in its module: from then on it is there."""
    modules = {item.path: number for number, item in reversed(list(enumerate(items)))}
    items.sort(key=lambda item: (modules[item.path], "sample_content" in item.fixturenames))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder for what every worker of this run may copy: see `running_trial`."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "prepared"


@pytest.fixture
def migrated(prepared: Path, django_db_setup: None) -> Migrated:
    """The database as `migrate` leaves it, to copy."""
    return Migrated(prepared)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test begins like a new process: after a rollback the old content version comes again, and a
    request for a Spanish page leaves its language behind."""
    from clinic_site.remembered.memory import forget_everything
    from clinic_site.remembered.version import forget_version

    forget_everything()
    forget_version()
    translation.deactivate()


@pytest.fixture
def site(db: None, settings: Any) -> SimpleNamespace:
    """A small published site; see factories.make_site. The indexes, of words and of what refers to what,
    are left empty: to fill them takes longer than to make the site."""
    from wagtail.signal_handlers import disable_reference_index_auto_update

    from home.tests.factories import make_site

    backends = settings.WAGTAILSEARCH_BACKENDS
    settings.WAGTAILSEARCH_BACKENDS = {"default": {**backends["default"], "AUTO_UPDATE": False}}
    with disable_reference_index_auto_update():
        made = make_site()
    settings.WAGTAILSEARCH_BACKENDS = backends
    return SimpleNamespace(**made)


@pytest.fixture(scope="module")
def sample_content(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The content of the trial, and what its command said. Made once for a module: each test of it begins
    with the content as it was made, and after the last it is gone. Not beside `transaction=True`."""
    from django.core.management import call_command
    from django.db import transaction

    said = StringIO()
    around = transaction.atomic()
    around._from_testcase = True
    with django_db_blocker.unblock():
        around.__enter__()
    try:
        with django_db_blocker.unblock():
            call_command("load_sample_content", stdout=said)
        yield said.getvalue()
    finally:
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


@pytest.fixture
def users(db: None) -> dict[str, Any]:
    """One user for each role of the trial, by role name."""
    from django.contrib.auth.models import Group

    model = get_user_model()
    made = {}
    for role, group in ROLES.items():
        user = model.objects.create_user(
            role, f"{role}@clinic.example", SIGN_IN_PASSWORD, is_superuser=group is None
        )
        if group:
            user.groups.add(Group.objects.get(name=group))
        made[role] = user
    return made


@dataclass(frozen=True)
class TestVault:
    """A vault that the booking reviewer and the booking administrator can open."""

    __test__ = False
    recovery_key: str
    passphrases: dict[str, str]


@pytest.fixture
def vault(users: dict[str, Any]) -> TestVault:
    from booking.vault import keyring, lifecycle
    from booking.vault.models import Vault

    first, second = users["booking_reviewer"], users["booking_administrator"]
    recovery_key = lifecycle.create_vault(user=first, passphrase=PASSPHRASES["booking_reviewer"])
    _, root = keyring.root_by_passphrase(first, PASSPHRASES["booking_reviewer"])
    reviewer = lifecycle.add_reviewer(
        Vault.objects.get(), second, PASSPHRASES["booking_administrator"]
    )
    lifecycle.grant_access(root, reviewer, by=first)
    return TestVault(recovery_key, PASSPHRASES)


@pytest.fixture
def sign_in(users: dict[str, Any]) -> Callable[..., Client]:
    """sign_in(role) gives a client signed in as that role; with unlock=True the vault is open too."""

    def make(role: str | None, *, unlock: bool = False) -> Client:
        client = Client()
        if role is not None:
            client.force_login(users[role])
        if unlock:
            response = client.post("/admin/vault/unlock/", {"passphrase": PASSPHRASES[role]})
            assert response.status_code == 302, "the vault did not unlock"
        return client

    return make


def next_weekday(days_ahead: int = 7) -> date:
    """A Monday to Friday at least that many days ahead, and no federal holiday."""
    from booking.locations.hours import federal_holiday

    day = timezone.localdate() + timedelta(days=days_ahead)
    while day.weekday() > 4 or federal_holiday(day):
        day += timedelta(days=1)
    return day


@pytest.fixture
def connection_stays(db: None) -> Iterator[None]:
    """For requests without Django's test client, which does the same: the transaction around a test is
    not a connection grown old."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def valid_request(location: Any) -> dict[str, Any]:
    """A request as a browser posts it."""
    from booking.public.form.tokens import new_token

    return {
        "name": "Robin Sample",
        "contact_by": "phone",
        "phone": "972-555-0134",
        "email": "robin@example.com",
        "voicemail_ok": "on",
        "call_time": "",
        "if_answered": "",
        "language_wish": "",
        "for_whom": "self",
        "patient_name": "",
        "location": str(location.pk),
        "when": "day",
        "preferred_day": next_weekday().isoformat(),
        "preferred_time": "any",
        "second_day": "",
        "second_time": "any",
        "message": "I would like to talk about treatment options.",
        "consent": "on",
        "re_subject": "",
        "token": new_token(),
    }


@pytest.fixture
def answers(site: SimpleNamespace) -> dict[str, Any]:
    return valid_request(site.location)


@pytest.fixture
def send(client: Client, answers: dict[str, Any], vault: TestVault) -> Callable[..., Any]:
    """send(**changes) posts a request with those answers changed and returns the stored row."""
    from booking.models import Submission
    from booking.public.form.tokens import new_token

    def post(**changes: Any) -> Submission:
        before = set(Submission.objects.values_list("pk", flat=True))
        data = {**answers, "token": new_token(), **changes}
        response = client.post("/book/", data)
        assert response.status_code == 303, "the request was not taken"
        return Submission.objects.exclude(pk__in=before).get()

    return post


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Fill the database again after a test that emptied it: the next one of this process may be of
    another file and count on what the migrations put there."""
    result = yield
    marker = item.get_closest_marker("django_db")
    # After the last test there is no database any more.
    if nextitem and marker is not None and marker.kwargs.get("transaction"):
        from django.db import connection

        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
    return result
