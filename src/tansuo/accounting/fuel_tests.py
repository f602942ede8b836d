"""Laboratory results 检测结果: what a laboratory found in a sample, on which basis, and of which days it speaks.

A result is a statement of the source that burns the fuel (or of its facility or enterprise) with the indicator
``test.<parameter>``, the basis ``<basis> <sample>``, and in ``detail`` the sample, the test and the days it
represents. Nothing is converted when it is entered: what a method needs of a month is worked out from the results
as they stand at a log size (``accounting.tested``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tansuo.accounting.fuel_basis import (
    Basis,
    Conversion,
    Proximate,
    converted,
    impossible,
    lacking,
    net_from_gross,
    net_received,
)
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.quantity.decimals import parse_decimal, plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.quantity.unit import compatible, convert
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import Stage, Statement, state_

PREFIX = "test."
PARAMETERS: Mapping[str, tuple[str, str, str]] = {
    "carbon": ("元素碳", "carbon", "%"),
    "hydrogen": ("氢", "hydrogen", "%"),
    "oxygen": ("氧", "oxygen", "%"),
    "sulphur": ("全硫", "total sulphur", "%"),
    "moisture": ("水分", "moisture", "%"),
    "ash": ("灰分", "ash", "%"),
    "volatile": ("挥发分", "volatile matter", "%"),
    "net_calorific_value": ("低位发热量", "net calorific value", "J/g"),
    "gross_calorific_value": ("高位发热量", "gross calorific value", "J/g"),
}
"""Parameters by name: Chinese, English, the unit they are kept in."""
INDICATORS = tuple(PREFIX + name for name in PARAMETERS)
MARKS = ("CMA", "CNAS")
NET, GROSS = "net_calorific_value", "gross_calorific_value"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: taken from and to these civil days (both in), composite or not, and the days it represents
    (both in) with the fuel burnt on them in t, where it is known. Weights are these amounts."""

    id: str
    taken_from: date
    taken_to: date
    composite: bool
    represents_from: date
    represents_to: date
    amount: Decimal | None = None

    def touches(self, period: Period) -> bool:
        """Whether a day of the period is represented."""
        return self.represents_from < period.end and period.start <= self.represents_to

    def days(self, period: Period) -> frozenset[date]:
        """The represented days of a period."""
        first, last = max(self.represents_from, period.start), min(self.represents_to, period.end - _DAY)
        return frozenset(first + timedelta(days=n) for n in range((last - first).days + 1))


_DAY = timedelta(days=1)
LATER = timedelta(days=62)
"""So long after the last day of sampling fuel is burnt that the sample stands for: it may lie in store two months."""


@dataclass(frozen=True, slots=True)
class LabReport:
    """The test: laboratory, number of its report, day of the test, the marks on it, the document's SHA-256."""

    laboratory: str
    report: str
    tested: date
    marks: tuple[str, ...] = ()
    document: str = ""
    status: Status = Status.OFFICIAL

    @property
    def accredited(self) -> bool:
        """Whether the report carries CMA or CNAS; without either its results stand on a lower rung."""
        return any(one in MARKS for one in self.marks)


