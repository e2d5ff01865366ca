"""Small public files that are neither pages nor static, and the page of a fault."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .phones import phone_link


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """What search engines may visit."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Allow: /",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116)."""
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {timezone.now() + timedelta(days=180):%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en, es",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault. Asks neither the database nor the request for anything."""
    context = {
        "clinic_name": settings.CLINIC_NAME,
        "phone": settings.CLINIC_PHONE,
        "phone_link": phone_link(settings.CLINIC_PHONE),
    }
    return render(None, "500.html", context, status=500)
