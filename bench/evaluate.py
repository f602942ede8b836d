"""Evaluator against hand-written Decimal code: a method of 30 published figures an enterprise-month.

Five fuels, process, electricity and heat, tonnes of coal equivalent, intensities, allowance, gap and cost:
the graph of the province-year benchmark, 26,000 enterprises × 12 months. Every figure is published with two
decimals, half to even; parents use unrounded children. The twin below does the same arithmetic and the same
roundings as a careful programmer would write it out. Every digit is compared with the twin's and with exact
rational arithmetic. Bar: at most 1.8 × the twin's time, no wrong digit.

Beside it: the same graph for a city of 500 firms and a year with its sums (at most 0.3 s), and the build of all
packs that come with the product (at most 10 s), both in CPU seconds.
"""

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import partial
from pathlib import Path

from harness import Bar, Figure, cpu, interleaved, ratios

from tansuo.methods import Method, sum_over
from tansuo.methods.cases import check_cases
from tansuo.methods.evaluate import CompiledMethod, Inputs, Program, Shape, SourceKey, evaluate
from tansuo.methods.expression import Node
from tansuo.methods.pack import Pack, load_pack, pack_paths
from tansuo.methods.term import FactorRow
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.state import Value

BAR = Bar("at most", 1.8)
CITY = Bar("at most", 0.3)
BUILD = Bar("at most", 10)
ENTERPRISES, MONTHS = 26_000, 12
FIRMS = 500
#: Enterprise-months measured and compared at a time: a province-year does not stand in memory as decimals.
BATCH = 4_000
FUELS = ("raw_coal", "crude_oil", "gasoline", "lpg", "gas")
NCV = ("20.934", "41.816", "43.070", "50.179", "38.931")
CC = ("0.026370", "0.020100", "0.020200", "0.017200", "0.015300")
OF = ("0.9300", "0.9800", "0.9800", "0.9800", "0.9900")
TCE = ("0.7143", "1.4286", "1.4571", "1.7143", "1.3300")
SINGLE = {
    "EFE": "0.5703",
    "EFH": "0.1100",
    "EFP": "0.4397",
    "BM": "0.8177",
    "PRICE": "68.52",
    "EFT": "0.5703",
}
ACTIVITIES = ("EL", "HT", "PR", "RC", "OUT", "VAL")
Row = tuple[tuple[Decimal, ...], dict[str, Decimal]]


def method() -> Method:
    """The 30 figures in the method language."""
    m = Method("bench", edition="1", title_zh="基准", title_en="bench", valid="2021-01/..", source="bench")

    def amount(symbol: str, unit: str) -> Node:
        return m.activity(symbol, symbol, symbol, unit, over="month", indicator=symbol)

    def rate(symbol: str, unit: str, over: str = "") -> Node:
        return m.factor(symbol, symbol, symbol, unit, over=over, table="t", column=symbol)

    def figure(symbol: str, unit: str, formula: Node, scope: str = "") -> Node:
        return m.quantity(symbol, symbol, symbol, unit, formula, places=2, scope=scope)

    fc = m.activity("FC", "FC", "FC", "t fuel", indicator="fuel", keys={"family": "fuel"})
    ncv, cc = rate("NCV", "GJ/t fuel", "source"), rate("CC", "t C/GJ", "source")
    of, tce = rate("OF", "1", "source"), rate("TCE", "tce/t fuel", "source")
    k = m.constant("K", "44/12", "44/12", "t CO2/t C", exactly="44/12")
    el, ht, pr = amount("EL", "MWh"), amount("HT", "GJ"), amount("PR", "t limestone")
    rc, out, val = amount("RC", "t CO2"), amount("OUT", "t product"), amount("VAL", "万元@2020")
    efe, efh, efp = rate("EFE", "t CO2/MWh"), rate("EFH", "t CO2/GJ"), rate("EFP", "t CO2/t limestone")
    bm, price, eft = (
        rate("BM", "t CO2/t product"),
        rate("PRICE", "元@current/t CO2"),
        rate("EFT", "tce t CO2/MWh^2"),
    )
    co2 = figure("CO2", "t CO2", fc * ncv * cc * of * k, "direct")
    fuel = figure("FUEL", "t CO2", sum_over(co2, "source"))
    proc = figure("PROC", "t CO2", pr * efp, "direct")
    elec = figure("ELEC", "t CO2", el * efe, "indirect")
    heat = figure("HEAT", "t CO2", ht * efh, "indirect")
    direct = figure("DIRECT", "t CO2", fuel + proc - rc, "direct")
    indirect = figure("INDIRECT", "t CO2", elec + heat, "indirect")
    gross = figure("GROSS", "t CO2", direct + indirect, "both")
    t = figure("T", "tce", fc * tce)
    tf = figure("TF", "tce", sum_over(t, "source"))
    te = figure("TE", "tce", el * eft / efe)
    tot = figure("TOT", "tce", tf + te)
    i1 = figure("I1", "t CO2/t product", gross / out)
    figure("I2", "t CO2/万元@2020", gross / val)
    figure("I3", "tce/t product", tot / out)
    figure("I4", "tce/万元@2020", tot / val)
    allow = figure("ALLOW", "t CO2", out * bm, "both")
    gap = figure("GAP", "t CO2", gross - allow, "both")
    figure("COST", "元@current", gap * price)
    hundred = m.constant("H", "100%", "100%", "%", exactly="100")
    figure("RATE", "%", direct / gross * hundred)
    figure("DEV", "%", i1 / bm * hundred)
    figure("IND", "%", indirect / gross * hundred)
    return m


