"""Whether the site's memory stands still: ten minutes of readers, of readers past the front cache, of posts."""

import os

from . import posts, trial_site
from .printing import heading, plural, row
from .rounds import GOALS_AT, Subject, one_run
from .servers import Server
from .subjects import AS_BROWSERS_ASK, page

MINUTES = int(os.environ.get("BENCH_MINUTES", "10"))
# Whoever carries such a cookie is answered by Django.
NOT_KEPT = {"Cookie": "messages=none"}


def show(site: Server) -> None:
    """PSS of master and workers each minute, as long as no other server runs."""
    heading("Memory under mixed load (PSS)", "MB", "")
    subjects = _subjects(site)
    for minute in range(MINUTES + 1):
        found = site.memory_megabytes()
        told = f"{found:.1f} MB" if found else "not told"
        row(f"after {plural(minute, 'minute')}", told, "")
        for subject in subjects if minute < MINUTES else ():
            one_run(subject, GOALS_AT, 60 // len(subjects))


def _subjects(site: Server) -> list[Subject]:
    return [
        page("article, kept and packed", site, trial_site.ARTICLE, AS_BROWSERS_ASK),
        page("article", site, trial_site.ARTICLE, NOT_KEPT),
        page("list", site, "/articles/", NOT_KEPT),
        page("booking page", site, posts.BOOKING),
        Subject("booking POST", site, lambda s: posts.booking(site.url, s), posts.stored_requests),
    ]
