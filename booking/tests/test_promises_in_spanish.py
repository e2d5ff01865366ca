"""What a booking page in Spanish may not say, and what it may."""

import time

import pytest

from booking.public import promises


@pytest.mark.parametrize(
    "text",
    [
        "Envíenos un correo con sus datos.",
        "Escríbanos por WhatsApp.",
        "<p>Por favor, envíe su historia por correo electrónico.</p>",
        "También puede enviar sus datos por fax.",
        "¿Dudas? Mándenos un mensaje de texto.",
    ],
)
def test_an_ordinary_message_is_not_asked_for(text: str) -> None:
    assert promises.asks_for_ordinary_messages(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Díganos cuándo le conviene.",
        "Díganos si prefiere que le contestemos por correo electrónico.",
        "Le respondemos por teléfono o por correo electrónico.",
        "No envíe detalles por correo electrónico.",
    ],
)
def test_a_question_how_to_answer_and_a_warning_stay(text: str) -> None:
    assert promises.asks_for_ordinary_messages(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Su solicitud es anónima.",
        "Garantizamos su privacidad.",
        "Es completamente seguro.",
        "Cumplimos con la ley HIPAA.",
        "Un cifrado de extremo a extremo.",
        "No guardamos sus datos.",
    ],
)
def test_no_more_is_promised_than_the_site_keeps(text: str) -> None:
    assert promises.claims_too_much(text) is not None


@pytest.mark.parametrize(
    "text",
    ["Lo que envía se cifra antes de guardarse.", "No garantizamos una cita.", "No es anónimo."],
)
def test_what_the_site_does_may_be_said(text: str) -> None:
    assert promises.claims_too_much(text) is None


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("Eliminamos las solicitudes después de 30 días.", True),
        ("Guardamos su solicitud durante un año.", True),
        ("Solo nuestro médico lee sus respuestas.", True),
        ("Respondemos en dos días.", False),
        ("Leemos todas las solicitudes en días hábiles.", False),
    ],
)
def test_the_line_above_the_form_alone_says_who_reads_and_when_it_is_deleted(
    text: str, is_refused: bool
) -> None:
    assert (promises.says_what_the_page_says(text) is not None) == is_refused


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("¿Cuál es su número de seguro social?", True),
        ("Número de su tarjeta de crédito", True),
        ("Escriba su contraseña", True),
        ("Número de la tarjeta de seguro médico", False),
        ("¿Tiene seguro médico?", False),
        ("No escriba números de cuenta.", False),
    ],
)
def test_no_question_asks_for_a_secret(text: str, is_refused: bool) -> None:
    assert (promises.asks_for_a_secret(text) is not None) == is_refused


def test_a_very_long_text_is_read_in_a_moment() -> None:
    rules = (
        promises.asks_for_ordinary_messages,
        promises.claims_too_much,
        promises.says_what_the_page_says,
        promises.asks_for_a_secret,
    )
    started = time.perf_counter()
    for text in ("eliminamos datos " * 2000, "envíe " * 5000, "solo a " * 5000, "no envíe " * 3000):
        for rule in rules:
            rule(text)
    assert time.perf_counter() - started < 5
