"""Which words on the booking page staff are advised to mend, and which are left alone."""

import time
from types import SimpleNamespace

import pytest

from booking.models import BookingFormField, BookingPage
from booking.public import wording
from booking.public.content_checks import QUESTION_TEXTS, WORD_CHECKS
from booking.public.promises import problems
from clinic_site.content_checks import Finding

# A page that is made, if only in memory, asks the database for its content type.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAST_THE_FORM, PROMISE, FACT = (
    "Leads past the form",
    "Promises too much",
    "Repeats the line above the form",
)


def found(text: str) -> list[tuple[str, str]]:
    """(check, words found) for a text of the page."""
    return [
        (str(name), words)
        for patterns, name, _help in WORD_CHECKS
        if (words := wording.found(patterns, text))
    ]


# What a clinic may well write -------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        # Where people are helped
        "In a crisis, call or text 988, or see https://988lifeline.org.",
        "In danger now? Call 911. Text HOME to 741741, or text 838255.",
        '<p>Call or text 988, or see <a href="https://988lifeline.org/chat/">Lifeline</a>.</p>',
        "Outside the United States, see findahelpline.com.",
        "Veterans: see https://www.veteranscrisisline.net and https://www.va.gov/find-forms/.",
        "How we may use it: https://www.hhs.gov/hipaa/for-individuals/index.html.",
        "Call us or see our main site, https://www.nortexpsychiatry.com/contact-form/.",
        '<p>See <a linktype="page" id="3">how we keep it private</a>.</p>',
        '<p>Call <a href="tel:9725550100">(972) 555-0100</a>.</p>',
        "To pay a bill or to write to your clinician, use the portal at https://portal.example.com.",
        # What others send, and how the clinic answers
        "Ask your doctor to fax us the referral.",
        "Your doctor or therapist may send us the referral by fax.",
        "Have your pharmacy e-mail or fax us the list.",
        "We reply by e-mail if you choose so.",
        "We answer by phone or by e-mail.",
        "Someone reads it and sends you an answer by e-mail.",
        "Then we send an e-mail with the time.",
        "Tell us how we should reach you, by phone or by e-mail.",
        "Tell us if you prefer an answer by text message.",
        "Fill in the form and send it. You hear from us by phone or e-mail.",
        "Please send the form below and we answer by e-mail.",
        "How should we contact you?",
        "By phone\nBy e-mail\nBy text message",
        "Contact me by e-mail",
        "Send me reminders by text message",
        "May we send you reminders by text message?",
        "Example: robin@example.com",
        "Send reminders by text message",
        "Is it all right to text you?",
        "You may get a text message or an e-mail from us.",
        "Referring doctors: fax records to (972) 555-0100.",
        "Do you read e-mail?",
        # Warnings
        "Please do not send details by e-mail.",
        "Thank you. Never e-mail, text or fax us your history.",
        "Please do not e-mail or text us about symptoms.",
        "We cannot read what you text us.",
        "Please note that ordinary e-mail and text messages are not secure.",
        # About a visit
        "Bring your insurance card.",
        "What is your insurance member number?",
        "We read every request on working days and answer within two days.",
        "It is read by a member of staff on working days.",
        "If an appointment is not kept, we charge a fee.",
        "Keep it for two weeks. If you do not keep it, call us.",
        "We do not keep a waiting list. We only see adults.",
        "Only people over 18 can use this form.",
        "If you cancel within 24 hours, we charge a fee.",
        "Have you stopped a medicine within the past two weeks?",
        "Visits by video are private: we do not record them.",
        "Please do not keep taking it for more than two weeks.",
        "Do you go to meetings, such as Alcoholics Anonymous?",
        "A visit costs 100 dollars. We take 100 % of health plans.",
        # What the site does
        "What you send is encrypted before it is stored.",
        "Your answers are stored, sealed, and read on working days.",
        "Your request is not anonymous: we need your name.",
        "No form on the web is completely secure.",
        "If you want it deleted, call us on working days.",
        "You can ask us to delete your request.",
        "Under HIPAA you may ask for a copy. We keep what you tell us private, as the law requires.",
        # In Spanish
        "En una crisis, llame o envíe un mensaje al 988, o vea https://988lifeline.org.",
        "Pida a su médico que nos envíe la referencia por fax.",
        "Su médico puede enviarnos la referencia por fax.",
        "Le respondemos por teléfono o por correo electrónico.",
        "Díganos si prefiere que le contestemos por correo electrónico.",
        "Envíe la solicitud y le contestamos por correo electrónico.",
        "Enviar recordatorios por mensaje de texto",
        "No envíe detalles por correo electrónico.",
        "Nunca nos escriba por WhatsApp.",
        "Traiga su tarjeta de seguro.",
        "Leemos todas las solicitudes en días hábiles y respondemos en dos días.",
        "Lo que envía se cifra antes de guardarse.",
        "No es anónimo. ¿Va a Alcohólicos Anónimos?",
        "Guardamos un lugar para usted durante dos días.",
    ],
)  # fmt: skip
def test_what_a_clinic_may_well_write_is_left_alone(text: str) -> None:
    assert found(text) == []


