"""Taking a request in: sealed first, then one row and its log entry in one transaction."""

import secrets
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import log

from .choices import TRAP_FIELDS, Status
from .forms import BookingForm
from .models import BookingPage, Submission
from .tokens import FormToken
from .vault import sealing
from .vault.crypto import CannotOpen

PURPOSE = "submission"
NOTE_PURPOSE = "note"
SCHEMA = 1

# No 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V: read aloud over the phone without doubt.
REFERENCE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
REFERENCE_LENGTH = 8


def new_reference() -> str:
    """Eight unambiguous characters: 36 bits, enough to be unlike any other, not a secret."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def answers_of(form: BookingForm) -> list[dict[str, Any]]:
    """Every answer in the order asked, each with key, label, type and answer, readable for ever."""
    return [
        {
            "key": bound.name,
            "label": str(bound.label),
            "type": answer_type(bound.name, bound.field),
            "answer": answer_text(bound.field, form.cleaned_data[bound.name]),
        }
        for bound in form
        if bound.name not in TRAP_FIELDS
    ]


def answer_type(name: str, field: forms.Field) -> str:
    """What kind of answer it is: text, phone, email, date, choice, choices, yes_no or number."""
    if name == "phone":
        return "phone"
    kinds: list[tuple[type[forms.Field], str]] = [
        (forms.EmailField, "email"),
        (forms.DateField, "date"),
        (forms.BooleanField, "yes_no"),
        (forms.MultipleChoiceField, "choices"),
        (forms.ChoiceField, "choice"),
        (forms.DecimalField, "number"),
    ]
    return next((kind for cls, kind in kinds if isinstance(field, cls)), "text")


def answer_text(field: forms.Field, value: Any) -> Any:
    """The answer as a reviewer reads it: text, True or False, or a list of texts."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [str(item) for item in value]
    if value in (None, ""):
        return ""  # for a list of choices too, whose empty choice has a text of its own
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]  # pairs, never groups
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def receive(page: BookingPage, form: BookingForm, token: FormToken, *, suspect: bool) -> Submission:
    """Seal the answers of a valid form and store the request.

    The same token stores one row, whatever the number of posts. A suspect is stored as spam, not
    dropped. Raises VaultUnavailable, or django.db's errors, with nothing stored.
    """
    earlier = Submission.objects.filter(idempotency_token=token.id).first()
    if earlier is not None:
        return earlier
    submission = _sealed_submission(page, form, token)
    if suspect:
        submission.status = Status.SPAM
    try:
        with transaction.atomic():
            submission.save(force_insert=True)
            log(instance=submission, action="booking.receive")
    except IntegrityError:
        # Two posts of one form at the same moment: the other one was first.
        earlier = Submission.objects.filter(idempotency_token=token.id).first()
        if earlier is None:
            raise  # a reference that exists already, or a location that was deleted meanwhile
        return earlier
    return submission


def _sealed_submission(page: BookingPage, form: BookingForm, token: FormToken) -> Submission:
    """An unsaved request. Its id is made here, because the sealed blob is bound to it."""
    row, now = uuid.uuid4(), timezone.now()
    sealed = sealing.seal(
        {"answers": answers_of(form)},
        purpose=PURPOSE,
        row=row,
        owner=row,
        schema=SCHEMA,
    )
    return Submission(
        id=row,
        reference=new_reference(),
        page=page,
        location=form.cleaned_data["location"],
        received_at=now,
        idempotency_token=token.id,
        sealed=sealed.blob,
        key_id=sealed.key_id,
        schema=SCHEMA,
        delete_after=timezone.localdate(now) + timedelta(days=page.retention_days),
    )


def open_answers(submission: Submission, vault: Any) -> list[dict[str, Any]]:
    """The answers of a request. Raises VaultLocked, or CannotOpen for a damaged one."""
    try:
        opened = vault.open(
            bytes(submission.sealed),
            purpose=PURPOSE,
            row=submission.id,
            owner=submission.id,
            schema=submission.schema,
        )
    except TypeError as error:  # SQLite lets a blob column hold text
        raise CannotOpen from error
    answers = opened.get("answers")
    # Whoever can write to the database can seal what he likes: take only what we would have sealed.
    if not isinstance(answers, list) or not all(map(_is_answer, answers)):
        raise CannotOpen
    return answers


def _is_answer(item: Any) -> bool:
    """Whether an opened item has the four parts that `answers_of` writes."""
    if not isinstance(item, dict) or item.keys() != {"key", "label", "type", "answer"}:
        return False
    answer, texts = item["answer"], [item["key"], item["label"], item["type"]]
    if isinstance(answer, list):
        texts += answer
    elif not isinstance(answer, bool):
        texts.append(answer)
    return all(isinstance(text, str) for text in texts)
