"""Mails to staff: each waits in the database until a worker hands it to the mail server.

It is stored in the transaction of whoever asks for it, so it goes out if what it tells of was kept, and
only then. What is stored can be read by whoever reads the database: a mail says what happened and links
to it. It holds nothing that a visitor wrote and no secret, and the reader's address is looked up last.
"""

from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.utils.translation import override
from django_tasks import task

# The name in settings.TASKS. What is a task under any other name there is done at once.
MAIL = "mail"


def in_language_of(user: Any) -> AbstractContextManager[None]:
    """The language that this person has chosen for the admin, or else the site's."""
    profile = getattr(user, "wagtail_userprofile", None)
    return override((profile and profile.preferred_language) or settings.LANGUAGE_CODE)


def mail_staff(user: Any, subject: str, text: str, *, needs: str = "") -> None:
    """Let a mail to that person go out; one for each, so that nobody learns the others' addresses.

    `needs` is a permission: who has lost it when the mail goes out gets none.
    """
    deliver.enqueue(user.pk, subject, text, needs)


@task(backend=MAIL)
def deliver(user_pk: int, subject: str, text: str, needs: str = "") -> None:
    """Hand the mail over. Whoever left meanwhile, or may not read it any more, gets none.

    Raises whatever the mail server refuses it with: outbox.py lets it be tried again.
    """
    people = get_user_model().objects.filter(pk=user_pk, is_active=True).exclude(email="")
    for person in people:
        if needs and not person.has_perm(needs):
            continue
        EmailMessage(subject, text, to=[person.email]).send()
