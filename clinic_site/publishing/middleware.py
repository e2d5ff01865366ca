"""What a refusal to publish answers with."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from .gates import PublishingRefused
from .messages import edit_address, tell


class PublishingRefusedMiddleware:
    """Tells a person why a page was not published, by whatever way it was tried: never a bare error.

    Ways without a form of their own end here: approval from the dashboard, copies, the admin's API.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, PublishingRefused):
            return None
        if request.path_info.startswith("/admin/api/"):
            return JsonResponse(exception.message_dict, status=400)
        tell(request, [exception])
        address = edit_address(exception.page) or reverse("wagtailadmin_home")
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # What Wagtail's dialogs understand: leave for that address.
            return JsonResponse({"step": "success", "redirect": address})
        return redirect(address)
