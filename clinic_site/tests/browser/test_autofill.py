"""What a browser or a password manager fills in by itself is never taken for a machine's."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from booking.choices import TRAP_FIELD
from clinic_site.tests.browser.places import ask_most

PERSON = {
    "NAME_FULL": "Robin Sample",
    "EMAIL_ADDRESS": "robin@example.com",
    "PHONE_HOME_WHOLE_NUMBER": "+19725550134",
    "COMPANY_NAME": "Sample & Co.",
    "ADDRESS_HOME_STREET_ADDRESS": "100 Sample Street",
    "ADDRESS_HOME_CITY": "Allen",
    "ADDRESS_HOME_STATE": "TX",
    "ADDRESS_HOME_ZIP": "75002",
    "ADDRESS_HOME_COUNTRY": "US",
}
# What Chromium takes the form's fields for.
KINDS = {"name": "Full name", "phone": "Phone number", "email": "Email address"}


# Words by which browsers and password managers tell what a field asks for; any part of a name counts.
KNOWN_WORDS = (
    r"name|user|login|e-?mail|phone|tel|mobile|fax|address|street|city|state|zip|post|country|company"
    r"|organi[sz]ation|web|url|site|birth|day|month|year|gender|sex|title|card|number|code|pin|pass|otp"
    r"|nombre|correo|tel[eé]fono|direcci[oó]n|ciudad|empresa|sitio"
)


def fill_as_the_browser_does(page: Page, name: str) -> dict[str, str]:
    """Choose the person in Chromium's own list at that field: which fields it fills, as what.

    It tells of those that it found too and, as they are not shown, left empty.
    """
    filled: dict[str, str] = {}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Autofill.enable")
    devtools.on(
        "Autofill.addressFormFilled",
        lambda told: filled.update({f["name"]: f["autofillType"] for f in told["filledFields"]}),
    )
    address = {"fields": [{"name": key, "value": value} for key, value in PERSON.items()]}
    devtools.send("Autofill.setAddresses", {"addresses": [address]})
    page.locator(f"[name={name}]").focus()
    devtools.send(
        "Autofill.trigger", {"fieldId": node(devtools, f"[name={name}]"), "address": address}
    )
    expect(page.locator(f"[name={name}]")).not_to_have_value("")
    page.wait_for_function("document.querySelectorAll(':autofill').length > 0")
    return {
        field: kind
        for field, kind in filled.items()
        if kind and page.locator(f"[name={field}]").input_value()
    }


def node(devtools: CDPSession, selector: str) -> int:
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    found = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    described: dict[str, Any] = devtools.send("DOM.describeNode", {"nodeId": found["nodeId"]})
    return int(described["node"]["backendNodeId"])


@pytest.mark.parametrize(
    ("contact_by", "asked", "name"),
    [
        ("phone", ["name", "phone"], "name"),
        ("text", ["name", "phone"], "phone"),
        ("email", ["name", "email"], "email"),
        ("phone, with a receipt", ["name", "phone", "email"], "name"),
        ("phone, with a receipt", ["name", "phone", "email"], "phone"),
        ("phone, with a receipt", ["name", "phone", "email"], "email"),
    ],
)
def test_chromium_fills_in_what_is_asked_and_leaves_the_trap_alone(
    new_context: Callable[..., BrowserContext], contact_by: str, asked: list[str], name: str
) -> None:
    page = new_context().new_page()
    way, _, receipt = contact_by.partition(", ")
    ask_most(page, contact_by=way, when="day")
    page.locator("[name=receipt_wanted]").set_checked(bool(receipt))
    filled = fill_as_the_browser_does(page, name)
    assert filled == {field: KINDS[field] for field in asked}
    assert page.get_by_label("Your name").input_value() == PERSON["NAME_FULL"]
    assert page.locator(f"[name={TRAP_FIELD}]").input_value() == ""


def test_a_trap_that_looks_like_a_question_would_be_filled_in(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context().new_page()
    page.goto("/book/")
    page.evaluate(
        """(name) => {
            const trap = document.querySelector(`[name=${name}]`);
            trap.name = trap.id = "company_name";
            trap.autocomplete = "organization";
            trap.closest(".trap").className = "";
        }""",
        TRAP_FIELD,
    )
    fill_as_the_browser_does(page, "name")
    assert page.locator("[name=company_name]").input_value() == PERSON["COMPANY_NAME"]


def test_the_trap_is_out_of_sight_and_reach_and_says_that_it_is_to_be_left_empty(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context().new_page()
    page.goto("/book/")
    trap = page.locator(f"[name={TRAP_FIELD}]")
    expect(trap).to_be_hidden()
    told = ("autocomplete", "tabindex", "data-1p-ignore", "data-lpignore", "data-bwignore")
    assert [trap.get_attribute(each) for each in told] == ["off", "-1", "", "true", ""]
    label = page.locator(f"label[for={trap.get_attribute('id')}]").text_content() or ""
    assert label.startswith("Leave this field empty")
    for text in (TRAP_FIELD, "Leave this field empty", "Deje este campo vacío"):
        assert re.search(KNOWN_WORDS, text, re.IGNORECASE) is None
    for text in ("website", "your_email", "Company"):
        assert re.search(KNOWN_WORDS, text, re.IGNORECASE)
