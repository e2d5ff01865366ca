"""Five wrong passphrases in a quarter of an hour, wherever they are typed, and little memory."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection, connections

from booking.vault import keyring, lifecycle, limits
from booking.vault.crypto import CannotOpen
from booking.vault.limits import TooManyTries
from clinic_site.tests.fixtures import PASSPHRASES

START = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
WRONG = "cobalt heron quiet lantern fig wrong"
RIGHT = PASSPHRASES["booking_reviewer"]
ALLOWED_MIB = 80

OPENED, LOOKED_AT, HELD_BACK = "opened", "looked at", "held back"

# A try as another worker or node makes it: a process of its own on the same database.
ELSEWHERE = """
import sys
import django
django.setup()
from django.contrib.auth import get_user_model
from booking.vault import keyring
from booking.vault.crypto import CannotOpen
from booking.vault.limits import TooManyTries
user = get_user_model().objects.get(username="booking_reviewer")
for _ in range(int(sys.argv[1])):
    try:
        keyring.root_by_passphrase(user, sys.argv[2])
        print("opened")
    except TooManyTries:
        print("held back")
    except CannotOpen:
        print("looked at")
"""

# The peak of a process that unlocks twenty times at once at the real cost, above what it had before,
# the threads and their connections included.
MEMORY = """
import os, re, sys, threading
import django
django.setup()
from django.conf import settings
from django.contrib.auth import get_user_model
from booking.vault import crypto, keyring
from booking.vault.models import Reviewer
settings.VAULT_ARGON2 = {"memory_kib": 64 * 1024, "iterations": 3, "lanes": 1}
settings.VAULT_TRIES = 100

def kib(name):
    with open("/proc/self/status") as status:
        return int(re.search(name + r":\\s+(\\d+) kB", status.read()).group(1))

def unwrap():
    if sys.argv[1] == "one at a time":
        return keyring.unwrap_seed(reviewer, "plum tiger seven kites")
    return crypto.unwrap_reviewer_seed(
        reviewer.wrap, "plum tiger seven kites", peppers={1: settings.VAULT_PEPPER.encode()},
        user=keyring.user_bytes(user), public_key=reviewer.public_key)

def one():
    get_user_model().objects.count()  # its connection, which SQLite's schema makes half a mebibyte
    connected.wait()
    ready.wait()
    opened.append(unwrap() == seed)

opened, connected, ready = [], threading.Barrier(21), threading.Event()
user = get_user_model().objects.get(username="booking_reviewer")
threads = [threading.Thread(target=one) for _ in range(20)]
for thread in threads:
    thread.start()
connected.wait()
seed, before = os.urandom(32), kib("VmRSS")
public_key = crypto.public_key_bytes(2, seed)
wrap = keyring.wrap_seed(seed, "plum tiger seven kites", user, public_key)
reviewer = Reviewer(user=user, public_key=public_key, wrap=wrap)
ready.set()
for thread in threads:
    thread.join()
