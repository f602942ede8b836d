"""Bases of a fuel analysis 基准: as received, air-dried, dry, dry and ash-free, and the exact way between them.

A result on one basis becomes one on another by the ratio of dry (or dry and ash-free) matter in both:
X_ar = X_ad · (100 − M_ar) / (100 − M_ad). Net calorific value is no such result: heat of evaporation goes off
with the moisture of each basis and is added and taken off again.

Everything is multiplied in whole fractions first and divided once, last. Sources: GB/T 35985-2018 (ISO 1170:2013,
modified) clause 5, read in abstracts (secondary); GB/T 213-2008 for net calorific value at constant volume, with
its 206 J/g a per cent of hydrogen and 23 J/g a per cent of moisture (memory).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tansuo.accounting.fuel_words import spoken
from tansuo.accounting.wording import refuse
from tansuo.quantity.decimals import CONTEXT, plain

CLAUSE = "GB/T 35985-2018, 5"
CLAUSE_STATUS = "secondary"
CLAUSE_HEAT = "GB/T 213-2008"
CLAUSE_HEAT_STATUS = "memory"
EVAPORATION = 23
"""J/g that a per cent of moisture takes off the net calorific value."""
HYDROGEN = 206
"""J/g that a per cent of hydrogen takes off it."""
SHOWN = 6


class Basis(StrEnum):
    """What a hundred per cent is: 收到基, 空气干燥基, 干燥基, 干燥无灰基."""

    AR = "ar"
    AD = "ad"
    D = "d"
    DAF = "daf"


BASES: Mapping[Basis, tuple[str, str]] = {
    Basis.AR: ("收到基", "as received"),
    Basis.AD: ("空气干燥基", "air-dried"),
    Basis.D: ("干燥基", "dry"),
    Basis.DAF: ("干燥无灰基", "dry, ash-free"),
}


@dataclass(frozen=True, slots=True)
class Proximate:
    """What is known of a fuel's moisture and ash, in per cent: moisture by basis, ash by basis.

    FindingError ``accounting.test_impossible`` for what no fuel can have: moisture or ash below 0 or from 100
    on, more moisture air-dried than as received, moisture and ash of 100 together.
    """

    moisture: Mapping[Basis, Decimal] = field(default_factory=dict)
    ash: Mapping[Basis, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for letter, held in (("M", self.moisture), ("A", self.ash)):
            for basis, value in held.items():
                if not 0 <= value < 100:
                    raise impossible(f"{letter}_{basis} = {plain(value)} %", "0 ≤ x < 100")
        received, dried = self.moisture.get(Basis.AR), self.moisture.get(Basis.AD)
        if received is not None and dried is not None and dried > received:
            raise impossible(f"M_ad = {plain(dried)} %", f"≤ M_ar = {plain(received)} %")
        for basis, ash in self.ash.items():
            if ash + self.moisture.get(basis, Decimal()) >= 100:
                raise impossible(f"M_{basis} + A_{basis}", "< 100 %")

    def dry(self, basis: Basis) -> tuple[Decimal, str]:
        """Dry matter in a hundred parts of ``basis``, and how that is written. Refused without its moisture."""
        if basis is Basis.D:
            return Decimal(100), "100"
        moisture = self.moisture.get(basis)
        if moisture is None:
            raise lacking(f"M_{basis}")
        return 100 - moisture, f"(100 − {plain(moisture)})"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A result on another basis: the exact ``fraction``, and the line that shows it (in symbols and numbers)."""

    fraction: Fraction
    basis: Basis
    worked: str
    clause: str
    status: str

    @property
    def value(self) -> Decimal:
        """The decimal of at most 34 digits, divided once."""
        return decimal_of(self.fraction)


def decimal_of(number: Fraction) -> Decimal:
    """The quotient of two integers with 34 digits, half-even; exact where it ends before."""
    return CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


def converted(symbol: str, value: Decimal, start: Basis, end: Basis, fuel: Proximate) -> Conversion:
    """A share of the fuel (carbon, ash, hydrogen, oxygen, gross calorific value) on basis ``end``.

    FindingError ``accounting.test_lacks`` where a moisture or ash that the formula needs is not known,
    ``accounting.test_impossible`` for a value below zero.
    """
    if value < 0:
        raise impossible(f"{symbol}_{start} = {plain(value)}", "≥ 0")
    if start is end:
        return Conversion(Fraction(value), end, f"{symbol}_{end} = {plain(value)}", CLAUSE, CLAUSE_STATUS)
    above: list[tuple[Decimal, str]] = [(value, plain(value))]
    below: list[tuple[Decimal, str]] = []
    here, there = start, end
    if start is Basis.DAF:
        here = _with_ash(fuel, end)
        above.append(_ash_free(fuel, here))
        below.append((Decimal(100), "100"))
    if end is Basis.DAF:
        there = _with_ash(fuel, start)
        above.append((Decimal(100), "100"))
        below.append(_ash_free(fuel, there))
    if here is not there:
        above.append(fuel.dry(there))
        below.append(fuel.dry(here))
    made = Fraction(1)
    for part, _ in above:
        made *= Fraction(part)
    for part, _ in below:
        made /= Fraction(part)
    said = " × ".join(text for _, text in above)
    under = " × ".join(text for _, text in below)
    line = f"{symbol}_{end} = {said} / {under} = {_short(made)}"
    return Conversion(made, end, line, CLAUSE, CLAUSE_STATUS)


