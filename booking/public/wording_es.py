"""The word lists of wording.py for texts in Spanish; read beside the English ones on every page."""

import re

_CHANNEL = r"(?:correo|e-?mail|mensaje de texto|sms|whats\s?app|messenger|fax)\b"
_INVITING = (
    r"(?:^|[.!?:;¡¿\n]\s*|\bpor favor,?\s+"
    r"|\b(?:puede|podría|debe)\s+(?:también\s+)?)"
)
# A question how the clinic should answer is no invitation to write past the form.
_NOT_OURS = r"(?!\b(?:si|cómo|prefier\w{1,5}|le|contest\w{1,6}|comuni\w{1,10})\b)"
ORDINARY_MESSAGES = (
    (
        rf"{_INVITING}(?:env[ií]|mand|escr[ií]b|d[ií]g)\w{{1,8}}\b"
        rf"(?:{_NOT_OURS}[^.!?\n]){{0,100}}?\bpor\s+(?:un\s+)?{_CHANNEL}"
    ),
    rf"\b(?:env[ií]enos|enviarnos|m[aá]ndenos|mandarnos)\s+(?:un\s+)?{_CHANNEL}",
)
WARNING = re.compile(
    r"(?:^|(?<=[.!?\n]))\s*(?:por favor,?\s+)?(?:no|nunca)\s+(?:nos\s+)?"
    r"(?:env[ií]e|mande|escriba|ponga|incluya|comparta|dé|diga|indique)\b[^.!?\n]*",
    re.IGNORECASE,
)
SECRETS = (
    r"\b(?:contraseñas?|claves? de acceso)\b",
    r"\b(?:números?|dígitos|datos)\s+de\s+(?:la\s+|su\s+|una\s+)?tarjeta\b(?!\s+(?:de|del)\s+(?:seguro|plan))",
    r"\bcódigos? de seguridad\b",
    r"\bnúmero\s+(?:de|del|de su)\s+seguro social\b",
    r"\bnúmeros?\s+de\s+(?:la\s+|su\s+)?(?:cuenta|ruta)\b",
)
_ANSWERS = r"(?:solicitud(?:es)?|respuestas?|mensajes?|datos|información)"
_TIME = r"(?:\d+|una?|dos|tres|siete|diez|treinta|sesenta|noventa)\s+(?:hora|día|semana|mes|año)(?:e?s)?\b"
CLAIMS = (
    r"\bnunca\s+se\s+(?:elimin|borr)an?\b|\bpara siempre\b",
    r"(?<!no es )(?<!no son )\banónim(?:[oa]s?|amente)\b",
    r"(?<!no )(?<!no lo )(?<!no se )\bgarantiza(?:mos|d[oa]s?|n)?\b",
    r"\bcien\s+por\s+ciento\b",
    r"\b(?:absoluta|completa|total|perfecta)mente\s+(?:segur|privad|confidencial)\w{1,3}\b",
    r"\bde extremo a extremo\b|\bimposible de (?:leer|rastrear|descifrar)\b",
    r"\bcumpl(?:e|en|imos)\s+con\s+(?:la\s+)?(?:ley\s+)?HIPAA\b",
    rf"\bno\s+(?:guardamos|almacenamos|conservamos)\s+(?:su\s+|sus\s+|la\s+|las\s+|los\s+)?(?:{_ANSWERS}|nada)\b",
    r"\bno\s+se\s+(?:guarda|almacena|conserva)\s+nada\b",
)
OWN_FACTS = (
    rf"\b(?:elimin|borr|destru)\w{{1,8}}\b[^.!?\n]{{0,200}}\b{_TIME}",
    rf"\b(?:guard|conserv|almacen)amos\b[^.!?\n]{{0,200}}\b{_TIME}",
    (
        r"\b(?:s[oó]lo|solamente|únicamente|nadie)\s+(?:[\w-]+\s+){0,5}"
        rf"(?:leen?|abren?|ven?|puede[n]?\s+(?:leer|abrir|ver))\s+(?:su\s+|sus\s+|la\s+|las\s+)?{_ANSWERS}\b"
    ),
)
