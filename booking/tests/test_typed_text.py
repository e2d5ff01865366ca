"""What of a typed text is taken: all that shows, in its order, and nothing else."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.test import Client

from booking.public.form.answers import answers_of
from booking.public.form.forms import BookingForm
from booking.public.form.typed_text import cleaned_query
from booking.tests.factories import add_question
from clinic_site.tests.fixtures import TestVault
from clinic_site.visible_text import shows_nothing, visible

ENTER_NAME = "Enter your name, so that we know whom to ask for."
# Names that nobody would see.
NOTHING = {
    "zero-width spaces": "\u200b\u200b",
    "a no-break space": "\xa0",
    "an ideographic space": "\u3000",
    "a Hangul filler": "\u3164",
    "a halfwidth Hangul filler": "\uffa0",
    "Hangul jamo fillers": "\u115f\u1160",
    "a byte order mark": "\ufeff",
    "joiners": "\u200c\u200d",
    "an override": "\u202e",
    "marks on nothing": "\u0301\u0308",
    "a selector on nothing": "\ufe0f",
    "tags": "\U000e0073\U000e0063",
    "an empty cell of Braille": "\u2800",
    "a line separator": "\u2028",
    "soft hyphens among spaces": " \xad \xad ",
    "half a character": "\ud83d",
    "no character": "\uffff",
}
# What is typed, by what it is, and what a person gets.
TEXTS: dict[str, tuple[str, str]] = {
    # Left as they are
    "ASCII": ("Robin O'Neill-Sample", "Robin O'Neill-Sample"),
    "accents": ("Zoë Núñez Ångström", "Zoë Núñez Ångström"),
    "accents as marks": ("Zoe\u0308", "Zoe\u0308"),
    "typographic signs": ("O’Neill‑Sample – “R.”", "O’Neill‑Sample – “R.”"),
    "a no-break space inside": ("Robin\xa0Sample", "Robin\xa0Sample"),
    "line breaks of the web": ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
    "Arabic": ("محمد علي", "محمد علي"),
    "Arabic with marks": ("مُحَمَّد", "مُحَمَّد"),
    "Hebrew": ("שָׂרָה לֵוִי", "שָׂרָה לֵוִי"),
    "Persian with a non-joiner": ("علی\u200cرضا", "علی\u200cرضا"),
    "Persian plural": ("می\u200cخواهم کتاب\u200cها", "می\u200cخواهم کتاب\u200cها"),
    "Hindi": ("प्रिया शर्मा", "प्रिया शर्मा"),
    "Hindi with a joiner": ("क्\u200dष", "क्\u200dष"),
    "Hindi with a non-joiner": ("क्\u200cष", "क्\u200cष"),
    "Malayalam that ends in a joiner": ("മോഹന്\u200d", "മോഹന്\u200d"),
    "Sinhala": ("ශ්\u200dරී ලංකා", "ශ්\u200dරී ලංකා"),
    "Bengali": ("র\u200d্যাব", "র\u200d্যাব"),
    "Tamil": ("முருகன்", "முருகன்"),
    "Thai": ("สมชาย ใจดี", "สมชาย ใจดี"),
    "Chinese": ("王小明", "王小明"),
    "Japanese with a variant": ("葛\U000e0100城", "葛\U000e0100城"),
    "Korean": ("김철수", "김철수"),
    "Vietnamese": ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
    "Mongolian with a variant": ("ᠠ\u180bᠨ", "ᠠ\u180bᠨ"),
    "a health worker": ("👩\u200d⚕️", "👩\u200d⚕️"),
    "a family": ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    "a couple with a heart": ("👩\u200d❤️\u200d👨", "👩\u200d❤️\u200d👨"),
    "a detective with a skin tone": ("🕵🏽\u200d♀️", "🕵🏽\u200d♀️"),
    "a rainbow flag": ("🏳️\u200d🌈", "🏳️\u200d🌈"),
    "flags of two letters": ("🇺🇸🇲🇽", "🇺🇸🇲🇽"),
    "a keycap": ("1️⃣", "1️⃣"),
    "a heart in colour and one in ink": ("❤️ ❤︎", "❤️ ❤︎"),
    "Scotland's flag": (
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ),
    "Zalgo": ("Z\u0334\u0322a\u0335l\u0336g\u0337o\u0338", "Z\u0334\u0322a\u0335l\u0336g\u0337o\u0338"),
    "punctuation alone": ("?", "?"),
    # Taken out
    "controls": ("a\x00b\x07c\x1b[31md\x7fe\x85f\x9bg", "abc[31mdefg"),
    "a zero-width space": ("Ro\u200bbin", "Robin"),
    "a word joiner": ("Ro\u2060bin", "Robin"),
    "a byte order mark ahead": ("\ufeffRobin", "Robin"),
    "a soft hyphen": ("Ro\xadbin", "Robin"),
    "a file name turned round": ("photo\u202eexe.gpj", "photoexe.gpj"),
    "embeddings": ("\u202aa\u202bb\u202cc\u202dd", "abcd"),
    "isolates": ("\u2066a\u2067b\u2068c\u2069d", "abcd"),
    "directional marks": ("محمد\u200f \u200eRobin\u061c", "محمد Robin"),
    "annotations": ("\ufff9漢\ufffaかん\ufffb", "漢かん"),
    "an object without a picture": ("Robin\ufffc", "Robin"),
    "invisible operators": ("f\u2061x\u2062y\u2063z\u2064", "fxyz"),
    "deprecated format characters": ("a\u206ab\u206f", "ab"),
    "fillers": ("김\u3164\uffa0\u115f\u1160철", "김철"),
    "a Mongolian vowel separator": ("a\u180eb", "ab"),
    "a grapheme joiner": ("a\u034fb", "ab"),
    "separators of lines and paragraphs": ("a\u2028b\u2029c", "a\nb\nc"),
    "halves of characters": ("a\ud83db\ude00", "ab"),
    "no characters": ("a\ufdd0b\uffffc\U0010fffed", "abcd"),
    "a message in tags": ("Hi\U000e0068\U000e0069\U000e007f", "Hi"),
    "a message in tags on a flag": ("🏴" + "\U000e0061" * 9 + "\U000e007f", "🏴"),
    "a flag whose tags do not end": ("🏴\U000e0067\U000e0062\U000e0073", "🏴"),
    "a message in selectors": ("😀\ufe0f\ufe01\U000e0101\U000e0102", "😀\ufe0f"),
    "a selector on a letter": ("Robin\ufe0f", "Robin"),
    "a joiner between Latin letters": ("Ro\u200dbin Auf\u200clage", "Robin Auflage"),
    "a joiner at an end": ("👩\u200d \u200dعلی\u200c", "👩 علی"),
    "several non-joiners": ("علی\u200c\u200c\u200cرضا", "علی\u200cرضا"),
    "joiners behind what is taken out": ("👩\u200b\u200d👧", "👩👧"),
}  # fmt: skip


def posted(**values: str) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(values)
    return query


@pytest.mark.parametrize(("typed", "given"), TEXTS.values(), ids=TEXTS)
def test_a_person_gets_what_shows_and_gets_it_again(typed: str, given: str) -> None:
    assert visible(typed) == given
    assert visible(given) == given
    assert not shows_nothing(given)


@pytest.mark.parametrize("typed", NOTHING.values(), ids=NOTHING)
def test_what_shows_nothing_counts_as_empty(typed: str) -> None:
    assert shows_nothing(visible(typed))
    assert cleaned_query(posted(name=typed))["name"].strip() == ""


def test_every_control_character_but_tab_and_line_feed_goes() -> None:
    controls = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))
    assert visible(controls.replace("\r", "")) == "\t\n"
    assert visible("\0\x1b\x7f\r\n\t") == "\n\t"


# In the form -------------------------------------------------------------------------------------


@pytest.fixture
def bind(site: SimpleNamespace, answers: dict[str, Any]) -> Callable[..., BookingForm]:
    """bind(**changes) gives the page's form with those answers changed."""
    return lambda **changes: site.book.get_form(posted(**{**answers, **changes}))


