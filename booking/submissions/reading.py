"""What a reviewer sees of a request: its answers, or why there are none."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import log

from clinic_site.visible_text import visible

from .. import log_actions
from ..choices import Status
from ..vault.crypto import CannotOpen
from ..vault.models import Vault
from ..vault.session import RequestVault, VaultLocked
from .models import Submission
from .sealed import open_answers
from .words import as_text, in_words


@dataclass(frozen=True)
class Reading:
    """The outcome of opening one request."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    is_locked: bool = False
    is_damaged: bool = False
    is_withdrawn: bool = False

    @property
    def is_open(self) -> bool:
        return not (self.is_locked or self.is_damaged or self.is_withdrawn)

    @property
    def shown(self) -> list[dict[str, str]]:
        """Every answer in the order asked, as {"label", "type", "text"}."""
        return [
            {"label": visible(item["label"]), "type": item["type"], "text": in_words(item)}
            for item in self.answers
        ]

    @property
    def name(self) -> str:
        """The visitor's name for a list; says so when the request is damaged or withdrawn."""
        if self.is_withdrawn:
            return str(_("Withdrawn"))
        return str(_("Damaged")) if self.is_damaged else as_text(self.get("name"))

    def get(self, key: str) -> Any:
        """The answer to one question; empty when it was not asked."""
        return next((item["answer"] for item in self.answers if item["key"] == key), "")


def is_withdrawn(submission: Submission) -> bool:
    """Whether its visitor took it back, and it was emptied then."""
    return submission.status == Status.WITHDRAWN and not submission.sealed


def read(submission: Submission, vault: Any) -> Reading:
    """Open a request. Locked, damaged and withdrawn are outcomes, not errors: a list must not break."""
    if is_withdrawn(submission):
        return Reading(is_withdrawn=True)
    try:
        return Reading(answers=open_answers(submission, vault))
    except VaultLocked:
        return Reading(is_locked=True)
    except CannotOpen:
        return Reading(is_damaged=True)


def read_names(submissions: Iterable[Submission], vault: RequestVault) -> None:
    """Set `reading` on every row of a list and log once that names were shown."""
    shown = 0
    for submission in submissions:
        submission.reading = read(submission, vault)  # type: ignore[attr-defined]
        shown += 1
    if shown:
        log(instance=Vault.objects.get(), action=log_actions.SHOW_NAMES, data={"shown": shown})
