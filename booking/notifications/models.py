"""Which mails about requests a member of staff wants, and how far they have been told."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import HowOften
from ..locations.models import Location
from ..permissions import answers_for_promises, people_at_desk
from ..submissions.models import Submission


class RequestMails(models.Model):
    """One person's choice. Who has made none has no row: see `mails_of`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="request_mails"
    )
    new_requests = models.CharField(
        _("of new requests"),
        max_length=8,
        choices=HowOften.choices,
        default=HowOften.NEVER,
        help_text=_(
            "How many came and by when an answer is due; nothing of what they say. Example: At once"
        ),
    )
    overdue = models.BooleanField(
        _("each morning, of requests that were not answered as promised"),
        default=False,
        help_text=_("No mail on a day on which there are none. Example: on"),
    )
    locations = models.ManyToManyField(
        Location,
        verbose_name=_("for these locations only"),
        blank=True,
        related_name="+",
        help_text=_("None chosen: for all of them. Example: Allen"),
    )
    # All that came before was told of, or was somebody's already; see new_requests.py.
    told_until = models.DateTimeField(default=timezone.now, editable=False)
    # The ids, as text, of those that came shortly before that moment.
    told = models.JSONField(default=list, editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)
    # The clinic's day of the last mail about missed promises.
    overdue_told_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("mails about requests")
        verbose_name_plural = _("mails about requests")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)

    def rows(self) -> QuerySet[Submission]:
        """The requests that this person wants to know of."""
        places = [place.pk for place in self.locations.all()] if self.pk else []
        rows = Submission.objects.order_by()
        return rows.filter(location__in=places) if places else rows


def mails_of(user: Any) -> RequestMails:
    """What that person has chosen, or, not stored, what holds until then."""
    return RequestMails.objects.filter(user=user).first() or _not_chosen(user)


def mails_of_staff() -> list[RequestMails]:
    """The same for everybody who may see requests and can be reached by mail."""
    reachable = people_at_desk().exclude(email="").order_by("pk")
    chosen = {
        each.user_id: each
        for each in RequestMails.objects.select_related("user").prefetch_related("locations")
    }
    return [chosen.get(user.pk) or _not_chosen(user) for user in reachable]


def _not_chosen(user: Any) -> RequestMails:
    return RequestMails(user=user, overdue=answers_for_promises(user))
