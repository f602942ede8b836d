"""A small method, written as a pack author would, with its factor rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from tansuo.methods import Method, ladder, sum_over
from tansuo.methods.evaluate import CompiledMethod, Evaluation, Inputs, Shape, SourceKey, evaluate
from tansuo.methods.expression import Node
from tansuo.methods.ladder import Choice, Chosen, FactorTable, Ladders, LocalValue, chosen
from tansuo.methods.term import FactorRow, MethodData
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Value


@dataclass
class Draft:
    """The method being written, and the terms to write further formulas with."""

    method: Method
    fc: Node
    ncv: Node
    cc: Node
    of: Node
    k: Node
    pe: Node
    ef: Node


def start() -> Draft:
    """Terms for fuel and electricity, no formula yet."""
    m = Method(
        "demo",
        edition="1",
        title_zh="示例",
        title_en="example",
        valid="2021-01/..",
        source="guide",
        gwp="AR5",
    )
    tested = ladder("measured", "default")
    return Draft(
        method=m,
        fc=m.activity(
            "FC", "燃料消耗量", "fuel burnt", "t", indicator="fuel", keys={"family": "fuel"}, places=2
        ),
        ncv=m.factor(
            "NCV",
            "低位发热量",
            "calorific value",
            "GJ/t",
            table="fuels",
            column="ncv",
            key="fuel",
            choose=tested,
        ),
        cc=m.factor(
            "CC",
            "单位热值含碳量",
            "carbon content",
            "t C/GJ",
            table="fuels",
            column="cc",
            key="fuel",
            choose=tested,
        ),
        of=m.factor(
            "OF", "碳氧化率", "oxidation rate", "1", over="source", table="fuels", column="of", key="fuel"
        ),
        k=m.constant("K", "二氧化碳与碳之比", "CO2 to C", "t CO2/t C", exactly="44/12"),
        pe=m.activity(
            "PE", "购入电量", "electricity bought", "MWh", indicator="power", keys={"family": "power"}
        ),
        ef=m.factor(
            "EF",
            "电力排放因子",
            "grid factor",
            "t CO2/MWh",
            over="month",
            table="grid",
            column="ef",
            key="=全国",
        ),
    )


def complete() -> Draft:
    """Fuel and electricity with their sums over the year."""
    d = start()
    m = d.method
    e = m.quantity(
        "E", "燃烧排放", "combustion", "t CO2", d.fc * d.ncv * d.cc * d.of * d.k, places=2, scope="direct"
    )
    p = m.quantity("P", "电力排放", "power", "t CO2", d.pe * d.ef, places=2, scope="indirect")
    m.quantity("Y", "全年燃烧排放", "combustion, year", "t CO2", sum_over(e, "source month"), places=0)
    m.quantity("Z", "全年电力排放", "power, year", "t CO2", sum_over(p, "source month"), places=0)
    return d


def row(
    table: str, key: str, column: str, value: str, unit: str, first: str = "2021-01-01", last: str = ""
) -> FactorRow:
    """A factor row with a citation."""
    return FactorRow(
        id=f"{table}/{key}/{column}@{first}",
        table=table,
        key=key,
        column=column,
        value=Decimal(value),
        unit=unit,
        valid_from=date.fromisoformat(first),
        valid_to=date.fromisoformat(last) if last else None,
        source="guide",
        page="table 1",
        status="official",
    )


ROWS = (
    row("fuels", "coal", "ncv", "20.908", "GJ/t"),
    row("fuels", "coal", "cc", "30.85", "t C/TJ"),
    row("fuels", "coal", "of", "99", "%"),
    row("grid", "全国", "ef", "0.5568", "t CO2/MWh", "2021-01-01", "2022-01-01"),
    row("grid", "全国", "ef", "0.5366", "t CO2/MWh", "2022-01-01", "2023-01-01"),
    row("grid", "全国", "ef", "0.5306", "kg CO2/kWh", "2023-01-01", "2024-01-01"),
)
SOURCES: Mapping[str, Mapping[str, str]] = {"guide": {"number": "1"}}
BOILER = SourceKey("boiler", {"family": "fuel", "fuel": "coal"})
SUPPLY = SourceKey("supply", {"family": "power"})


@pytest.fixture
def method() -> CompiledMethod:
    """The complete example, ready to run."""
    return CompiledMethod(complete().method.data(ROWS, SOURCES))


def months(year: int, count: int = 12) -> tuple[str, ...]:
    """The first ``count`` months of a year."""
    return tuple(f"{year}-{month:02d}" for month in range(1, count + 1))


def run(
    method: CompiledMethod,
    values: Mapping[tuple[str, str], Value],
    *,
    sources: tuple[SourceKey, ...] = (BOILER,),
    over: tuple[str, ...] = ("2023-01",),
    local: tuple[LocalValue, ...] = (),
    options: Mapping[str, str] | None = None,
) -> Evaluation:
    """Evaluate on a small grid."""
    return evaluate(method, Inputs(Shape(sources, over), values, local), options)


def choose(
    data: MethodData,
    term: str,
    *,
    keys: Mapping[str, str],
    period: Period,
    local: Sequence[LocalValue] = (),
    options: Mapping[str, str] | None = None,
    findings: list[Finding] | None = None,
) -> Chosen | Missing:
    """The factor ``term`` as a receipt tells of it."""
    document = data.document
    table = FactorTable(document.json["factors"])
    ladders = Ladders(document, table, local, document.answers(options or {}))
    found = ladders.choose(term, keys, period, [] if findings is None else findings)
    return chosen(found, data.terms[term].unit, period) if isinstance(found, Choice) else found
