"""Words of the booking page that are wrong or risky, as patterns of what people write in good faith.

Regular expressions, without regard to case: English here, Spanish in wording_es.py. Which sentences
they must find and which they must leave alone is a table in the tests; begin there.
"""

import re

from clinic_site.readability import words_of

# Ways of writing past the form, by their address. A link to another host is none by itself: a crisis
# line, a government page or the clinic's main site is where people are helped, and no address tells
# a page that is read from one that asks. So only what opens a mail or a message, and the services
# whose one use is to collect answers.
ELSEWHERE = (
    r"\b(?:mailto|sms):[^\s\"'<>]+",
    r"(?<![\w.+-])[\w.+-]+@(?!example\.)[\w-]+(?:\.[\w-]+)+",
    (
        r"\b(?:docs\.google\.com/forms|forms\.(?:gle|office\.com)|wa\.me"
        r"|(?:typeform|jotform|surveymonkey)\.com)[^\s\"'<>]*"
    ),
)
_CHANNEL = r"(?:e-?mail|text message|sms|whats\s?app|fax)\b"
# Where a sentence asks its reader to do something, not a doctor, and not the clinic.
_INVITING = (
    r"(?:(?:^|[.!?:;\n]\s*)(?:(?:if|when|for|to|in|before|after)\b[^,.!?\n]{1,80},\s*)?"
    r"|\bplease\s+|\byou\s+(?:can|may|could|should|must)\s+(?:also\s+)?|\b(?:free|welcome)\s+to\s+)"
    r"(?:[\w-]+(?:\s+us)?(?:,\s*(?:or\s+)?|\s+(?:or|and)\s+)){0,2}"
)
ORDINARY_MESSAGES = (
    rf"{_INVITING}(?:e-?mail|text|fax|whats\s?app)\s+(?:us|(?:it|them|your\b[^.!?\n]{{1,60}})\s+to)\b",
    rf"{_INVITING}(?:send|write|drop)\s+(?:us\s+an?\s+(?:e-?mail|text|fax)|an\s+e-?mail)\b",
    (
        rf"{_INVITING}(?:give|send\s+(?:us|it|them|an?|your|the|any|more|details|photos|pictures)"
        r"|(?:contact|reach(?:\s+out)?|tell|write)\s+(?:to\s+)?us)\b"
        # Asking how the clinic should answer is none.
        r"(?:(?!\b(?:we|you|me|how|if|whether|reminders?)\b)[^.!?\n]){0,100}?"
        rf"\b(?:(?:by|via|per|over|through|in an?)\s+(?:\w+\s+(?:or\s+)?)?{_CHANNEL}|(?:by|via)\s+text\b)"
    ),
)
_ANSWERS = r"(?:requests?|answers?|messages?|data|details|information|(?:what|(?:any|every)thing) you \w+)\b"
CLAIMS = (
    (
        r"(?:\b100\s*%|\b(?:100|(?:a|one)\s+hundred)\s+per\s?cent|\b(?:absolute|complete|total|perfect|ful)ly)\s+"
        r"(?:secure|safe|private|confidential|anonymous)\b"
    ),
    r"\bend[- ]to[- ]end\b",
    r"\bHIPAA[- ](?:compliant|certified|approved)\b",
    r"\b(?:is|are|stays?|remains?)\s+(?:an\s+)?anonymous\b",
    rf"\bwe\s+(?:do\s+not|don[’']t|never)\s+(?:store|save|keep)\s+(?:(?:your|the)\s+)?{_ANSWERS}",
)
_SPAN = (
    r"\b(?:(?:for|after|within|in|every|up\s+to|at\s+most)\s+(?:[\w-]+\s+){0,3}?(?:hour|day|week|month|year)s?"
    r"|immediately|at\s+once|right\s+(?:after|away)|as\s+soon\s+as)\b"
)
# What the line above the form says by itself, from how the site is set up.
OWN_FACTS = (
    rf"\b(?:delet|eras|destroy|shred)\w*\b[^.!?\n]{{0,120}}?{_SPAN}",
    rf"\bwe\s+(?:\w+\s+)?(?:keep|store)\s+(?:(?:your|the)\s+)?{_ANSWERS}[^.!?\n]{{0,120}}?{_SPAN}",
    rf"\b{_ANSWERS}\s+(?:is|are|will\s+be)\s+(?:kept|stored)\b[^.!?\n]{{0,120}}?{_SPAN}",
    (
        r"\b(?:only|nobody|no\s+one)\s+(?:(?:Dr\.|[\w’'-]+)\s+){1,6}(?:reads?|opens?|sees?)\s+"
        rf"(?:it\b|(?:(?:your|the)\s+)?{_ANSWERS})"
    ),
)
# What opens an account or a credit line elsewhere, and no appointment needs.
_PAYMENT_CARD = r"(?:credit|debit|bank|payment)\s+card"
SECRETS = (
    r"\bpass(?:word|phrase)s?\b(?!\s+(?:reset|help|problem|change))",
    r"(?-i:\b(?:PINs?|CV[CV]2?)\b)",
    rf"\b{_PAYMENT_CARD}\s+(?:numbers?|no\b|details)",
    (
        r"(?:^|\n|\b(?:your|the)\s+)card\s+(?:numbers?|no\b|details)"
        r"(?![^.!?\n]*\b(?:insurance|medicare|medicaid|plan|member))"
    ),
    r"\bsocial\s+security\s+(?:numbers?\b|no\b|#)|\bSSN\b",
    (
        r"\b(?:numbers?|digits|four|4)\s+(?:of|on)\s+(?:your|the)\s+"
        rf"(?:{_PAYMENT_CARD}|social(?:\s+security\b|\b(?!\s+\w)))"
    ),
)

_HREF = re.compile(r'\bhref="([^"]*)"')
# Up to five words later in the same sentence: it is denied, warned of, forgotten, or not asked for.
_DENIED = re.compile(
    r"(?:\b(?:not|never|no|cannot|without|do you have|forg[eo]t\w*|lost|reset\w*|chang\w+"
    r"|nunca|sin|olvid\w+|cambi\w+)|n[’']t)[^\S\n]+(?:[\w’'-]+[^\S\n]+){0,5}$",
    re.IGNORECASE,
)


def found(patterns: tuple[str, ...], text: str) -> str:
    """What the first pattern that fits has found in a text or its links, as it stands there."""
    text = "\n".join([words_of(text), *_HREF.findall(text)])
    for pattern in patterns:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if not _DENIED.search(text[max(0, match.start() - 80) : match.start()]):
                return match[0].strip(" .!?:;¡¿\n")
    return ""
