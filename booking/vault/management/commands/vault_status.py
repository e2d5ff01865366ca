"""`manage.py vault_status`"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.checks import ERROR, CheckMessage
from django.core.management.base import BaseCommand, CommandParser

from booking.vault.checks import problems
from booking.vault.status import PIN_MISSING, PIN_RIGHT, ReviewerState, VaultState, vault_state
from clinic_site.clinic_time import in_clinic_time


class Command(BaseCommand):
    """Guarantees: reads only, changes nothing, needs no passphrase, and shows no contents."""

    help = (
        "Print how the vault is: epochs and the rows sealed to each, reviewers, ages, pin, manifest. "
        "Changes nothing and shows no contents. Exits 1 when something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        state = vault_state()
        if state is None:
            self.stdout.write("null" if options["json"] else "There is no vault yet.")
            raise SystemExit(1)
        found = problems()
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(state, found), indent=2))
        else:
            self.stdout.write("\n".join(_lines(state, found)))
        if _is_wrong(state, found):
            raise SystemExit(1)


def _is_wrong(state: VaultState, found: list[CheckMessage]) -> bool:
    return state.unreadable_rows > 0 or any(message.level >= ERROR for message in found)


def _as_json(state: VaultState, found: list[CheckMessage]) -> dict[str, Any]:
    body = json.loads(json.dumps(asdict(state), default=datetime.isoformat))
    return {
        **body,
        "unreadable_rows": state.unreadable_rows,
        "problems": [{"id": message.id, "message": message.msg} for message in found],
        "ok": not _is_wrong(state, found),
    }


def _lines(state: VaultState, found: list[CheckMessage]) -> Iterator[str]:
    yield f"Vault made {_day(state.created)}{', by the trial' if state.is_trial else ''}"
    yield from ["", f"{'Epoch':<7}{'Key id':<18}{'Made':<12}{'Days old':>8}  {'State':<10}Rows"]
    current = state.epochs[-1].number if state.epochs else 0
    for epoch in state.epochs:
        kept = "current" if epoch.number == current else "kept"
        what = "shredded" if epoch.is_shredded else kept
        yield (
            f"{epoch.number:<7}{epoch.key_id:<18}{_day(epoch.created):<12}{epoch.age_days:>8}  "
            f"{what:<10}{_counts(epoch.rows)}"
        )
    for key, rows in state.unknown_keys.items():
        yield f"{'?':<7}{key:<18}{'':<12}{'':>8}  {'unknown':<10}{_counts(rows)}"
    yield from ["", f"{'Reviewer':<31}{'State':<16}{'Since':<12}{'Days':>4}"]
    for who in state.reviewers:
        name = "(recovery sheet)" if who.user is None else who.user
        yield f"{name:<31}{_access(who):<16}{_day(who.since):<12}{who.age_days:>4}"
    yield from ["", *_problem_lines(state, found)]
    yield f"Pin: {_pin(state)}"
    yield f"Manifest: {'verifies' if state.manifest_verifies else 'does NOT verify; nothing is sealed'}"


def _problem_lines(state: VaultState, found: list[CheckMessage]) -> Iterator[str]:
    for message in found:
        word = "Wrong" if message.level >= ERROR else "Look"
        yield f"{word}: {message.msg} ({message.id}) {message.hint}"
    if state.unreadable_rows:
        yield f"Wrong: {state.unreadable_rows} rows open no more: their key is shredded or unknown."


def _access(who: ReviewerState) -> str:
    if not who.has_access:
        return "waiting"
    return "has access" if who.is_active else "not active"


def _pin(state: VaultState) -> str:
    if state.pin == PIN_MISSING:
        return f"not set; this vault's is {state.fingerprint}"
    return "set and right" if state.pin == PIN_RIGHT else "set and WRONG"


def _counts(rows: dict[str, int]) -> str:
    """5 booking.Submission, 2 booking.SubmissionNote; a dash for none."""
    return ", ".join(f"{count:,} {label}" for label, count in rows.items() if count) or "-"


def _day(moment: datetime) -> str:
    return in_clinic_time(moment).strftime("%Y-%m-%d")
