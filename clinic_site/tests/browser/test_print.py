"""On paper: an article with who reviewed it and when, a request with its answers, and no menu of either."""

import io
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import BrowserContext
from pypdf import PdfReader

from clinic_site.tests.browser.places import ARTICLE, reviewed
from clinic_site.tests.browser.test_journey import sign_in, unlock
from clinic_site.tests.trial import Trial


@pytest.fixture
def reviewer(trial: Trial) -> Iterator[str]:
    """The name of the clinician who has reviewed the article, for as long as the test runs."""
    with reviewed(trial):
        yield "Clayton L. Allison, M.D."


def words(text: str) -> str:
    """Text without spaces: a line of a PDF breaks anywhere."""
    return "".join(text.split()).replace("\u00ad", "")


def test_a_printed_article_has_title_reviewer_date_and_every_answer(
    reviewer: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    page.goto(ARTICLE)
    shown = BeautifulSoup(page.content(), "html.parser")
    answers = [answer.text for answer in shown.select("details .answer p")]
    menu = [link.text for link in shown.select(".site-nav a")]
    pdf = PdfReader(io.BytesIO(page.pdf(format="Letter")))
    printed = words("".join(sheet.extract_text() for sheet in pdf.pages))
    assert len(answers) >= 6
    missing = [
        text
        for text in [shown.h1.text, reviewer, "September 14, 2026", *answers]
        if words(text) not in printed
    ]
    extra = [
        text for text in [*menu, "Request an appointment", "On this page"] if words(text) in printed
    ]
    print(f"L: {len(pdf.pages)} sheets, {len(answers)} answers, missing {missing}, extra {extra}")
    assert (missing, extra) == ([], [])
    assert page.locator("details[open]").count() == 0


def test_an_article_that_nobody_reviewed_says_so_on_paper(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context().new_page()
    page.goto(ARTICLE)
    pdf = PdfReader(io.BytesIO(page.pdf(format="Letter")))
    assert words("Not yet reviewed by a clinician") in words(pdf.pages[0].extract_text())


LONG = """
from booking.models import BookingPage, Location, Submission
from booking.tests.factories import core_answers, sealed_request, store
message = "\\n".join(f"Line {number} of it." for number in range(90))
page, place = BookingPage.objects.first(), Location.objects.first()
(row,) = store([sealed_request(page, place, core_answers(message=message), reference="PPPPPPPP")])
print(row.pk)
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_printed_request_has_every_answer_on_all_its_pages_and_nothing_else(
    trial: Trial, new_context: Callable[..., BrowserContext], theme: str
) -> None:
    pk = trial.shell(LONG).strip()
    page = new_context(color_scheme=theme).new_page()
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    page.goto(f"/admin/booking/submission/inspect/{pk}/")
    pdf = PdfReader(io.BytesIO(page.pdf(format="Letter")))
    trial.shell("from booking.models import Submission\nSubmission.objects.all().delete()")

    printed = words("".join(sheet.extract_text() for sheet in pdf.pages))
    wanted = ["PPPPPPPP", "Robin Sample", "(972) 555-0134", "Line 0 of it.", "Line 89 of it."]
    assert [text for text in wanted if words(text) not in printed] == []
    unwanted = [
        "Vault",
        "Lock now",
        "Back to the list",
        "Contacted, mine",
        "Assignee",
        "What happened",
    ]
    assert [text for text in unwanted if words(text) in printed] == []
    assert len(pdf.pages) > 1
    assert printed.startswith(words("Request PPPPPPPP"))


DAY = """
from datetime import datetime, timedelta
from django.utils import timezone
from booking.models import BookingPage, Location
from booking.submissions.appointments import Appointment
from booking.submissions.handling import seen_values
from booking.submissions.schedule import make_appointment
from booking.tests.factories import core_answers, sealed_request, store
page, places = BookingPage.objects.first(), Location.objects.all()[:2]
day = timezone.localdate() + timedelta(days=1)
for number in range(60):
    place = places[number % 2]
    name = f"Patient No. {number} of it"
    (row,) = store([sealed_request(page, place, core_answers(name=name))])
    at = datetime(day.year, day.month, day.day, 8 + number % 9, tzinfo=place.zone)
    one = Appointment(at, 30, "Dr. Okafor", place.pk, False)
    make_appointment(row.pk, one, seen=seen_values(row), form_secret="x", by=None)
print(day.isoformat())
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_printed_day_has_everybody_who_comes_each_location_on_its_own_sheets(
    trial: Trial, new_context: Callable[..., BrowserContext], theme: str
) -> None:
    day = trial.shell(DAY).strip().splitlines()[-1]
    page = new_context(color_scheme=theme).new_page()
    sign_in(page, trial, "booking_reviewer")
    unlock(page, trial, "booking_reviewer")
    page.goto(f"/admin/booking/submission/day/?day={day}")
    pdf = PdfReader(io.BytesIO(page.pdf(format="Letter")))
    trial.shell("from booking.models import Submission\nSubmission.objects.all().delete()")

    sheets = [words(sheet.extract_text()) for sheet in pdf.pages]
    patients = [words(f"Patient No. {number} of it") for number in range(60)]
    assert [each for each in patients if each not in "".join(sheets)] == []
    # Those of one location, with an even number, on no sheet of the other one.
    here = {n for n, sheet in enumerate(sheets) for each in patients[::2] if each in sheet}
    there = {n for n, sheet in enumerate(sheets) for each in patients[1::2] if each in sheet}
    assert here & there == set()
    unwanted = ["Vault", "Lock now", "Back to the list", "The day after", "Print the list"]
    assert [text for text in unwanted if words(text) in "".join(sheets)] == []
