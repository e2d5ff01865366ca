"""How fast the site does its work: printed by `make bench`, asserted by nobody.

Runs on the test settings with a database of its own: everything is real but the cost of Argon2id,
which is spent once an unlock and not measured here.
"""

import itertools
import logging
import os
import secrets
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

from booking.tests.bench_exports import exporting

SEAL_ROUNDS = 2000
PAGE_ROUNDS = 100
BATCH = 1000
EXPORTED_ROWS = (1_000, 10_000, 100_000)
MOVED_ROWS = 20_000
MILLISECOND, MICROSECOND = 1e3, 1e6
# For references: among a hundred thousand drawn ones two are now and then alike.
_numbers = itertools.count()


def median(work: Callable[[], Any], rounds: int, unit: float) -> float:
    """The middle one of that many runs, after a few to warm up."""
    taken = []
    for number in range(rounds + 5):
        start = time.perf_counter()
        work()
        if number >= 5:
            taken.append(time.perf_counter() - start)
    return statistics.median(taken) * unit


def show(what: str, figure: str, expected: str = "") -> None:
    print(f"{what:<44}{figure:>34}  {expected}".rstrip())


def sealing() -> None:
    from booking.vault import crypto

    binding = crypto.Binding("submission", b"r" * 16, b"r" * 16, 1)
    payload = os.urandom(2048)
    for suite, name in (
        (crypto.SUITE_X25519, "X25519"),
        (crypto.SUITE_HYBRID, "ML-KEM-768 + X25519"),
    ):
        seed = os.urandom(crypto.SEED_BYTES)
        public, key = crypto.public_key_bytes(suite, seed), crypto.private_key(suite, seed)
        blob = crypto.seal_blob(suite, public, payload, binding)
        seal = median(
            lambda suite=suite, public=public: crypto.seal_blob(suite, public, payload, binding),
            SEAL_ROUNDS,
            MICROSECOND,
        )
        opened = median(
            lambda blob=blob, key=key: crypto.open_blob(blob, key, binding),
            SEAL_ROUNDS,
            MICROSECOND,
        )
        show(f"2 KB, {name}", f"seal {seal:.0f} us, open {opened:.0f} us", "(seal <= 200 us)")


def answers(location: Any) -> dict[str, Any]:
    from clinic_site.tests.fixtures import valid_request

    request = valid_request(location)
    return request | {"message": request["message"] * 10}


def pages(site: dict[str, Any]) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from booking.models import Submission
    from booking.public.form.tokens import new_token

    client, data = Client(), answers(site["location"])
    article = site["article"].get_url()
    with CaptureQueriesContext(connection) as queries:
        client.get(article)
        asked = len(queries)
    read = median(lambda: client.get(article), PAGE_ROUNDS, MILLISECOND)
    show("Article page", f"{read:.1f} ms, {asked} queries")

    tokens = iter([new_token() for _ in range(PAGE_ROUNDS + 5)])
    page = median(lambda: client.get("/book/"), PAGE_ROUNDS, MILLISECOND)
    post = median(
        lambda: client.post("/book/", {**data, "token": next(tokens)}), PAGE_ROUNDS, MILLISECOND
    )
    stored = Submission.objects.count()
    show("Booking page", f"{page:.1f} ms")
    show(
        f"Booking POST, {stored} of {PAGE_ROUNDS + 5} stored",
        f"{post:.1f} ms, {post - page:+.1f} ms beyond the page",
        "(<= +20 ms)",
    )


def add_requests(site: dict[str, Any], count: int) -> None:
    """That many sealed requests, beside those there are."""
    from django.utils import timezone

    from booking.models import Submission
    from booking.public.form.answers import answers_of
    from booking.submissions.sealed import PURPOSE, SCHEMA
    from booking.vault import sealing as vault_sealing

    form = site["book"].get_form(_query(answers(site["location"])))
    assert form.is_valid(), form.errors
    asked = answers_of(form)
    now = timezone.now()
    for start in range(0, count, BATCH):
        batch = []
        for number in range(start, min(start + BATCH, count)):
            row = uuid.uuid4()
            sealed = vault_sealing.seal(
                {"answers": asked}, purpose=PURPOSE, row=row, owner=row, schema=SCHEMA
            )
            batch.append(
                Submission(
                    id=row,
                    reference=f"{next(_numbers):08X}",
                    page=site["book"],
                    location=site["location"],
                    received_at=now - timedelta(minutes=number),
                    form_digest=secrets.token_bytes(32),
                    answers_digest=secrets.token_bytes(32),
                    sealed=sealed.blob,
                    key_id=sealed.key_id,
                    schema=SCHEMA,
                    delete_after=timezone.localdate() + timedelta(days=90),
                )
            )
        Submission.objects.bulk_create(batch)


def _query(data: dict[str, str]) -> Any:
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    query.update(data)
    return query


def moving(root: bytes, count: int) -> None:
    """Every request to a new epoch, as vault_reencrypt does it."""
    from booking.upkeep.reencryption import move_rows
    from booking.vault import lifecycle
    from booking.vault.models import Vault

    lifecycle.start_epoch(root, Vault.objects.get())
    start = time.perf_counter()
    moved = move_rows(root, user=None)
    seconds = time.perf_counter() - start
    assert moved.rows == count, "some requests were not moved"
    show(
        f"{count:,} rows moved to the current epoch",
        f"{seconds:.2f} s, {count / seconds:,.0f} rows/s",
        "(>= 1,700 rows/s)",
    )


def vault_root() -> bytes:
    """The root of a new vault, opened by its first reviewer."""
    from django.contrib.auth import get_user_model

    from booking.vault import keyring, lifecycle
    from clinic_site.tests.fixtures import PASSPHRASES

    user = get_user_model().objects.create_user("reviewer")
    passphrase = PASSPHRASES["booking_reviewer"]
    lifecycle.create_vault(user=user, passphrase=passphrase)
    return keyring.root_by_passphrase(user, passphrase)[1]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.test")
    django.setup()
    logging.disable(logging.WARNING)
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from booking.models import Submission
    from home.tests.factories import make_site

    sealing()
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        site, root = make_site(), vault_root()
        pages(site)
        Submission.objects.all().delete()
        for count in sorted((*EXPORTED_ROWS, MOVED_ROWS)):
            add_requests(site, count - Submission.objects.count())
            if count == MOVED_ROWS:
                moving(root, count)
            else:
                exporting(show, root, count)
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
