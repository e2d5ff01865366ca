"""Where a person chooses their mails about requests: Account, Notifications."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from ..choices import HowOften
from ..permissions import can_list
from .models import RequestMails, mails_of
from .new_requests import told_of


class RequestMailsForm(forms.ModelForm[RequestMails]):
    overdue = forms.BooleanField(
        label=_("Each morning, of requests that were not answered as promised"),
        required=False,
        help_text=_("No mail on a day on which there are none. Example: on"),
    )

    class Meta:
        model = RequestMails
        fields = ("new_requests", "locations")
        widgets = {
            "new_requests": forms.RadioSelect,
            "locations": forms.CheckboxSelectMultiple,
        }

    field_order = ("new_requests", "overdue", "locations")

    def __init__(self, data: Any, *, prefix: str, instance: RequestMails) -> None:
        initial = {"overdue": instance.wants_overdue}
        super().__init__(data, prefix=prefix, instance=instance, initial=initial)

    def save(self, commit: bool = True) -> RequestMails:
        """Store the choice and nothing else: what has been told meanwhile stays told.

        Who begins to be told is told of what comes from now on. What the role chose is stored only
        where the person wants it otherwise.
        """
        places = self.cleaned_data["locations"]
        values = {
            "new_requests": self.cleaned_data["new_requests"],
            "everywhere": not places,
        }
        if "overdue" in self.changed_data:
            values["overdue"] = self.cleaned_data["overdue"]
        if self["new_requests"].initial == HowOften.NEVER:
            now = timezone.now()
            values |= {"told_until": now, "told": told_of(now)}
        chosen, _made = RequestMails.objects.update_or_create(
            user=self.instance.user, defaults=values
        )
        chosen.locations.set(places)
        return chosen


class RequestMailsPanel(BaseSettingsPanel):
    name = "request_mails"
    title = _("Mails about requests")
    tab = notifications_tab
    order = 50
    template_name = "staff/request_mails.html"

    def is_active(self) -> bool:
        return can_list(self.user)

    def get_form(self) -> RequestMailsForm:
        data = self.request.POST if self.request.method == "POST" else None
        return RequestMailsForm(data, prefix=self.name, instance=mails_of(self.user))


def request_mails_panel(request: Any, user: Any, profile: Any) -> RequestMailsPanel:
    return RequestMailsPanel(request, user, profile)
