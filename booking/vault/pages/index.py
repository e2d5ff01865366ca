"""The vault's pages in the admin: its state, unlocking and locking."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.log_actions import log

from clinic_site.clinic_time import at_the_clinic, in_clinic_time

from .. import log_actions, permissions, session
from ..crypto import CannotOpen
from ..manifests import fingerprint
from ..models import Epoch, Reviewer, Vault
from ..notices import name_of
from ..passphrases import fingerprint_words
from ..refusals import refuse
from ..session import VaultRequest
from .forms import GiveAccessForm, PassphraseForm
from .secret_page import check, secret_page, show


def safe_next(request: HttpRequest, target: str) -> str:
    """The page to go on to, when it is one of this site; else the vault's own page."""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and safe else reverse("vault:index")


@require_GET
@never_cache
@at_the_clinic
def index(request: VaultRequest) -> HttpResponse:
    """What the vault is doing: set up or not, locked or not, who has access and who waits for it."""
    check(permissions.can_see_vault(request.user))
    vault = Vault.objects.first()
    if vault is None:
        can_set_up = permissions.can_set_up(request.user)
        return show(request, "empty.html", _("Vault"), can_set_up=can_set_up)
    can_unlock = permissions.can_unlock(request.user)
    reviewers = list(vault.reviewers.select_related("user", "grant"))
    own = next((each for each in reviewers if each.user_id == request.user.pk), None)
    return show(
        request,
        "index.html",
        _("Vault"),
        vault=vault,
        epoch=Epoch.objects.first(),
        reviewers=reviewers,
        gifts=_gifts(reviewers) if can_unlock else [],
        own=own,
        own_words=fingerprint_words(bytes(own.public_key)) if own else "",
        can_unlock=can_unlock,
        is_unlocked=request.vault.is_unlocked,
        has_colleagues=sum(bool(each.user_id and _has_grant(each)) for each in reviewers) > 1,
        **_pin(request, vault),
    )


def _has_grant(reviewer: Reviewer) -> bool:
    return hasattr(reviewer, "grant")


def _gifts(reviewers: list[Reviewer]) -> list[dict[str, Any]]:
    """Who waits, the words to compare, and the form that gives access."""
    return [
        {
            "reviewer": each,
            "name": name_of(each.user),
            "words": fingerprint_words(bytes(each.public_key)),
            "form": GiveAccessForm(
                initial={"key": bytes(each.public_key).hex()}, auto_id=f"id_{each.pk}_%s"
            ),
        }
        for each in reviewers
        if not _has_grant(each)
    ]


def _pin(request: HttpRequest, vault: Vault) -> dict[str, str | bool]:
    """The line for the environment, while it is not there. With another vault's pin in the
    environment nothing is offered: the database may have been changed."""
    pin = fingerprint(bytes(vault.verify_key))
    wrong = bool(settings.VAULT_PIN) and settings.VAULT_PIN.strip().lower() != pin
    offered = not settings.VAULT_PIN and permissions.can_set_up(request.user)
    return {"pin_line": f"VAULT_PIN={pin}" if offered else "", "pin_is_wrong": wrong}


@secret_page(permissions.can_see_vault)
def unlock(request: VaultRequest) -> HttpResponse:
    """Ask for the passphrase and open the vault for this session."""
    initial = {"next": request.GET.get("next", "")}
    form = PassphraseForm(request.POST or None, initial=initial)
    if form.is_valid() and permissions.can_unlock(request.user):
        try:
            token = session.unlock(request, form.cleaned_data["passphrase"])
        except CannotOpen as error:
            refuse(form, error, user=request.user)
        else:
            log(instance=Vault.objects.get(), action=log_actions.UNLOCK)
            _warn_of_ruined_epochs(request)
            response = redirect(safe_next(request, form.cleaned_data["next"]))
            session.set_cookie(response, token)
            return response
    return show(
        request,
        "unlock.html",
        _("Unlock the vault"),
        form=form,
        vault=Vault.objects.first(),
        can_unlock=permissions.can_unlock(request.user),
        is_unlocked=request.vault.is_unlocked,
    )


def _warn_of_ruined_epochs(request: VaultRequest) -> None:
    ruined: list[int] = request.vault.ruined_epochs
    if not ruined:
        return
    began = Epoch.objects.filter(number__in=ruined).values_list("created_at", flat=True)
    messages.error(
        request,
        _(
            "Requests from the time after these days do not open, because their keys were changed in "
            "the database: %(days)s. Tell whoever looks after the server: a backup of the key tables "
            "has the right ones."
        )
        % {"days": ", ".join(sorted(date_format(in_clinic_time(day)) for day in began))},
    )


@require_POST
def lock(request: VaultRequest) -> HttpResponse:
    """Lock the vault in this session."""
    check(permissions.can_see_vault(request.user))
    session.lock(request)
    vault = Vault.objects.first()
    if vault is not None:
        log(instance=vault, action=log_actions.LOCK)
    messages.success(request, _("The vault is locked."))
    return redirect("vault:index")
