"""Who opens requests: asking for access, giving it, taking it away, and one's own passphrase."""

import hmac
from functools import partial
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from .. import lifecycle, limits, log_actions, permissions
from ..crypto import CannotOpen
from ..models import Reviewer, Vault, VaultSession
from ..notices import log_and_notify, name_of
from ..passphrases import fingerprint_words
from ..refusals import confirmed_root, refuse, refuse_change
from ..session import session_digest
from . import drafts
from .drafts import Draft, DraftLost
from .forms import ChangePassphraseForm, ConfirmForm, GiveAccessForm, RequestAccessForm
from .secret_page import secret_page, show
from .setup import start_again

PURPOSE = "access"


def moved_on(request: HttpRequest) -> HttpResponse:
    """Somebody else was faster."""
    messages.warning(
        request, _("That has changed in the meantime, so nothing was done. This is how it is now.")
    )
    return redirect("vault:index")


# Asking ------------------------------------------------------------------------------------------


@secret_page(permissions.can_ask_for_access)
def request_access(request: HttpRequest) -> HttpResponse:
    """Choose a passphrase and wait for a colleague; also the way back after a lost passphrase."""
    has_access = permissions.can_unlock(request.user)
    if not permissions.others_with_access(request.user).exists():
        return show(request, "nobody_else.html", _("Request access"), has_access=has_access)
    if request.method == "GET":
        return _request_page(request, Draft.start(PURPOSE), RequestAccessForm(), has_access)
    try:
        draft = drafts.read(request, request.POST.get("draft", ""), PURPOSE)
    except DraftLost:
        return start_again(request, "vault:request_access")
    form = RequestAccessForm(request.POST)
    if not (form.is_valid() and _is_the_user(request, form)):
        return _request_page(request, draft, form, has_access)
    with transaction.atomic():
        lifecycle.add_reviewer(Vault.objects.get(), request.user, form.chosen(draft.proposed))
        log_and_notify(request, log_actions.REQUEST_ACCESS)
    drafts.forget(request)
    messages.success(request, _("Your passphrase is set. Now a colleague gives you access."))
    return redirect("vault:index")


def _is_the_user(request: HttpRequest, form: RequestAccessForm) -> bool:
    """Whether the sign-in password is right: an open session alone takes nobody's access away."""
    try:
        limits.check_password(request.user, form.cleaned_data["password"])
    except CannotOpen as error:
        refuse(form, error, user=request.user, field="password")
        return False
    return True


def _request_page(
    request: HttpRequest, draft: Draft, form: RequestAccessForm, has_access: bool
) -> HttpResponse:
    return show(
        request,
        "request_access.html",
        _("Request access"),
        form=form,
        has_access=has_access,
        proposed=draft.proposed,
        draft=drafts.seal(request, draft),
    )


# Giving and taking -------------------------------------------------------------------------------


@secret_page(permissions.can_unlock)
def give_access(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give access to a colleague whose five words were compared."""
    reviewer = Reviewer.objects.filter(pk=pk, grant__isnull=True, user__isnull=False).first()
    if reviewer is None:
        return moved_on(request)
    key = bytes(reviewer.public_key)
    form = GiveAccessForm(request.POST or None, initial={"key": key.hex()})
    if form.is_valid():
        # To the key whose words were on the page, not to one that was swapped in since.
        if not hmac.compare_digest(form.cleaned_data["key"].encode(), key.hex().encode()):
            messages.warning(request, _("The five words have changed. Compare them again."))
            return redirect("vault:give_access", pk)
        root = confirmed_root(form, request.user)
        done = _give(request, form, root, reviewer) if root else None
        if done:
            return done
    gift = {
        "reviewer": reviewer,
        "name": name_of(reviewer.user),
        "words": fingerprint_words(key),
        "form": form,
    }
    return show(request, "give_access.html", _("Give access"), gift=gift, form=form)


def _give(
    request: HttpRequest, form: GiveAccessForm, root: bytes, reviewer: Reviewer
) -> HttpResponse | None:
    try:
        with transaction.atomic():
            lifecycle.grant_access(root, reviewer, by=request.user)
            log_and_notify(request, log_actions.GIVE_ACCESS, about=reviewer.user)
    except CannotOpen:
        refuse_change(form)
        return None
    except lifecycle.ChangedMeanwhile:  # pressed twice, or asked for anew, at the same moment
        return moved_on(request)
    messages.success(
        request, _("%(name)s has access from now on.") % {"name": name_of(reviewer.user)}
    )
    return redirect("vault:index")


@secret_page(permissions.can_unlock)
def remove_reviewer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take somebody's access away, or turn a request for it down."""
    reviewer = Reviewer.objects.filter(pk=pk, user__isnull=False).first()
    if reviewer is None:
        return moved_on(request)
    form = ConfirmForm(request.POST or None)
    if form.is_valid():
        root = confirmed_root(form, request.user)
        done = _remove(request, form, root, reviewer) if root else None
        if done:
            return done
    return show(
        request,
        "remove.html",
        _("Take access away"),
        form=form,
        name=name_of(reviewer.user),
        is_self=reviewer.user_id == request.user.pk,
        is_waiting=not hasattr(reviewer, "grant"),
    )


def _remove(
    request: HttpRequest, form: ConfirmForm, root: bytes, reviewer: Reviewer
) -> HttpResponse | None:
    user = reviewer.user
    try:
        with transaction.atomic():
            lifecycle.remove_reviewer(root, reviewer)
            log_and_notify(request, log_actions.REMOVE, about=user)
    except lifecycle.LastReviewer:
        form.add_error(
            None,
            _(
                "Nobody else could open requests. Give somebody else access first, then remove this."
            ),
        )
        return None
    except CannotOpen:
        refuse_change(form)
        return None
    except lifecycle.ChangedMeanwhile:  # pressed twice at the same moment
        return moved_on(request)
    messages.success(request, _("%(name)s opens nothing from now on.") % {"name": name_of(user)})
    return redirect("vault:index")


# One's own passphrase ----------------------------------------------------------------------------


@secret_page(permissions.can_unlock)
def change_passphrase(request: HttpRequest) -> HttpResponse:
    """Another passphrase for the same access; the user's other sessions lock."""
    form = ChangePassphraseForm(request.POST or None)
    if form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["passphrase"]
        try:
            lifecycle.change_passphrase(
                request.user, old, new, and_then=partial(_after_change, request)
            )
        except CannotOpen as error:
            refuse(form, error, user=request.user, field="old")
        else:
            messages.success(request, _("Your new passphrase holds from now on."))
            return redirect("vault:index")
    return show(request, "change_passphrase.html", _("Change your passphrase"), form=form)


def _after_change(request: HttpRequest) -> None:
    elsewhere = VaultSession.objects.exclude(session_digest=session_digest(request))
    elsewhere.filter(user=request.user).delete()  # type: ignore[misc]  # signed in
    log_and_notify(request, log_actions.CHANGE_PASSPHRASE)
