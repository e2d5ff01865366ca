"""How often a secret may be tried, wherever it is typed: so many wrong ones in so many seconds.

Counted in the shared cache, so that every worker and every node counts the same. A try takes one of
the places before the secret is looked at, and `add` gives a place to one taker only: twenty tries at
the same moment are as many as there are places. A place carries the number of its span of time in its
name, because a database cache gives an expired name to several takers.
"""

from dataclasses import dataclass

from django.core.cache import caches
from django.utils import timezone


class NoTryLeft(Exception):
    """Whoever tries has to wait; the secret was not looked at."""


@dataclass(frozen=True)
class Tries:
    """The tries at one secret, under a name of letters, digits, hyphens and underscores."""

    name: str
    most: int
    seconds: int

    def take(self) -> None:
        """Use up one. Raises NoTryLeft."""
        cache, span = caches["shared"], self._span()
        still_counted = len(cache.get_many(self._places(span - 1)))
        for place in self._places(span)[: max(self.most - still_counted, 0)]:
            if cache.add(place, 1, timeout=self.seconds):
                return
        raise NoTryLeft

    def forget(self) -> None:
        """Start counting anew, after the right one."""
        span = self._span()
        caches["shared"].delete_many([*self._places(span - 1), *self._places(span)])

    def _span(self) -> int:
        return int(timezone.now().timestamp()) // self.seconds

    def _places(self, span: int) -> list[str]:
        return [f"{self.name}-{span}-{number}" for number in range(self.most)]
