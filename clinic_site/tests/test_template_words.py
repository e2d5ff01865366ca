"""No template says anything that the catalogue cannot translate."""

import re
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Doctype
from django.conf import settings

# Tags that stand for nothing a reader sees, or for what gettext sees to.
MARKED = re.compile(
    r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}"
    r"|{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}"
    r"|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
READ_ALOUD = ("alt", "aria-label", "aria-description", "placeholder", "title")
NOT_READ = {"code", "script", "style", "svg"}
WORD = re.compile(r"[^\W\d_]{2,}")


def untranslated(source: str) -> list[str]:
    """Words of a template, between tags and in attributes that are read aloud, outside of gettext."""
    soup = BeautifulSoup(MARKED.sub(" ", source), "html.parser")
    found = [
        text.strip()
        for text in soup.find_all(string=WORD)
        if not isinstance(text, Comment | Doctype)
        and not NOT_READ & {parent.name for parent in text.parents}
    ]
    for tag in soup.find_all(True):
        found += [tag[name].strip() for name in READ_ALOUD if WORD.search(tag.get(name, ""))]
    return found


def test_every_word_of_every_template_goes_through_gettext() -> None:
    folder = Path(settings.BASE_DIR) / "templates"
    found = {str(path): untranslated(path.read_text()) for path in folder.rglob("*.*")}
    assert {path: words for path, words in found.items() if words} == {}


def test_the_check_bites_on_a_wrong_specimen() -> None:
    specimen = """<!doctype html>
{# a note #}{% comment %}Nobody reads this{% endcomment %}
<p aria-label="Where you are">Plain words, {% translate "marked words" %} {{ page.title }}</p>
<a class="button" title="{% translate 'Marked' %}">{% blocktranslate %}Page {{ n }}{% endblocktranslate %}</a>
<img alt="Left behind"><code>manage.py</code> – · 14 <b>or</b>"""
    assert untranslated(specimen) == ["Plain words,", "or", "Where you are", "Left behind"]
