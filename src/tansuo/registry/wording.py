"""What the bodies of registry entries may contain: identifiers, dates, decimal texts, refused by name."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tansuo.evidence.entry import Entry
from tansuo.quantity.decimals import parse_decimal
from tansuo.quantity.finding import Finding, FindingError
from tansuo.registry.slices import ALWAYS

Body = Mapping[str, Any]

_IDENTIFIER = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._:-]{0,127}", re.ASCII)


def refuse(code: str, **params: str | int) -> FindingError:
    """The error to raise for a fact that cannot be entered: ``registry.<code>`` with its parameters."""
    return FindingError(Finding(f"registry.{code}", params=params))


def identifier(text: str) -> str:
    """``text`` if it can be an opaque id (ASCII letters, digits, ``. _ : -``); FindingError otherwise."""
    if not _IDENTIFIER.fullmatch(text):
        raise refuse("bad_identifier", id=text)
    return text


def decimal(text: str, field: str) -> Decimal:
    """The plain decimal in ``text``; FindingError naming ``field`` for anything else."""
    try:
        return parse_decimal(text)
    except ValueError:
        raise refuse("bad_decimal", field=field, text=text) from None


Span = tuple[str, str | None]
"""The ``valid`` field of an entry: half-open, ISO 8601 civil days of the city's zone."""


def span(valid_from: date | None, valid_to: date | None) -> Span | None:
    """A half-open span of days as an entry's ``valid``; None for always. FindingError where it is empty."""
    if valid_from is not None and valid_to is not None and valid_to <= valid_from:
        raise refuse("empty_span", first=valid_from.isoformat(), last=valid_to.isoformat())
    if valid_from is None and valid_to is None:
        return None
    last = None if valid_to is None else valid_to.isoformat()
    return (valid_from or ALWAYS).isoformat(), last


def days(entry: Entry) -> tuple[date, date | None]:
    """First day of an entry's span (``ALWAYS`` where none is stated) and first day after it (None: open)."""
    if entry.valid is None:
        return ALWAYS, None
    first, last = entry.valid
    return date.fromisoformat(first), None if last is None else date.fromisoformat(last)
