"""What is done to requests by one press: of one, or of all that are ticked."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_user_display_name

from .. import permissions
from ..choices import SET_BY_HAND, Status
from ..submissions import handling
from ..submissions.models import Submission

# As many as a page of the list shows.
MOST = 50


class Act(TextChoices):
    """One press."""

    TAKE = "take", _("Contacted, mine")
    SPAM = "spam", _("Spam")
    NOT_SPAM = "not_spam", _("Not spam")
    APPLY = "apply", _("Change")


# Where each makes sense: a press that would change nothing is not offered.
OFFERED: dict[Act, frozenset[str]] = {
    Act.TAKE: frozenset({Status.NEW, Status.CHECK}),
    Act.SPAM: frozenset({Status.NEW, Status.CHECK, Status.CONTACTED}),
    Act.NOT_SPAM: frozenset({Status.CHECK, Status.SPAM}),
}
# A row of the list has room for two: spam among what is not doubted is filed from the request itself.
NOT_IN_ROWS = {
    Act.TAKE: frozenset({Status.CHECK}),
    Act.SPAM: frozenset({Status.NEW, Status.CONTACTED}),
}


def acts_of(request: Submission, user: Any, *, is_unlocked: bool, in_row: bool = True) -> list[Act]:
    """What that person can do with the request by one press, where it stands now.

    What is spam is seen by its words: it is filed while the vault is unlocked, and only then.
    """
    if not permissions.can_change_status(user):
        return []
    return [
        act
        for act, statuses in OFFERED.items()
        if request.status in statuses
        and (is_unlocked or act != Act.SPAM)
        and not (in_row and request.status in NOT_IN_ROWS.get(act, frozenset()))
    ]


STATUSES: list[tuple[str, Any]] = [("", _("Status as it is")), *SET_BY_HAND]


class ManyForm(forms.Form):
    """What to change of all requests that are ticked; what is left empty stays as it is."""

    status = forms.ChoiceField(label=_("Status"), required=False, choices=STATUSES)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)

    def __init__(self, *args: Any, is_unlocked: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_unlocked:
            status: forms.ChoiceField = self.fields["status"]  # type: ignore[assignment]
            status.choices = [each for each in STATUSES if each[0] != Status.SPAM]
        people = permissions.people_at_desk().order_by("first_name", "last_name", "username")
        names = [(str(each.pk), get_user_display_name(each)) for each in people]
        assignee: forms.ChoiceField = self.fields["assignee"]  # type: ignore[assignment]
        assignee.choices = [("", _("Assignee as it is")), ("nobody", _("Nobody yet")), *names]
        self._people = {str(each.pk): each for each in people}

    def changes(self) -> dict[str, Any]:
        """By column. Empty when nothing was chosen."""
        values = {name: value for name, value in self.cleaned_data.items() if value}
        if chosen := values.get("assignee"):
            values["assignee"] = self._people.get(chosen)
        return values


@dataclass
class Outcome:
    """The references of what was changed, of what a colleague had changed meanwhile, and how many are gone."""

    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    gone: int = 0


def changes_of(act: Act, user: Any) -> dict[str, Any]:
    """By column, of an act that is the same for every request."""
    return {
        Act.TAKE: {"status": Status.CONTACTED, "assignee": user},
        Act.SPAM: {"status": Status.SPAM},
        Act.NOT_SPAM: {"status": Status.NEW},
    }[act]


def change_all(seen: dict[UUID, str], to: dict[str, Any]) -> Outcome:
    """Give each of these requests the values, each by itself; `seen` says how each was shown."""
    outcome = Outcome()
    for pk, as_shown in seen.items():
        try:
            request = handling.change(pk, seen=as_shown, to=to)
        except Submission.DoesNotExist:
            outcome.gone += 1
        except handling.ChangedMeanwhile as other:
            outcome.left.append(other.request.reference)
        else:
            outcome.changed.append(request.reference)
    return outcome
