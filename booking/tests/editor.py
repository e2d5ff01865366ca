"""What a browser sends from the editor of the booking page."""

from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from booking.models import BookingPage


def question(label: str, **changes: Any) -> dict[str, Any]:
    return {"label": label, "field_type": "singleline", "id": "", **changes}


def booking_form(
    page: BookingPage,
    questions: list[dict[str, Any]] | None = None,
    *,
    initial: int = 0,
    **changes: Any,
) -> dict[str, str]:
    """The page as it stands, with those questions and changes."""
    values = {
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "introduction": rich_text(page.introduction),
        "next_steps": rich_text(page.next_steps),
        "confirmation_text": page.confirmation_text,
        "answer_working_days": "2",
        "retention_days": "365",
        "form_fields": inline_formset(questions or [], initial=initial),
        "visit_kinds": inline_formset([]),
        "comments": inline_formset([]),
    }
    return nested_form_data({**values, **changes})
