"""Registers the clinicians with Wagtail's admin."""

from wagtail.snippets.models import register_snippet

from .viewsets import ClinicianViewSet

register_snippet(ClinicianViewSet)
