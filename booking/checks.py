"""Rules of the privacy statement that a change of code or settings must not break."""

from collections.abc import Mapping
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db.models import Model
from django.utils.translation import gettext as _

from . import promises
from .models import BookingPage
from .privacy_statement import CLEAR_WORDS, Words, without_words


@register
def check_clear_fields_have_words(
    app_configs: Any = None, clear: Mapping[type[Model], Words] = CLEAR_WORDS, **kwargs: Any
) -> list[CheckMessage]:
    """A column that is stored in clear is named on the privacy page, or the site does not start."""
    return [
        Error(
            _("“%(field)s” is stored in clear, and the privacy statement has no words for it.")
            % {"field": f"{model.__name__}.{name}"},
            hint=_("Seal it, or say what it is in CLEAR_WORDS of booking/privacy_statement.py."),
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
    reason = promises.mails_error_reports()
    hint = _(
        "Keep DEFAULT_EXCEPTION_REPORTER and DEFAULT_EXCEPTION_REPORTER_FILTER at the silent "
        "classes of clinic_site.error_reports, or leave ADMINS empty."
    )
    return [Error(reason, hint=hint, id="booking.E003")] if reason else []


@register
def check_log_handlers_are_silent(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    reason = promises.mails_log_records()
    hint = _("Take include_html and reporter_class off every AdminEmailHandler in LOGGING.")
    return [Error(reason, hint=hint, id="booking.E004")] if reason else []
