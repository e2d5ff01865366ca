"""The report of the front desk in numbers: charts, table and file tell the same."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from booking.desk.figures import table
from booking.desk.figures.charts import BOTTOM, TOP, WIDTH, round_above
from booking.models import Submission
from booking.submissions.statistics import figures
from booking.tests.factories import LocationFactory, sealed_request, store
from clinic_site.tests.pages import table as listing

pytestmark = pytest.mark.once

PAGE = "/admin/reports/requests/"
# A Monday, ten o'clock at the clinic.
NOW = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def client(sign_in: Callable[..., Client]) -> Client:
    return sign_in("booking_administrator")


@pytest.fixture
def some(site: SimpleNamespace, vault: Any) -> SimpleNamespace:
    """Two locations, the name of one of them written to do harm, and requests of three weeks."""
    other = LocationFactory(name="=Fri<b>&'sco")
    rows = [
        (site.location, "2026-11-24", 2, {}),
        (site.location, "2026-11-24", 30, {}),
        (other, "2026-11-24", None, {"status": "withdrawn"}),
        (other, "2026-11-10", 900, {}),
        (other, "2026-11-30", None, {}),
    ]
    store(
        sealed_request(
            site.book,
            place,
            **{
                "received_at": received,
                "contacted_at": None if hours is None else received + hours * HOUR,
                "due_at": received + 24 * HOUR,
                "status": "new" if hours is None else "contacted",
                **columns,
            },
        )
        for place, day, hours, columns in rows
        for received in [datetime.fromisoformat(f"{day}T15:00+00:00")]
    )
    return SimpleNamespace(here=site.location, other=other)


def soup_of(client: Client, query: str = "") -> BeautifulSoup:
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def file_of(client: Client, query: str = "") -> list[list[str]]:
    response = client.get(f"{PAGE}{query}{'&' if query else '?'}format=csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))


def shown(client: Client, query: str = "") -> list[list[str]]:
    """The table of the page, with each week as the file writes it."""
    return [
        [
            str((cell.time or {}).get("datetime") or " ".join(cell.get_text(" ").split()))
            for cell in row.select("th, td")
        ]
        for row in soup_of(client, query).select(".chart-table tr")
    ]


# Table and file -------------------------------------------------------------------------------------


def test_the_table_by_hand(client: Client, some: SimpleNamespace) -> None:
    rows = shown(client)
    assert rows[0] == [
        "Week of",
        "=Fri<b>&'sco",
        "Allen",
        "Requests",
        "Half within (hours)",
        "9 in 10 within (hours)",
        "Promises kept",
        "Promises not kept",
        "Kept (%)",
        "Withdrawn before contact",
        "Not contacted yet",
    ]
    assert len(rows) == 1 + 53 + 1
    assert rows[1:5] == [
        ["2026-11-30", "1", "0", "1", "", "", "0", "0", "", "0", "1"],
        ["2026-11-23", "1", "2", "3", "2", "30", "1", "1", "50", "1", "0"],
        ["2026-11-16", "0", "0", "0", "", "", "0", "0", "", "0", "0"],
        ["2026-11-09", "1", "0", "1", "over 720", "over 720", "0", "1", "0", "0", "0"],
    ]
    assert rows[-1] == ["All weeks", "3", "2", "5", "30", "over 720", "1", "2", "33", "1", "1"]


@pytest.mark.parametrize("query", ["", "?since=2026-11-18", "?location={other}&until=2026-11-29"])
def test_the_file_has_the_table_s_cells_and_no_formula(
    client: Client, some: SimpleNamespace, query: str
) -> None:
    query = query.format(other=some.other.pk)
    rows = shown(client, query)
    live = [row.index(some.other.name) for row in rows[:1] if some.other.name in row]
    for column in live:
        rows[0][column] = f"'{some.other.name}"
    assert live
    assert file_of(client, query) == rows


def test_what_is_chosen_stays_in_the_address_of_the_file(
    client: Client, some: SimpleNamespace
) -> None:
    query = f"?location={some.other.pk}&since=2026-11-09&until=2026-11-29"
    rows = shown(client, query)
    assert [row[0] for row in rows] == [
        *("Week of", "2026-11-23", "2026-11-16", "2026-11-09", "All weeks"),
    ]
    (link,) = soup_of(client, query).select("a[href$='format=csv']")
    assert link["href"] == f"{query}&format=csv"
    assert client.get(PAGE + link["href"])["Content-Disposition"] == (
        'attachment; filename="requests-in-numbers-2026-11-30.csv"'
    )


def test_what_the_report_does_not_know_is_no_filter_of_it(
    client: Client, some: SimpleNamespace
) -> None:
    assert shown(client, "?status=new&show=open&assignee=1&hold=yes") == shown(client)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?since=2026-11-20&until=2026-11-10", "Choose a day on or after “Received from”."),
        ("?since=yesterday", "Enter a valid date."),
        ("?location=0", "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_a_choice_that_makes_no_sense_is_told_beside_its_field(
    client: Client, some: SimpleNamespace, query: str, said: str
) -> None:
    soup = soup_of(client, query)
    assert [each.get_text(strip=True) for each in soup.select(".help-critical")] == [said]
    assert soup.select("svg.chart, table.listing") == []
    assert "Content-Disposition" not in client.get(f"{PAGE}{query}&format=csv")


def test_a_time_without_figures_says_where_they_begin(
    client: Client, some: SimpleNamespace
) -> None:
    soup = soup_of(client, "?until=2020-01-01")
    said = soup.select_one(".desk-empty").get_text(strip=True)
    assert said == (
        "There are no figures of that time: they begin in the week of December 1, 2025 and end in this one."
    )


def test_a_clinic_without_requests_has_its_report(client: Client, site: SimpleNamespace) -> None:
    assert shown(client)[-1] == ["All weeks", "0", "0", "", "", "0", "0", "", "0", "0"]
    assert len(soup_of(client).select("svg.chart")) == 3
    said = [each.get_text(strip=True) for each in soup_of(client).select(".chart-total li")]
    assert said == ["0 requests came in these weeks."]


def test_the_whole_year_is_told_in_sentences(client: Client, some: SimpleNamespace) -> None:
    said = [each.get_text(strip=True) for each in soup_of(client).select(".chart-total li")]
    assert said == [
        "5 requests came in these weeks.",
        "Half of those contacted were so within 30 hours, nine in ten within more than 30 days.",
        "Promises kept: 1, not kept: 2 (33 % kept).",
    ]


# Charts ---------------------------------------------------------------------------------------------


def drawings(found: Any) -> list[ElementTree.Element]:
    """Each as an XML parser reads it, which is stricter than a browser."""
    return [
        ElementTree.fromstring(
            render_to_string("staff/includes/chart.html", {"chart": chart}).replace(
                "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1
            )
        )
        for chart in table.charts(found)
    ]


def words_of(drawing: ElementTree.Element) -> list[str]:
    return [str(each.text) for each in drawing.iterfind(f"{SVG}g/{SVG}title")]


def test_every_number_of_the_table_is_in_the_words_of_a_chart(some: SimpleNamespace) -> None:
    found = figures()
    requests, other, here, contact, promises = map(words_of, drawings(found))
    assert len(requests) == len(here) == len(other) == len(contact) == len(promises) == 53
    assert [
        (week, *each)
        for week, each in enumerate(zip(requests, here, other, contact, promises, strict=True))
        if week >= 49 and week != 51
    ] == [
        (
            49,
            "Week of November 9, 2026: 1 requests, 0 of them withdrawn before contact, 0 not contacted yet",
            "Week of November 9, 2026: 0 requests for Allen",
            "Week of November 9, 2026: 1 requests for =Fri<b>&'sco",
            "Week of November 9, 2026: half within more than 30 days, 9 in 10 within more than 30 days",
            "Week of November 9, 2026: 0 kept, 1 not kept, 0 %",
        ),
        (
            50,
            "Week of November 16, 2026: 0 requests, 0 of them withdrawn before contact, 0 not contacted yet",
            "Week of November 16, 2026: 0 requests for Allen",
            "Week of November 16, 2026: 0 requests for =Fri<b>&'sco",
            "Week of November 16, 2026: nobody was contacted",
            "Week of November 16, 2026: no promise fell due",
        ),
        (
            52,
            "Week of November 30, 2026: 1 requests, 0 of them withdrawn before contact, 1 not contacted yet",
            "Week of November 30, 2026: 0 requests for Allen",
            "Week of November 30, 2026: 1 requests for =Fri<b>&'sco",
            "Week of November 30, 2026: nobody was contacted",
            "Week of November 30, 2026: no promise fell due",
        ),
    ]
    assert requests[51].startswith("Week of November 23, 2026: 3 requests, 1 of them withdrawn")
    assert contact[51] == "Week of November 23, 2026: half within 2 hours, 9 in 10 within 30 hours"
    assert promises[51] == "Week of November 23, 2026: 1 kept, 1 not kept, 50 %"


def test_bars_are_as_high_as_their_numbers(some: SimpleNamespace) -> None:
    requests, _other, here, contact, promises = drawings(figures())

    def bars(drawing: ElementTree.Element) -> list[tuple[int, int]]:
        rows = drawing.iterfind(f"{SVG}g/{SVG}rect[@class='chart-bar']")
        return [(int(row.attrib["y"]), int(row.attrib["height"])) for row in rows][49:]

    reach = BOTTOM - TOP
    assert bars(requests) == [(BOTTOM - h, h) for h in (reach // 4, 0, reach * 3 // 4, reach // 4)]
    assert bars(here) == [(BOTTOM - h, h) for h in (0, 0, reach // 2, 0)]
    assert bars(promises) == [(BOTTOM - h, h) for h in (0, 0, reach // 2, 0)]
    # From two hours to thirty: one step and almost five of ten.
    assert bars(contact)[2] == (BOTTOM - 69, 69 - 14)
    dots = [each.attrib["cy"] for each in contact.iterfind(f"{SVG}g/{SVG}circle")]
    assert dots == [str(BOTTOM - 134), str(BOTTOM - 14)]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_drawing_is_well_formed_named_and_within_its_frame(
    some: SimpleNamespace, language: str
) -> None:
    with translation.override(language):
        for since in (None, NOW.date()):
            for drawing in drawings(figures(since=since)):
                assert drawing.attrib["role"] == "img"
                names = drawing.attrib["aria-labelledby"].split()
                by_id = {each.attrib.get("id"): each for each in drawing}
                assert [by_id[name].tag for name in names] == [f"{SVG}title", f"{SVG}desc"]
                assert all(by_id[name].text for name in names)
                for rect in drawing.iter(f"{SVG}rect"):
                    x, y, width, height = (
                        int(rect.attrib[each]) for each in ("x", "y", "width", "height")
                    )
                    assert x >= 0
                    assert x + width <= WIDTH
                    assert TOP <= y <= y + height <= BOTTOM
                tags = {each.tag.removeprefix(SVG) for each in drawing.iter()}
                assert tags <= {"svg", "title", "desc", "g", "rect", "circle", "line", "text"}
                attributes = {name for each in drawing.iter() for name in each.attrib}
                assert not {name for name in attributes if name == "style" or name.startswith("on")}


@pytest.mark.parametrize(
    ("value", "above"), [(0, 2), (1, 2), (2, 2), (3, 4), (5, 10), (11, 20), (41, 100), (101, 200)]
)
def test_a_scale_ends_on_a_round_number(value: int, above: int) -> None:
    assert round_above(value) == above


def test_with_one_location_or_one_chosen_there_is_no_chart_for_each(
    client: Client, some: SimpleNamespace
) -> None:
    charts = [len(soup_of(client, query).select("svg.chart")) for query in ("", "?location=")]
    assert charts == [5, 5]
    assert len(soup_of(client, f"?location={some.here.pk}").select("svg.chart")) == 3


# Who, and at what cost ------------------------------------------------------------------------------


def test_whoever_runs_the_desk_finds_it_in_the_reports_and_nobody_else(
    sign_in: Callable[..., Client], some: SimpleNamespace
) -> None:
    found = {
        role: (PAGE in sign_in(role).get("/admin/").text, sign_in(role).get(PAGE).status_code)
        for role in ("administrator", "editor", "booking_reviewer", "booking_administrator")
    }
    assert found == {
        "administrator": (True, 200),
        "editor": (False, 302),
        "booking_reviewer": (False, 302),
        "booking_administrator": (True, 200),
    }
    refused = sign_in("booking_reviewer").get(f"{PAGE}?format=csv")
    assert (refused.status_code, "Content-Disposition" in refused) == (302, False)


def test_nothing_sealed_and_no_reference_is_in_it(client: Client, some: SimpleNamespace) -> None:
    page = client.get(PAGE)
    assert "no-store" in page["Cache-Control"]
    for reference in Submission.objects.values_list("reference", flat=True):
        assert reference not in page.text
    assert "Robin" not in page.text


def test_the_number_of_queries_is_the_same_for_one_request_and_for_many(
    client: Client, site: SimpleNamespace, vault: Any
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        return len(queries)

    store([sealed_request(site.book, site.location)])
    asked()
    one = asked()
    places = [LocationFactory(name=f"Town {number}") for number in range(5)]
    store(
        sealed_request(site.book, places[number % 5], received_at=NOW - timedelta(days=number * 3))
        for number in range(100)
    )
    assert asked() == one


def test_the_list_stays_without_the_new_columns(client: Client, some: SimpleNamespace) -> None:
    assert "First contacted" not in listing(client.get("/admin/booking/submission/?show=all"))[0]
