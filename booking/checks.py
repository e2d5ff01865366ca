"""Rules of the privacy statement that a change of code or settings must not break."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from logging import NullHandler
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  (Django's name)
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils.log import AdminEmailHandler
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from clinic_site.clinic_time import clinic_today
from clinic_site.error_reports import (
    QuietFormatter,
    SilentExceptionReporter,
    SilentReporterFilter,
)

from .public import promises
from .public.page import BookingPage
from .public.statement import CLEAR_WORDS, Words, without_words
from .submissions.models import Submission
from .upkeep import retention

# What Django says where nobody has said anything.
NO_SENDER = "webmaster@localhost"
# A daily run may be missed once.
PURGE_LATE = timedelta(days=2)


@register
def check_clear_fields_have_words(
    app_configs: Any = None, clear: Mapping[type[Model], Words] = CLEAR_WORDS, **kwargs: Any
) -> list[CheckMessage]:
    """A column that is stored in clear is named on the privacy page, or the site does not start."""
    return [
        Error(
            _("“%(field)s” is stored in clear, and the privacy statement has no words for it.")
            % {"field": f"{model.__name__}.{name}"},
            hint=_("Seal it, or say what it is in CLEAR_WORDS of booking/public/statement.py."),
            obj=model,
            id="booking.E001",
        )
        for model, words in clear.items()
        for name in without_words(model, words)
    ]


@register
def check_page_mails_nothing(
    app_configs: Any = None, page: Any = BookingPage, **kwargs: Any
) -> list[CheckMessage]:
    reason = promises.mails_answers(page)
    hint = _("Make the page from FormMixin alone; reviewers read answers at the desk.")
    return [Error(reason, hint=hint, obj=page, id="booking.E002")] if reason else []


@register
def check_error_reports_are_silent(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Error reports to ADMINS hold nothing that a visitor typed."""
    reporter = _is_kind_of(settings.DEFAULT_EXCEPTION_REPORTER, SilentExceptionReporter)
    reporter_filter = _is_kind_of(settings.DEFAULT_EXCEPTION_REPORTER_FILTER, SilentReporterFilter)
    if not settings.ADMINS or (reporter and reporter_filter):
        return []
    reason = _("Error reports to ADMINS would carry what visitors typed, by e-mail and readable.")
    hint = _(
        "Keep DEFAULT_EXCEPTION_REPORTER and DEFAULT_EXCEPTION_REPORTER_FILTER at the silent "
        "classes of clinic_site.error_reports, or leave ADMINS empty."
    )
    return [Error(reason, hint=hint, id="booking.E003")]


@register
def check_log_handlers_are_silent(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """No log handler mails whole error pages, or reports that are not silent."""
    if not any(_mails_in_full(handler) for handler in _logging("handlers").values()):
        return []
    reason = _(
        "A log handler mails whole error pages, which can hold what visitors typed, readable."
    )
    hint = _("Take include_html and reporter_class off every AdminEmailHandler in LOGGING.")
    return [Error(reason, hint=hint, id="booking.E004")]


@register
def check_log_lines_are_quiet(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """No log line quotes what a visitor typed: in a file, a mail, elsewhere."""
    if not any(_writes_in_full(handler) for handler in _logging("handlers").values()):
        return []
    reason = _("A log handler writes exceptions in full, which can quote what visitors typed.")
    hint = _(
        "Give every handler in LOGGING a formatter of clinic_site.error_reports.QuietFormatter."
    )
    return [Error(reason, hint=hint, id="booking.E005")]


@register(Tags.database, deploy=True)
def check_receipts_have_a_sender(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A mail from webmaster@localhost is accepted, told of as sent, and thrown away on its way."""
    if "default" not in (databases or []) or settings.DEFAULT_FROM_EMAIL != NO_SENDER:
        return []
    try:
        with transaction.atomic():
            pages = BookingPage.objects.live().filter(offers_receipt=True, receipt_sender="")
            found = list(pages)
    except DatabaseError:
        return []  # before the first migrate there is no page
    message = _(
        "“%(page)s” offers confirmations by e-mail, and the site has no address to send from."
    )
    hint = _(
        "Set EMAIL_URL and DEFAULT_FROM_EMAIL, or the page's own sender, or switch its confirmations off."
    )
    return [
        Warning(message % {"page": page}, hint=hint, obj=BookingPage, id="booking.W002")
        for page in found
    ]


@register(Tags.database, deploy=True)
def check_requests_are_deleted(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Requests that should be gone: the privacy page names a date, and a command keeps it."""
    if "default" not in (databases or []):
        return []
    try:
        with transaction.atomic():
            late = retention.expired_submissions().filter(
                delete_after__lt=clinic_today() - PURGE_LATE
            )
            count = late.count()
    except DatabaseError:
        return []  # before the first migrate there is nothing to delete
    message = _(
        "%(count)d requests are past the date at which visitors were told they are deleted."
    )
    hint = _("Run `manage.py purge_submissions` daily, by cron or a timer.")
    found = Warning(message % {"count": count}, hint=hint, obj=Submission, id="booking.W001")
    return [found] if count else []


def _logging(part: str) -> dict[str, dict[str, Any]]:
    logging: dict[str, Any] = settings.LOGGING
    return logging.get(part, {})


def _mails_in_full(handler: dict[str, Any]) -> bool:
    if not _is_kind_of(_kind(handler), AdminEmailHandler):
        return False
    reporter = handler.get("reporter_class")
    is_loud = reporter and not _is_kind_of(reporter, SilentExceptionReporter)
    return bool(handler.get("include_html") or is_loud)


def _writes_in_full(handler: dict[str, Any]) -> bool:
    kind = _kind(handler)
    if _is_kind_of(kind, NullHandler) or _is_kind_of(kind, AdminEmailHandler):
        return False  # writes nothing; has a check of its own
    formatter = _logging("formatters").get(handler.get("formatter", ""), {})
    return not _is_kind_of(_kind(formatter), QuietFormatter)


def _kind(entry: dict[str, Any]) -> Any:
    """The class of a handler or formatter in LOGGING."""
    return entry.get("()") or entry.get("class")


def _is_kind_of(kind: Any, base: type) -> bool:
    """Whether a class, or the one at a dotted path, is that one or made from it."""
    if isinstance(kind, str):
        try:
            kind = import_string(kind)
        except ImportError:
            return False
    return isinstance(kind, type) and issubclass(kind, base)
