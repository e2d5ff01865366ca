"""Searching sealed requests: every one is opened and looked at, while the vault is unlocked.

There is no index to steal. Ten thousand requests take about a second.
"""

from typing import Any

from django.db.models import QuerySet

from clinic_site.visible_text import searchable

from .models import Submission
from .reading import read

MAX_FOUND = 100


def matching(submissions: QuerySet[Submission], vault: Any, term: str) -> list[Submission]:
    """Requests whose reference or any answer contains the term, newest first, at most MAX_FOUND.

    Neither capitals nor characters that do not show matter; in phone numbers only digits do.
    """
    wanted = searchable(term).strip()
    digits = "".join(c for c in wanted if c.isdigit())
    found: list[Submission] = []
    rows = submissions.select_related("location", "assignee").order_by("-received_at", "-pk")
    for submission in rows.iterator(chunk_size=500):
        submission.reading = read(submission, vault)  # type: ignore[attr-defined]
        if _matches(submission, wanted, digits):
            found.append(submission)
            if len(found) == MAX_FOUND:
                break
    return found


def _matches(submission: Any, wanted: str, digits: str) -> bool:
    if wanted in submission.reference.casefold():
        return True
    for item in submission.reading.answers:
        answer = item["answer"]
        text = " ".join(answer) if isinstance(answer, list) else str(answer)
        if wanted in searchable(text):
            return True
        is_number = item["type"] == "phone" and len(digits) >= 4
        if is_number and digits in "".join(c for c in text if c.isdigit()):
            return True
    return False
