"""The page of mails and daily work in the admin's reports."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages

from ..clinic_time import at_the_clinic
from . import outbox, state
from .permissions import can_see_background


@require_GET
@never_cache
@at_the_clinic
def index(request: HttpRequest) -> HttpResponse:
    """How each command of the schedule went last, and which mails have not gone out."""
    _check(request)
    context = {
        "page_title": _("Mails and daily work"),
        "header_icon": "mail",
        "problems": state.problems(),
        "jobs": state.job_states(),
        "mails": state.mail_states(),
        "waiting": outbox.waiting().count(),
    }
    return render(request, "staff/background.html", context)


@require_POST
def try_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a mail be sent now, with all its tries before it."""
    return _change(request, outbox.try_now, pk, _("The mail is being sent again."))


@require_POST
def give_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget a mail that failed."""
    return _change(request, outbox.give_up, pk, _("The mail was deleted and is not sent."))


def _change(
    request: HttpRequest, change: Callable[[UUID], bool], pk: UUID, done: str
) -> HttpResponse:
    _check(request)
    if change(pk):
        messages.success(request, done)
    else:
        messages.warning(
            request, _("Nothing was changed: this mail is being sent, has gone out or was deleted.")
        )
    return redirect("background")


def _check(request: Any) -> None:
    if not can_see_background(request.user):
        raise PermissionDenied
