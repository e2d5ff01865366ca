"""The patterns of wording.py for texts in Spanish; read beside the English ones on every page."""

_START = r"(?:^|[.!?:;¡¿\n]\s*)(?:(?:si|para|en)\b[^,.!?\n]{1,80},\s*)?(?:por favor,?\s+)?"
_CHANNEL = r"(?:correo(?!\s+postal)|e-?mail|mensaje de texto|sms|whats\s?app|fax)\b"
# Asking how the clinic should answer is none of these.
_BY_CHANNEL = rf"(?:(?!\b(?:si|cómo|que|le)\b)[^.!?\n]){{0,100}}?\bpor\s+(?:un\s+)?{_CHANNEL}"
ORDINARY_MESSAGES = (
    rf"\b(?:env[ií]e|m[aá]nde|escr[ií]ba)nos\b(?:\s+un\s+{_CHANNEL}|{_BY_CHANNEL})",
    rf"{_START}(?:env[ií]e|mande)\b{_BY_CHANNEL}",
    rf"{_START}(?:usted\s+)?(?:también\s+)?puede\s+(?:también\s+)?(?:env|mand|escrib)\w+{_BY_CHANNEL}",
)
_ANSWERS = r"(?:solicitud(?:es)?|respuestas?|mensajes?|datos|información)\b"
CLAIMS = (
    (
        r"(?:100\s*%|\bcien\s+por\s+ciento|\b(?:absoluta|completa|total)mente)\s+"
        r"(?:segur|privad|confidencial|anónim)\w*"
    ),
    r"\bde extremo a extremo\b",
    r"\bcumpl\w+\s+con\s+(?:la\s+)?(?:ley\s+|norma\w*\s+)?HIPAA\b",
    r"\b(?:es|son)\s+anónim[oa]s?\b",
    r"\bgarantiza\w*\s+(?:su|la)\s+(?:privacidad|confidencialidad|seguridad)\b",
    rf"\bno\s+(?:guard|almacen|conserv)amos\s+(?:nada|(?:su|la)s?\s+{_ANSWERS})",
)
_SPAN = (
    r"\b(?:en|durante|por|hasta|tras|cada|después\s+de|dentro\s+de|a\s+los)\s+"
    r"(?:\w+\s+){0,2}?(?:hora|día|semana|mes|año)(?:e?s)?\b"
)
OWN_FACTS = (
    rf"\b(?:elimin|borr|destru)\w+[^.!?\n]{{0,120}}?{_SPAN}",
    rf"\b(?:guard|almacen|conserv)amos\s+(?:su|la)s?\s+{_ANSWERS}[^.!?\n]{{0,120}}?{_SPAN}",
    (
        r"\b(?:s[oó]lo|solamente|únicamente|nadie)\s+(?:[\w-]+\s+){0,5}"
        rf"(?:leen?|abren?|ven?|puede[n]?\s+(?:leer|abrir|ver))\s+(?:(?:su|la)s?\s+)?{_ANSWERS}"
    ),
)
SECRETS = (
    r"\b(?:contraseñas?|claves?\s+de\s+acceso)\b",
    (
        r"\b(?:n[úu]meros?|dígitos|datos)\s+de\s+(?:(?:la|su|una)\s+)?tarjeta\b"
        r"(?!\s+(?:del?\s+)?(?:su\s+)?(?:seguro|plan|medic|salud|identi))"
    ),
    (
        r"\b(?:n[úu]meros?|dígitos)\s+del?\s+(?:(?:su|la)\s+)?(?:tarjeta\s+del?\s+)?"
        r"segur(?:o|idad)\s+social\b"
    ),
)