@pytest.mark.parametrize("typed", NOTHING.values(), ids=NOTHING)
def test_a_name_or_a_required_answer_that_shows_nothing_is_refused_as_an_empty_one(
    site: SimpleNamespace, bind: Callable[..., BookingForm], typed: str
) -> None:
    key = add_question(site.book, "Insurance", required=True)
    long = add_question(site.book, "Story", "multiline", required=True)
    assert bind(**{"name": typed, key: typed, long: typed}).errors == {
        "name": [ENTER_NAME],
        key: ["Answer this question: Insurance"],
        long: ["Answer this question: Story"],
    }


def test_every_answer_is_stored_as_it_shows(
    site: SimpleNamespace, bind: Callable[..., BookingForm]
) -> None:
    key = add_question(site.book, "Insurance")
    changes = {"name": "\u202eRo\u200bbin", "message": "a\u2028b\u2066", key: "\ufeffAcme"}
    form = bind(**changes, phone="\u202a972-555-0134\u202c", email="robin\u200b@example.com")
    assert form.errors == {}
    stored = {item["key"]: item["answer"] for item in answers_of(form)}
    assert {name: stored[name] for name in ("name", "phone", "email", "message", key)} == {
        "name": "Robin",
        "phone": "(972) 555-0134",
        "email": "robin@example.com",
        "message": "a\nb",
        key: "Acme",
    }


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\r\n", "\n"], ids=ascii)
def test_a_line_break_pasted_into_one_line_is_a_space(
    site: SimpleNamespace, bind: Callable[..., BookingForm], separator: str
) -> None:
    key = add_question(site.book, "Insurance")
    typed = f"Robin{separator}Sample"
    form = bind(**{"name": typed, key: typed, "message": typed})
    assert form.errors == {}
    given = [form.cleaned_data[name] for name in ("name", key, "message")]
    assert given == ["Robin Sample", "Robin Sample", "Robin\nSample"]


