"""The Spanish catalogue is whole, fits the code, and is compiled."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

PO = settings.LOCALE_PATHS[0] / "es" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Django writes a.m. and p.m.
OTHER_HOURS = re.compile(r"\d\s*(?:[ap]\.\s+m\.|[ap]m\b)", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|</?\w+>")
FOLDERS = ("articles", "booking", "clinic_site", "home")


def catalogue(text: str) -> Catalog:
    return read_po(io.BytesIO(text.encode()))


def texts(each: str | tuple[str, ...] | list[str]) -> list[str]:
    return [each] if isinstance(each, str) else list(each)


def problems(messages: Catalog) -> list[str]:
    """What is wrong with a catalogue; empty when nothing is."""
    found = [] if messages.num_plurals == 2 else ["not two plural forms"]
    for message in messages:
        if message.id:
            name = texts(message.id)[0]
            found += [f"{name}: {fault}" for fault in faults(message)]
    return found


def faults(message: Message) -> Iterator[str]:
    originals, translations = texts(message.id), texts(message.string)
    if message.fuzzy:
        yield "only guessed"
    if not all(translations) or len(originals) != len(translations):
        yield "not translated"
        return
    wanted = {tuple(sorted(PLACEHOLDER.findall(text))) for text in originals}
    if {tuple(sorted(PLACEHOLDER.findall(text))) for text in translations} != wanted:
        yield "other placeholders"
    if any(a.strip() == a and b.strip() != b for a, b in zip(originals, translations, strict=True)):
        yield "space at an end"
    if any(OTHER_HOURS.search(text) for text in translations):
        yield "hours otherwise than Django writes them"


def sources() -> Iterator[str]:
    """Every file with texts, as Python source."""
    base = Path(settings.BASE_DIR)
    for folder in FOLDERS:
        for path in sorted((base / folder).rglob("*.py")):
            if "tests" not in path.parts:
                yield path.read_text(encoding="utf-8")
    for path in sorted((base / "templates").rglob("*.*")):
        yield as_python(path.read_text(encoding="utf-8"))


def as_python(template: str) -> str:
    """What Django hands xgettext for a template, each line at the margin."""
    return "\n".join(line.strip() for line in templatize(template).splitlines())


def extracted(source: str) -> set[str]:
    """The texts that a piece of Python marks for translation, plural ones by their singular."""
    found = extract("python", io.BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"})
    return {texts(message)[0] for _line, message, _comments, _context in found}


def test_every_text_is_translated_with_its_placeholders_and_two_plural_forms() -> None:
    assert problems(catalogue(PO.read_text(encoding="utf-8"))) == []


def test_the_check_bites_on_a_wrong_catalogue() -> None:
    specimen = """
msgid ""
msgstr ""
"Plural-Forms: nplurals=3; plural=(n != 1);\\n"

msgid "Nothing"
msgstr ""

#, fuzzy
msgid "Guess"
msgstr "Conjetura"

#, python-format
msgid "For %(name)s"
msgstr "Para %(nombre)s"

msgid "<strong>Now</strong>"
msgstr "Ahora"

msgid "Tight"
msgstr "Ancho "

msgid "Until 5 p.m."
msgstr "Hasta las 5 p. m."

msgid "%(n)d day"
msgid_plural "%(n)d days"
msgstr[0] "%(n)d día"
msgstr[1] ""
msgstr[2] ""
"""
    assert problems(catalogue(specimen)) == [
        "not two plural forms",
        "Nothing: not translated",
        "Guess: only guessed",
        "For %(name)s: other placeholders",
        "<strong>Now</strong>: other placeholders",
        "Tight: space at an end",
        "Until 5 p.m.: hours otherwise than Django writes them",
        "%(n)d day: not translated",
    ]


def test_the_catalogue_holds_every_text_of_the_code_and_no_other() -> None:
    known = {
        texts(message.id)[0] for message in catalogue(PO.read_text(encoding="utf-8")) if message.id
    }
    used: set[str] = set()
    for source in sources():
        used |= extracted(source)
    assert {"renew with make messages": sorted(used ^ known)} == {"renew with make messages": []}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("One")', {"One"}),
        ('ngettext("%(n)d day", "%(n)d days", n)', {"%(n)d day"}),
        (as_python('<p title="{% translate \'Two\' %}">{{ x|default:_("Three") }}</p>'), {"Two", "Three"}),
        (as_python("{% blocktranslate trimmed with n=x %}\n For\n {{ n }}{% endblocktranslate %}"), {"For %(n)s"}),
        ('"never marked"', set()),
    ],
)  # fmt: skip
def test_texts_are_found_where_they_are_marked(source: str, expected: set[str]) -> None:
    assert extracted(source) == expected


def test_the_compiled_catalogue_is_in_step() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(PO.read_text(encoding="utf-8")))
    assert PO.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run make messages"
