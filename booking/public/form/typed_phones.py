"""A phone number as people write it: any that can be dialled from the United States."""

import re
from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumberFormat, PhoneNumberType

# What people write beside a number; it says nothing that the clinic needs in order to dial.
_BESIDE = re.compile(
    r"\b(?:phone|telephone|tel|number|cell|cellphone|cellular|mobile|home|house|work|office|whatsapp|text"
    r"|tel[eé]fono|n[uú]mero|celular|m[oó]vil|casa|trabajo|oficina)\b[.:]?",
    re.IGNORECASE,
)
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")
# A mobile number in Mexico had a 1 behind the country's code until 2019, and many still write it.
_OLD_MEXICAN = re.compile(r"^\+52[\s.-]*1(?=(?:\D*\d){10}\D*$)")


class NotDialable(ValueError):
    """No number that can be dialled, or more than one."""


@dataclass(frozen=True)
class Dialled:
    """A number in one notation, and whether a text message may reach it."""

    text: str
    takes_text_messages: bool


def read_phone(typed: str) -> Dialled:
    """The number as people write it here: (972) 555-0134, those of other countries with + and their code.

    The United States and the countries of their numbering plan need no code. Raises NotDialable.
    """
    text = _EMPTY_BRACKETS.sub(" ", _BESIDE.sub(" ", typed)).strip(" ,;:-/")
    text = re.sub(r"^00(?=\d)", "+", text)
    text = _OLD_MEXICAN.sub("+52 ", text)
    try:
        number = phonenumbers.parse(text, settings.PHONENUMBER_REGION)
    except phonenumbers.NumberParseException as error:
        raise NotDialable from error
    if not phonenumbers.is_valid_number(number):
        raise NotDialable
    return Dialled(_written(number), _takes_text_messages(number))


def _written(number: phonenumbers.PhoneNumber) -> str:
    is_near = number.country_code == phonenumbers.country_code_for_region(
        settings.PHONENUMBER_REGION
    )
    notation = PhoneNumberFormat.NATIONAL if is_near else PhoneNumberFormat.INTERNATIONAL
    alone = phonenumbers.PhoneNumber()
    alone.merge_from(number)
    alone.extension = None  # each country writes it in another way
    text = phonenumbers.format_number(alone, notation)
    return f"{text} ext. {number.extension}" if number.extension else text


def _takes_text_messages(number: phonenumbers.PhoneNumber) -> bool:
    """Nobody reads one at an extension, and few at a toll-free number."""
    return not number.extension and phonenumbers.number_type(number) != PhoneNumberType.TOLL_FREE
