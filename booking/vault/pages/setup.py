"""Setting the vault up: a passphrase, the recovery sheet, done. Nothing is kept before the end."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.log_actions import log

from clinic_site.clinic_time import clinic_today

from .. import lifecycle, log_actions, permissions
from ..models import Vault
from ..notices import notify_others
from . import drafts
from .drafts import Draft, DraftLost
from .forms import SetUpForm, SheetForm
from .qr import qr_svg
from .secret_page import secret_page, show

PURPOSE = "setup"


@secret_page(permissions.can_set_up)
def choose(request: HttpRequest) -> HttpResponse:
    """Step 1: who opens requests first, and with which passphrase."""
    if Vault.objects.exists():
        return exists_already(request)
    if request.method == "GET":
        draft = Draft.start(PURPOSE)
        return _choose_page(request, draft, SetUpForm(initial={"reviewer": request.user.pk}))
    try:
        draft = drafts.read(request, request.POST.get("draft", ""), PURPOSE)
    except DraftLost:
        return start_again(request, "vault:setup")
    form = SetUpForm(request.POST)
    if not form.is_valid():
        return _choose_page(request, draft, form)
    chosen = draft.having(
        user=form.cleaned_data["reviewer"].pk, passphrase=form.chosen(draft.proposed)
    )
    return _sheet_page(request, chosen, SheetForm(chosen.sheet_groups, chosen.groups))


@secret_page(permissions.can_set_up)
def sheet(request: HttpRequest) -> HttpResponse:
    """Step 2: two groups typed back from the paper; then, and only then, the vault is made."""
    if Vault.objects.exists():
        return exists_already(request)
    if request.method == "GET":
        return redirect("vault:setup")
    try:
        draft = drafts.read(request, request.POST.get("draft", ""), PURPOSE)
        reviewer = permissions.possible_reviewers().get(pk=draft.user)
    except (DraftLost, get_user_model().DoesNotExist):
        return start_again(request, "vault:setup")
    form = SheetForm(draft.sheet_groups, draft.groups, request.POST)
    if not form.is_valid():
        return _sheet_page(request, draft, form)
    try:
        with transaction.atomic():
            lifecycle.create_vault(
                user=reviewer, passphrase=draft.passphrase, seed=draft.seed_bytes
            )
            data = {"reviewer": str(reviewer)}
            log(instance=Vault.objects.get(), action=log_actions.CREATE, data=data)
            notify_others(log_actions.CREATE, by=request.user, about=reviewer)
    except lifecycle.VaultExists:
        return exists_already(request)
    drafts.forget(request)
    messages.success(
        request, _("The vault is set up. The booking page takes requests from now on.")
    )
    return redirect("vault:index")


def _choose_page(request: HttpRequest, draft: Draft, form: SetUpForm) -> HttpResponse:
    return show(
        request,
        "setup_choose.html",
        _("Set up the vault: passphrase"),
        form=form,
        proposed=draft.proposed,
        draft=drafts.seal(request, draft),
    )


def _sheet_page(request: HttpRequest, draft: Draft, form: SheetForm) -> HttpResponse:
    return show(
        request,
        "setup_sheet.html",
        _("Set up the vault: recovery sheet"),
        form=form,
        **sheet_context(request, draft),
    )


def sheet_context(request: HttpRequest, draft: Draft) -> dict[str, object]:
    """What the printed sheet shows."""
    return {
        "groups": draft.sheet_groups,
        "asked": draft.groups,
        "qr": qr_svg("-".join(draft.sheet_groups)),
        "today": clinic_today(),
        "draft": drafts.seal(request, draft),
    }


def start_again(request: HttpRequest, view: str) -> HttpResponse:
    """Back to the first page, with the reason."""
    messages.warning(
        request,
        _(
            "That page was too old, or was finished in another tab. Nothing was changed: please "
            "start again here. A sheet that you printed from that page is of no use: destroy it."
        ),
    )
    return redirect(view)


def exists_already(request: HttpRequest) -> HttpResponse:
    """Somebody was faster, or went back after finishing."""
    drafts.forget(request)
    messages.warning(
        request,
        _(
            "The vault is already set up, so nothing was changed. A recovery sheet is only good if "
            "its set-up was finished: destroy any other."
        ),
    )
    return redirect("vault:index")