# What misleads visitors -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("E-mail us.", "E-mail us"),
        ("Fax us your insurance card.", "Fax us"),
        ("Call or text us at (972) 555-0100.", "Call or text us"),
        ("Call us, text or e-mail us.", "Call us, text or e-mail us"),
        ("<p>Questions?</p><p>Please text us.</p>", "Please text us"),
        ("If you do not like to call, e-mail us.", "If you do not like to call, e-mail us"),
        ("You are welcome to text us.", "welcome to text us"),
        ("You can also e-mail your history to the desk.", "You can also e-mail your history to"),
        ("Send us the details by e-mail.", "Send us the details by e-mail"),
        ("Please send your history by ordinary email.", "Please send your history by ordinary email"),
        ("You can reach us by phone or e-mail.", "You can reach us by phone or e-mail"),
        ("You can also write to us by text message.", "You can also write to us by text message"),
        ("You may give more details in an e-mail.", "You may give more details in an e-mail"),
        ("Send photos of your card by text.", "Send photos of your card by text"),
        ("Reach out to us by email.", "Reach out to us by email"),
        ("Please write us an email about it.", "Please write us an email"),
        ("Write to desk@clinic.example.", "desk@clinic.example"),
        ('<p>Write to <a href="mailto:desk@clinic.example">us</a>.</p>', "mailto:desk@clinic.example"),
        ('<p>Send <a href="sms:5550100">a note</a>.</p>', "sms:5550100"),
        ('<p>Use <a href="https://forms.gle/aBc">this form</a>.</p>', "forms.gle/aBc"),
        ("Fill in https://docs.google.com/forms/d/e/1/viewform.", "docs.google.com/forms/d/e/1/viewform"),
        ("See typeform.com/to/abc first.", "typeform.com/to/abc"),
        ("Envíenos un correo con sus datos.", "Envíenos un correo"),
        ("Escríbanos por WhatsApp.", "Escríbanos por WhatsApp"),
        ("¿Dudas? Llámenos o mándenos un mensaje de texto.", "mándenos un mensaje de texto"),
        ("<p>Por favor, envíe su historia por correo electrónico.</p>", "Por favor, envíe su historia por correo"),
        ("También puede enviar sus datos por fax.", "También puede enviar sus datos por fax"),
        ("Si lo prefiere, escríbanos por e-mail.", "escríbanos por e-mail"),
    ],
)  # fmt: skip
def test_an_invitation_to_write_past_the_form_is_found(text: str, words: str) -> None:
    assert found(text) == [(PAST_THE_FORM, words)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("This form is 100 % secure.", "100 % secure"),
        ("It is a hundred percent private.", "a hundred percent private"),
        ("<p>It is completely <b>confidential</b>.</p>", "completely confidential"),
        ("This form is HIPAA compliant.", "HIPAA compliant"),
        ("It is end-to-end encrypted.", "end-to-end"),
        ("This form is anonymous.", "is anonymous"),
        ("We do not store your data.", "We do not store your data"),
        ("We don’t keep anything you write.", "We don’t keep anything you write"),
        ("Es 100 % seguro.", "100 % seguro"),
        ("Es completamente confidencial.", "completamente confidencial"),
        ("Cumplimos con la ley HIPAA.", "Cumplimos con la ley HIPAA"),
        ("Un cifrado de extremo a extremo.", "de extremo a extremo"),
        ("Su solicitud es anónima.", "es anónima"),
        ("Garantizamos su privacidad.", "Garantizamos su privacidad"),
        ("No guardamos sus datos.", "No guardamos sus datos"),
    ],
)
def test_a_promise_that_the_site_cannot_keep_is_found(text: str, words: str) -> None:
    assert found(text) == [(PROMISE, words)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We delete requests after 30 days.", "delete requests after 30 days"),
        ("It is deleted right after we read it.", "deleted right after"),
        ("We keep your request for up to 90 days.", "We keep your request for up to 90 days"),
        ("Answers are kept for two years.", "Answers are kept for two years"),
        ("Only Dr. Allison reads your request.", "Only Dr. Allison reads your request"),
        ("Nobody else will see it.", "Nobody else will see it"),
        ("Only the intake team can open your answers.", "Only the intake team can open your answers"),
        ("Eliminamos las solicitudes después de 30 días.", "Eliminamos las solicitudes después de 30 días"),
        ("Guardamos su solicitud durante un año.", "Guardamos su solicitud durante un año"),
        ("Solo nuestro médico lee sus respuestas.", "Solo nuestro médico lee sus respuestas"),
    ],
)  # fmt: skip
def test_a_second_account_of_who_reads_and_when_it_is_deleted_is_found(
    text: str, words: str
) -> None:
    assert found(text) == [(FACT, words)]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("title", "Title"),
        ("seo_title", "Title in search results"),
        ("search_description", "Description in search results"),
        ("summary", "Summary"),
        ("introduction", "Introduction"),
        ("next_steps", "What happens next"),
        ("confirmation_text", "Confirmation text"),
    ],
)
def test_every_text_of_the_page_is_read_and_its_place_named(name: str, place: str) -> None:
    assert list(BookingPage(**{name: "E-mail us."}).content_findings()) == [
        Finding(
            PAST_THE_FORM,
            f"{place}: take out “E-mail us”. What people send past this form is not encrypted. Ask "
            "for it in the form, or by phone.",
        )
    ]


