"""What the evaluator says of a request: each finding whole, with where, what and how bad."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from tansuo.methods import Method, first_order_decay, ladder, ratio, rung
from tansuo.methods.evaluate import (
    _KEPT,
    CompiledMethod,
    Evaluation,
    Inputs,
    Shape,
    SourceKey,
    evaluate,
    from_document,
)
from tansuo.methods.ladder import LocalValue
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.state import Missing, State

from .conftest import BOILER, ROWS, SOURCES, SUPPLY, complete, months, row, run

FC = ("FC", "boiler/2023-01")
HERE = Shape((BOILER,), ("2023-01",))


def said(method: CompiledMethod, inputs: Inputs, options: Mapping[str, str] | None = None) -> list[Finding]:
    with pytest.raises(FindingError) as error:
        evaluate(method, inputs, options)
    return list(error.value.findings)


def error(code: str, where: Mapping[str, str], **params: str) -> Finding:
    return Finding(f"methods.{code}", {"method": "demo", **where}, params)


def warning(code: str, where: Mapping[str, str], **params: str) -> Finding:
    return replace(error(code, where, **params), severity="warning")


def chosen(names: str = "") -> CompiledMethod:
    """The example with two options on the ladder of its oxidation rate."""
    d = complete()
    m = d.method
    for name in names.split():
        m.option(name, name, name, choices=("a", "b"), default="a")
    return CompiledMethod(m.data(ROWS, SOURCES))


def decaying() -> CompiledMethod:
    m = Method(
        "demo", edition="1", title_zh="示", title_en="ex", valid="1950-01/..", source="guide", grain="year"
    )
    kept = m.activity("W", "填埋", "buried", "t", indicator="w", keys={"family": "waste"})
    rate = ratio("1/10")
    m.quantity("R", "分解", "decomposed", "t", first_order_decay(kept, rate))
    return CompiledMethod(m.data((), SOURCES))


def test_a_value_off_the_grid(method: CompiledMethod) -> None:
    wrong = {
        ("FC", "boiler/2023-02"): Decimal(1),
        ("X", ""): Decimal(2),
        FC: Decimal(3),
        ("NCV", "boiler"): Decimal(1),
    }
    assert said(method, Inputs(HERE, wrong)) == [
        error("value_off_grid", {"symbol": "FC", "cell": "boiler/2023-02"}),
        error("value_off_grid", {"symbol": "X", "cell": ""}),
        error("value_off_grid", {"symbol": "NCV", "cell": "boiler"}),
    ]


def test_an_option_that_is_none(method: CompiledMethod) -> None:
    assert said(method, Inputs(HERE, {}), {"grid": "x"}) == [
        error("unknown_option", {}, option="grid=x", choices="—")
    ]
    two = chosen("way mode")
    assert said(two, Inputs(HERE, {}), {"grid": "x", "way": "c", "mode": "b"}) == [
        error("unknown_option", {}, option="grid=x", choices="mode, way"),
        error("unknown_option", {}, option="way=c", choices="a, b"),
    ]
    assert evaluate(two, Inputs(HERE, {FC: Decimal(1)}), {"way": "b"}).options == {"way": "b"}
    assert evaluate(two, Inputs(HERE, {FC: Decimal(1)})).options == {}


def test_local_values_that_fit_nothing(method: CompiledMethod) -> None:
    def of(symbol: str, name: str) -> LocalValue:
        return LocalValue(symbol, Decimal(1), "1", rung=name)

    wrong = [
        of("K", "measured"),
        of("X", "measured"),
        of("FC", "measured"),
        of("OF", "measured"),
        of("NCV", "x"),
    ]
    assert said(method, Inputs(HERE, {}, wrong)) == [
        error("constant_is_fixed", {"symbol": "K"}, exactly="44/12"),
        error("local_unknown", {"symbol": "X"}, rung="measured"),
        error("local_unknown", {"symbol": "FC"}, rung="measured"),
        error("local_unknown", {"symbol": "OF"}, rung="measured"),
        error("local_unknown", {"symbol": "NCV"}, rung="x"),
    ]
    fine = [LocalValue("NCV", Decimal(20), "GJ/t"), LocalValue("OF", Decimal(1), "1", rung="override")]
    assert evaluate(method, Inputs(HERE, {FC: Decimal(1)}, fine)).terms[("NCV", "boiler/2023-01")] == 20


def test_a_factor_without_a_table_takes_no_override() -> None:
    d = complete()
    d.method.factor("L", "实测", "tested", "1", choose=ladder(rung("measured", local=True)))
    method = CompiledMethod(d.method.data(ROWS, SOURCES))
    assert said(method, Inputs(HERE, {}, [LocalValue("L", Decimal(1), "1", rung="override")])) == [
        error("local_unknown", {"symbol": "L"}, rung="override")
    ]


def test_periods_of_another_grain(method: CompiledMethod) -> None:
    assert said(method, Inputs(Shape((BOILER,), ("2023", "2024-01", "2025-01-01")), {})) == [
        error("other_grain", {}, grain="month", found="day, year")
    ]


def test_the_first_and_the_last_day_of_a_method() -> None:
    d = complete()
    d.method.valid = "2021-01/2023-01"
    method = CompiledMethod(d.method.data(ROWS, SOURCES))
    for first, last, fine in (
        ("2021-01", "2022-12", True),
        ("2020-12", "2021-01", False),
        ("2022-12", "2023-01", False),
        ("2021-01", "2021-01", True),
    ):
        over = tuple(dict.fromkeys((first, last)))
        if fine:
            evaluate(method, Inputs(Shape((BOILER,), over), {}))
            continue
        (one,) = said(method, Inputs(Shape((BOILER,), over), {}))
        assert one == error("outside_validity", {"period": f"{first}..{last}"}, valid="2021-01/2023-01")


def test_a_source_that_belongs_nowhere_and_one_that_belongs_twice() -> None:
    d = complete()
    d.method.activity("FX", "煤", "coal", "t", indicator="fuel", keys={"fuel": "coal"})
    d.method.activity("FY", "煤", "coal", "t", indicator="stock", keys={"fuel": "coal"})
    method = CompiledMethod(d.method.data(ROWS, SOURCES))
    found = said(
        method,
        Inputs(Shape((SourceKey("x"), SourceKey("y", {"b": "2", "a": "1"}), BOILER), ("2023-01",)), {}),
    )
    assert found == [
        error("source_twice", {"cell": "boiler"}, one="FC", other="FX", keys="family=fuel, fuel=coal")
    ]
    plain = CompiledMethod(complete().method.data(ROWS, SOURCES))
    made = evaluate(
        plain, Inputs(Shape((SourceKey("x"), SourceKey("y", {"b": "2", "a": "1"})), ("2023-01",)), {})
    )
    assert list(made.findings[:2]) == [
        warning("source_unclaimed", {"cell": "x"}, keys="—"),
        warning("source_unclaimed", {"cell": "y"}, keys="a=1, b=2"),
    ]


def test_decay_needs_every_year() -> None:
    waste = SourceKey("pit", {"family": "waste"})

    def over(*years: str) -> Inputs:
        return Inputs(Shape((waste,), years), {})

    assert said(decaying(), over("2001", "2003", "2005")) == [error("years_apart", {}, absent="2002, 2004")]
    (one,) = said(decaying(), over("2001", "2020"))
    assert one.params["absent"] == "2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010"
    assert evaluate(decaying(), over("2001", "2002", "2003")).findings == ()
    assert evaluate(decaying(), over("2003", "2002")).findings == ()
    assert "years_apart" not in str(said(decaying(), over("2003-01", "2003-03")))


def ranged() -> CompiledMethod:
    d = complete()
    for name, limit in (("CC", "0.01"), ("FC", "5")):
        one = d.method.terms[name]
        d.method.terms[name] = replace(one, upper=Decimal(limit))
    return CompiledMethod(d.method.data(ROWS, SOURCES))


def test_what_is_out_of_range_is_said_once_and_computed() -> None:
    made = run(ranged(), {FC: Decimal("6.005")})
    assert [(one.code, one.where, one.severity) for one in made.findings] == [
        ("methods.out_of_range", {"method": "demo", "symbol": "FC", "cell": "boiler/2023-01"}, "warning"),
        ("methods.out_of_range", {"method": "demo", "symbol": "CC", "cell": "boiler/2023-01"}, "warning"),
    ]
    assert made.terms[FC] == Decimal("6.00")
    assert run(ranged(), {FC: Missing(State.MISSING, *FC)}).findings[0].where["symbol"] == "CC"


def test_what_is_missing_has_its_cell_and_its_state(method: CompiledMethod) -> None:
    made = run(method, {})
    assert made.terms[FC] == Missing(State.MISSING, *FC)
    idle = Missing(State.NOT_OPERATING, *FC)
    assert run(method, {FC: idle}).terms[FC] == idle
    assert isinstance(made.unrounded[("E", "boiler/2023-01")], Missing)


def test_the_account_of_an_evaluation(method: CompiledMethod) -> None:
    supply = ("PE", "supply/2023-01")
    inputs = Inputs(
        Shape((BOILER, SUPPLY), ("2023-01",)), {FC: Decimal(3), supply: Decimal(7)}, attributes={"fuel": "x"}
    )
    made: Evaluation = evaluate(method, inputs)
    assert (made.method, made.inputs, made.findings, made.taken) == (method.data, inputs, (), {})
    assert made.quantities == {
        ("E", "boiler/2023-01"): Decimal("7.02"),
        ("P", "supply/2023-01"): Decimal("3.71"),
        ("Y", ""): Decimal(7),
        ("Z", ""): Decimal(4),
    }
    assert made.unrounded[("P", "supply/2023-01")] == Decimal("3.7142")
    assert {cell: one.factor_id for cell, one in made.chosen.items()} == {
        ("NCV", "boiler/2023-01"): "fuels/coal/ncv@2021-01-01",
        ("CC", "boiler/2023-01"): "fuels/coal/cc@2021-01-01",
        ("OF", "boiler"): "fuels/coal/of@2021-01-01",
        ("EF", "2023-01"): "grid/全国/ef@2023-01-01",
    }
    assert made.terms[("OF", "boiler")] == Decimal("0.99")


def test_the_attributes_of_a_source_go_before_those_of_the_firm() -> None:
    rows = (*ROWS, row("fuels", "peat", "of", "50", "%"), row("fuels", "boiler", "of", "10", "%"))
    peat = SourceKey("boiler", {"family": "fuel", "fuel": "coal"})
    bare = SourceKey("boiler", {"family": "fuel"})
    method = CompiledMethod(complete().method.data(rows, SOURCES))
    for source, firm, value in ((peat, {"fuel": "peat"}, "0.99"), (bare, {"fuel": "peat"}, "0.5")):
        made = evaluate(method, Inputs(Shape((source,), ("2023-01",)), {FC: Decimal(1)}, attributes=firm))
        assert made.terms[("OF", "boiler")] == Decimal(value)


def test_a_factor_of_all_months_must_hold_for_all_of_them(method: CompiledMethod) -> None:
    rows = tuple(
        replace(one, valid_to=one.valid_from.replace(year=2024)) if one.column == "of" else one
        for one in ROWS
    )
    other = method.with_factors(rows)
    values = {("FC", f"boiler/{month}"): Decimal(1) for month in ("2023-12", "2024-01")}
    made = run(other, values, over=("2023-12", "2024-01"))
    assert isinstance(made.terms[("OF", "boiler")], Missing)
    assert run(other, {FC: Decimal(1)}).terms[("OF", "boiler")] == Decimal("0.99")


def test_programs_are_forgotten_when_there_are_too_many(method: CompiledMethod) -> None:
    first = method.program(HERE)
    shapes = [Shape((SourceKey(f"s{at}", BOILER.attributes),), ("2023-01",)) for at in range(_KEPT - 1)]
    for shape in shapes:
        method.program(shape)
    assert method.program(HERE) is first
    method.program(Shape((), ("2023-01",)))
    assert method.program(HERE) is not first
    assert method.with_factors(ROWS).program(HERE) is method.program(HERE)


def test_a_document_gives_the_method_it_states(method: CompiledMethod) -> None:
    assert from_document(method.data.as_json()).data.as_json() == method.data.as_json()
    with pytest.raises(ValueError, match=r"no tansuo\.method/1"):
        from_document({**method.data.as_json(), "format": "x"})
    assert months(2023, 1) == ("2023-01",)


def test_other_rows_give_the_document_that_the_whole_method_with_them_gives(method: CompiledMethod) -> None:
    first, *rest = reversed(ROWS)
    rows = (replace(first, value=first.value + 1, page="2"), *rest[1:], replace(first, id="a/first"))
    made, whole = method.with_factors(rows), replace(method.data, factors=rows)
    assert made.data == whole
    assert list(made.document.json.items()) == list(whole.as_json().items())
    assert method.document.json == method.data.as_json(), "the method itself stays as it was"
