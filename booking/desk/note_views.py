"""Writing a note on a request, making an appointment, and taking either away again."""

import logging
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from .. import permissions
from ..choices import Status
from ..public.form.typed_text import cleaned_query
from ..submissions.handling import ChangedMeanwhile, OnHold
from ..submissions.models import Submission, SubmissionNote
from ..submissions.notes import delete_note, write_note
from ..submissions.schedule import make_appointment
from ..submissions.sealed import Said
from ..vault.manifests import VaultUnavailable
from ..vault.session import VaultRequest
from .act_views import tell
from .actions import Act, change_all, changes_of
from .forms import AppointmentForm, NoteForm
from .place import place_of
from .views import SubmissionInspectView, gone, in_a_sentence

logger = logging.getLogger(__name__)


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class NoteView(SubmissionInspectView):
    """Takes a note and shows its request again; what could not be saved stays in the form."""

    form_name = "note_form"
    saved = gettext_lazy("The note is saved.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.place.url_of(self.instance.pk))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.can_write_notes(request.user):
            raise PermissionDenied
        form = self.bound_form(cleaned_query(request.POST))
        if form.is_valid():
            try:
                self.write(form)
            except Submission.DoesNotExist:
                return gone(request)
            except ChangedMeanwhile as other:
                self.instance = other.request
                if self.instance.status == Status.WITHDRAWN:
                    return self._withdrawn()
                form = form.once_more(self.instance, in_a_sentence(other))
            except (VaultUnavailable, DatabaseError) as error:
                logger.error("A note could not be stored: %s.", type(error).__name__)  # noqa: TRY400
                return self._form_alone(form)
            else:
                messages.success(request, self.saved)
                return redirect(f"{self.place.url_of(self.instance.pk)}#notes")
        messages.error(request, _("Nothing was saved: look at the form again."))
        return self.render_to_response(self.get_context_data(**{self.form_name: form}))

    def _form_alone(self, form: Any) -> HttpResponse:
        """What was typed, to be saved again, on a page that opens and logs nothing: that might fail as well."""
        form.add_error(None, _("Nothing was saved. Wait a moment, then press Save again."))
        with suppress(DatabaseError):  # asked, so that the page goes blank with the others
            self.request.vault.is_unlocked  # noqa: B018
        context = {
            "page_title": self.get_page_title(),
            "header_icon": "mail",
            "instance": self.instance,
            "place": self.place,
            self.form_name: form,
        }
        template = "modeladmin/booking/submission/once_more.html"
        response = TemplateResponse(self.request, template, context)
        add_never_cache_headers(response)
        return response

    def bound_form(self, posted: QueryDict) -> Any:
        return NoteForm(posted)

    def write(self, form: Any) -> None:
        values = form.cleaned_data
        said, user = Said(values["kind"], values["text"]), self.request.user
        write_note(self.instance.pk, said, form_secret=values["form_secret"], author=user)
        if "take" in self.request.POST:
            seen = {self.instance.pk: values["seen"]}
            tell(self.request, change_all(seen, changes_of(Act.TAKE, user)))

    def _withdrawn(self) -> HttpResponse:
        reason = _("Nothing was saved: the visitor has withdrawn this request.")
        messages.error(self.request, reason)
        return redirect(self.place.url_of(self.instance.pk))


class AppointmentView(NoteView):
    """Makes an appointment, or moves the one that there is."""

    form_name = "appointment_form"
    saved = gettext_lazy("The appointment is saved.")

    def bound_form(self, posted: QueryDict) -> Any:
        return AppointmentForm(posted)

    def write(self, form: Any) -> None:
        values = form.cleaned_data
        make_appointment(
            self.instance.pk,
            form.appointment(),
            seen=values["seen"],
            form_secret=values["form_secret"],
            by=self.request.user,
        )


@require_POST
def take_note_away(request: VaultRequest, instance_pk: UUID, note: UUID) -> HttpResponse:
    """Delete a note, which only who can read it may do, and show its request again."""
    user = request.user
    if not permissions.can_list(user):
        raise PermissionDenied
    if not request.vault.is_unlocked:
        messages.error(request, _("Nothing was deleted: unlock the vault first."))
    else:
        allowed = partial(permissions.can_delete_note, user)
        try:
            delete_note(note, of_request=instance_pk, by=user, allowed=allowed)
            messages.success(request, _("The note is deleted."))
        except Submission.DoesNotExist:
            return gone(request)
        except SubmissionNote.DoesNotExist:
            messages.error(request, _("Nothing was deleted: this note is gone, or not yours."))
        except OnHold:
            text = _("Nothing was deleted: this request is on hold, and its notes with it.")
            messages.error(request, text)
    return redirect(f"{place_of(request, instance_pk).url_of(instance_pk)}#notes")
