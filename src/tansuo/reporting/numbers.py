"""How figures are written on a page. Text in, text out: a published digit is never touched by binary arithmetic."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from tansuo.quantity.decimals import plain

MINUS = "\N{MINUS SIGN}"


def grouped(value: Decimal | str) -> str:
    """`-1234567.80` → `−1,234,567.80`; digits and trailing zeros stay as they are."""
    text = plain(value) if isinstance(value, Decimal) else value
    sign = MINUS if text.startswith("-") else ""
    whole, point, fraction = text.lstrip("-").partition(".")
    return f"{sign}{int(whole):,}{point}{fraction}"


def shown(value: Decimal | None, places: int) -> str | None:
    """A value for reading, rounded half-even to `places`; None stays None (a page says why in words)."""
    if value is None:
        return None
    with localcontext() as context:
        context.prec = 60
        return grouped(plain(value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)))


def percent(part: Decimal | int, whole: Decimal | int, places: int = 1) -> str | None:
    """`part` in `whole` as a percentage; None when there is no whole to divide by."""
    if not whole:
        return None
    with localcontext() as context:
        context.prec = 34
        return shown(Decimal(part) * 100 / Decimal(whole), places)


def short_hash(text: str, head: int = 12) -> str:
    """The first characters of a digest, for tables; the page always links to the whole."""
    return text[:head] + "…" if len(text) > head else text
