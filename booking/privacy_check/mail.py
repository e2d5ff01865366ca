"""Mail that lies in files, also as its reader sees it: headers and bodies are encoded for the way."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

from .files import Content, folder_contents

# What Django's file backend writes after each message.
_END = re.compile(rb"^-{79}\r?\n", re.MULTILINE)


def mail_contents(folder: Path) -> Iterator[Content]:
    for content in folder_contents(folder):
        yield content
        for message in _END.split(content.data):
            yield Content(content.where, decoded(message))


def decoded(message: bytes) -> bytes:
    """Headers and every part of a message without its transfer encoding."""
    parsed = message_from_bytes(message, policy=policy.default)
    parts = [f"{name}: {value}".encode(errors="replace") for name, value in parsed.items()]
    for part in parsed.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            parts.append(payload)
    return b"\n".join(parts)
