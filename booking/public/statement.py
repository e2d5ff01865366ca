"""What the site tells visitors about their requests, taken from what it does.

The privacy page and the line above the form both ask here, so that neither can say anything else
than the models, the groups and the settings do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from wagtail.models import ModelLogEntry

from ..choices import CORE_FIELDS
from ..submissions.models import Submission, SubmissionNote
from ..submissions.tallies import RequestTally
from ..vault.models import Grant
from .amounts import number_in_words, span

if TYPE_CHECKING:
    from .page import BookingPage

Words = Mapping[str, Any]

SEALED_FIELDS = frozenset({"sealed"})
# Named in the database; a group that staff add goes by the name they gave it.
GROUPS = (gettext_noop("Booking administrators"), gettext_noop("Booking reviewers"))

_RANDOM_CODES = gettext_lazy("random codes by which the site tells requests and notes apart")
_DIGESTS = gettext_lazy(
    "digests by which the site sees that a form was sent twice, or changed; nobody can tell an answer "
    "from them"
)
_HOW_SEALED = gettext_lazy("which key it was encrypted with, and in which format")
_RECORD = gettext_lazy(
    "what was done with a request, by whom and when; this record stays when the request is deleted"
)
_TALLY = gettext_lazy(
    "how many requests came in each week for each location, after how many hours the clinic was in touch "
    "and whether in time; these numbers, without reference and day, stay for a year when requests are deleted"
)
# Plain words for every column that is not sealed. A column without any is a system check error:
# nothing may be stored in clear that the privacy page does not name.
CLEAR_WORDS: Mapping[type[Model], Words] = {
    Submission: {
        "reference": gettext_lazy("the reference of the request, a random code"),
        "page": gettext_lazy("the page it was sent from"),
        "location": gettext_lazy("the location it was sent for"),
        "received_at": gettext_lazy("when it came in"),
        "due_at": gettext_lazy("by when you were promised an answer"),
        "by_phone": gettext_lazy("whether our staff took it down on the phone"),
        "delete_after": gettext_lazy("when it is due to be deleted"),
        "hold": gettext_lazy("whether the clinic has to keep it longer"),
        "status": gettext_lazy("its status, such as new or closed"),
        "contacted_at": gettext_lazy("when the clinic was first in touch about it"),
        "assignee": gettext_lazy("who at the clinic takes care of it"),
        "doubt": gettext_lazy("why the site was not sure that a person sent it"),
        "correction": gettext_lazy("whether it corrects an earlier request"),
        "form_digest": _DIGESTS,
        "withdrawal_digest": gettext_lazy(
            "a digest by which the site knows the code with which you can withdraw the request"
        ),
        "answers_digest": _DIGESTS,
        "id": _RANDOM_CODES,
        "key_id": _HOW_SEALED,
        "schema": _HOW_SEALED,
    },
    SubmissionNote: {
        "submission": gettext_lazy("which request a note of the clinic belongs to"),
        "author": gettext_lazy("who wrote a note, and when"),
        "created_at": gettext_lazy("who wrote a note, and when"),
        "id": _RANDOM_CODES,
        "key_id": _HOW_SEALED,
        "schema": _HOW_SEALED,
    },
    RequestTally: {field.name: _TALLY for field in RequestTally._meta.concrete_fields},
    # Wagtail's own: a column that it adds is part of the same record.
    ModelLogEntry: {field.name: _RECORD for field in ModelLogEntry._meta.concrete_fields},
}


# What is asked and stored -----------------------------------------------------------------------


def asked(page: "BookingPage") -> list[str]:
    """The questions of the form in their order: the core ones, the extra ones, consent."""
    core = {
        name: str(field.label)
        for name, field in page.get_form_class().base_fields.items()
        if name in CORE_FIELDS
    }
    consent = core.pop("consent")
    in_order = [core[name] for name in CORE_FIELDS if name in core]
    return [*in_order, *(question.label for question in page.get_form_fields()), consent]


def clear_fields(model: type[Model]) -> dict[str, str]:
    """Every column of a model that is not sealed, by name, with the name that Django gives it."""
    options = model._meta
    fields = (*options.concrete_fields, *options.many_to_many)
    return {f.name: str(f.verbose_name) for f in fields if f.name not in SEALED_FIELDS}


def without_words(model: type[Model], words: Words) -> list[str]:
    """Clear columns that the statement cannot name."""
    return [name for name in clear_fields(model) if not words.get(name)]


def stored_in_clear(clear: Mapping[type[Model], Words] = CLEAR_WORDS) -> list[str]:
    """What is not sealed, in plain words, each once. A column without words goes by its own name."""
    found = []
    for model, words in clear.items():
        fields = clear_fields(model)
        found += [str(text) for name, text in words.items() if text and name in fields]
        found += [fields[name] for name in without_words(model, words)]
    return list(dict.fromkeys(found))


# Who can open it -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Readers:
    """Who holds access. A grant counts whatever its holder's account may do on this site.

    `roles` are the groups; administrators of the site may use the vault without any.
    """

    people: int
    roles: list[str]
    has_recovery_sheet: bool
    has_people_by_name: bool = False

    @property
    def count(self) -> str:
        if not self.people:
            return _("Nobody can read it yet.")
        return ngettext(
            "One person at the clinic can read it.",
            "%(people)s people at the clinic can read it.",
            self.people,
        ) % {"people": capfirst(number_in_words(self.people))}

    @property
    def allowed_by(self) -> str:
        roles = [*(_(role) for role in self.roles), _("administrators of the site")]
        if self.has_people_by_name:
            roles.append(_("people who were allowed to by name"))
        return _("Roles that allow it: %(roles)s.") % {"roles": get_text_list(roles, _("and"))}


def readers() -> Readers:
    """Counted in the vault and in the groups, in two queries."""
    holders = list(Grant.objects.values_list("reviewer__user_id", flat=True))
    allowed = Permission.objects.filter(content_type__app_label="vault", codename="use_vault")
    pairs = list(allowed.values_list("group__name", "user__pk"))
    return Readers(
        people=sum(user is not None for user in holders),
        roles=sorted({group for group, _user in pairs if group}),
        has_recovery_sheet=None in holders,
        has_people_by_name=any(user for _group, user in pairs),
    )


def locking() -> str:
    """When an unlocked vault locks by itself."""
    return _(
        "What was opened locks again after %(idle)s without use, and after %(absolute)s in any case."
    ) % {
        "idle": duration(settings.VAULT_IDLE_SECONDS),
        "absolute": duration(settings.VAULT_ABSOLUTE_SECONDS),
    }


def duration(seconds: int) -> str:
    """The time in the largest unit that leaves no rest: hours, minutes or seconds."""
    if seconds % 3600 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // 3600) % {"n": seconds // 3600}
    if seconds % 60 == 0:
        return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}
    return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}


# When it is deleted ----------------------------------------------------------------------------


def deletion(page: "BookingPage") -> str:
    """What holds for a request that comes in now; older ones keep the date they were given."""
    return _("It is due to be deleted %(time)s after it came in.") % {
        "time": span(page.retention_days)
    }


# Both together ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """All facts. `asked` and `deletion` are empty on a site without a published form, which mails nothing."""

    asked: list[str]
    in_clear: list[str]
    readers: Readers
    locking: str
    deletion: str
    offers_receipt: bool
    withdrawal_address: str


def statement(page: "BookingPage | None") -> Statement:
    """The facts of a published form, in as many queries whatever they hold."""
    return Statement(
        asked=asked(page) if page else [],
        in_clear=stored_in_clear(),
        readers=readers(),
        locking=locking(),
        deletion=deletion(page) if page else "",
        offers_receipt=page.offers_receipt if page else False,
        withdrawal_address=f"{page.url}withdraw/" if page else "",
    )


def line_above_form(page: "BookingPage") -> list[str]:
    """The facts that a visitor reads before answering, as short sentences; two queries.

    Which roles allow it is for the privacy page.
    """
    deleted = _("Deleted after %(time)s.") % {"time": span(page.retention_days)}
    return [_("Encrypted before it is stored."), readers().count, deleted]
