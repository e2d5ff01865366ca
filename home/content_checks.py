"""The clinic's own findings beside Wagtail's, in the checks of the editor."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import Site

from clinic_site.content_checks import findings
from clinic_site.pages import BasePage

from .models import ClinicSettings


class ClinicChecksItem(ContentCheckerItem):
    """Wagtail's own checks, and with them the findings on the page as it is previewed.

    The page comes from what stands in the editor, saved or not. The editor's script shows the
    findings in its panel (static/home/content_checks.js).
    """

    template_name = "home/admin/content_checks.html"

    def __init__(self, page: Any, in_editor: bool = False) -> None:
        super().__init__(in_editor=in_editor)
        self.page = page

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        found = []
        if isinstance(self.page, BasePage):
            found = findings(self.page, overclaiming_words(parent_context["request"]))
        context["findings"] = [asdict(finding) for finding in found]
        return context


def overclaiming_words(request: HttpRequest) -> list[str]:
    """The clinic's list of words to avoid."""
    site = Site.find_for_request(request)
    return ClinicSettings.for_site(site).overclaiming_list if site else []


def add_clinic_checks(request: HttpRequest, items: list[Any], page: Any) -> None:
    """Our checks take the place of Wagtail's, which they hold."""
    items[:] = [
        ClinicChecksItem(page, in_editor=item.in_editor)
        if isinstance(item, ContentCheckerItem)
        else item
        for item in items
    ]


def content_checks_script() -> str:
    return format_html('<script type="module" src="{}"></script>', static("home/content_checks.js"))
