"""A browser as small as the check needs: one site, cookies, forms, redirects."""

import http.client
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup

from .canary import CannotRun

TIMEOUT = 60
REDIRECTS_MAX = 5


@dataclass(frozen=True)
class Answer:
    url: str
    status: int
    text: str

    def hidden_value(self, name: str) -> str:
        """The value of the page's input of that name; empty without one."""
        field = BeautifulSoup(self.text, "html.parser").find("input", attrs={"name": name})
        return str(field.get("value", "")) if field else ""

    @property
    def readable(self) -> str:
        """The page's text as a person sees it."""
        return BeautifulSoup(self.text, "html.parser").get_text(" ")


class Browser:
    """Talks to one site. Certificates are checked; cookies go back to that site only."""

    def __init__(self, site: str) -> None:
        if not _is_address(site):
            raise CannotRun(
                f"“{site}” is not a site's address. Example: https://www.clinic.example"
            )
        parts = urlsplit(site)
        self.site = f"{parts.scheme}://{parts.netloc}"
        self._host, self._is_secure = parts.netloc, parts.scheme == "https"
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._follow("GET", path, None)

    def post(self, path: str, data: dict[str, str]) -> Answer:
        return self._follow("POST", path, urlencode(data).encode())

    def _follow(self, method: str, path: str, body: bytes | None) -> Answer:
        """The answer after redirects, all of which stay on this site."""
        url = urljoin(self.site, path)
        for _redirect in range(REDIRECTS_MAX):
            status, location, text = self._send(method, url, body)
            if not location:
                return Answer(url, status, text)
            url, method, body = urljoin(url, location), "GET", None
            if not url.startswith(f"{self.site}/"):
                raise CannotRun(
                    f"{self.site} sends on to another address, {urlsplit(url).netloc}: "
                    "give that one with --url."
                )
        raise CannotRun(f"{self.site} redirects in a circle.")

    def _send(self, method: str, url: str, body: bytes | None) -> tuple[int, str, str]:
        kind = http.client.HTTPSConnection if self._is_secure else http.client.HTTPConnection
        connection = kind(self._host, timeout=TIMEOUT)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"{self.site}/",
            "User-Agent": "verify_privacy",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, url.removeprefix(self.site), body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "strerror", "") or type(error).__name__
            raise CannotRun(f"{self.site} does not answer: {reason}.") from error
        finally:
            connection.close()
        for header in response.headers.get_all("Set-Cookie", []):
            self.cookies.update(
                {name: morsel.value for name, morsel in SimpleCookie(header).items()}
            )
        is_redirect = response.status in (301, 302, 303, 307, 308)
        return response.status, response.headers.get("Location", "") if is_redirect else "", text


def _is_address(site: str) -> bool:
    try:
        parts = urlsplit(site)
        return bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:  # no port is a word, or above 65535
        return False
