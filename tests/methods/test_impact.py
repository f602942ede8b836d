"""What a change touches, and how far the cases move: rows paired, periods joined, quantities followed upwards."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tansuo.methods.cases import Case
from tansuo.methods.impact import impact, percent, row_changes
from tansuo.methods.pack import load_pack, pack_paths
from tansuo.methods.reform import with_formula, with_values
from tansuo.methods.shift import shifts
from tansuo.methods.term import MethodData

DATA = load_pack(pack_paths()["general_combustion_and_power"]).data
ROW = next(row for row in DATA.factors if row.id.startswith("grid/全国/average") and "2023" in row.id)


def with_row(**changes: object) -> MethodData:
    rows = tuple(replace(row, **changes) if row is ROW else row for row in DATA.factors)  # type: ignore[arg-type]
    return replace(DATA, factors=rows)


def test_a_method_and_itself_have_nothing_between_them() -> None:
    found = impact(DATA, DATA)
    assert (found.kinds, found.periods, found.quantities) == ((), (), ())
    assert row_changes(DATA, DATA) == []


def test_another_value_touches_its_year_and_what_rests_on_it() -> None:
    found = impact(DATA, with_row(value=Decimal("0.5")))
    assert found.kinds == ("factors",)
    assert found.periods == (f"{ROW.valid_from}/{ROW.valid_to}",)
    assert "E_power" in found.quantities and "E_fuel" not in found.quantities
    (change,) = row_changes(DATA, with_row(value=Decimal("0.5")))
    assert change.percent == "-5.77"  # (0.5 - 0.5306) / 0.5306


def test_another_page_is_a_citation_and_moves_nothing() -> None:
    found = impact(DATA, with_row(page="elsewhere"))
    assert (found.kinds, found.periods, found.quantities) == (("citations",), (), ())


def test_a_row_that_begins_on_another_day_is_moved_and_not_two_rows() -> None:
    later = replace(ROW, id="grid/全国/average/national@2023-02-01", valid_from=date(2023, 2, 1))
    changed = replace(DATA, factors=tuple(later if row is ROW else row for row in DATA.factors))
    (change,) = row_changes(DATA, changed)
    assert change.before == ROW and change.after == later
    assert impact(DATA, changed).periods == ("2023-01-01/2024-01-01",)


def test_a_row_in_another_unit_of_its_kind_is_measured_in_the_first() -> None:
    (change,) = row_changes(DATA, with_row(value=ROW.value, unit="kg CO2/kWh"))
    assert change.percent == "0.00" and change.weighty


def test_another_formula_touches_all_that_is_made_of_it() -> None:
    from tansuo.methods.expression import Term

    changed = with_formula(DATA, "E_p", Term("PE") * Term("EF_grid") * 2)
    found = impact(DATA, changed)
    assert "formulas" in found.kinds and {"E_p", "E_power"} <= set(found.quantities)
    assert found.periods == ("2015-01-01/..",)


def test_nothing_is_a_percentage_of_zero() -> None:
    assert percent(Decimal(0), Decimal(5)) == ""
    assert percent(Decimal(200), Decimal(201)) == "0.50"


def case(month: str = "2023-06") -> Case:
    given = {
        "sources": [{"id": "s", "attributes": {"family": "electricity"}}],
        "months": [month],
        "values": {"PE": {f"s/{month}": "1000"}},
    }
    return Case("f", "1,000 MWh", "page 1", "official", "by hand", given, {"E_power": "530.60"}, {})


def test_the_shift_of_a_case_is_both_figures_and_their_distance() -> None:
    found = shifts(DATA, with_values(DATA, {ROW.id: Decimal("0.5")}), [case()])
    (one,) = found.moved
    assert (one.before, one.after, one.difference, one.percent) == ("530.60", "500.00", "-30.60", "-5.77")
    assert (found.cases, found.unmoved, found.refused) == (1, 0, ())
    still = shifts(DATA, with_row(page="elsewhere"), [case()])
    assert (still.moved, still.unmoved) == ((), 1)


def test_what_only_one_method_can_compute_is_said_with_its_reason() -> None:
    gone = replace(DATA, factors=tuple(row for row in DATA.factors if row.table != "grid"))
    (one,) = shifts(DATA, gone, [case()]).moved
    assert (one.before, one.after, one.difference) == ("530.60", "", "")
    assert one.absent == ("EF_grid @ s/2023-06",)
    less = replace(DATA, terms={name: term for name, term in DATA.terms.items() if name != "PE"})
    odd = replace(less, quantities={})
    found = shifts(DATA, odd, [case()])
    assert [(one.side, one.findings[0].code) for one in found.refused] == [("after", "methods.input_symbol")]


def test_an_edition_of_other_months_is_asked_all_the_same() -> None:
    late = replace(DATA, valid="2024-01/..")
    found = shifts(DATA, late, [case()])
    assert (found.unmoved, found.refused) == (1, ())
