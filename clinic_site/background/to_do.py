"""What of mails and daily work somebody should see to."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from ..to_do import ToDo
from .permissions import can_see_background
from .state import problems


def to_do(user: Any) -> Iterator[ToDo]:
    """A sentence for each, for whoever looks after the site."""
    if can_see_background(user):
        for problem in problems():
            yield ToDo(problem, reverse("background"), is_urgent=True)
