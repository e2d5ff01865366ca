"""Which mails about requests a member of staff wants, and how far they have been told."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import HowOften
from ..locations.models import Location
from ..permissions import managers, people_at_desk
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
    # None: as long as the person has not chosen, their role does.
    overdue = models.BooleanField(null=True, editable=False)
    # Apart from the locations: one that is deleted takes nothing away and adds no other.
    everywhere = models.BooleanField(default=True, editable=False)
    locations = models.ManyToManyField(
        Location,
        verbose_name=_("for these locations only"),
        blank=True,
        related_name="+",
        help_text=_("None chosen: for all of them. Example: Allen"),
    )
    # All that came before was told of, or was somebody's already; see new_requests.py.
    told_until = models.DateTimeField(default=timezone.now, editable=False)
    # When those came, as text, that came shortly before that moment; by their ids.
    told = models.JSONField(default=dict, editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)
    # The clinic's day of the last mail about missed promises.
    overdue_told_on = models.DateField(null=True, editable=False)

    # Of whoever has not chosen; set by the two functions below.
    is_manager = False

    class Meta:
        verbose_name = _("mails about requests")
        verbose_name_plural = _("mails about requests")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)

    @property
    def wants_overdue(self) -> bool:
        """As chosen; until then who runs the desk wants them."""
        return self.is_manager if self.overdue is None else self.overdue

    def is_about(self, location: Location) -> bool:
        """Whether this person wants to know of that location's requests."""
        return self.everywhere or location in self.locations.all()

    def rows(self) -> QuerySet[Submission]:
        """The requests that this person wants to know of, in no order."""
        rows = Submission.objects.order_by()
        if self.everywhere:
            return rows
        return rows.filter(location__in=[place.pk for place in self.locations.all()])


def mails_of(user: Any) -> RequestMails:
    """What that person has chosen, or, not stored, what holds until then."""
    mails = RequestMails.objects.filter(user=user).first() or RequestMails(user=user)
    mails.is_manager = managers().filter(pk=user.pk).exists()
    return mails


def mails_of_staff() -> list[RequestMails]:
    """The same for everybody who may see requests and can be reached by mail."""
    chosen = {
        each.user_id: each
        for each in RequestMails.objects.select_related("user").prefetch_related("locations")
    }
    in_charge = set(managers().order_by().values_list("pk", flat=True))
    found = []
    for user in people_at_desk().exclude(email="").order_by("pk"):
        mails = chosen.get(user.pk) or RequestMails(user=user)
        mails.is_manager = user.pk in in_charge
        found.append(mails)
    return found
