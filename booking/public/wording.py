"""Word lists: what must not stand around the form or in a question, in words that people use.

Regular expressions, without regard to case. Each list is read against one text at a time, with tags
taken out. They catch what somebody writes in good faith, not somebody who wants to get by.
"""

import re

_CHANNEL = r"(?:e-?mail|text message|sms|whats\s?app|messenger|fax)"
# To ask for a message that goes past the form.
_INVITING = r"(?:^|[.!?:;\n]\s*|\bplease\s+|\byou\s+(?:can|may|could|should|must)\s+(?:also\s+)?)"
# A question how the clinic should answer, by phone or by e-mail, is none of these.
_NOT_OURS = r"(?!\b(?:we|you|if|whether|how|reach|contact|prefer)\b)"
_SENDING = rf"(?:send|write|tell|give)\b(?:{_NOT_OURS}[^.!?\n])*\b(?:by|via|per|through|in an?)"
ORDINARY_MESSAGES = (
    rf"{_INVITING}{_SENDING}\s+(?:\w+\s+)?{_CHANNEL}",
    r"\b(?:e-?mail|text|fax|whats\s?app)\s+(?:it to\s+)?us\b",
    rf"{_INVITING}(?:send|write)\s+(?:us\s+)?an?\s+(?:e-?mail|text|fax)\b",
)
# A sentence that warns against it, or against telling a secret, says the opposite.
WARNING = re.compile(
    r"(?:^|(?<=[.!?\n]))\s*(?:please\s+)?(?:do not|don[’']t|never)\s+"
    rf"(?:send|write|tell|give|enter|type|put|share|include|{_CHANNEL}|text)\b[^.!?\n]*",
    re.IGNORECASE,
)
# What no clinic needs for an appointment, and what opens an account elsewhere.
SECRETS = (
    r"\bpass\s?(?:words?|phrases?|codes?)\b",
    r"(?-i:\bPINs?\b)",
    r"(?<!insurance )(?<!health )(?<!plan )(?<!member )\bcard\s+(?:numbers?|no\b|details)",
    r"\b(?:number|digits)\s+(?:of|on)\s+(?:your|the)\s+(?:credit|debit|bank|payment)\s+card\b",
    r"\b(?:cvv|cvc|security codes?)\b",
    r"\bsocial security\b(?!\s+(?:benefit|disability|income|payment|office))",
    r"\bssn\b",
    r"\b(?:bank\s+)?account numbers?\b|\brouting numbers?\b",
)
_ANSWERS = (
    r"(?:it|them|(?:requests?|answers?|messages?|data|details|information)|what you \w+"
    r"|(?:any|every)thing(?: you \w+)?)"
)
_TIME = (
    r"(?:(?:\d+|an?|one|two|three|four|five|six|seven|ten|twelve|fourteen|thirty|sixty|ninety)\s+"
    r"(?:\w+\s+)?(?:hour|day|week|month|year)s?|immediately|at once|right (?:after|away)|as soon as)"
)
# What no form on the web can promise.
CLAIMS = (
    r"\bnever\s+(?:be\s+)?delete[ds]?\b|\bkept\s+for\s?ever\b",
    r"(?<!not )\banonym(?:ous|ously|ity)\b",
    r"(?<!not )(?<!no )(?<!cannot )(?<!can’t )(?<!can't )\bguarant(?:ee|ees|eed)\b",
    r"\b(?:100|(?:one\s+)?hundred)\s*(?:%|percent\b|per cent\b)",
    r"\b(?:absolutely|completely|totally|perfectly)\s+(?:secure|safe|private|confidential)\b",
    r"\b(?:unhackable|unbreakable|hack-?proof|impossible to (?:hack|trace|read))\b",
    r"\bend[- ]to[- ]end\b",
    r"\bHIPAA[- ](?:compliant|certified|approved)\b",
    rf"\bwe\b[^.!?\n]{{0,9}}(?:not|never|n[’']t)\s+(?:store|save|keep|record)\s+(?:your\s+|the\s+)?{_ANSWERS}\b",
    rf"\b{_ANSWERS}\s+(?:is|are)\s+(?:not|never)\s+(?:stored|saved|recorded)\b",
    r"\bnothing\s+(?:you \w+ )?(?:is|gets)\s+(?:ever )?(?:stored|saved|recorded|kept)\b",
)
# What the line above the form says by itself, from how the site is set up. A sentence beside it
# is soon another one.
OWN_FACTS = (
    rf"\b(?:delete[ds]?|erase[ds]?|destroy(?:ed|s)?|shred(?:ded|s)?)\b[^.!?\n]{{0,200}}\b{_TIME}",
    rf"\bwe\s+(?:\w+\s+)?(?:keep|store)\s+(?:your\s+|the\s+)?{_ANSWERS}\b[^.!?\n]{{0,200}}\b{_TIME}",
    rf"\b{_ANSWERS}\s+(?:is|are|will be)\s+(?:kept|stored)\b[^.!?\n]{{0,200}}\b{_TIME}",
    (
        r"\b(?:only|nobody|no[ -]one)\s+(?:[\w’'-]+\s+){0,5}(?!only)[\w’'-]+\s+(?:reads?|opens?|sees?)\s+"
        rf"(?:your\s+|the\s+)?{_ANSWERS}\b"
    ),
    rf"\b{_ANSWERS}\s+(?:is|are|will be|can be|may be)\s+(?:read|opened|seen)\s+(?:only\s+by|by\s+only)\b",
    rf"\b{_ANSWERS}\s+(?:is|are|will be|can be|may be)\s+only\s+(?:read|opened|seen)\b",
)
