"""A request in Spanish from the form to the export, beside one in English."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.db import OperationalError, connection
from django.forms import DateField, DateTimeField
from django.http import HttpResponse
from django.test import Client
from django.utils.formats import date_format, number_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import override
from wagtail.users.models import UserProfile

from booking.choices import CORE_FIELDS
from booking.models import BookingFormField, BookingPage, Question, Submission, VisitKind
from booking.public.form.forms import BookingForm
from booking.public.form.tokens import new_token
from booking.submissions.sealed import open_answers
from booking.tests.exported import export_fields, rows_of
from booking.tests.factories import add_question, failing_on
from booking.vault import notices
from booking.vault.keyring import root_by_passphrase
from booking.vault.sealing import OpenKeys
from clinic_site.publishing.gates import PublishingRefused
from clinic_site.tests.fixtures import PASSPHRASES, TestVault, next_weekday
from clinic_site.tests.mails import sent_mails
from clinic_site.tests.pages import form_values, typed_values

from .spanish import translate_site

Send = Callable[..., HttpResponse]

PARTS_OF_THE_DAY = [
    "Por la mañana, antes de las 11 a.m.",
    "Al mediodía, de 11 a.m. a 2 p.m.",
    "Por la tarde, de 2 p.m. a 5 p.m.",
]


@pytest.fixture
def spanish(site: SimpleNamespace, vault: TestVault) -> SimpleNamespace:
    """Both trees; the English form has an extra question, whose label was changed once."""
    key = add_question(site.book, "How did you hear of us?")
    assert key == "how_did_you_hear_of_us"
    question = site.book.form_fields.get()
    question.label = "Who told you about us?"
    question.save()
    pages = translate_site(site)
    question = pages.book.form_fields.get()
    question.label = "¿Quién le habló de nosotros?"
    question.save()
    return pages


@pytest.fixture
def post(client: Client, answers: dict[str, Any]) -> Send:
    """post(address, **changes) sends a request as a browser does."""

    def send(address: str, **changes: Any) -> HttpResponse:
        return client.post(address, {**answers, "token": new_token(), **changes})

    return send


def opened(submission: Submission, users: dict[str, Any]) -> list[tuple[str, Any]]:
    """The labels and answers of a request, as its reviewer reads them."""
    _, root = root_by_passphrase(users["booking_reviewer"], PASSPHRASES["booking_reviewer"])
    return [(item["label"], item["answer"]) for item in open_answers(submission, OpenKeys(root))]


def export(sign_in: Any, kind: str = "csv") -> list[list[str]]:
    data = export_fields(PASSPHRASES["booking_administrator"], kind)
    response = sign_in("booking_administrator").post("/admin/booking/submission/export/", data)
    return rows_of(response)


# The form ----------------------------------------------------------------------------------------


def test_a_receipt_speaks_the_language_of_the_form(spanish: SimpleNamespace, post: Send) -> None:
    assert post("/es/book/send/", receipt_wanted="on").status_code == 303
    (receipt,) = mail.outbox
    reference = Submission.objects.get().reference
    assert receipt.subject == "Su mensaje para nosotros"
    assert f"Su referencia: {reference}" in receipt.body
    assert "Le responderemos a más tardar el " in receipt.body
    assert " (hora de Allen).\n" in receipt.body


def test_the_form_asks_in_spanish(spanish: SimpleNamespace, client: Client) -> None:
    page = BeautifulSoup(client.get("/es/book/").content, "html.parser")
    words = [" ".join(tag.get_text(" ").split()) for tag in page.select("form legend, form label")]
    assert [text for text in words if "100 Sample" not in text] == [
        "Cómo comunicarnos con usted",
        "Su nombre",
        "¿Cómo prefiere que nos comuniquemos con usted?",
        "Llamada telefónica",
        "Mensaje de texto",
        "Correo electrónico",
        "Número de teléfono",
        "Pueden dejarme un mensaje de voz (opcional)",
        "Un buen momento para llamar (opcional)",
        "Si contesta otra persona (opcional)",
        "Confírmenme por correo electrónico que recibieron mi solicitud (opcional)",
        "Dirección de correo electrónico",
        "Intérprete u otro idioma (opcional)",
        "Para quién y para qué",
        "¿Para quién es la cita?",
        "Para mí",
        "Para mi hijo o hija",
        "Para alguien a quien cuido",
        "El nombre del paciente o de la paciente",
        "¿Qué edad tiene su hijo o hija?",
        "Menos de 6 años",
        "De 6 a 12 años",
        "De 13 a 17 años",
        "¿La persona que recibirá la atención ya ha venido antes? (opcional)",
        "No, es la primera vez",
        "Sí",
        "Dónde y cuándo",
        "Consultorio",
        "¿Cuándo le gustaría venir?",
        "Lo antes posible",
        "En ciertos días de la semana",
        "En un día determinado",
        "Días que le convienen",
        "Lunes",
        "Martes",
        "Miércoles",
        "Jueves",
        "Viernes",
        "Partes del día que le convienen (opcional)",
        *PARTS_OF_THE_DAY,
        "Día preferido",
        "Hora del día preferida",
        "Cualquier hora",
        *PARTS_OF_THE_DAY,
        "Otro día que le convenga (opcional)",
        "Hora de ese otro día",
        "Cualquier hora",
        *PARTS_OF_THE_DAY,
        "Su solicitud",
        "¿Qué le gustaría que supiéramos? (opcional)",
        "¿Quién le habló de nosotros? (opcional)",
        "Acepto que la clínica guarde esta solicitud, cifrada, y se comunique conmigo al respecto",
        "Deje este campo vacío (opcional)",
    ]
    assert page.select_one("form button").get_text() == "Enviar la solicitud"
    assert page.select_one("form.form")["action"] == "/es/book/send/"
    assert page.select_one(".sealed").get_text(strip=True) == (
        "Su solicitud se cifra antes de guardarse. Dos personas de la clínica pueden leerla. "
        "Se elimina después de un año."
    )


def test_errors_are_in_spanish_and_keep_what_was_typed(
    spanish: SimpleNamespace, post: Send
) -> None:
    response = post("/es/book/", name="", phone="911", preferred_day="2026-13-45", consent="")
    page = BeautifulSoup(response.content, "html.parser")
    assert page.title.get_text().startswith("Error: Solicitar una cita")
    assert [item.get_text() for item in page.select(".error-summary li")] == [
        "Escriba su nombre, para que sepamos por quién preguntar.",
        "Escriba un número de teléfono con su código de área, por ejemplo (972) 555-0134; si es de otro país, con el signo más y el código del país.",
        "Escriba el día como mes/día/año, por ejemplo 3/27/2027.",
        "Marque la casilla para que podamos guardar su solicitud y comunicarnos con usted.",
    ]
    assert typed_values(response.content.decode())["phone"] == "911"


def test_days_are_named_as_in_spanish(spanish: SimpleNamespace, post: Send) -> None:
    sunday = next_weekday()
    sunday += timedelta(days=6 - sunday.weekday())
    with override("es"):
        day = date_format(sunday, r"l, j \d\e F")
    page = BeautifulSoup(post("/es/book/", preferred_day=sunday.isoformat()).content, "html.parser")
    assert [item.get_text() for item in page.select(".error-summary li")] == [
        f"Allen está cerrado el {day}. Elija otro día."
    ]
    assert day.startswith("domingo, ")


def test_days_times_and_numbers_are_those_of_us_spanish() -> None:
    day = date(2026, 12, 7)
    with override("es"):
        assert date_format(day) == "7 de diciembre de 2026"
        assert date_format(day, "SHORT_DATE_FORMAT") == "12/07/2026"
        assert [time_format(time(hour, 30)) for hour in (9, 17)] == ["9:30 a.m.", "5:30 p.m."]
        assert number_format(2000.5, force_grouping=True) == "2,000.5"
        assert {DateField().clean(text) for text in ("12/07/2026", "12/7/26", "2026-12-07")} == {
            day
        }
        moment = DateTimeField().clean("12/07/2026 14:30")
        assert localtime(moment).strftime("%Y-%m-%d %H:%M") == "2026-12-07 14:30"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("5/1/2027", "¿Quiere decir el 1 de mayo de 2027 o el 5 de enero de 2027? Escriba el nombre del mes."),
        ("pronto", "Escriba el día como mes/día/año, por ejemplo 3/27/2027."),
    ],
)  # fmt: skip
def test_a_day_that_may_be_two_is_asked_back_in_spanish(
    spanish: SimpleNamespace, post: Send, typed: str, refusal: str
) -> None:
    with time_machine.travel(datetime(2026, 10, 7, 17, tzinfo=UTC), tick=False):
        response = post("/es/book/", when="day", preferred_day=typed)
    page = BeautifulSoup(response.content, "html.parser")
    assert [item.get_text() for item in page.select(".error-summary li")] == [refusal]


@pytest.mark.parametrize(
    "typed", ["10/13/2026", "13/10/2026", "13 de octubre de 2026", "el martes 13 de octubre"]
)
def test_a_day_is_taken_as_people_write_it_in_spanish(
    spanish: SimpleNamespace, post: Send, users: dict[str, Any], typed: str
) -> None:
    with time_machine.travel(datetime(2026, 10, 7, 17, tzinfo=UTC), tick=False):
        post("/es/book/", when="day", preferred_day=typed)
    words = dict(opened(Submission.objects.get(), users))
    assert (words["¿Cuándo le gustaría venir?"], words["Día preferido"]) == (
        "En un día determinado",
        "2026-10-13",
    )


def test_days_of_the_week_are_stored_as_the_form_names_them(
    spanish: SimpleNamespace, post: Send, users: dict[str, Any]
) -> None:
    post("/es/book/", when="weekdays", weekdays=["0", "4"], parts=["morning"])
    words = dict(opened(Submission.objects.get(), users))
    assert words["Días que le convienen"] == ["Lunes", "Viernes"]
    assert words["Partes del día que le convienen"] == ["Por la mañana, antes de las 11 a.m."]


def test_the_confirmation_is_in_spanish(
    spanish: SimpleNamespace, post: Send, client: Client
) -> None:
    response = post("/es/book/")
    assert response.url.startswith("/es/book/received/?reference=")
    page = BeautifulSoup(client.get(response.url).content, "html.parser")
    assert " ".join(page.h1.get_text().split()) == (
        "Recibimos su solicitud. Todavía no es una cita."
    )
    assert page.select_one(".reference").get_text() == Submission.objects.get().reference
    assert Submission.objects.get().page == spanish.book


def test_without_its_vault_the_spanish_form_is_closed_in_spanish(
    site: SimpleNamespace, client: Client
) -> None:
    translate_site(site)
    response = client.get("/es/book/")
    page = BeautifulSoup(response.content, "html.parser")
    assert (response.status_code, page.html["lang"]) == (503, "es")
    assert page.select_one(".callout-title").get_text() == (
        "Por el momento no podemos recibir solicitudes aquí"
    )


@pytest.mark.parametrize("step", ["check/", "change/"])
def test_chosen_answers_are_called_as_on_the_page_to_which_the_switch_leads(
    spanish: SimpleNamespace, post: Send, client: Client, step: str
) -> None:
    pages = (
        ("en", "Monday\nFriday", "Morning\nEvening", ["Consultation", "Follow-up"]),
        ("es", "Lunes\nViernes", "Mañana\nNoche", ["Consulta", "Seguimiento"]),
    )
    for language, days, times, kinds in pages:
        page = BookingPage.objects.get(locale__language_code=language)
        for position, label in enumerate(kinds):
            VisitKind.objects.create(page=page, label=label, sort_order=position)
        for key, kind, choices in (("days", "checkboxes", days), ("times", "radio", times)):
            question = BookingFormField(page=page, label=key, clean_name=key, field_type=kind)
            question.choices, question.required, question.sort_order = choices, False, 9
            question.save()
    words = form_values(client.get("/book/").text)["form_words"]
    typed = {
        "days": ["Monday", "Friday"],
        "times": "Evening",
        "visit_kind": "Follow-up",
        "form_words": words,
    }
    over_there = post(f"/es/book/{step}", **typed)
    sent = BeautifulSoup(over_there.content, "html.parser").select_one("form.form")
    chosen = "[type=hidden]" if step == "check/" else ":checked"
    assert [field["value"] for field in sent.select(f"[name=days]{chosen}")] == ["Lunes", "Viernes"]
    assert [field["value"] for field in sent.select(f"[name=times]{chosen}")] == ["Noche"]
    assert [field["value"] for field in sent.select(f"[name=visit_kind]{chosen}")] == [
        "Seguimiento"
    ]


def test_without_its_database_the_answer_is_spanish_and_keeps_what_was_typed(
    spanish: SimpleNamespace, post: Send
) -> None:
    def away(*args: Any) -> None:
        raise OperationalError

    with connection.execute_wrapper(away):
        response = post("/es/book/")
    page = BeautifulSoup(response.content, "html.parser")
    assert (response.status_code, page.html["lang"]) == (503, "es")
    assert page.h1.get_text() == "No se pudo guardar su solicitud"
    assert page.select_one("form")["action"] == "/es/book/"
    answers = page.select("dl.answers > div")
    words = {each.dt.get_text(): each.dd.get_text() for each in answers}
    assert words["¿Cómo prefiere que nos comuniquemos con usted?"] == "Llamada telefónica"
    assert page.select_one(".brand")["href"] == "/es/"


def test_a_request_that_cannot_be_stored_says_so_in_spanish(
    spanish: SimpleNamespace, post: Send
) -> None:
    with connection.execute_wrapper(failing_on("INSERT", "booking_submission")):
        response = post("/es/book/")
    assert response.status_code == 503
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one(".error-summary h2").get_text() == "No se pudo guardar su solicitud"


# The desk ----------------------------------------------------------------------------------------


def test_each_request_keeps_its_own_words(
    spanish: SimpleNamespace, post: Send, users: dict[str, Any]
) -> None:
    post("/es/book/", how_did_you_hear_of_us="Una amiga")
    words = dict(opened(Submission.objects.get(), users))
    assert words["¿Quién le habló de nosotros?"] == "Una amiga"
    assert words["¿Cómo prefiere que nos comuniquemos con usted?"] == "Llamada telefónica"
    assert words["Hora del día preferida"] == "Cualquier hora"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_one_export_holds_both_languages_in_one_set_of_columns(
    spanish: SimpleNamespace, post: Send, users: dict[str, Any], sign_in: Any, kind: str
) -> None:
    UserProfile.objects.create(user=users["booking_administrator"], preferred_language="es")
    post("/book/", name="Robin", how_did_you_hear_of_us="A friend")
    post("/es/book/", name="Rocío", how_did_you_hear_of_us="Una amiga")

    header, *rows = export(sign_in, kind)

    assert header == [
        *("Reference", "Received", "Requested location", "Status", "Assigned to"),
        *(str(BookingForm.base_fields[name].label) for name in CORE_FIELDS),
        *("Who told you about us?", "Other answers", "Remark"),
    ]
    name, asked = header.index("Your name"), header.index("Who told you about us?")
    reach, time = header.index("How should we reach you?"), header.index("Preferred time of day")
    told = [(row[name], row[asked], row[-2], row[3]) for row in rows[:-1]]
    assert sorted(told) == [("Robin", "A friend", "", "New"), ("Rocío", "Una amiga", "", "New")]
    # What both ticked is one value, whatever the language in which they ticked it.
    assert {(row[reach], row[time]) for row in rows[:-1]} == {("Phone call", "Any time")}


def test_a_question_added_to_the_translation_later_may_share_a_column(
    spanish: SimpleNamespace, site: SimpleNamespace
) -> None:
    english = add_question(site.book, "Do you have insurance?")
    question = BookingFormField.objects.create(
        page=spanish.book,
        label="¿Tiene seguro médico?",
        field_type="singleline",
        same_as=Question.objects.get(key=english),
        sort_order=5,
    )
    alone = add_question(spanish.book, "¿Necesita intérprete?")

    assert question.clean_name == english
    assert alone == "necesita_interprete"
    assert dict(Question.objects.values_list("key", "label")) == {
        "how_did_you_hear_of_us": "Who told you about us?",
        "do_you_have_insurance": "Do you have insurance?",
        "necesita_interprete": "¿Necesita intérprete?",
    }


def test_a_translated_label_names_no_column_and_an_english_one_does(
    spanish: SimpleNamespace, site: SimpleNamespace
) -> None:
    for page, label in ((site.book, "Where from?"), (spanish.book, "¿De dónde?")):
        question = page.form_fields.get()
        question.label = label
        question.save()
    assert Question.objects.get().label == "Where from?"


def test_the_promises_hold_for_a_translated_page(spanish: SimpleNamespace) -> None:
    page = BookingPage.objects.get(pk=spanish.book.pk)
    asked = page.form_fields.create(label="Su contraseña", field_type="singleline")
    with pytest.raises(PublishingRefused, match="contraseña"):
        page.save()
    asked.label = "¿Cuándo le conviene?"
    page.save()


def test_mails_about_the_vault_are_in_the_language_of_whoever_reads_them(
    vault: TestVault, users: dict[str, Any]
) -> None:
    UserProfile.objects.create(user=users["booking_administrator"], preferred_language="es")
    notices.notify_others("vault.change_passphrase", by=users["booking_reviewer"])
    texts = {message.to[0]: (message.subject, message.body) for message in sent_mails()}
    subject, body = texts["booking_administrator@clinic.example"]
    assert subject == "NorTex Psychiatry: Cambio en la bóveda"
    assert body.splitlines()[0] == "booking_reviewer cambió su frase de contraseña."
    subject, body = texts["booking_reviewer@clinic.example"]
    assert subject == "NorTex Psychiatry: Change to the vault"
    assert body.splitlines()[0] == "booking_reviewer changed their passphrase."
