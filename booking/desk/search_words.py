"""How far a search has come, in words: never more than it knows."""

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic_site.clinic_time import in_clinic_time

from ..submissions.search import MAX_FOUND, Progress
from .searches import Search


def words_of(search: Search, shown: int) -> str:
    """`shown` of those found are on the page: some may have been deleted since, others are only counted."""
    progress = search.progress
    numbers = {
        "searched": _grouped(progress.searched),
        "total": _grouped(progress.total),
        "found": _grouped(progress.matches),
        "shown": _grouped(shown),
        "time": date_format(in_clinic_time(search.made_at), "TIME_FORMAT"),
    }
    if not (progress.is_done or progress.searched):
        text = _("Nothing is searched yet: another search goes first.")
    elif not progress.is_done:
        text = _("Searched the newest %(searched)s of %(total)s: %(found)s found so far.")
    elif progress.matches > MAX_FOUND:
        text = _(
            "At %(time)s: the newest %(shown)s of %(found)s found among all %(searched)s requests. "
            "Add a word or set a filter to see fewer."
        )
    else:
        text = ngettext(
            "At %(time)s: %(found)s request found among all %(searched)s.",
            "At %(time)s: %(found)s requests found among all %(searched)s.",
            progress.matches,
        )
    return text % numbers + _deleted(progress, shown)


def _deleted(progress: Progress, shown: int) -> str:
    gone = len(progress.found) - shown
    if not gone:
        return ""
    text = ngettext(
        "%d of them has been deleted or withdrawn since.",
        "%d of them have been deleted or withdrawn since.",
        gone,
    )
    return f" {text % gone}"


def damaged_in_words(progress: Progress) -> str:
    """Empty where everything could be opened."""
    if not progress.damaged:
        return ""
    return (
        ngettext(
            "%d request is damaged or has a damaged note: what does not open was not searched.",
            "%d requests are damaged or have damaged notes: what does not open was not searched.",
            progress.damaged,
        )
        % progress.damaged
    )


def _grouped(number: int) -> str:
    return str(number_format(number, force_grouping=True))
