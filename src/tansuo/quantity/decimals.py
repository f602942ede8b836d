"""Decimal rules: one context, strict texts, rounding as an operation with its rule, exact scaling."""

import re
from dataclasses import dataclass
from decimal import (
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from math import isfinite
from typing import Literal

Rounding = Literal["half_even", "half_up", "floor"]

#: 34 digits as IEEE 754 decimal128, half-even. A result that does not fit is rounded (Inexact is not
#: trapped); an impossible one raises.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])

#: GB/T 8170-2008 3.2 rounds half to even, once; 四舍五入 rounds a half away from zero; floor goes down.
RULES: dict[Rounding, str] = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP, "floor": ROUND_FLOOR}

#: Wide enough to hold any value we meet, so that quantize and scaling are exact.
_WIDE = Context(prec=400, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])

_RATIO = re.compile(r"([0-9]+)(?:/([0-9]+))?", re.ASCII)
_STRICT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ratio:
    """An exact constant as an integer pair (44/12), never divided before everything is multiplied.

    The pair is kept as the standard prints it, not in lowest terms. Both parts are positive.
    """

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.numerator <= 0 or self.denominator <= 0:
            raise ValueError(f"a ratio constant has two positive integers, not {self}")

    @classmethod
    def parse(cls, text: str) -> "Ratio":
        """``"44/12"`` or ``"12"``; ValueError for anything else."""
        found = _RATIO.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is no ratio of integers such as 44/12")
        return cls(int(found[1]), int(found[2] or 1))

    def __str__(self) -> str:
        return str(self.numerator) if self.denominator == 1 else f"{self.numerator}/{self.denominator}"


def parse_decimal(text: str) -> Decimal:
    """The decimal written in ``text``: digits, at most one point, an optional minus.

    No exponent, sign plus, thousands separator, blank, NaN, infinity or digit of another script: ValueError.
    """
    if not is_decimal(text):
        raise ValueError(f"{text!r} is no plain decimal number such as -12.50")
    return Decimal(text)


def is_decimal(text: str) -> bool:
    """Whether ``text`` is one that `parse_decimal` reads."""
    return _STRICT.fullmatch(text) is not None


def round_to(value: Decimal, places: int, rule: Rounding = "half_even") -> Decimal:
    """``value`` with exactly ``places`` decimals, rounded once by ``rule``; negative places round to tens."""
    return value.quantize(Decimal((0, (1,), -places)), rounding=RULES[rule], context=_WIDE)


def plain(value: Decimal) -> str:
    """``value`` without exponent, trailing zeros kept; negative zero is written as zero."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be shown")
    text = format(value, "f")
    return text[1:] if value.is_zero() and text.startswith("-") else text


def shortest(number: float) -> Decimal:
    """The shortest decimal that reads back as the same double (0.1 → 0.1), for files that store doubles."""
    if not isfinite(number):
        raise ValueError(f"{number} is not a finite number")
    return Decimal(plain(Decimal(repr(number))))


def scaled(value: str | Decimal, decimals: int) -> int:
    """``value`` as an integer of 10^-decimals units, exactly; ValueError where digits would be lost."""
    if isinstance(value, str):
        if not is_decimal(value):
            raise ValueError(f"{value!r} is no plain decimal number such as -12.50")
        whole, _, fraction = value.partition(".")
        if len(fraction) <= decimals:  # the usual case, in integers
            return int(f"{whole}{fraction}{'':0<{decimals - len(fraction)}}")
    number = parse_decimal(value) if isinstance(value, str) else value
    shifted = number.scaleb(decimals, context=_WIDE)
    if shifted != shifted.to_integral_value():
        raise ValueError(f"{plain(number)} has more than {decimals} decimals; declare more in the plan")
    return int(shifted)


def unscaled(number: int, decimals: int) -> Decimal:
    """The decimal that ``number`` units of 10^-decimals stand for, with that many decimals shown."""
    return Decimal(number).scaleb(-decimals, context=_WIDE)
