"""The shared amount: number, unit, state, kinds and the way to the receipt, from each thing that has a value."""

from decimal import Decimal

from demo_city import METHOD, OWN, DemoCity
from tansuo.accounting.figure import Cell
from tansuo.accounting.inventory import figures
from tansuo.accounting.receipt import published
from tansuo.api.shapes import known_of_figure, of_figure, of_published, of_statement
from tansuo.registry import statement
from tansuo.registry.zhenjiang import CITY

HOLE = Cell("demo.paper-e", "E_fuel", "2026-03", METHOD)
WHOLE = Cell(OWN, "E_fuel", "2026-04", METHOD)


def test_a_figure_keeps_its_digits_its_cell_and_its_kinds(demo: DemoCity) -> None:
    with demo.connection() as connection:
        (figure,) = figures(connection, [WHOLE])
    made = of_figure(figure)
    assert made.value == figure.text
    assert made.unit == figure.unit
    assert (made.state, made.complete, made.synthetic, made.receipt) == ("value", True, True, None)
    assert made.kinds == sorted(kind.value for kind in figure.kinds)
    assert made.cell is not None
    assert made.cell.subject == OWN
    assert made.cell.relation is None


def test_a_hole_has_no_value_and_what_is_known_stands_apart(demo: DemoCity) -> None:
    with demo.connection() as connection:
        (figure,) = figures(connection, [HOLE])
    made, known = of_figure(figure), known_of_figure(figure)
    assert (made.value, made.state, made.complete) == (None, "missing", False)
    assert known.value is not None
    assert Decimal(known.value) > 0
    assert (known.state, known.complete) == ("value", False)


def test_a_published_figure_brings_its_receipt(demo: DemoCity) -> None:
    with demo.connection() as connection:
        one = published(connection)[0]
    made = of_published(one)
    assert (made.receipt, made.value, made.unit) == (one.receipt, one.value, one.unit)
    assert made.kinds == list(one.body["kind"])
    assert made.cell is not None
    assert made.cell.quantity == one.cell.quantity


def test_a_statement_has_no_receipt_and_keeps_its_provenance(demo: DemoCity) -> None:
    with demo.connection() as connection:
        one = statement.find(connection, subject=CITY, indicator="gdp", period="2019")[0]
    made = of_statement(one)
    assert (made.value, made.unit) == ("4127.32", "亿元@current")
    assert (made.receipt, made.cell, made.kinds, made.synthetic) == (None, None, ["declared"], False)
