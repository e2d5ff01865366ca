"""Error reports and log lines that cannot carry what a visitor typed.

An exception's message, the variables of its frames and the request's POST data may each hold an
answer. A report keeps what finds the fault: the exception's type and the lines it passed through.
"""

import logging
import traceback
from collections.abc import ItemsView
from smtplib import SMTPException
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

# Their messages come from the machine or the settings, never from a form.
SPEAKING_EXCEPTIONS = (OSError, ImportError)
# Also an OSError, for Python: a mail server repeats the addresses that it was given.
SILENT_EXCEPTIONS = (SMTPException,)


def describe(error: BaseException | None) -> str:
    """The exception's type, with its message only where that cannot hold an answer."""
    if error is None:
        return "no exception"
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    speaks = isinstance(error, SPEAKING_EXCEPTIONS) and not isinstance(error, SILENT_EXCEPTIONS)
    return f"{name}: {error}" if speaks else name


class QuietFormatter(logging.Formatter):
    """Formats tracebacks as places (file, line, function), without source text or messages."""

    def formatException(  # noqa: N802  (logging's name)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        lines = [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(ei[2], limit=-25)
        ]
        cause = ei[1].__cause__ if ei[1] else None
        if cause is not None:
            lines.append(f"  caused by {describe(cause)}")
        return "\n".join([*lines, describe(ei[1])])


class SilentReporterFilter(SafeExceptionReporterFilter):
    """Shows neither POST data nor the variables of any frame, whatever DEBUG says."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(
        self, request: HttpRequest, tb_frame: Any
    ) -> ItemsView[str, Any]:
        return {}.items()


class SilentExceptionReporter(ExceptionReporter):
    """A report of places only, for mails to ADMINS as for the technical page."""

    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data()
        data.update(
            exception_value=describe(self.exc_value),
            filtered_POST_items=[],
            request_GET_items=[],
            request_FILES_items=[],
            request_COOKIES_items=[],
            request_meta={},
            user_str="",
        )
        for frame in data.get("frames", []):
            frame["vars"] = []
        return data
