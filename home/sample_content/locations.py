"""The four locations. The towns are real; streets, numbers and hours are samples and say so."""

from dataclasses import dataclass
from datetime import time

from booking.choices import Weekday

WORKING_DAYS = [
    Weekday.MONDAY,
    Weekday.TUESDAY,
    Weekday.WEDNESDAY,
    Weekday.THURSDAY,
    Weekday.FRIDAY,
]
SAMPLE_NOTE = (
    "Sample address, phone number and hours. "
    "The clinic puts its own here before the site opens to the public."
)
NINE, FIVE = time(9), time(17)


@dataclass(frozen=True)
class SampleLocation:
    name: str
    town: str
    phone: str
    hours: dict[Weekday, tuple[time, time]]
    street: str = "100 Sample Street (sample address)"
    offers_video: bool = False


def weekdays(opens: time = NINE, closes: time = FIVE) -> dict[Weekday, tuple[time, time]]:
    """Monday to Friday, the same hours."""
    return dict.fromkeys(WORKING_DAYS, (opens, closes))


LOCATIONS = [
    SampleLocation("Allen", "Allen, TX 75002", "(972) 555-0101", weekdays()),
    SampleLocation("McKinney", "McKinney, TX 75069", "(469) 555-0102", weekdays(time(8), time(16))),
    SampleLocation(
        "Frisco",
        "Frisco, TX 75034",
        "(469) 555-0103",
        weekdays() | {Weekday.TUESDAY: (NINE, time(19)), Weekday.THURSDAY: (NINE, time(19))},
    ),
    SampleLocation(
        "Dallas", "Dallas, TX 75201", "(214) 555-0104", weekdays(time(8, 30)), offers_video=True
    ),
]
