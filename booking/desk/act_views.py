"""The address that every press leads to: one request, or all that are ticked, then back to where it was."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from .. import permissions
from ..choices import Status
from ..vault.session import VaultRequest
from .actions import MOST, Act, ManyForm, Outcome, change_all, changes_of
from .place import way_back


@require_POST
def act(request: VaultRequest) -> HttpResponse:
    """Do what was pressed, tell how it went, and show again what was shown."""
    if not permissions.can_change_status(request.user):
        raise PermissionDenied
    pressed, pks = _pressed(request.POST)
    if pressed is None or not pks or len(pks) > MOST:
        messages.error(request, _("Nothing was changed: tick the requests first."))
    elif not (to := _changes(request, pressed)):
        messages.error(request, _("Nothing was changed: choose a status or an assignee first."))
    elif to.get("status") == Status.SPAM and not request.vault.is_unlocked:
        text = _("Nothing was changed: unlock the vault and read a request before it is spam.")
        messages.error(request, text)
    else:
        outcome = change_all({pk: request.POST.get(f"seen-{pk}", "") for pk in pks}, to)
        tell(request, outcome)
        if outcome.gone:  # then there is no request to go back to
            return redirect(_back(request, []))
    return redirect(_back(request, pks))


def _pressed(posted: QueryDict) -> tuple[Act | None, list[UUID]]:
    """What was pressed, and the requests that it is about: the button's own, or those that are ticked."""
    name, _colon, own = posted.get("do", "").partition(":")
    try:
        return Act(name), [UUID(pk) for pk in ([own] if own else posted.getlist("ticked"))]
    except ValueError:
        return None, []


def _changes(request: HttpRequest, pressed: Act) -> dict[str, Any]:
    """By column; empty when nothing, or nothing that can be, was chosen."""
    if pressed != Act.APPLY:
        return changes_of(pressed, request.user)
    form = ManyForm(request.POST)
    return form.changes() if form.is_valid() else {}


def tell(request: HttpRequest, outcome: Outcome) -> None:
    """What became of the requests, in messages."""
    if len(outcome.changed) == 1:
        text = _("Request %(reference)s is saved.") % {"reference": outcome.changed[0]}
        messages.success(request, text)
    elif outcome.changed:
        text = ngettext("%d request is saved.", "%d requests are saved.", len(outcome.changed))
        messages.success(request, text % len(outcome.changed))
    if outcome.left:
        text = _(
            "Changed by a colleague or withdrawn since you opened this page, and left as they are: "
            "%(references)s. Look again, then press once more."
        )
        messages.warning(request, text % {"references": ", ".join(outcome.left)})
    if outcome.gone:
        text = ngettext(
            "%d request has been deleted since you opened this page.",
            "%d requests have been deleted since you opened this page.",
            outcome.gone,
        )
        messages.warning(request, text % outcome.gone)


def _back(request: HttpRequest, pks: list[UUID]) -> str:
    """The same page of the same list or search, or the same request in it."""
    if request.POST.get("back") == "request" and pks:
        address = reverse("booking_submission_modeladmin_inspect", args=[pks[0]])
        return f"{address}?{request.GET.urlencode()}"
    return way_back(request)
