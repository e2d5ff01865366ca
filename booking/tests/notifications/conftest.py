"""The clock at a Monday morning, and a second location."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import time_machine

from booking.models import Location
from booking.tests.factories import LocationFactory

from .mails import NOW


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def frisco(site: SimpleNamespace) -> Location:
    return LocationFactory(name="Frisco")