@pytest.mark.parametrize("name", QUESTION_TEXTS)
def test_every_text_of_a_question_is_read_and_the_question_named(name: str) -> None:
    question = BookingFormField(**{"label": "Anything else?", name: "It is 100 % secure."})
    (finding,) = BookingPage(form_fields=[question]).content_findings()
    assert finding == Finding(
        PROMISE,
        f"Question “{question.label}”: “100 % secure” is more than this site can keep. Say what it "
        "does: what people send is encrypted before it is stored.",
    )


def test_each_check_speaks_for_itself_and_none_stops_the_page(site: SimpleNamespace) -> None:
    site.book.introduction = (
        "<p>Text us. We are HIPAA compliant, and delete requests after a day.</p>"
    )
    assert [finding.name for finding in site.book.content_findings()] == [
        PAST_THE_FORM,
        PROMISE,
        FACT,
    ]
    assert list(problems(site.book)) == []
    site.book.save_revision().publish()
    assert "HIPAA compliant" in BookingPage.objects.get().introduction


@pytest.mark.parametrize(
    "piece",
    ["a", "deleted ", "we keep data ", "only a ", "send us a ", "not your password ", "a.", "text us ",
     "eliminamos datos ", "envíe ", "solo a ", "@a.a", "if a, "],
)  # fmt: skip
def test_a_very_long_text_is_read_in_a_moment(piece: str) -> None:
    started = time.process_time()
    found(piece * (20_000 // len(piece)))
    wording.found(wording.SECRETS, piece * (20_000 // len(piece)))
    assert time.process_time() - started < 2
