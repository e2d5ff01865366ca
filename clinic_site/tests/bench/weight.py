"""What a reader's browser fetches before the article is readable: HTML, CSS and JS, packed as it asks."""

from urllib.parse import urljoin
from urllib.request import Request, urlopen

from bs4 import BeautifulSoup

from . import goals, trial_site
from .printing import heading, row
from .servers import Server
from .subjects import AS_BROWSERS_ASK


def fetched(url: str) -> tuple[bytes, str]:
    """The body as it is sent, and its encoding."""
    with urlopen(Request(url, headers=AS_BROWSERS_ASK), timeout=30) as response:
        return response.read(), response.headers.get("Content-Encoding", "")


def linked(html: str) -> list[str]:
    """Addresses of the stylesheets and scripts of a page, each once."""
    soup = BeautifulSoup(html, "html.parser")
    found = [str(link["href"]) for link in soup.select('link[rel~="stylesheet"]')]
    found += [str(script["src"]) for script in soup.select("script[src]")]
    return list(dict.fromkeys(found))


def show(server: Server) -> None:
    """Bytes of each file and of all, and how many requests they are."""
    heading("The article as sent", "bytes", "encoding", "")
    url = f"{server.url}{trial_site.ARTICLE}"
    with urlopen(url, timeout=30) as response:
        addresses = [url, *(urljoin(url, path) for path in linked(response.read().decode()))]
    whole = 0
    for address in addresses:
        body, encoding = fetched(address)
        whole += len(body)
        row(address.removeprefix(server.url), f"{len(body):,}", encoding or "none", "")
    light = whole <= goals.WEIGHT_MOST and len(addresses) <= goals.REQUESTS_MOST
    row(
        f"HTML + CSS + JS in {len(addresses)} requests",
        f"{whole:,}",
        "",
        f"<= {goals.WEIGHT_MOST:,} in <= {goals.REQUESTS_MOST}: {goals.verdict(least=light, aim=None)}",
    )
