"""What is asked by pages that were shown while the vault was unlocked, and go blank when it locks.

Such a page carries how long the vault stays open (`request.vault.left`); vault/screen.js counts that down, warns
and takes everything away. Without scripts the browser itself goes on to `away`, which is no use of the vault:
two pages that are left open cannot keep it open for each other.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from .. import permissions
from ..session import VaultRequest
from .index import safe_next
from .secret_page import check, show


@require_POST
@never_cache
def stay(request: VaultRequest) -> JsonResponse:
    """Use the vault and nothing else; answers how many seconds it stays open, or 403 when it is locked."""
    check(permissions.can_see_vault(request.user))
    if not request.vault.is_unlocked or request.vault.left is None:
        return JsonResponse({}, status=403)
    left = request.vault.left
    return JsonResponse({"idle": left.idle, "absolute": left.absolute})


@require_GET
@never_cache
def away(request: HttpRequest) -> HttpResponse:
    """In place of a page that nobody has used; leads back to it. Does not ask the vault."""
    check(permissions.can_see_vault(request.user))
    target = safe_next(request, request.GET.get("next", ""))
    return show(request, "away.html", _("Taken from the screen"), next=target)