def test_the_limit_is_that_of_what_shows(bind: Callable[..., BookingForm]) -> None:
    assert bind(message="\u200b" * 5 + "x" * 2000).errors == {}


@pytest.mark.parametrize("field_type", ["radio", "dropdown", "checkboxes", "multiselect"])
def test_a_choice_that_staff_pasted_with_what_does_not_show_can_be_chosen(
    site: SimpleNamespace, bind: Callable[..., BookingForm], field_type: str
) -> None:
    key = add_question(site.book, "Color", field_type, choices="R\xaded\nBlue\u200e")
    form = bind(**{key: "Blue\u200e"})
    assert (form.errors, answers_of(form)[-2]["answer"] in ("Blue", ["Blue"])) == ({}, True)


def test_no_text_is_cut_by_the_browser_and_each_stands_in_its_own_direction(
    site: SimpleNamespace, client: Client, vault: TestVault
) -> None:
    kinds = ["singleline", "multiline", "email", "url"]
    keys = [add_question(site.book, f"A {kind}", kind) for kind in kinds]
    page = BeautifulSoup(client.get("/book/").content, "html.parser")
    form = page.find("form", class_="form")
    assert form.select("[maxlength]") == []
    typed = {field["name"] for field in form.select("[dir=auto]")}
    assert typed == {
        *("name", "phone", "email", "call_time", "if_answered", "language_wish", "patient_name"),
        *("message", *keys),
    }


@pytest.mark.parametrize(
    ("kind", "typed", "refusal"),
    [
        ("singleline", "x" * 256, "Shorten your answer to 255 characters or fewer."),
        ("multiline", "x" * 2001, "Shorten your answer to 2,000 characters or fewer."),
        (
            "email",
            f"{'x' * 250}@example.com",
            "Enter an e-mail address of at most 254 characters.",
        ),
    ],
)
def test_a_long_answer_to_an_extra_question_is_refused_in_a_sentence_and_kept(
    site: SimpleNamespace,
    client: Client,
    answers: dict[str, Any],
    kind: str,
    typed: str,
    refusal: str,
) -> None:
    key = add_question(site.book, "Extra", kind)
    page = BeautifulSoup(client.post("/book/", {**answers, key: typed}).content, "html.parser")
    field = page.find(attrs={"name": key})
    assert (field.get("value") or field.text.strip()) == typed
    assert refusal in page.select_one(f"#id_{key}_error").text


def test_each_long_answer_says_what_a_counter_needs(
    site: SimpleNamespace, client: Client, vault: TestVault
) -> None:
    add_question(site.book, "Story", "multiline")
    page = BeautifulSoup(client.get("/book/").content, "html.parser")
    counters = page.select("textarea + [role=status]")
    words = {
        "data-limit": "2000",
        "data-left-one": "You have 1 character left",
        "data-left": "You have {n} characters left",
        "data-over-one": "You have 1 character too many",
        "data-over": "You have {n} characters too many",
    }
    assert [{name: each[name] for name in words} for each in counters] == [words, words]
    assert [each.text for each in counters] == ["", ""]
