"""The review desk as wagtail-modeladmin knows it: columns, filters, addresses, permissions."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import AdminURLHelper, ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from clinic_site.clinic_time import in_clinic_time

from .. import permissions
from ..choices import WAITING
from ..submissions.models import Submission
from ..submissions.remarks import remarks, with_corrections
from ..vault.session import VaultRequest
from .export_views import export
from .menu import RequestsMenuItem
from .views import (
    SubmissionDeleteView,
    SubmissionIndexView,
    SubmissionInspectView,
    SubmissionSearchView,
    gone,
)

UUID_PATTERN = r"(?P<instance_pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


class SubmissionURLHelper(AdminURLHelper):
    """Only a UUID reaches a view; anything else is not found."""

    def _get_object_specific_action_url_pattern(self, action: str) -> str:
        return f"^{self.base_url_path}/{action}/{UUID_PATTERN}/$"


class SubmissionPermissionHelper(PermissionHelper):
    """Asks booking/permissions.py. Requests are neither made nor edited in the admin."""

    def user_can_list(self, user: Any) -> bool:
        return permissions.can_list(user)

    def user_can_inspect_obj(self, user: Any, obj: Submission) -> bool:
        return permissions.can_list(user)

    def user_can_delete_obj(self, user: Any, obj: Submission) -> bool:
        return permissions.can_delete(user)

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_edit_obj(self, user: Any, obj: Submission) -> bool:
        return False

    def user_has_any_permissions(self, user: Any) -> bool:
        return permissions.can_list(user)


class SubmissionButtonHelper(ButtonHelper):
    def inspect_button(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        button: dict[str, Any] = super().inspect_button(*args, **kwargs)
        return {**button, "label": _("Open"), "title": _("Open this request")}


class SubmissionAdmin(ModelAdmin):
    model = Submission
    menu_label = _("Requests")
    menu_icon = "mail"
    menu_order = 200
    list_per_page = 50
    list_select_related = ("location", "assignee")
    ordering = ("-received_at",)
    inspect_view_enabled = True
    history_view_enabled = False
    url_helper_class = SubmissionURLHelper
    permission_helper_class = SubmissionPermissionHelper
    button_helper_class = SubmissionButtonHelper
    index_view_class = SubmissionIndexView
    inspect_view_class = SubmissionInspectView
    delete_view_class = SubmissionDeleteView

    def get_menu_item(self, order: int | None = None) -> RequestsMenuItem:
        return RequestsMenuItem(self, order or self.get_menu_order())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return with_corrections(super().get_queryset(request))

    def get_list_display(self, request: VaultRequest) -> tuple[str, ...]:
        """The clear columns; the name beside them only while the vault is unlocked."""
        clear = ("reference", "location", "received", "due", "status", "assignee", "remark")
        if request.vault.is_unlocked:
            return (clear[0], "visitor_name", *clear[1:])
        return clear

    def visitor_name(self, obj: Any) -> SafeString:
        """From the reading that the list view put on the row; in its own direction."""
        return format_html("<bdi>{}</bdi>", obj.reading.name)

    visitor_name.short_description = _("Name")  # type: ignore[attr-defined]

    def received(self, obj: Submission) -> str:
        return date_format(in_clinic_time(obj.received_at), "SHORT_DATETIME_FORMAT")

    received.short_description = _("Received")  # type: ignore[attr-defined]
    received.admin_order_field = "received_at"  # type: ignore[attr-defined]

    def due(self, obj: Submission) -> str | SafeString:
        """By when an answer was promised, while nobody has taken the request up."""
        if obj.status not in WAITING or obj.due_at is None:
            return ""
        words = date_format(in_clinic_time(obj.due_at), "SHORT_DATETIME_FORMAT")
        if not obj.is_overdue:
            return words
        mark = '{} <span class="w-status w-status--critical">{}</span>'
        return format_html(mark, words, _("overdue"))

    due.short_description = _("Answer due")  # type: ignore[attr-defined]
    due.admin_order_field = "due_at"  # type: ignore[attr-defined]

    def remark(self, obj: Submission) -> str:
        return "; ".join(remarks(obj))

    remark.short_description = _("Remark")  # type: ignore[attr-defined]

    def inspect_view(self, request: HttpRequest, instance_pk: str) -> Any:
        """One request. Who saves one that has been deleted meanwhile is told, and led back."""
        try:
            return super().inspect_view(request, instance_pk)
        except Http404:
            if request.method != "POST" or not permissions.can_list(request.user):
                raise
            return gone(request)

    def search_view(self, request: HttpRequest) -> Any:
        return SubmissionSearchView.as_view(model_admin=self)(request)

    def get_admin_urls_for_registration(self) -> tuple[URLPattern, ...]:
        """modeladmin's list, detail and delete, and our search and export."""
        unused = {self.url_helper.get_action_url_name(name) for name in ("create", "edit")}
        urls = [url for url in super().get_admin_urls_for_registration() if url.name not in unused]
        base = self.url_helper.base_url_path
        return (
            path(f"{base}/search/", self.search_view, name="booking_submission_search"),
            path(f"{base}/export/", export, name="booking_submission_export"),
            *urls,
        )
