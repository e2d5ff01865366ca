"""What a visitor reads who asks for a day on which a location is closed."""

from datetime import date

from django.utils.html import format_html
from django.utils.translation import gettext as _

from ...locations.hours import day_in_words
from ...locations.models import Location


def closed_message(location: Location, day: date) -> str:
    """Why that day is refused; in a closing with its sentence, marked where it is in another language."""
    values = {"location": location.name, "day": day_in_words(day)}
    closing = location.closing_on(day)
    if closing is None:
        return _("%(location)s is closed on %(day)s. Choose another day.") % values
    message = _("{location} is closed on {day}: {reason} Choose another day.")
    return format_html(message, **values, reason=closing.sentence_here.html)