ORDER = (
    *(("CO2", n) for n in range(5)),
    *((name, -1) for name in ("FUEL", "PROC", "ELEC", "HEAT", "DIRECT", "INDIRECT", "GROSS")),
    *(("T", n) for n in range(5)),
    *(
        (name, -1)
        for name in ("TF", "TE", "TOT", "I1", "I2", "I3", "I4", "ALLOW", "GAP", "COST", "RATE", "DEV", "IND")
    ),
)


class Twin:
    """The same figures, written out by hand."""

    def __init__(self) -> None:
        self.rates = [tuple(map(Decimal, row)) for row in zip(NCV, CC, OF, TCE, strict=True)]
        self.single = {name: Decimal(text) for name, text in SINGLE.items()}
        self.cent = Decimal("0.01")
        self.n44, self.n12, self.hundred = Decimal(44), Decimal(12), Decimal(100)

    def run(self, row: Row) -> list[Decimal]:
        fc, a = row
        s, cent, n44, n12, hundred = self.single, self.cent, self.n44, self.n12, self.hundred
        el, out, val = a["EL"], a["OUT"], a["VAL"]
        co2, t = [], []
        for amount, (ncv, cc, of, tce) in zip(fc, self.rates, strict=True):
            co2.append(amount * ncv * cc * of * n44 / n12)
            t.append(amount * tce)
        fuel = co2[0] + co2[1] + co2[2] + co2[3] + co2[4]
        proc, elec, heat = a["PR"] * s["EFP"], el * s["EFE"], a["HT"] * s["EFH"]
        direct = fuel + proc - a["RC"]
        indirect = elec + heat
        gross = direct + indirect
        tf = t[0] + t[1] + t[2] + t[3] + t[4]
        te = el * s["EFT"] / s["EFE"]
        tot = tf + te
        i1, i2, i3, i4 = gross / out, gross / val, tot / out, tot / val
        allow = out * s["BM"]
        gap = gross - allow
        cost = gap * s["PRICE"]
        rate, dev, ind = direct / gross * hundred, i1 / s["BM"] * hundred, indirect / gross * hundred
        return [
            *(one.quantize(cent) for one in co2),
            fuel.quantize(cent),
            proc.quantize(cent),
            elec.quantize(cent),
            heat.quantize(cent),
            direct.quantize(cent),
            indirect.quantize(cent),
            gross.quantize(cent),
            *(one.quantize(cent) for one in t),
            tf.quantize(cent),
            te.quantize(cent),
            tot.quantize(cent),
            i1.quantize(cent),
            i2.quantize(cent),
            i3.quantize(cent),
            i4.quantize(cent),
            allow.quantize(cent),
            gap.quantize(cent),
            cost.quantize(cent),
            rate.quantize(cent),
            dev.quantize(cent),
            ind.quantize(cent),
        ]


