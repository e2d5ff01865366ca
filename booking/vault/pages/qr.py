"""The recovery key for a scanner that works offline."""

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


def qr_svg(text: str) -> SafeString:
    """A QR code as SVG markup to stand in a page: no picture file, no style, no other address."""
    code = segno.make(text, error="m", micro=False)
    svg: str = code.svg_inline(
        omitsize=True, svgclass="sheet-qr", title=_("Recovery key as QR code")
    )
    return mark_safe(svg)  # noqa: S308  (segno draws it; the title is escaped by segno)
