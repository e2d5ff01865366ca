"""Puts `request.vault` on every request and keeps answers out of every cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from .session import RequestVault, VaultRequest, clear_cookie


class VaultMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: VaultRequest) -> HttpResponse:
        vault = RequestVault(request)
        request.vault = vault
        response = self.get_response(request)
        if vault.was_opened or vault.was_locked:
            add_never_cache_headers(response)
        if vault.was_locked:
            clear_cookie(response)
        return response
