"""`manage.py fill_stock content.json`: the pages that are measured, with the text of the clinic's article."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from wagtail.models import Page, Site

from home.models import ArticlePage, FormField, FormPage, HomePage

_ADDRESS = re.compile(r'(<a linktype="page" id=")(/[^"]*)(">)')


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("content", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        content = json.loads(options["content"].read_text(encoding="utf-8"))
        Site.objects.update(site_name=content["site_name"])
        home = HomePage.objects.get()
        pages: dict[str, Page] = {}
        for address, title in content["menu"].items():
            kind = FormPage if address == "/book/" else HomePage
            pages[address] = publish(
                home, kind(title=title, slug=address.strip("/"), show_in_menus=True)
            )
        self._fill_form(pages["/book/"], content["form"])
        publish(home, self._article(content["article"], pages))

    def _fill_form(self, page: FormPage, questions: list[dict[str, Any]]) -> None:
        page.intro, page.thank_you_text = "<p>Tell us where and when.</p>", "<p>Thank you.</p>"
        page.form_fields = [
            FormField(sort_order=number, **question) for number, question in enumerate(questions)
        ]
        page.save_revision().publish()

    def _article(self, article: dict[str, Any], pages: dict[str, Page]) -> ArticlePage:
        def linked(html: str) -> str:
            return _ADDRESS.sub(lambda found: f"{found[1]}{pages[found[2]].pk}{found[3]}", html)

        return ArticlePage(
            title=article["title"],
            slug="article",
            intro=article["intro"],
            author=article["author"],
            date=date(2026, 9, 14),
            body=json.dumps(
                [{"type": kind, "value": linked(value)} for kind, value in article["body"]]
            ),
        )


def publish(parent: Page, page: Page) -> Page:
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page