RATES = {name: Fraction(text) for name, text in SINGLE.items()}
PER_FUEL = [Fraction(n) * Fraction(c) * Fraction(o) * 44 / 12 for n, c, o in zip(NCV, CC, OF, strict=True)]


def exact(row: Row) -> list[Decimal]:
    """The figures in rational arithmetic, rounded half to even once."""
    fc, a = row
    s = RATES
    v = {name: Fraction(value) for name, value in a.items()}
    amounts = [Fraction(value) for value in fc]
    co2 = [amount * each for amount, each in zip(amounts, PER_FUEL, strict=True)]
    t = [amount * each for amount, each in zip(amounts, map(Fraction, TCE), strict=True)]
    fuel, proc, elec, heat = sum(co2), v["PR"] * s["EFP"], v["EL"] * s["EFE"], v["HT"] * s["EFH"]
    direct, indirect = fuel + proc - v["RC"], elec + heat
    gross, tf, te = direct + indirect, sum(t), v["EL"] * s["EFT"] / s["EFE"]
    tot, allow = tf + te, v["OUT"] * s["BM"]
    gap, i1 = gross - allow, gross / v["OUT"]
    ratios = [i1, gross / v["VAL"], tot / v["OUT"], tot / v["VAL"]]
    shares = [direct / gross * 100, i1 / s["BM"] * 100, indirect / gross * 100]
    figures = [*co2, fuel, proc, elec, heat, direct, indirect, gross, *t, tf, te, tot, *ratios]
    figures += [allow, gap, gap * s["PRICE"], *shares]
    return [Decimal(round(one * 100)).scaleb(-2) for one in figures]


def rows(count: int, draw: random.Random) -> list[Row]:
    """Three-decimal activity data, as a province-year has them."""

    def number(low: int, high: int) -> Decimal:
        return Decimal(draw.randrange(low, high)).scaleb(-3)

    return [
        (
            tuple(number(0, 5_000_000) for _ in FUELS),
            {
                "EL": number(0, 900_000_000),
                "HT": number(0, 50_000_000),
                "PR": number(0, 80_000_000),
                "RC": number(0, 900_000),
                "OUT": number(1_000, 90_000_000),
                "VAL": number(1_000_000, 900_000_000),
            },
        )
        for _ in range(count)
    ]


def measure(quick: bool) -> Iterator[Figure]:
    """Province-year against the twin and exact fractions, city-year, build of all packs."""
    yield province(quick)
    yield from city(3 if quick else 15)
    yield from build(1 if quick else 5)


