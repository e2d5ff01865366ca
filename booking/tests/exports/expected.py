"""What stands in an export of the requests that `factories` makes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.models import Submission

NOW = datetime(2026, 10, 7, 17, 0, tzinfo=UTC)
CORE_LABELS = [
    "Your name",
    "How should we reach you?",
    "Phone number",
    "E-mail address",
    "You may leave a voicemail",
    "A good time to call",
    "If somebody else answers",
    "An interpreter, or another language",
    "For whom is the appointment?",
    "The patient's name",
    "How old is your child?",
    "Has the patient been here before?",
    "What kind of visit?",
    "Location",
    "In person or by video?",
    "When would you like to come?",
    "Days that suit you",
    "Parts of the day that suit you",
    "Preferred day",
    "Preferred time of day",
    "Another day that suits you",
    "Time of that other day",
    "What would you like us to know?",
    "I agree that the clinic stores this request, encrypted, and contacts me about it",
]
CLEAR = ["Reference", "Received", "Requested location", "Status", "Assigned to"]
MESSAGE = len(CLEAR) + CORE_LABELS.index("What would you like us to know?")
OTHER = len(CLEAR) + len(CORE_LABELS)
# Each of them is run by one spreadsheet or another when it stands at the head of a cell.
FORMULAS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("https://evil.example","Open")',
    '=DDE("cmd";"/C calc";"a")',
    "=IMPORTXML(CONCAT(A1))",
    "+1+1",
    "+19725550134",
    "-2+3",
    "-",
    "@SUM(1,2)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1,2)",
]
HARMLESS = [
    "1 + 1 = 2",
    "a@b",
    "'quoted",
    '"; =2"',
    "first\nsecond",
    "_x0041_",
    "(972) 555-0134",
    "",
]

Export = Callable[..., Any]


def expected_row(submission: Submission, answers: list[str], *, other: str = "") -> list[str]:
    received = submission.received_at - timedelta(hours=5)  # summer at the clinic
    clear = [submission.reference, received.strftime("%Y-%m-%d %H:%M"), "Allen", "New", ""]
    return [*clear, *answers, other, ""]


def core_row(name: str, message: str) -> list[str]:
    return [
        *(name, "Phone call", "(972) 555-0134", "robin@example.com", "Yes", "", "", ""),
        *("For myself", "", "", "", "", "Allen", "", "On a certain day", "", ""),
        *("2026-10-12", "Any time", "", "", message, "Yes"),
    ]
