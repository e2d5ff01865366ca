"""The review desk as wagtail-modeladmin knows it: columns, filters, addresses, permissions."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import AdminURLHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from .. import permissions
from ..submissions.models import Submission
from .act_views import act
from .actions import MOST
from .calls import CallView, called
from .day_views import calendar_file, day_list
from .export.views import export, progress
from .menu import RequestsMenuItem
from .note_views import AppointmentView, NoteView, take_note_away
from .search_views import found, search
from .views import (
    SubmissionDeleteView,
    SubmissionIndexView,
    SubmissionInspectView,
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


class SubmissionAdmin(ModelAdmin):
    model = Submission
    menu_label = _("Requests")
    menu_icon = "mail"
    menu_order = 200
    list_per_page = MOST
    inspect_view_enabled = True
    history_view_enabled = False
    url_helper_class = SubmissionURLHelper
    permission_helper_class = SubmissionPermissionHelper
    index_view_class = SubmissionIndexView
    inspect_view_class = SubmissionInspectView
    delete_view_class = SubmissionDeleteView

    def get_menu_item(self, order: int | None = None) -> RequestsMenuItem:
        return RequestsMenuItem(self, order or self.get_menu_order())

    def inspect_view(self, request: HttpRequest, instance_pk: str) -> Any:
        return self._one(super().inspect_view, request, instance_pk)

    def note_view(self, request: HttpRequest, instance_pk: UUID) -> Any:
        return self._about(NoteView, request, instance_pk)

    def appointment_view(self, request: HttpRequest, instance_pk: UUID) -> Any:
        return self._about(AppointmentView, request, instance_pk)

    def _about(self, view: type[NoteView], request: HttpRequest, pk: UUID) -> Any:
        shown = view.as_view(model_admin=self, instance_pk=str(pk))
        return self._one(lambda request, _pk: shown(request), request, str(pk))

    def _one(self, view: Any, request: HttpRequest, instance_pk: str) -> Any:
        """One request. Who saves one that has been deleted meanwhile is told, and led back."""
        try:
            return view(request, instance_pk)
        except Http404:
            if request.method != "POST" or not permissions.can_list(request.user):
                raise
            return gone(request)

    def get_admin_urls_for_registration(self) -> tuple[URLPattern, ...]:
        """modeladmin's list, detail and delete, and our search and export."""
        unused = {self.url_helper.get_action_url_name(name) for name in ("create", "edit")}
        urls = [url for url in super().get_admin_urls_for_registration() if url.name not in unused]
        base = self.url_helper.base_url_path
        return (
            path(
                f"{base}/note/<uuid:instance_pk>/", self.note_view, name="booking_submission_note"
            ),
            path(
                f"{base}/note/<uuid:instance_pk>/delete/<uuid:note>/",
                take_note_away,
                name="booking_submission_delete_note",
            ),
            path(f"{base}/search/", search, name="booking_submission_search"),
            path(f"{base}/search/<uuid:pk>/", found, name="booking_submission_found"),
            path(f"{base}/act/", act, name="booking_submission_act"),
            path(
                f"{base}/appointment/<uuid:instance_pk>/",
                self.appointment_view,
                name="booking_submission_appointment",
            ),
            path(
                f"{base}/appointment/<uuid:instance_pk>/calendar/",
                calendar_file,
                name="booking_submission_calendar",
            ),
            path(f"{base}/day/", day_list, name="booking_submission_day"),
            path(f"{base}/call/", CallView.as_view(), name="booking_submission_call"),
            path(f"{base}/called/", called, name="booking_submission_called"),
            path(f"{base}/export/", export, name="booking_submission_export"),
            path(
                f"{base}/export/<int:number>/", progress, name="booking_submission_export_progress"
            ),
            *urls,
        )
