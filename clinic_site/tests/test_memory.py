"""What a process keeps between requests, and when it lets go of it."""

from collections.abc import Iterator
from itertools import count

import pytest
from django.utils import translation

from clinic_site.remembered import memory
from clinic_site.remembered.memory import content_in_hand, recall
from clinic_site.remembered.version import content_changed


@pytest.fixture
def numbers() -> Iterator[int]:
    return count(1)


def test_a_value_is_made_once_while_nothing_changes(db: None, numbers: Iterator[int]) -> None:
    for _ in "12":
        with content_in_hand():
            assert [recall("n", lambda: next(numbers)) for _ in "123"] == [1, 1, 1]


def test_a_change_of_content_drops_every_value(db: None, numbers: Iterator[int]) -> None:
    found = []
    for _ in "12":
        with content_in_hand():
            found.append(recall("n", lambda: next(numbers)))
        content_changed()
    assert found == [1, 2]


def test_a_request_sees_one_version_to_its_end(db: None, numbers: Iterator[int]) -> None:
    with content_in_hand():
        first = recall("n", lambda: next(numbers))
        content_changed()
        with content_in_hand():
            assert recall("n", lambda: next(numbers)) == first


def test_where_no_content_is_in_hand_nothing_is_kept(numbers: Iterator[int]) -> None:
    assert [recall("n", lambda: next(numbers)) for _ in "12"] == [1, 2]


def test_each_language_has_values_of_its_own(db: None, numbers: Iterator[int]) -> None:
    with content_in_hand():
        english = recall("n", lambda: next(numbers))
        with translation.override("es"):
            assert recall("n", lambda: next(numbers)) != english
        assert recall("n", lambda: next(numbers)) == english


def test_what_does_not_hold_any_more_is_made_again(db: None, numbers: Iterator[int]) -> None:
    with content_in_hand():
        found = [recall("n", lambda: next(numbers), holds=lambda n: n > 2) for _ in "12345"]
    assert found == [1, 2, 3, 3, 3]


def test_nothing_and_what_failed_are_asked_again(db: None) -> None:
    answers = iter([None, ZeroDivisionError, "found", "not asked for"])

    def ask() -> str | None:
        answer = next(answers)
        if isinstance(answer, type):
            raise answer
        return answer

    with content_in_hand():
        assert recall("n", ask) is None
        with pytest.raises(ZeroDivisionError):
            recall("n", ask)
        assert [recall("n", ask) for _ in "12"] == ["found", "found"]


def test_the_least_used_values_go_first(db: None) -> None:
    kept = memory.Memory((0, 0))
    for number in range(memory.MOST_VALUES + 10):
        kept.keep(number, str(number))
        kept.get(0)

    assert len(kept) == memory.MOST_VALUES
    assert [kept.get(key) for key in (0, 1, memory.MOST_VALUES + 9)] == [
        "0",
        None,
        str(memory.MOST_VALUES + 9),
    ]
