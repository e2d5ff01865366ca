"""How fast sealed requests are searched: printed by `make bench`, asserted by nobody.

On a database of its own, SQLite or what DATABASE_URL says. A blob is a request or a note: of ten, eight
are requests and two are notes. No page is drawn and nothing is kept between two runs.
"""

import logging
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django

from booking.tests.bench import add_requests, show, vault_root

BLOBS = (1_000, 10_000, 100_000)
NOTES_IN_TEN = 2
MEGABYTE = 1e6
# What is in none, in every one by name, and in none by number.
TERMS = ("Quillfeather marmalade", "Sample", "+1 (972) 555-0199")


def add_notes(count: int) -> None:
    """One note each on that many requests."""
    from booking.models import Submission, SubmissionNote
    from booking.tests.factories import sealed_note

    text = "Called back, agreed on Tuesday morning. " * 5
    keys = list(Submission.objects.values_list("pk", flat=True)[:count])
    for start in range(0, count, 1000):
        rows = Submission.objects.in_bulk(keys[start : start + 1000]).values()
        SubmissionNote.objects.bulk_create([sealed_note(row, text) for row in rows])


def peak() -> float:
    """The most memory this process had since `forget_peak`, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE


def forget_peak() -> None:
    references = Path("/proc/self/clear_refs")
    if references.exists():
        references.write_text("5")


def searching(root: bytes, blobs: int, term: str) -> None:
    from booking.models import Submission
    from booking.submissions.search import Progress, go_on
    from booking.submissions.terms import Query
    from booking.vault.sealing import OpenKeys

    progress, keys = Progress(), OpenKeys(root)
    forget_peak()
    before, wall, cpu = peak(), time.perf_counter(), time.process_time()
    go_on(Submission.objects.all(), keys, Query.of([term]), progress, seconds=float("inf"))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert not progress.damaged, "some requests did not open"
    memory = f"peak {peak():.0f} MB, {peak() - before:+.1f} MB"
    allowed = {10_000: "(<= 1.5 s of CPU)", 100_000: "(<= 12 s of CPU)"}
    show(
        f"{blobs:,} blobs, {progress.matches:,} found",
        f"{wall:.2f} s, CPU {cpu:.2f} s, {blobs / cpu:,.0f}/s, {memory}",
        allowed.get(blobs, ""),
    )


def opening(root: bytes) -> None:
    """What the decryption alone costs, for comparison."""
    from booking.models import Submission
    from booking.submissions.sealed import answers_payload
    from booking.vault.sealing import OpenKeys

    keys, rows = OpenKeys(root), list(Submission.objects.all()[:1000])
    cpu = time.process_time()
    for row in rows:
        answers_payload(keys, row.sealed, row=row.pk, schema=row.schema)
    show("Opening one, without looking", f"{(time.process_time() - cpu) * 1000:.0f} us of CPU")


def measure(site: Any, root: bytes, blobs: int) -> None:
    from booking.models import Submission, SubmissionNote

    SubmissionNote.objects.all().delete()
    Submission.objects.all().delete()
    notes = blobs * NOTES_IN_TEN // 10
    add_requests(site, blobs - notes)
    add_notes(notes)
    opening(root)
    for term in TERMS:
        searching(root, blobs, term)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings.test")
    django.setup()
    logging.disable(logging.WARNING)
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from home.tests.factories import make_site

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        site, root = make_site(), vault_root()
        for blobs in map(int, sys.argv[1:]) if sys.argv[1:] else BLOBS:
            measure(site, root, blobs)
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
