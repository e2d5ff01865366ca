"""An answer that is held back until it is known whether it can be kept."""

from collections.abc import Callable, Iterable
from types import TracebackType
from wsgiref.types import StartResponse, WSGIEnvironment

from .entries import Header
from .keeping import may_keep

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None


class HeldAnswer:
    """The start_response that the application gets: what it is told goes on only with `release()`."""

    def __init__(self, start_response: StartResponse) -> None:
        self.status: str | None = None
        self.headers: list[Header] = []
        self._start_response = start_response
        self._write: Callable[[bytes], object] | None = None
        self._released = False
        self._failed = False

    def __call__(
        self, status: str, headers: list[Header], exc_info: ExcInfo = None, /
    ) -> Callable[[bytes], object]:
        if self._released:
            return self._start_response(status, headers, exc_info)
        if self.status is not None and exc_info is None:
            raise AssertionError("start_response was called twice.")
        self.status, self.headers = status, headers
        self._failed = self._failed or exc_info is not None
        return self.write

    def write(self, data: bytes) -> None:
        """Whoever writes by hand is not waited for."""
        self.release()
        assert self._write is not None  # noqa: S101  (release() has called start_response)
        self._write(data)

    def release(self) -> None:
        """Tell the server what was said so far; from here on all goes straight to it."""
        if self._released:
            return
        self._released = True
        if self.status is not None:
            self._write = self._start_response(self.status, self.headers)

    def finished(
        self, result: Iterable[bytes], environ: WSGIEnvironment
    ) -> Iterable[bytes] | bytes:
        """The whole body, closed, where this answer may be kept; else the result as it came."""
        if self._released or self._failed or self.status is None or is_stream(result, environ):
            return result
        if not may_keep(self.status, self.headers):
            return result
        try:
            body = b"".join(result)
        finally:
            close(result)
        return body if str(len(body)) == self._told_length() else [body]

    def _told_length(self) -> str:
        return next(value for name, value in self.headers if name.lower() == "content-length")


def is_stream(result: Iterable[bytes], environ: WSGIEnvironment) -> bool:
    """Whether an answer is a file for the server, or made while it is sent."""
    wrapper = environ.get("wsgi.file_wrapper")
    is_file = isinstance(wrapper, type) and isinstance(result, wrapper)
    return is_file or bool(getattr(result, "streaming", False))


def close(result: object) -> None:
    if hasattr(result, "close"):
        result.close()
