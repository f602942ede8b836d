"""What-if: a changed copy of a method is another method, and says of which."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tansuo.methods.calculation import read_inputs
from tansuo.methods.evaluate import CompiledMethod, evaluate, from_document
from tansuo.methods.expression import Term
from tansuo.methods.pack import fingerprint, load_pack, pack_paths
from tansuo.methods.reform import MARK, named, with_default, with_formula, with_rows, with_values
from tansuo.methods.term import MethodData
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Value

PACK = load_pack(pack_paths()["general_combustion_and_power"])
ROW = next(row for row in PACK.data.factors if row.id.startswith("grid/全国/average") and "2023" in row.id)


def power(data: MethodData, month: str = "2023-06") -> Value:
    given = {
        "sources": [{"id": "s", "attributes": {"family": "electricity"}}],
        "months": [month],
        "values": {"PE": {f"s/{month}": "1000"}},
    }
    return evaluate(CompiledMethod(data), *read_inputs(given, data)).quantities["E_power", ""]


def test_another_factor_gives_another_figure_under_another_name() -> None:
    made = with_values(PACK.data, {ROW.id: Decimal("0.5")}, "clean_grid")
    assert (power(PACK.data), power(made)) == (Decimal("530.60"), Decimal("500.00"))
    assert made.id == f"{PACK.data.id}{MARK}.clean_grid"
    assert made.extends["fingerprint"] == PACK.fingerprint
    assert fingerprint(made.as_json()) != PACK.fingerprint
    assert next(row for row in made.factors if row.id == ROW.id).status == "proposal"
    assert from_document(made.as_json()).data == made
    assert power(PACK.data) == Decimal("530.60")  # what it was made from is untouched


def test_reforms_are_put_one_on_another_and_name_the_first_origin() -> None:
    once = with_values(PACK.data, {ROW.id: Decimal("0.5")})
    twice = with_default(once, "grid", "national_fossil")
    assert twice.extends == once.extends
    assert power(twice) == Decimal("827.30")


def test_a_formula_may_be_replaced_by_one_of_the_same_kind() -> None:
    data = PACK.data
    doubled = Term("PE") * Term("EF_grid") * 2
    assert power(with_formula(data, "E_p", doubled)) == Decimal("1061.20")
    with pytest.raises(FindingError, match="energy"):
        with_formula(data, "E_p", Term("PE"))
    with pytest.raises(FindingError):
        with_formula(data, "nothing", Term("PE"))


def test_what_is_not_there_is_not_reformed() -> None:
    for wrong in (
        lambda: with_values(PACK.data, {"grid/nowhere": Decimal(1)}),
        lambda: with_default(PACK.data, "grid", "lunar"),
        lambda: with_default(PACK.data, "moon", "full"),
    ):
        with pytest.raises(FindingError):
            wrong()


def test_rows_may_be_added() -> None:
    later = replace(ROW, id="grid/全国/average@2030-01-01", value=Decimal("0.3"))
    made = with_rows(PACK.data, [later])
    assert len(made.factors) == len(PACK.data.factors) + 1
    assert named(made) is made