def province(quick: bool) -> Figure:
    """The evaluator against the twin, CPU seconds batch by batch; a digit that differs is a fault."""
    month = "2023-01"
    program = CompiledMethod(method().data()).program(shape((month,)))
    outputs = {one: index for index, one in enumerate(program.outputs)}
    order = [outputs[name, f"{FUELS[fuel]}/{month}" if fuel >= 0 else month] for name, fuel in ORDER]
    draw, twin = random.Random(11), Twin()
    left = 3 * BATCH if quick else ENTERPRISES * MONTHS
    taken: dict[str, list[float]] = {"evaluator": [], "hand-written": []}
    compared = differ = wrong = 0
    while left:
        data = rows(min(BATCH, left), draw)
        left -= len(data)
        ready = [values(row, program.inputs) for row in data]
        made: list[list[Value]] = []
        written: list[list[Decimal]] = []

        ways = {
            "evaluator": partial(cpu, partial(run_ours, program, ready, made)),
            "hand-written": partial(cpu, partial(run_twin, twin, data, written)),
        }
        for name, found in interleaved(ways, 2).items():
            taken[name].append(sum(found))
        for row, one, other in zip(data, made, written, strict=True):
            figures = [one[index] for index in order]
            compared += len(figures)
            differ += sum(str(x) != str(y) for x, y in zip(figures, other, strict=True))
            wrong += sum(x != y for x, y in zip(figures, exact(row), strict=True))
    rates = {name: 2 * compared / len(order) / sum(times) for name, times in taken.items()}
    faults = (f"{differ} figures differ from the twin's", f"{wrong} differ from exact fractions")
    return Figure(
        "evaluate",
        "CPU of a province-year of enterprise-months, of hand-written code's",
        ratios(taken["evaluator"], taken["hand-written"]),
        BAR,
        notes=(
            f"{len(order)} figures in {len(program.steps) + len(program.endings)} steps; {compared:,} figures "
            f"compared with the twin and with fractions, {differ + wrong} wrong; enterprise-months a second of CPU: "
            + "; ".join(f"{name} {rate:,.0f}" for name, rate in rates.items()),
        ),
        faults=tuple(fault for fault, number in zip(faults, (differ, wrong), strict=True) if number),
    )


def run_ours(program: Program, ready: Sequence[list[Decimal]], made: list[list[Value]]) -> None:
    """The evaluator's figures of a batch, in its own order."""
    made[:] = [program.run(one) for one in ready]


def run_twin(twin: Twin, data: Sequence[Row], written: list[list[Decimal]]) -> None:
    """The hand-written figures of a batch."""
    with localcontext(Context(prec=34)):
        written[:] = [twin.run(row) for row in data]


def shape(months: tuple[str, ...]) -> Shape:
    """Five fuels in these months."""
    return Shape(tuple(SourceKey(fuel, {"family": "fuel"}) for fuel in FUELS), months)


