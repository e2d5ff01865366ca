"""How a person may be reached: the first thing to know before a call."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from clinic_site.phones import phone_link

from ..submissions.reading import Reading
from ..submissions.words import in_words

# In the order in which they matter on the phone; shown where they were answered.
QUESTIONS = (
    "contact_by",
    "phone",
    "email",
    "voicemail_ok",
    "call_time",
    "if_answered",
    "language_wish",
    "for_whom",
    "patient_name",
)


@dataclass(frozen=True)
class Way:
    """One answer about reaching somebody. `links` by scheme, empty for what cannot be pressed."""

    label: str
    text: str
    links: dict[str, str]


@dataclass(frozen=True)
class Reach:
    name: str
    ways: list[Way]

    @property
    def same(self) -> list[str]:
        """What others who may be the same person are searched by: a number without its extension, an address."""
        return [way.text.partition(" ext. ")[0] for way in self.ways if way.links]


def reach_of(reading: Reading) -> Reach:
    """Of an open request."""
    answered: dict[str, Any] = {item["key"]: item for item in reading.answers}
    found = [
        answered[key] for key in QUESTIONS if key in answered and answered[key]["answer"] != ""
    ]
    return Reach(reading.name, [Way(item["label"], in_words(item), _links(item)) for item in found])


def _links(item: dict[str, Any]) -> dict[str, str]:
    answer = str(item["answer"])
    if item["type"] == "phone":
        number, _sign, extension = answer.partition(" ext. ")
        link = phone_link(number)
        if extension:  # which no text message reaches
            return {"tel": f"{link};ext={extension}"}
        return {"tel": link, "sms": link.replace("tel:", "sms:", 1)}
    return {"mailto": f"mailto:{quote(answer, safe='@')}"} if item["type"] == "email" else {}
