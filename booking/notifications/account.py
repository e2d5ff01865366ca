"""Where a person chooses their mails about requests: Account, Notifications."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from ..choices import HowOften
from ..permissions import can_list
from .models import RequestMails, mails_of


class RequestMailsForm(forms.ModelForm[RequestMails]):
    class Meta:
        model = RequestMails
        fields = ("new_requests", "overdue", "locations")
        widgets = {
            "new_requests": forms.RadioSelect,
            "locations": forms.CheckboxSelectMultiple,
        }

    def save(self, commit: bool = True) -> RequestMails:
        """Store the choice and nothing else: what has been told meanwhile stays told.

        Who begins to be told is told of what comes from now on.
        """
        values = {name: self.cleaned_data[name] for name in ("new_requests", "overdue")}
        if self["new_requests"].initial == HowOften.NEVER:
            values |= {"told_until": timezone.now(), "told": []}
        chosen, _made = RequestMails.objects.update_or_create(
            user=self.instance.user, defaults=values
        )
        chosen.locations.set(self.cleaned_data["locations"])
        return chosen


class RequestMailsPanel(BaseSettingsPanel):
    name = "request_mails"
    title = _("Mails about requests")
    tab = notifications_tab
    order = 50

    def is_active(self) -> bool:
        return can_list(self.user)

    def get_form(self) -> RequestMailsForm:
        data = self.request.POST if self.request.method == "POST" else None
        return RequestMailsForm(data, prefix=self.name, instance=mails_of(self.user))


def request_mails_panel(request: Any, user: Any, profile: Any) -> RequestMailsPanel:
    return RequestMailsPanel(request, user, profile)
