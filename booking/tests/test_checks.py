"""The system checks name settings that would let out what a visitor typed."""

from typing import Any

import pytest
from django.utils.log import AdminEmailHandler
from pytest_django import Settings

from booking.checks import (
    check_error_reports_are_silent,
    check_log_handlers_are_silent,
    check_log_lines_are_quiet,
)
from clinic_site.error_reports import SilentExceptionReporter

HANDLER = "django.utils.log.AdminEmailHandler"
PLAIN_REPORTER = "django.views.debug.ExceptionReporter"
PLAIN_FILTER = "django.views.debug.SafeExceptionReporterFilter"
ADMINS = [("Somebody", "somebody@clinic.example")]


class LoudHandler(AdminEmailHandler):
    """What a project might make for itself."""


class QuieterReporter(SilentExceptionReporter):
    """Still silent."""


@pytest.mark.parametrize(
    ("admins", "reporter", "reporter_filter", "is_fine"),
    [
        ([], PLAIN_REPORTER, PLAIN_FILTER, True),
        (ADMINS, None, None, True),
        (ADMINS, f"{__name__}.QuieterReporter", None, True),
        (ADMINS, PLAIN_REPORTER, None, False),
        (ADMINS, None, PLAIN_FILTER, False),
        (ADMINS, "nowhere.Reporter", None, False),
    ],
)
def test_error_reports_go_to_admins_only_when_they_are_silent(
    settings: Settings,
    admins: Any,
    reporter: str | None,
    reporter_filter: str | None,
    is_fine: bool,
) -> None:
    settings.ADMINS = admins
    if reporter:
        settings.DEFAULT_EXCEPTION_REPORTER = reporter
    if reporter_filter:
        settings.DEFAULT_EXCEPTION_REPORTER_FILTER = reporter_filter
    errors = check_error_reports_are_silent()
    assert [(error.id, bool(error.hint)) for error in errors] == (
        [] if is_fine else [("booking.E003", True)]
    )


@pytest.mark.parametrize(
    ("handler", "is_fine"),
    [
        ({"class": "logging.StreamHandler", "include_html": True}, True),
        ({"class": HANDLER}, True),
        ({"class": HANDLER, "include_html": False}, True),
        ({"class": HANDLER, "reporter_class": f"{__name__}.QuieterReporter"}, True),
        ({"class": "nowhere.Handler", "include_html": True}, True),
        ({"()": list, "include_html": True}, True),
        ({"class": HANDLER, "include_html": True}, False),
        ({"class": HANDLER, "reporter_class": PLAIN_REPORTER}, False),
        ({"()": LoudHandler, "include_html": True}, False),
        ({"class": f"{__name__}.LoudHandler", "include_html": True}, False),
    ],
)
def test_no_log_handler_mails_whole_pages(
    settings: Settings, handler: dict[str, Any], is_fine: bool
) -> None:
    settings.LOGGING = {"version": 1, "handlers": {"mail": handler}}
    errors = check_log_handlers_are_silent()
    assert [(error.id, bool(error.hint)) for error in errors] == (
        [] if is_fine else [("booking.E004", True)]
    )


QUIET = {"quiet": {"()": "clinic_site.error_reports.QuietFormatter", "format": "%(message)s"}}
SMTP = {"class": "logging.handlers.SMTPHandler", "mailhost": "mail", "toaddrs": ["a@b.example"]}


@pytest.mark.parametrize(
    ("handler", "formatters", "is_fine"),
    [
        ({**SMTP, "formatter": "quiet"}, QUIET, True),
        (SMTP, QUIET, False),
        ({**SMTP, "formatter": "plain"}, {"plain": {"format": "%(message)s"}}, False),
        ({**SMTP, "formatter": "missing"}, QUIET, False),
        ({"class": "logging.FileHandler", "filename": "site.log"}, {}, False),
        ({"class": "logging.FileHandler", "formatter": "quiet"}, QUIET, True),
        ({"()": lambda: None}, {}, False),
        ({"class": "logging.NullHandler"}, {}, True),
        ({"class": HANDLER}, {}, True),
    ],
)
def test_a_handler_that_writes_exceptions_in_full_is_refused(
    settings: Settings, handler: dict[str, Any], formatters: dict[str, Any], is_fine: bool
) -> None:
    settings.LOGGING = {"version": 1, "formatters": formatters, "handlers": {"one": handler}}
    errors = check_log_lines_are_quiet()
    assert [(error.id, bool(error.hint)) for error in errors] == (
        [] if is_fine else [("booking.E005", True)]
    )


def test_the_settings_of_this_site_are_in_order() -> None:
    assert check_error_reports_are_silent() == []
    assert check_log_handlers_are_silent() == []
    assert check_log_lines_are_quiet() == []
