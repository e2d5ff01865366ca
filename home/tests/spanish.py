"""A Spanish tree beside the English one, made as staff make it."""

from types import SimpleNamespace
from typing import Any

from wagtail.models import Locale, Page


def translate(page: Page, **changes: Any) -> Any:
    """What "Translate" and then "Publish" do: a Spanish copy with those fields changed."""
    spanish, _ = Locale.objects.get_or_create(language_code="es")
    copy = page.copy_for_translation(spanish)
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    return copy


def translate_site(site: SimpleNamespace) -> SimpleNamespace:
    """Home, questions and the booking page in Spanish; the articles stay English."""
    home = translate(site.home, title="Inicio", heading="Atención que se toma su tiempo")
    questions = translate(site.questions, title="Preguntas frecuentes", slug="preguntas")
    book = translate(site.book, title="Solicitar una cita")
    return SimpleNamespace(home=home, questions=questions, book=book)
