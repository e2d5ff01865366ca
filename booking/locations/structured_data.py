"""What the site tells machines about locations; see clinic_site/structured_data.py."""

import re
from collections import defaultdict
from collections.abc import Iterable

from clinic_site.structured_data import Node

from .closings import Closing, announced_clinic_closings
from .models import Location

# schema.org's own words, whatever the language of the page.
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_TOWN = re.compile(r"(?P<town>.+), (?P<state>[A-Z]{2}) (?P<zip>\d{5}(-\d{4})?)")


def department(location: Location, root_url: str) -> Node:
    """A place where patients are seen, with its address, phone number, hours and near closings."""
    return {
        "@type": "MedicalClinic",
        "@id": f"{root_url}/#location-{location.pk}",
        "name": location.name,
        "telephone": location.phone,
        "address": postal_address(location.street, location.town),
        "openingHoursSpecification": opening_hours(location),
        "specialOpeningHoursSpecification": closed_days(
            [*location.announced_closings, *announced_clinic_closings()]
        ),
    }


def postal_address(street: str, town: str) -> Node:
    """Town, state and ZIP apart where they can be told apart, else as one line."""
    address: Node = {"@type": "PostalAddress", "streetAddress": street}
    if found := _TOWN.fullmatch(town):
        address |= {
            "addressLocality": found["town"],
            "addressRegion": found["state"],
            "postalCode": found["zip"],
        }
    else:
        address["addressLocality"] = town
    return address


def opening_hours(location: Location) -> list[Node]:
    """Each span once, with the days on which it holds."""
    days: dict[tuple[str, str], list[str]] = defaultdict(list)
    for span in sorted(location.hours.all(), key=lambda span: (span.weekday, span.opens)):
        days[f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"].append(DAYS[span.weekday])
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": names,
            "opens": opens,
            "closes": closes,
        }
        for (opens, closes), names in days.items()
    ]


def closed_days(closings: Iterable[Closing]) -> list[Node]:
    """First and last day of each. Days without hours are closed ones (schema.org/OpeningHoursSpecification)."""
    return [
        {
            "@type": "OpeningHoursSpecification",
            "validFrom": closing.first_day.isoformat(),
            "validThrough": closing.last_day.isoformat(),
        }
        for closing in closings
    ]
