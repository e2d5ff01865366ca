"""Withdrawing a request: by its reference and the code that the confirmation showed, by post alone."""

import logging
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from clinic_site.languages import translations_of
from clinic_site.renderers import SiteFormRenderer
from clinic_site.tries import NoTryLeft, Tries

from ..submissions.handling import OnHold, withdraw
from ..submissions.models import Submission
from ..submissions.receiving import withdrawal_digest

if TYPE_CHECKING:
    from .page import BookingPage

logger = logging.getLogger(__name__)

TRIES, TRIES_SECONDS = 5, 15 * 60
# The same for a reference that nobody has, for a code that is another one's, and after too many tries.
UNKNOWN = _(
    "We have no request with this reference and this code. Compare both with the confirmation. After "
    "five wrong tries, wait 15 minutes, or call us."
)
ON_HOLD = _("The clinic has to keep this request and cannot delete it now. Call us about it.")


class WithdrawalForm(forms.Form):
    """Reference and code as they stand on the confirmation; spaces, hyphens and small letters do no harm."""

    default_renderer = SiteFormRenderer

    reference = forms.CharField(
        label=_("Reference"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Enter the reference of your request.")},
    )
    code = forms.CharField(
        label=_("Code to withdraw it"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Enter the code that the confirmation showed.")},
    )

    def clean_reference(self) -> str:
        return _bare(self.cleaned_data["reference"])

    def clean_code(self) -> str:
        return _bare(self.cleaned_data["code"])

    def withdrawn(self) -> list[Submission]:
        """The requests that are withdrawn now. Raises ValidationError, worded for the visitor."""
        reference, code = self.cleaned_data["reference"], self.cleaned_data["code"]
        # Counted for references that exist: nobody can fill the table of tries with made-up ones.
        if not Submission.objects.filter(reference=reference).exists():
            raise ValidationError(UNKNOWN)
        tries = Tries(f"withdraw-{reference}", TRIES, TRIES_SECONDS)
        try:
            tries.take()
            requests = withdraw(reference, withdrawal_digest(code))
        except (NoTryLeft, Submission.DoesNotExist) as error:
            raise ValidationError(UNKNOWN) from error
        except OnHold as error:
            tries.forget()
            raise ValidationError(ON_HOLD) from error
        tries.forget()
        return requests


def _bare(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())


@sensitive_post_parameters()
@sensitive_variables()
def withdraw_request(request: HttpRequest, page: "BookingPage") -> HttpResponse:
    """The form; on POST the request is withdrawn, or the form says why it is not."""
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    requests: list[Submission] = []
    if form.is_valid():
        try:
            requests = form.withdrawn()
        except ValidationError as refusal:
            form.add_error(None, refusal)
    context: dict[str, Any] = {
        **page.get_context(request),
        "form": form,
        "withdrawn": [str(each) for each in requests],
        "alternates": [],
        "translations": translations_of(page, request, "withdraw/"),
    }
    response = TemplateResponse(request, "booking/withdraw.html", context)
    response["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response
