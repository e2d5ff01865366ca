"""Writing a note on a request, and taking one away again."""

import logging
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from .. import permissions
from ..public.form.typed_text import cleaned_query
from ..submissions.models import Submission, SubmissionNote
from ..submissions.notes import RequestWithdrawn, delete_note, write_note
from ..vault.manifests import VaultUnavailable
from ..vault.session import VaultRequest
from .forms import NoteForm
from .place import place_of
from .views import SubmissionInspectView, gone

logger = logging.getLogger(__name__)


@method_decorator([sensitive_post_parameters(), sensitive_variables()], name="dispatch")
class NoteView(SubmissionInspectView):
    """Takes a note and shows its request again; what could not be saved stays in the form."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.place.url_of(self.instance.pk))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.can_write_notes(request.user):
            raise PermissionDenied
        form = NoteForm(cleaned_query(request.POST))
        if form.is_valid():
            try:
                write_note(self.instance.pk, author=request.user, **form.cleaned_data)
            except Submission.DoesNotExist:
                return gone(request)
            except RequestWithdrawn:
                messages.error(
                    request, _("Nothing was saved: the visitor has withdrawn this request.")
                )
                return redirect(self.place.url_of(self.instance.pk))
            except (VaultUnavailable, DatabaseError) as error:
                logger.error("A note could not be stored: %s.", type(error).__name__)  # noqa: TRY400
                form.add_error(None, _("Nothing was saved. Wait a moment, then press Save again."))
            else:
                messages.success(request, _("The note is saved."))
                return redirect(f"{self.place.url_of(self.instance.pk)}#notes")
        return self.render_to_response(self.get_context_data(note_form=form))


@require_POST
def take_note_away(request: VaultRequest, instance_pk: UUID, note: UUID) -> HttpResponse:
    """Delete a note, which only who can read it may do, and show its request again."""
    user = request.user
    if not permissions.can_write_notes(user):
        raise PermissionDenied
    if not request.vault.is_unlocked:
        messages.error(request, _("Nothing was deleted: unlock the vault first."))
    else:
        can_delete = permissions.can_delete(user)
        try:
            delete_note(note, of_request=instance_pk, by=user, any_author=can_delete)
            messages.success(request, _("The note is deleted."))
        except SubmissionNote.DoesNotExist:
            messages.error(request, _("Nothing was deleted: this note is gone, or not yours."))
    return redirect(f"{place_of(request, instance_pk).url_of(instance_pk)}#notes")
