"""Phone numbers as links."""


def phone_link(phone: str) -> str:
    """The tel: address of a number as people write it (RFC 3966): digits and a leading plus."""
    digits = "".join(c for c in phone if c.isdigit())
    return f"tel:+{digits}" if phone.lstrip().startswith("+") else f"tel:{digits}"
