"""The vault's pages in the admin: its state, unlocking and locking."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin import messages
from wagtail.log_actions import log

from . import permissions, session
from .crypto import CannotOpen
from .forms import PassphraseForm
from .models import Epoch, Reviewer, Vault


def _check(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _safe_next(request: HttpRequest, target: str) -> str:
    """The page to go on to, when it is one of this site; else the vault's own page."""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and safe else reverse("vault:index")


@require_GET
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What the vault is doing: set up or not, locked or not, who has access."""
    _check(permissions.can_see_vault(request.user))
    context = {
        "page_title": _("Vault"),
        "header_icon": "lock",
        "vault": Vault.objects.first(),
        "epoch": Epoch.objects.first(),
        "reviewers": Reviewer.objects.select_related("user", "grant"),
        "can_unlock": permissions.can_unlock(request.user),
        "is_unlocked": request.vault.is_unlocked,  # type: ignore[attr-defined]
    }
    return render(request, "vault/index.html", context)


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "POST"])
@never_cache
def unlock(request: HttpRequest) -> HttpResponse:
    """Ask for the passphrase and open the vault for this session."""
    _check(permissions.can_see_vault(request.user))
    initial = {"next": request.GET.get("next", "")}
    form = PassphraseForm(request.POST or None, initial=initial)
    if form.is_valid() and permissions.can_unlock(request.user):
        try:
            token = session.unlock(request, form.cleaned_data["passphrase"])
        except CannotOpen:
            form.add_error(
                "passphrase", _("This passphrase does not open the vault. Check it and try again.")
            )
        else:
            log(instance=Vault.objects.get(), action="vault.unlock")
            response = redirect(_safe_next(request, form.cleaned_data["next"]))
            session.set_cookie(response, token)
            return response
    context: dict[str, Any] = {
        "page_title": _("Unlock the vault"),
        "header_icon": "lock",
        "form": form,
        "vault": Vault.objects.first(),
        "can_unlock": permissions.can_unlock(request.user),
        "is_unlocked": request.vault.is_unlocked,  # type: ignore[attr-defined]
    }
    return render(request, "vault/unlock.html", context)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the vault in this session."""
    _check(permissions.can_see_vault(request.user))
    session.lock(request)
    vault = Vault.objects.first()
    if vault is not None:
        log(instance=vault, action="vault.lock")
    messages.success(request, _("The vault is locked."))
    return redirect("vault:index")
