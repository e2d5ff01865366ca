"""What the vault's pages have in common: who may see them, that nothing of them is kept, how they look."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


def secret_page(allowed: Callable[[Any], bool]) -> Callable[[View], View]:
    """A view that takes secrets, for those who are allowed: in no error report, kept by no cache."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            check(allowed(request.user))
            return view(request, *args, **kwargs)

        hidden = sensitive_post_parameters()(sensitive_variables()(guarded))
        decorated: View = require_http_methods(["GET", "POST"])(never_cache(hidden))
        return decorated

    return decorate


def check(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def show(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    """One of the vault's pages."""
    return render(
        request, f"vault/{template}", {"page_title": title, "header_icon": "lock", **context}
    )
