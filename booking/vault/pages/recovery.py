"""The recovery sheet: coming back with it, and printing a new one."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from .. import lifecycle, limits, log_actions, permissions
from ..crypto import CannotOpen
from ..notices import log_and_notify
from ..refusals import confirmed_root, refuse, refuse_change
from . import drafts
from .drafts import Draft, DraftLost
from .forms import NewSheetForm, RecoverForm
from .secret_page import secret_page, show
from .setup import sheet_context, start_again

PURPOSE = "sheet"


@secret_page(permissions.can_ask_for_access)
def recover(request: HttpRequest) -> HttpResponse:
    """With the recovery sheet and a new passphrase, open requests again."""
    form = RecoverForm(request.POST or None)
    if form.is_valid():
        typed, passphrase = form.cleaned_data["sheet"], form.cleaned_data["passphrase"]
        try:
            limits.take_try(request.user)
            lifecycle.root_by_recovery(typed)
        except CannotOpen as error:
            refuse(form, error, user=request.user, field="sheet")
        else:
            limits.forget_tries(request.user)
            done = _recover(request, form, typed, passphrase)
            if done:
                return done
    return show(request, "recover.html", _("Use the recovery sheet"), form=form)


def _recover(
    request: HttpRequest, form: RecoverForm, typed: str, passphrase: str
) -> HttpResponse | None:
    try:
        with transaction.atomic():
            lifecycle.recover(typed, user=request.user, passphrase=passphrase)
            log_and_notify(request, log_actions.RECOVER)
    except CannotOpen:
        refuse_change(form)
        return None
    messages.success(
        request,
        _(
            "You have access again, with the new passphrase. The sheet stays good; when others may "
            "have seen it, make a new one."
        ),
    )
    return redirect("vault:index")


@secret_page(permissions.can_unlock)
def new_sheet(request: HttpRequest) -> HttpResponse:
    """Show a new recovery sheet; it holds once two groups of it and the passphrase are typed."""
    if request.method == "GET":
        draft = Draft.start(PURPOSE)
        return _sheet_page(request, draft, NewSheetForm(draft.sheet_groups, draft.groups))
    try:
        draft = drafts.read(request, request.POST.get("draft", ""), PURPOSE)
    except DraftLost:
        return start_again(request, "vault:new_sheet")
    form = NewSheetForm(draft.sheet_groups, draft.groups, request.POST)
    if form.is_valid():
        root = confirmed_root(form, request.user)
        done = _replace_sheet(request, form, root, draft) if root else None
        if done:
            return done
    return _sheet_page(request, draft, form)


def _replace_sheet(
    request: HttpRequest, form: NewSheetForm, root: bytes, draft: Draft
) -> HttpResponse | None:
    try:
        with transaction.atomic():
            lifecycle.new_recovery_sheet(root, by=request.user, seed=draft.seed_bytes)
            log_and_notify(request, log_actions.NEW_SHEET)
    except CannotOpen:
        refuse_change(form)
        return None
    drafts.forget(request)
    messages.success(
        request,
        _("The new recovery sheet holds from now on. Destroy the old one: it opens nothing."),
    )
    return redirect("vault:index")


def _sheet_page(request: HttpRequest, draft: Draft, form: NewSheetForm) -> HttpResponse:
    context = sheet_context(request, draft)
    return show(request, "new_sheet.html", _("New recovery sheet"), form=form, **context)
