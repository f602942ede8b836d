"""Evaluator against hand-written Decimal code: a method of 30 published figures an enterprise-month.

Five fuels, process, electricity and heat, tonnes of coal equivalent, intensities, allowance, gap and cost:
the graph of the province-year benchmark (26,000 enterprises × 12 months). Every figure is published with two
decimals, half to even; parents use unrounded children. The twin below does the same arithmetic and the same
roundings as a careful programmer would write it out. Digits of a sample are compared with exact rational
arithmetic. Bar: ≥ 0.50.
"""

import random
import statistics
from collections.abc import Iterator, Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from harness import Bar, Figure, cpu, interleaved, ratios

from tansuo.methods import Method, sum_over
from tansuo.methods.evaluate import CompiledMethod, Shape, SourceKey
from tansuo.methods.expression import Node
from tansuo.quantity.state import Value

BAR = Bar("at least", 0.5)
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


def exact(row: Row) -> list[Decimal]:
    """The figures in rational arithmetic, rounded half to even once."""
    fc, a = row
    f = Fraction
    s = {name: f(text) for name, text in SINGLE.items()}
    v = {name: f(value) for name, value in a.items()}
    co2 = [f(x) * f(n) * f(c) * f(o) * 44 / 12 for x, n, c, o in zip(fc, NCV, CC, OF, strict=True)]
    t = [f(x) * f(e) for x, e in zip(fc, TCE, strict=True)]
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


def rows(count: int) -> list[Row]:
    """Three-decimal activity data, as a province-year has them."""
    draw = random.Random(11)

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
    """The evaluator against the twin, CPU seconds; a digit that differs is a fault."""
    count = 1_000 if quick else 4_000
    month = "2023-01"
    shape = Shape(tuple(SourceKey(fuel, {"family": "fuel"}) for fuel in FUELS), (month,))
    program = CompiledMethod(method().data()).program(shape)
    outputs = {one: index for index, one in enumerate(program.outputs)}
    order = [outputs[name, f"{FUELS[fuel]}/{month}" if fuel >= 0 else month] for name, fuel in ORDER]
    data = rows(count)
    ready = [values(row, program.inputs) for row in data]
    twin, context = Twin(), Context(prec=34)

    def ours() -> list[list[Value]]:
        return [program.run(one) for one in ready]

    def theirs() -> list[list[Decimal]]:
        with localcontext(context):
            return [twin.run(row) for row in data]

    made = [[one[index] for index in order] for one in ours()]
    differ = sum(
        str(x) != str(y) for one, other in zip(made, theirs(), strict=True)
        for x, y in zip(one, other, strict=True)
    )  # fmt: skip
    step = max(1, count // 2000)
    wrong = sum(
        x != y for one, row in zip(made[::step], data[::step], strict=True)
        for x, y in zip(one, exact(row), strict=True)
    )  # fmt: skip
    taken = interleaved(
        {"evaluator": lambda: cpu(ours), "hand-written": lambda: cpu(theirs)}, 3 if quick else 15
    )
    speeds = [f"{name} {count / statistics.median(times):,.0f}" for name, times in taken.items()]
    faults = (f"{differ} figures differ from the twin's", f"{wrong} differ from exact fractions")
    yield Figure(
        "evaluate",
        "enterprise-months, of hand-written code's rate",
        ratios(taken["hand-written"], taken["evaluator"]),
        BAR,
        notes=(
            f"{len(order)} figures in {len(program.steps)} steps; enterprise-months a second of CPU: "
            + "; ".join(speeds),
        ),
        faults=tuple(fault for fault, number in zip(faults, (differ, wrong), strict=True) if number),
    )


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
