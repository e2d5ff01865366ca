"""What a member of staff is asked to do, as the dashboard shows it. Every app tells its own: `to_do(user)`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ToDo:
    """One thing to do now: a sentence in the words of whoever does it, and the page where it is done."""

    text: str
    url: str
    is_urgent: bool = False