@dataclass(frozen=True, slots=True)
class Result:
    """One value of one parameter on one basis."""

    parameter: str
    basis: Basis
    value: Decimal
    unit: str

    @property
    def kept(self) -> Decimal:
        """The value in the parameter's own unit."""
        return convert(self.value, self.unit, PARAMETERS[self.parameter][2])


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one report says of one sample. ``statements`` are those it was read from; none for a new one."""

    subject: str
    sample: Sample
    test: LabReport
    results: tuple[Result, ...]
    synthetic: bool = False
    statements: tuple[Statement, ...] = ()

    def of(self, parameter: str, *bases: Basis) -> Result | None:
        """The result of a parameter on the first of ``bases`` that it was given on; on any where none is named."""
        for basis in bases or tuple(Basis):
            for one in self.results:
                if one.parameter == parameter and one.basis is basis:
                    return one
        return None

    @property
    def fuel(self) -> Proximate:
        """Moisture and ash of the sample; errors as in ``Proximate``."""
        held: dict[str, dict[Basis, Decimal]] = {"moisture": {}, "ash": {}}
        for one in self.results:
            if one.parameter in held:
                held[one.parameter][one.basis] = one.kept
        return Proximate(held["moisture"], held["ash"])


def judge(one: Analysis, today: date | None = None) -> list[Finding]:
    """What is wrong with an analysis, errors first: impossible days or values, a result that leads nowhere.

    Warnings are what is taken and stands lower, or is odd: no CMA or CNAS mark; represented days that are still to
    come, or that begin more than ``LATER`` after the last day of sampling.
    """
    found: list[Finding] = []
    where = {"sample": one.sample.id}
    for check in (_days, _values, _ways):
        try:
            check(one, today)
        except FindingError as error:
            found += [Finding(item.code, where, item.params) for item in error.findings]
    if not one.test.accredited:
        found.append(Finding("accounting.test_unmarked", where, {"report": one.test.report}, "warning"))
    sample = one.sample
    if today is not None and sample.represents_from <= today < sample.represents_to:
        days: dict[str, str | int] = {"last": str(sample.represents_to), "today": str(today)}
        found.append(Finding("accounting.test_not_over", where, days, "warning"))
    if sample.represents_from > sample.taken_to + LATER:
        days = {"first": str(sample.represents_from), "taken": str(sample.taken_to)}
        found.append(Finding("accounting.test_represents_later", where, days, "warning"))
    return found


def _days(one: Analysis, today: date | None) -> None:
    sample, test = one.sample, one.test
    ordered = (
        (sample.taken_to, sample.taken_from, "taken_to", "taken_from"),
        (sample.represents_to, sample.represents_from, "represents_to", "represents_from"),
        (test.tested, sample.taken_to, "tested", "taken_to"),
    )
    for later, earlier, name, before in ordered:
        if later < earlier:
            raise impossible(f"{name} {later}", f"≥ {before} {earlier}")
    if today is not None and test.tested > today:
        raise impossible(f"tested {test.tested}", f"≤ {today}")
    if today is not None and sample.represents_from > today:
        raise impossible(f"represents_from {sample.represents_from}", f"≤ {today}")
    if sample.taken_from > sample.represents_to:
        raise impossible(f"taken_from {sample.taken_from}", f"≤ represents_to {sample.represents_to}")
    if sample.amount is not None and sample.amount <= 0:
        raise impossible(f"amount {plain(sample.amount)} t", "> 0")


def _values(one: Analysis, today: date | None) -> None:
    seen: set[tuple[str, Basis]] = set()
    if not one.results:
        raise lacking("results")
    for result in one.results:
        if result.parameter not in PARAMETERS or (result.parameter, result.basis) in seen:
            raise impossible(f"{result.parameter} {result.basis}", "; ".join(PARAMETERS) + "; once")
        seen.add((result.parameter, result.basis))
        own = PARAMETERS[result.parameter][2]
        if not compatible(result.unit, own):
            raise impossible(f"{result.parameter} {result.unit}", own)
        lowest_open = result.parameter in ("carbon", NET, GROSS)
        value, top = result.kept, 100 if own == "%" else 50_000
        if not 0 <= value < top or (lowest_open and value == 0):
            raise impossible(f"{result.parameter}_{result.basis} = {plain(value)} {own}", f"0 … {top} {own}")
        if result.parameter == "moisture" and result.basis not in (Basis.AR, Basis.AD):
            raise impossible(f"moisture_{result.basis}", "ar, ad")
    _ordered(one)
    fuel = one.fuel
    for basis in Basis:
        found = one.of("carbon", basis)
        parts = (fuel.moisture.get(basis), fuel.ash.get(basis), found.kept if found else None)
        if sum((part for part in parts if part is not None), Decimal()) > 100:
            raise impossible(f"M_{basis} + A_{basis} + C_{basis}", "≤ 100 %")


def _ordered(one: Analysis) -> None:
    """Shares grow from as received to ash-free: a larger one as received means that two bases were swapped."""
    for parameter in ("carbon", "ash", "hydrogen", "oxygen", "sulphur", "volatile"):
        given = [r for basis in Basis for r in one.results if (r.parameter, r.basis) == (parameter, basis)]
        for less, more in pairwise(given):
            if less.kept > more.kept:
                what = f"{parameter}_{less.basis} = {plain(less.kept)} %"
                raise impossible(what, f"≤ {parameter}_{more.basis} = {plain(more.kept)} %")


def _ways(one: Analysis, today: date | None) -> None:
    """Carbon and calorific value must lead to the basis as received with what the report gives."""
    if one.of("carbon") is not None:
        carbon(one)
    if one.of(NET) is not None or one.of(GROSS) is not None:
        heat(one)


def carbon(one: Analysis) -> Conversion | None:
    """Carbon as received in per cent, as a ``Conversion``; None without any. Errors as in ``converted``."""
    found = one.of("carbon", Basis.AR, Basis.AD, Basis.D, Basis.DAF)
    return None if found is None else converted("C", found.kept, found.basis, Basis.AR, one.fuel)


def heat(one: Analysis) -> Conversion | None:
    """Net calorific value as received in J/g, as a ``Conversion``; None without any.

    From the gross one where only that was reported, with hydrogen of the same basis.
    """
    found = one.of(NET, Basis.AR, Basis.AD, Basis.D, Basis.DAF)
    if found is not None:
        return net_received(found.kept, found.basis, one.fuel)
    gross = one.of(GROSS, Basis.AD, Basis.AR, Basis.D, Basis.DAF)
    if gross is None:
        return None
    hydrogen = one.of("hydrogen", gross.basis)
    if hydrogen is None:
        raise lacking(f"H_{gross.basis}")
    return net_from_gross(gross.kept, gross.basis, hydrogen.kept, one.fuel)


def period_of(sample: Sample) -> Period:
    """The shortest month, quarter, half or year that holds the days a sample represents."""
    first = sample.represents_from
    quarter, half = (first.month + 2) // 3, (first.month + 5) // 6
    forms = (f"{first:%Y-%m}", f"{first:%Y}-Q{quarter}", f"{first:%Y}-H{half}", f"{first:%Y}")
    for text in forms:
        period = Period.parse(text)
        if period.contains(sample.represents_to):
            return period
    raise impossible(f"represents_to {sample.represents_to}", f"{first:%Y}")


def drafts(one: Analysis, *, org: str, by: Actor = SYSTEM_ACTOR) -> list[Draft]:
    """The entries that state an analysis, one a result. FindingError where ``judge`` finds an error."""
    wrong = [item for item in judge(one) if item.severity == "error"]
    if wrong:
        raise FindingError(wrong)
    period = period_of(one.sample)
    cited = Source(one.test.report, one.test.status, document=one.test.document)
    return [
        state_(
            one.subject,
            PREFIX + result.parameter,
            period.text,
            result.value,
            result.unit,
            basis=f"{result.basis} {one.sample.id}",
            stage=Stage.PRELIMINARY,
            provenance=Provenance.MEASURED if one.test.accredited else Provenance.DECLARED,
            synthetic=one.synthetic,
            issuer=one.test.laboratory,
            source=cited,
            detail=_detail(one),
            org=org,
            by=by,
        )
        for result in one.results
    ]


def _detail(one: Analysis) -> dict[str, Any]:
    sample, test = one.sample, one.test
    return {
        "sample": sample.id,
        "taken": [sample.taken_from.isoformat(), sample.taken_to.isoformat()],
        "composite": sample.composite,
        "represents": [sample.represents_from.isoformat(), sample.represents_to.isoformat()],
        "amount": None if sample.amount is None else plain(sample.amount),
        "tested": test.tested.isoformat(),
        "report": test.report,
        "marks": list(test.marks),
    }


def analyses(statements: Iterable[Statement]) -> list[Analysis]:
    """The analyses that statements ``test.*`` make up, by sample, in the order of their first entries."""
    grouped: dict[tuple[str, str, str, str], list[Statement]] = {}
    for one in sorted(statements, key=lambda item: item.entry):
        if one.value is not None and one.detail is not None and one.indicator.startswith(PREFIX):
            key = (one.subject, one.issuer, str(one.detail["report"]), str(one.detail["sample"]))
            grouped.setdefault(key, []).append(one)
    return [_analysis(group) for group in grouped.values()]


def _analysis(group: Sequence[Statement]) -> Analysis:
    first = group[-1]
    said: Mapping[str, Any] = first.detail or {}
    taken = [date.fromisoformat(day) for day in said["taken"]]
    represents = [date.fromisoformat(day) for day in said["represents"]]
    amount = None if said["amount"] is None else parse_decimal(said["amount"])
    sample = Sample(
        str(said["sample"]), taken[0], taken[1], bool(said["composite"]), represents[0], represents[1], amount
    )
    test = LabReport(
        first.issuer, str(said["report"]), date.fromisoformat(said["tested"]), tuple(said["marks"]),
        first.source.document if first.source else "", first.source.status if first.source else Status.MEMORY,
    )  # fmt: skip
    results = []
    for one in group:
        assert one.value is not None
        basis = Basis(one.basis.partition(" ")[0])
        results.append(Result(one.indicator.removeprefix(PREFIX), basis, one.value, one.unit))
    synthetic = any(one.synthetic for one in group)
    return Analysis(first.subject, sample, test, tuple(results), synthetic, tuple(group))
