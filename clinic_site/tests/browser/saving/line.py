"""The line between an editor's window and the site, on which one request can be held up."""

import contextlib
import time
from typing import Literal

from playwright.sync_api import APIResponse, BrowserContext, Error, Page, Request, Route

Kind = Literal["autosave", "save", "ping"]
Late = Literal["request", "answer"]
SECONDS = 30


class Line:
    """Passes everything on, notes what an editor saves, and holds what it is told to hold.

    A request that is late has not reached the site; when the answer is late, the site has done its work.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.saves: list[Kind] = []
        self._to_hold: tuple[Kind, Late] | None = None
        self._held: tuple[Route, APIResponse | None] | None = None
        context.route("**/admin/**", self._pass_on)

    def hold(self, kind: Kind, late: Late) -> None:
        """Hold the next request of the kind."""
        self._to_hold = kind, late

    def wait_until_held(self, page: Page) -> None:
        end = time.monotonic() + SECONDS
        while not self._held:
            assert time.monotonic() < end, "nothing came that was to be held"
            page.wait_for_timeout(50)

    def let_go(self) -> None:
        """The site gets the request in any case, the window its answer if it is still there."""
        route, answer = self._take()
        answer = answer or route.fetch(max_redirects=0)
        with contextlib.suppress(Error):
            route.fulfill(response=answer)

    def refuse(self, status: int) -> None:
        """Answer what is held without asking the site."""
        self._take()[0].fulfill(status=status, body="")

    def cut(self) -> None:
        self._take()[0].abort()

    def _take(self) -> tuple[Route, APIResponse | None]:
        assert self._held is not None
        held, self._held = self._held, None
        return held

    def _pass_on(self, route: Route) -> None:
        kind = kind_of(route.request)
        if kind in {"autosave", "save"}:
            self.saves.append(kind)
        if self._to_hold and kind == self._to_hold[0]:
            late = self._to_hold[1]
            self._to_hold = None
            self._held = route, route.fetch(max_redirects=0) if late == "answer" else None
        else:
            route.fallback()


def kind_of(request: Request) -> Kind | None:
    if request.method != "POST":
        return None
    if "/editing-sessions/ping/" in request.url:
        return "ping"
    if request.is_navigation_request():
        return "save"
    return "autosave" if request.headers["accept"] == "application/json" else None
