"""The QR code of a signed head in the foot of every printed page: a paper archive becomes a witness."""

from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=16)
def head_code(note: str) -> Markup:
    """The signed checkpoint as a QR code (inline SVG, byte mode, error correction L); "" for no checkpoint.

    Whoever scans it has the note itself, letter by letter, and can hold it against any later head of the log.
    """
    if not note:
        return Markup()
    code = segno.make(note, error="l", micro=False, boost_error=False)
    return Markup(code.svg_inline(omitsize=True, border=4, svgclass="", lineclass=""))  # noqa: S704 - made here
