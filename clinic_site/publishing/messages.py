"""How staff are told that pages were not published, where there is no form to show it in."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.admin.messages import button, render
from wagtail.models import Page

from .gates import PublishingRefused
from .rules import problems_of


def edit_address(page: Any) -> str | None:
    """The address of the page's editor; None for a page that is not stored yet."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) if page.pk else None


def tell(request: HttpRequest, refusals: Iterable[PublishingRefused]) -> None:
    """One message for each page, with every reason and the way to its editor."""
    for refusal in refusals:
        address = edit_address(refusal.page)
        reasons = format_html_join("", "<li>{}</li>", ((text,) for text in refusal.messages))
        message = _("“%(title)s” was not published:") % {"title": refusal.page.title}
        buttons = [button(address, _("Edit"))] if address else []
        detail = format_html('<ul class="errorlist">{}</ul>', reasons)
        messages.error(request, render(message, buttons, detail))


def refuse_bulk_publishing(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Publishes none of the chosen pages when one may not be, and names all of those."""
    if action_type != "publish" or not all(isinstance(item, Page) for item in objects):
        return None
    pages = list(objects)
    if action.cleaned_form.cleaned_data.get("include_descendants"):
        pages += [draft for page in objects for draft in page.get_descendants().not_live()]
    refusals = []
    for page in pages:
        revision = page.get_latest_revision()
        latest = revision.as_object() if revision else page.specific
        if problems := problems_of(latest):
            refusals.append(PublishingRefused(latest, problems))
    if not refusals:
        return None
    tell(request, refusals)
    messages.warning(request, _("None of the chosen pages was published."))
    return redirect(action.next_url)