assert opened == [True] * 20
print((kib("VmHWM") - before) // 1024)
"""


@pytest.fixture
def on_disk(transactional_db: None, vault: Any) -> Any:
    """A vault that other threads and processes see too."""
    yield vault
    caches["shared"].clear()


def attempt(user: Any, passphrase: str = WRONG) -> str:
    try:
        keyring.root_by_passphrase(user, passphrase)
    except TooManyTries:
        return HELD_BACK
    except CannotOpen:
        return LOOKED_AT
    return OPENED


def elsewhere(*arguments: str, code: str = ELSEWHERE) -> subprocess.Popen[str]:
    """Start a process on the database of this test."""
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}"
    if connection.vendor != "sqlite":
        base, _, tail = os.environ["TEST_DATABASE_URL"].rpartition("/")
        url = f"{base}/{name}{tail.partition('?')[1]}{tail.partition('?')[2]}"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=django_settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "clinic_site.settings.test",
            "TEST_DATABASE_URL": url,
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def printed(process: subprocess.Popen[str]) -> list[str]:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.splitlines()


def test_five_wrong_ones_lock_out_the_right_one_for_fifteen_minutes(vault, users):
    user = users["booking_reviewer"]
    with time_machine.travel(START, tick=False):
        assert [attempt(user) for _ in range(5)] == [LOOKED_AT] * 5
        assert attempt(user, RIGHT) == HELD_BACK
    with time_machine.travel(START + timedelta(minutes=14, seconds=59), tick=False):
        assert attempt(user, RIGHT) == HELD_BACK
    with time_machine.travel(START + timedelta(minutes=15, seconds=1), tick=False):
        assert attempt(user, RIGHT) == OPENED


def test_each_try_comes_back_a_quarter_of_an_hour_after_it_was_made(vault, users):
    user = users["booking_reviewer"]
    for minute in range(5):
        with time_machine.travel(START + timedelta(minutes=minute), tick=False):
            assert attempt(user) == LOOKED_AT
    with time_machine.travel(START + timedelta(minutes=15, seconds=1), tick=False):
        assert [attempt(user) for _ in range(2)] == [LOOKED_AT, HELD_BACK]


def test_the_right_one_starts_the_count_anew(vault, users):
    user = users["booking_reviewer"]
    tries = [*[attempt(user) for _ in range(4)], attempt(user, RIGHT)]
    assert tries == [LOOKED_AT] * 4 + [OPENED]
    assert [attempt(user) for _ in range(6)] == [LOOKED_AT] * 5 + [HELD_BACK]


def test_one_persons_tries_hold_nobody_else_back(vault, users):
    for _ in range(6):
        attempt(users["booking_reviewer"])
    other = PASSPHRASES["booking_administrator"]
    assert attempt(users["booking_administrator"], other) == OPENED


def test_a_recovery_key_and_a_passphrase_are_counted_together(vault, users):
    user = users["booking_reviewer"]
    for _ in range(3):
        limits.take_try(user)
    assert [attempt(user) for _ in range(3)] == [LOOKED_AT, LOOKED_AT, HELD_BACK]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_processes_count_the_same_tries(on_disk, users):
    assert printed(elsewhere("3", WRONG)) == [LOOKED_AT] * 3
    assert [attempt(users["booking_reviewer"]) for _ in range(3)] == [
        LOOKED_AT,
        LOOKED_AT,
        HELD_BACK,
    ]
    assert printed(elsewhere("1", RIGHT)) == [HELD_BACK]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_twenty_tries_at_once_in_two_processes_five_are_looked_at(on_disk):
    both = [elsewhere("10", WRONG), elsewhere("10", WRONG)]
    outcomes = [line for process in both for line in printed(process)]
    assert sorted(outcomes) == [HELD_BACK] * 15 + [LOOKED_AT] * 5


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_twenty_tries_at_once_in_one_process_five_are_looked_at(on_disk, users):
    def one(_number: int) -> str:
        try:
            return attempt(users["booking_reviewer"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=20) as pool:
        outcomes = list(pool.map(one, range(20)))
    assert sorted(outcomes) == [HELD_BACK] * 15 + [LOOKED_AT] * 5


@pytest.mark.once  # memory that Argon2 takes
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(("how", "fits"), [("one at a time", True), ("all at once", False)])
def test_twenty_unlocks_at_once_add_at_most_eighty_mebibytes(on_disk, how, fits):
    """The second row is the specimen: without the lock the same twenty take many times that."""
    (added,) = printed(elsewhere(how, code=MEMORY))
    assert (int(added) <= ALLOWED_MIB) is fits, f"{how}: {added} MiB"


# The end of a quarter of an hour -----------------------------------------------------------------


def test_tries_just_before_a_quarter_of_an_hour_still_count_after_it(
    vault: Any, users: Any
) -> None:
    user = users["booking_reviewer"]
    with time_machine.travel(START + timedelta(minutes=14), tick=False):
        for _try in range(3):
            limits.take_try(user)
    with time_machine.travel(START + timedelta(minutes=16), tick=False):
        for _try in range(2):
            limits.take_try(user)
        with pytest.raises(TooManyTries):
            limits.take_try(user)
    with time_machine.travel(START + timedelta(minutes=29, seconds=1), tick=False):
        for _try in range(3):
            limits.take_try(user)
        with pytest.raises(TooManyTries):
            limits.take_try(user)


def test_a_wrong_old_passphrase_counts_when_the_passphrase_is_changed(
    vault: Any, users: Any
) -> None:
    user = users["booking_reviewer"]
    for _try in range(5):
        with pytest.raises(CannotOpen) as refusal:
            lifecycle.change_passphrase(user, WRONG, "amber quilt nine rivers")
        assert refusal.type is CannotOpen
    with pytest.raises(TooManyTries):
        lifecycle.change_passphrase(user, RIGHT, "amber quilt nine rivers")
