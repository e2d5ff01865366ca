"""The guide for staff, inside the admin: one page on writing, one on requests."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from wagtail.admin.auth import permission_denied

from booking.permissions import can_list

from .permissions import can_edit_pages
from .steps import steps_for


def pages(request: HttpRequest) -> HttpResponse:
    """How to write articles, change pages, hours and questions."""
    if not can_edit_pages(request.user):
        return permission_denied(request)
    return _guide(request, "staff/guide_pages.html", _("How to write and edit"))


def requests(request: HttpRequest) -> HttpResponse:
    """How to see and answer what visitors sent."""
    if not can_list(request.user):
        return permission_denied(request)
    return _guide(request, "staff/guide_requests.html", _("How to work with requests"))


def _guide(request: HttpRequest, template: str, title: str) -> HttpResponse:
    """A page that links only to what this person may do."""
    links = {step.name: step.url for step in steps_for(request.user)}
    return render(request, template, {"page_title": title, "header_icon": "help", "links": links})


urlpatterns: list[URLPattern] = [
    path("guide/", pages, name="guide_pages"),
    path("guide/requests/", requests, name="guide_requests"),
]