def net_from_gross(gross: Decimal, start: Basis, hydrogen: Decimal, fuel: Proximate) -> Conversion:
    """Net calorific value as received in J/g, from the gross one and hydrogen of the same basis (J/g, per cent).

    Q_net,ar = (Q_gr,ad − 206·H_ad) · (100 − M_ar) / (100 − M_ad) − 23·M_ar.
    """
    kept = Fraction(gross) - HYDROGEN * Fraction(hydrogen)
    return _received(
        kept, f"({plain(gross)} − {HYDROGEN} × {plain(hydrogen)})", start, fuel, refused=f"Q_gr,{start}"
    )


def net_received(net: Decimal, start: Basis, fuel: Proximate) -> Conversion:
    """Net calorific value as received in J/g, from that of another basis: its own moisture's heat added first."""
    if start is Basis.AR:
        if net <= 0:
            raise impossible(f"Q_net,ar = {plain(net)}", "> 0")
        return Conversion(
            Fraction(net), Basis.AR, f"Q_net,ar = {plain(net)}", CLAUSE_HEAT, CLAUSE_HEAT_STATUS
        )
    if start is Basis.AD:
        moisture = fuel.moisture.get(Basis.AD)
        if moisture is None:
            raise lacking("M_ad")
        said = f"({plain(net)} + {EVAPORATION} × {plain(moisture)})"
        return _received(Fraction(net) + EVAPORATION * Fraction(moisture), said, start, fuel, "Q_net,ad")
    return _received(Fraction(net), plain(net), start, fuel, f"Q_net,{start}")


def _received(kept: Fraction, said: str, start: Basis, fuel: Proximate, refused: str) -> Conversion:
    moisture = fuel.moisture.get(Basis.AR)
    if moisture is None:
        raise lacking("M_ar")
    if start is Basis.DAF:
        here = _with_ash(fuel, Basis.AR)
        free, text = _ash_free(fuel, here)
        kept, said = kept * Fraction(free) / 100, f"{said} × {text} / 100"
        start = here
    if start is not Basis.AR:
        dry, above = fuel.dry(Basis.AR)
        whole, below = fuel.dry(start)
        kept, said = kept * Fraction(dry) / Fraction(whole), f"{said} × {above} / {below}"
    made = kept - EVAPORATION * Fraction(moisture)
    if made <= 0:
        raise impossible(refused, "> 0")
    line = f"Q_net,ar = {said} − {EVAPORATION} × {plain(moisture)} = {_short(made)}"
    return Conversion(made, Basis.AR, line, CLAUSE_HEAT, CLAUSE_HEAT_STATUS)


def _with_ash(fuel: Proximate, wished: Basis) -> Basis:
    """The basis whose ash is known, the wished one first: between it and ash-free matter there is a formula."""
    for basis in (wished, Basis.AD, Basis.D, Basis.AR):
        if basis in fuel.ash and (basis is Basis.D or basis in fuel.moisture):
            return basis
    raise lacking("ash, moisture")


def _ash_free(fuel: Proximate, basis: Basis) -> tuple[Decimal, str]:
    ash = fuel.ash[basis]
    if basis is Basis.D:
        return 100 - ash, f"(100 − {plain(ash)})"
    moisture = fuel.moisture[basis]
    return 100 - moisture - ash, f"(100 − {plain(moisture)} − {plain(ash)})"


def _short(number: Fraction) -> str:
    """A number as a line shows it: whole where it ends soon, else its first digits and that there are more."""
    whole = decimal_of(number)
    exact = Fraction(whole) == number and -int(whole.as_tuple().exponent) <= SHOWN
    if exact:
        return plain(whole.normalize()) if whole == whole.to_integral_value() else plain(whole)
    cut = whole.quantize(Decimal(1).scaleb(-SHOWN), context=CONTEXT)
    return f"{plain(cut)}…"


def impossible(what: str, must: str) -> Exception:
    """The error for a value no fuel, sample or day can have."""
    (what_zh, what_en), (must_zh, must_en) = spoken(what), spoken(must)
    return refuse(
        "test_impossible",
        what=what,
        must=must,
        what_zh=what_zh,
        what_en=what_en,
        must_zh=must_zh,
        must_en=must_en,
    )


def lacking(what: str) -> Exception:
    """The error for a report from which nothing leads to the basis as received."""
    what_zh, what_en = spoken(what)
    return refuse("test_lacks", what=what, what_zh=what_zh, what_en=what_en)
