"""Everybody in turn: one mail that cannot be written never keeps the others from theirs."""

import logging
from collections import Counter
from collections.abc import Callable

from .models import RequestMails, mails_of_staff

logger = logging.getLogger(__name__)


def for_everybody(tell: Callable[[RequestMails], bool]) -> Counter[str]:
    """Ask `tell` for each person; how many mails are "on their way", and how many "failed"."""
    outcomes = Counter[str]()
    for each in mails_of_staff():
        try:
            outcomes["on their way"] += tell(each)
        except Exception:
            logger.exception("A mail about requests could not be written.")
            outcomes["failed"] += 1
    return outcomes
