"""What laboratory results say of a source and month: the values methods ask for, each with the line that shows it.

Several analyses of a month are weighted by the fuel burnt on the days they represent; without those amounts no
mean is made. Results of a report without CMA or CNAS mark stand on the rung ``supplier``. Columns:

``ncv`` net calorific value as received (GJ/t) · ``C_arm``, ``C_ar``, ``carbon`` carbon as received (t C/t) · ``cc``
carbon of heat, C_ar / NCV_ar (t C/GJ) · ``C_ad``, ``C_d``, ``M_ar``, ``M_ad`` as reported, where one analysis stands
for the month and the method converts by its own formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tansuo.accounting.fuel_basis import Basis, Conversion, decimal_of
from tansuo.accounting.fuel_tests import Analysis, carbon, heat
from tansuo.methods.ladder import LocalValue
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance

COLUMNS = ("ncv", "cc", "C_arm", "C_ar", "carbon", "C_ad", "C_d", "M_ar", "M_ad")
AS_REPORTED = {"C_ad": ("carbon", Basis.AD), "C_d": ("carbon", Basis.D), "M_ad": ("moisture", Basis.AD)}
RECEIVED = ("C_arm", "C_ar", "carbon")
LINES = 12


@dataclass(frozen=True, slots=True)
class Tested:
    """A value of a month for one column, the lines that lead to it, and the analyses it rests on."""

    column: str
    number: Fraction
    unit: str
    rung: str
    worked: tuple[str, ...]
    analyses: tuple[Analysis, ...]

    def local(self, symbol: str, source: str, month: str) -> LocalValue:
        """The value as the evaluator takes it."""
        cited = ", ".join(dict.fromkeys(one.test.report for one in self.analyses))
        kind = Provenance.MEASURED if self.rung == "measured" else Provenance.DECLARED
        return LocalValue(symbol, decimal_of(self.number), self.unit, source, month, self.rung, cited, kind)

    def as_json(self) -> dict[str, Any]:
        """Samples, tests and worked lines, as a receipt keeps them."""
        return {"worked": list(self.worked), "samples": [sample_json(one) for one in self.analyses]}


@dataclass
class Month:
    """What the analyses of a month give: values by (column, rung), and what is to be said about them."""

    values: dict[tuple[str, str], Tested] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def sample_json(one: Analysis) -> dict[str, Any]:
    """One analysis in words and numbers, with the entries it stands in."""
    sample, test = one.sample, one.test
    return {
        "sample": sample.id,
        "composite": sample.composite,
        "taken": [sample.taken_from.isoformat(), sample.taken_to.isoformat()],
        "represents": [sample.represents_from.isoformat(), sample.represents_to.isoformat()],
        "amount": None if sample.amount is None else plain(sample.amount),
        "tested": test.tested.isoformat(),
        "laboratory": test.laboratory,
        "report": test.report,
        "marks": list(test.marks),
        "document": test.document,
        "results": [
            {"parameter": r.parameter, "basis": r.basis.value, "value": plain(r.value), "unit": r.unit}
            for r in one.results
        ],
        "entries": [said.entry for said in one.statements],
    }


def month_of(found: Sequence[Analysis], month: Period, source: str, *, own_formula: bool) -> Month:
    """What ``found``, all of one subject, say of ``month``.

    ``own_formula``: the method converts carbon itself, so a single analysis is given as it was reported.
    """
    made = Month()
    here = [one for one in found if one.sample.touches(month)]
    for rung, accredited in (("measured", True), ("supplier", False)):
        group = [one for one in here if one.test.accredited is accredited]
        if group:
            _group(made, group, month, source, rung, own_formula=own_formula)
            if not accredited:
                for one in group:
                    params = {"report": one.test.report}
                    made.findings.append(_said("test_unmarked", source, month, params))
    return made


def _group(
    made: Month, group: Sequence[Analysis], month: Period, source: str, rung: str, *, own_formula: bool
) -> None:
    coal = _mean(made, group, carbon, "C_ar", month, source)
    warm = _mean(made, group, heat, "Q_net,ar", month, source)
    if warm is not None:
        number, lines, used = warm
        shown = (*lines, f"NCV_ar = Q_net,ar / 1000 = {_digits(number / 1000)} GJ/t")
        made.values["ncv", rung] = Tested("ncv", number / 1000, "GJ/t", rung, shown, used)
    if coal is None:
        return
    number, lines, used = coal
    share = number / 100
    if own_formula and len(used) == 1 and _reported(made, used[0], rung):
        pass
    else:
        for column in RECEIVED:
            made.values[column, rung] = Tested(column, share, "t C/t", rung, lines, used)
    if warm is not None:
        ratio = share / (warm[0] / 1000)
        line = f"CC = C_ar / NCV_ar = {_digits(share)} / {_digits(warm[0] / 1000)} = {_digits(ratio)} t C/GJ"
        both = tuple(dict.fromkeys((*used, *warm[2])))
        made.values["cc", rung] = Tested("cc", ratio, "t C/GJ", rung, (*lines, *warm[1], line), both)


def _reported(made: Month, one: Analysis, rung: str) -> bool:
    """Give carbon and moistures as reported; False where the report is already on the basis as received."""
    basis = next((b for b in (Basis.AR, Basis.AD, Basis.D) if one.of("carbon", b) is not None), None)
    wanted = {Basis.AD: ("C_ad", "M_ad", "M_ar"), Basis.D: ("C_d", "M_ar")}.get(basis or Basis.AR, ())
    way = carbon(one)
    line = "" if way is None else way.worked
    for column in wanted:
        parameter, on = AS_REPORTED.get(column, ("moisture", Basis.AR))
        result = one.of(parameter, on)
        assert result is not None
        number, unit = Fraction(result.kept) / 100, "t C/t" if parameter == "carbon" else "1"
        made.values[column, rung] = Tested(column, number, unit, rung, (line,), (one,))
    return bool(wanted)


Mean = tuple[Fraction, tuple[str, ...], tuple[Analysis, ...]]


def _mean(
    made: Month,
    group: Sequence[Analysis],
    ask: Callable[[Analysis], Conversion | None],
    symbol: str,
    month: Period,
    source: str,
) -> Mean | None:
    """The mean of what each analysis gives, weighted by amounts; None where none gives any, or weights lack."""
    given: list[tuple[Analysis, Conversion]] = []
    for one in group:
        try:
            value = ask(one)
        except FindingError as error:
            where = {"key": one.sample.id, "period": month.text}
            made.findings += [Finding(i.code, where, i.params, "warning") for i in error.findings]
            continue
        if value is not None:
            given.append((one, value))
    if not given:
        return None
    made.findings += _uncovered(given, month, source, symbol)
    lines = tuple(value.worked for _, value in given)
    used = tuple(one for one, _ in given)
    if len(given) == 1:
        return given[0][1].fraction, lines, used
    weights = [one.sample.amount for one in used]
    if any(weight is None for weight in weights):
        lacking = ", ".join(one.sample.id for one in used if one.sample.amount is None)
        made.findings.append(_said("test_unweighted", source, month, {"samples": lacking, "symbol": symbol}))
        return None
    known = [Fraction(weight) for weight in weights if weight is not None]
    above = sum(
        (value.fraction * weight for (_, value), weight in zip(given, known, strict=True)), Fraction()
    )
    mean = above / sum(known)
    parts = [f"{_digits(v.fraction)} × {_digits(w)}" for (_, v), w in zip(given, known, strict=True)]
    said = " + ".join(parts[:LINES]) + (" + …" if len(parts) > LINES else "")
    line = f"{symbol} = ({said}) / {_digits(sum(known, Fraction()))} = {_digits(mean)}"
    more = (f"… +{len(lines) - LINES}",) if len(lines) > LINES else ()
    return mean, (*lines[:LINES], *more, line), used


def _uncovered(
    given: Sequence[tuple[Analysis, Conversion]], month: Period, source: str, symbol: str
) -> Iterator[Finding]:
    covered = frozenset[Any]().union(*(one.sample.days(month) for one, _ in given))
    missing = len(month.days()) - len(covered)
    if missing:
        yield _said("test_uncovered", source, month, {"days": missing, "symbol": symbol})


def _said(code: str, source: str, month: Period, params: Mapping[str, str | int]) -> Finding:
    return Finding(f"accounting.{code}", {"key": source, "period": month.text}, params, "warning")


def _digits(number: Fraction) -> str:
    """A number of a worked line: whole where it ends within six decimals, else cut with an ellipsis."""
    whole = decimal_of(number)
    if Fraction(whole) == number and -int(whole.as_tuple().exponent) <= 6:
        return plain(whole)
    places = 6 if abs(whole) >= 1 else 8
    return plain(round(whole, places)) + "…"
