"""A stock Wagtail site with the text of the clinic's article, made in a temporary folder.

`wagtail start` of the installed Wagtail makes it; stock_site/ lies over that. What is chosen:

- settings: its production.py with DEBUG off, its middleware and its caches (Django's memory cache, where
  Wagtail keeps the roots of sites; templates are cached); static files under hashed names;
- database: the clinic's kind with the clinic's options, connections kept open as the clinic keeps them;
- article: title, introduction, author, date and a StreamField of headings, paragraphs and pictures; the
  blocks of the clinic's article are told as headings and rich text, links to pages stay links to pages;
- every page: the start template's base.html, userbar included, with a menu of the pages shown in menus;
- form: wagtail.contrib.forms with a field for each question of the booking form, of the same kind.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from clinic_site.settings.environment import database as database_settings
from clinic_site.tests.databases import own_database

from .servers import Application

NAME = "stocksite"
ARTICLE = "/article/"
FORM = "/book/"
OVERLAY = Path(__file__).with_name("stock_site")
LOCAL = """\
SECRET_KEY = {key!r}
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {{"default": {database!r}}}
"""
QUERIES = """
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
client = Client(SERVER_NAME="127.0.0.1")
client.get({address!r})
with CaptureQueriesContext(connection) as captured:
    client.get({address!r})
print(len(captured))
"""
# Inside one of these a string is a heading; the others are paragraphs, or HTML already.
_HEADINGS = {"title": "h3", "question": "h3"}
_BETWEEN_TAGS = re.compile(r">\s*\n\s*<")


@contextlib.contextmanager
def site(folder: Path) -> Iterator[tuple[Application, dict[str, Any]]]:
    """The stock site with the clinic's content, and the settings of its database, which goes at the end."""
    with own_database() as told:
        database = database_settings(told["DATABASE_URL"] or f"sqlite:///{folder / 'db.sqlite3'}")
        yield make(folder, content(), database), database


def make(folder: Path, content: dict[str, Any], database: dict[str, Any]) -> Application:
    """The stock site in that folder, migrated, filled and ready to be served."""
    folder.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "DJANGO_SETTINGS_MODULE": f"{NAME}.settings.production",
    }

    def run(*command: str) -> None:
        subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    run("-m", "wagtail.bin.wagtail", "start", NAME, ".")
    shutil.copytree(OVERLAY, folder, dirs_exist_ok=True)
    local = LOCAL.format(key=uuid4().hex * 2, database=database)
    (folder / NAME / "settings" / "local.py").write_text(local, encoding="utf-8")
    (folder / "content.json").write_text(json.dumps(content), encoding="utf-8")
    run("manage.py", "makemigrations", "home", "--verbosity=0")
    run("manage.py", "migrate", "--verbosity=0")
    run("manage.py", "fill_stock", "content.json")
    run("manage.py", "collectstatic", "--no-input", "--verbosity=0")
    settings = {"DJANGO_SETTINGS_MODULE": environment["DJANGO_SETTINGS_MODULE"]}
    return Application("stock", f"{NAME}.wsgi", folder, settings, ready=ARTICLE)


def queries(application: Application) -> int:
    """How many queries one warm request of the stock article asks."""
    command = ["manage.py", "shell", "--no-imports", "-c", QUERIES.format(address=ARTICLE)]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=application.folder,
        env={**os.environ, **application.environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return int(done.stdout)


def content() -> dict[str, Any]:
    """What the stock site shows, from the clinic's sample content and the booking page in the database."""
    from home.sample_content.article import ARTICLE as SAMPLE
    from home.sample_content.clinic import CLINIC_NAME
    from home.sample_content.people import ALLISON

    body = [("paragraph", f"<p>{SAMPLE.fields['approval_note']}</p>")]
    for _kind, value in SAMPLE.body:
        body += [(kind, _BETWEEN_TAGS.sub("><", text)) for kind, text in told(value)]
    body += [("heading", "Sources"), ("paragraph", _sources())]
    return {
        "site_name": CLINIC_NAME,
        "menu": {
            "/articles/": "Articles",
            "/common-questions/": "Common questions",
            "/team/": "Our team",
            "/book/": "Request an appointment",
        },
        "article": {
            "title": SAMPLE.title,
            "intro": SAMPLE.summary,
            "author": ALLISON,
            "body": body,
        },
        "form": list(form_fields()),
    }


def told(value: Any) -> Iterator[tuple[str, str]]:
    """A block of the clinic's as the heading and the paragraph of a stock one."""
    if isinstance(value, dict) and value.get("heading"):
        yield "heading", value["heading"]
    text = "".join(_html(value))
    if text:
        yield "paragraph", text.strip()


def _html(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in {"heading", "level"}:
                yield from _html(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _html(item)
    elif str(value).lstrip().startswith("<"):
        yield str(value)
    else:
        tag = _HEADINGS.get(key, "p")
        yield f"<{tag}>{value}</{tag}>"


def _sources() -> str:
    from home.sample_content.sources import SOURCES

    items = (
        f'<li><a href="{source["url"]}">{source["title"]}</a>. {source["publisher"]}, {source["year"]}</li>'
        for source in SOURCES
    )
    return f"<ol>{''.join(items)}</ol>"


# The form --------------------------------------------------------------------------------------


def form_fields() -> Iterator[dict[str, Any]]:
    """A field of the stock form for each question that the booking page asks."""
    from booking.models import BookingPage

    form = BookingPage.objects.get().get_form()
    for bound in form.visible_fields():
        if bound.name != "re_subject":
            yield {
                "label": str(bound.label),
                "required": bound.field.required,
                "help_text": str(bound.help_text),
                **_kind(bound.field),
            }


def _kind(field: Any) -> dict[str, str]:
    from django import forms

    if isinstance(field, forms.ModelChoiceField):
        return {
            "field_type": "radio",
            "choices": "\n".join(str(row) for row in field.queryset or []),
        }
    if isinstance(field, forms.ChoiceField):
        return {
            "field_type": "radio",
            "choices": "\n".join(str(label) for _, label in field.choices),
        }
    if isinstance(field.widget, forms.Textarea):
        return {"field_type": "multiline"}
    kinds = [
        (forms.EmailField, "email"),
        (forms.DateField, "date"),
        (forms.BooleanField, "checkbox"),
    ]
    found = next((name for cls, name in kinds if isinstance(field, cls)), "singleline")
    return {"field_type": found}