def city(repeats: int) -> Iterator[Figure]:
    """All figures of 500 firms for a year, and the city's sums of every amount; then the same with receipts."""
    months = tuple(f"2023-{month:02d}" for month in range(1, MONTHS + 1))
    compiled = CompiledMethod(method().data(factor_rows(), {"bench": {}}))
    grid = shape(months)
    program = compiled.program(grid)
    data = rows(FIRMS * MONTHS, random.Random(13))
    firms = [data[first : first + MONTHS] for first in range(0, len(data), MONTHS)]
    given = [cells(firm, months) for firm in firms]
    single = {symbol: Decimal(text) for symbol, text in SINGLE.items()}
    ready = [[one[cell] if cell in one else fixed(cell, single) for cell in program.inputs] for one in given]
    amounts = [
        index
        for index, (symbol, _) in enumerate(program.outputs)
        if compiled.data.quantities[symbol].additivity == "flow"
    ]
    sums: list[list[Decimal]] = []

    def graph() -> None:
        figures = [program.run(one) for one in ready]
        with localcontext(CONTEXT):
            sums[:] = [[sum(column, Decimal()) for column in zip(*figures, strict=True)]]

    receipts: list[int] = []

    def with_receipts() -> None:
        receipts[:] = [len(evaluate(compiled, Inputs(grid, one)).chosen) for one in given]

    times = [cpu(graph) for _ in range(repeats)]
    right = exact_sums(firms, months)
    wrong = sum(1 for index in amounts if sums[0][index] != right[program.outputs[index]])
    yield Figure(
        "evaluate",
        "whole graph of a city of 500 firms for a year, with its sums",
        tuple(times),
        CITY,
        unit="s of CPU",
        notes=(f"{FIRMS * len(program.outputs):,} figures, {len(amounts)} sums compared with fractions",),
        faults=(f"{wrong} sums differ from exact fractions",) if wrong else (),
    )
    yield Figure(
        "evaluate",
        "the same with factors chosen on their ladders and all that receipts need",
        tuple(cpu(with_receipts) for _ in range(max(1, repeats // 5))),
        unit="s of CPU",
        notes=(f"{sum(receipts):,} factors chosen",),
    )


def factor_rows() -> tuple[FactorRow, ...]:
    """The rates that hold for every source, as rows of a table."""
    rates = {"NCV": "20.934", "CC": "0.026370", "OF": "0.9300", "TCE": "0.7143", **SINGLE}
    terms = method().terms
    return tuple(
        FactorRow(
            f"t//{symbol}@2021", "t", "", symbol, Decimal(text), terms[symbol].unit, date(2021, 1, 1), None
        )
        for symbol, text in rates.items()
    )


def cells(firm: Sequence[Row], months: Sequence[str]) -> dict[tuple[str, str], Value]:
    """A firm's year of activity data by cell."""
    found: dict[tuple[str, str], Value] = {}
    for month, (fuels, others) in zip(months, firm, strict=True):
        found.update({("FC", f"{fuel}/{month}"): amount for fuel, amount in zip(FUELS, fuels, strict=True)})
        found.update({(symbol, month): others[symbol] for symbol in ACTIVITIES})
    return found


def fixed(cell: tuple[str, str], single: dict[str, Decimal]) -> Decimal:
    """A rate of the cell."""
    per_fuel = {"NCV": NCV, "CC": CC, "OF": OF, "TCE": TCE}
    symbol, place = cell
    return Decimal(per_fuel[symbol][FUELS.index(place)]) if symbol in per_fuel else single[symbol]


def exact_sums(firms: Sequence[Sequence[Row]], months: Sequence[str]) -> dict[tuple[str, str], Decimal]:
    """The sum of every published figure over all firms, from exact fractions."""
    totals: dict[tuple[str, str], Decimal] = {}
    for number, month in enumerate(months):
        columns = zip(*(exact(firm[number]) for firm in firms), strict=True)
        for (symbol, fuel), column in zip(ORDER, columns, strict=True):
            place = f"{FUELS[fuel]}/{month}" if fuel >= 0 else month
            totals[symbol, place] = sum(column, Decimal())
    return totals


def build(repeats: int) -> Iterator[Figure]:
    """Load, check and write every pack as canonical bytes, from a copy that was never read; then run the cases."""
    homes = sorted(pack_paths().values())
    loads: list[float] = []
    cases: list[float] = []
    rows_read = 0
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            copies = [Path(folder) / home.name for home in homes]
            for home, copy in zip(homes, copies, strict=True):
                shutil.copytree(home, copy, ignore=shutil.ignore_patterns("__pycache__"))
            packs: list[Pack] = []
            loads.append(cpu(partial(load_all, copies, packs)))
            rows_read = sum(len(pack.data.factors) for pack in packs)
            cases.append(cpu(partial(run_cases, packs)))
    read = f"{len(homes)} packs, {rows_read:,} factor rows"
    yield Figure("evaluate", "build of all packs", tuple(loads), BUILD, unit="s of CPU", notes=(read,))
    yield Figure("evaluate", "their cases", tuple(cases), unit="s of CPU")


def load_all(homes: Sequence[Path], packs: list[Pack]) -> None:
    """Load and check packs; their canonical bytes are written with the fingerprint."""
    for home in homes:
        packs.append(load_pack(home))
        assert packs[-1].fingerprint


def run_cases(packs: Sequence[Pack]) -> None:
    """Every case of every pack."""
    for pack in packs:
        assert not check_cases(pack)


def values(row: Row, inputs: Sequence[tuple[str, str]]) -> list[Decimal]:
    """One enterprise-month in the order in which the program takes its inputs."""
    per_fuel = {"NCV": NCV, "CC": CC, "OF": OF, "TCE": TCE}
    taken = []
    for symbol, cell in inputs:
        if symbol == "FC":
            taken.append(row[0][FUELS.index(cell.partition("/")[0])])
        elif symbol in per_fuel:
            taken.append(Decimal(per_fuel[symbol][FUELS.index(cell)]))
        else:
            taken.append(row[1][symbol] if symbol in ACTIVITIES else Decimal(SINGLE[symbol]))
    return taken
