"""Two documents of a method: exactly the fields that differ, rows and quantities by their names."""

import copy
from typing import Any

from tansuo.methods.compare import Difference, differences
from tansuo.methods.pack import load_pack, pack_paths


def document() -> dict[str, Any]:
    return copy.deepcopy(load_pack(pack_paths()["general_combustion_and_power"]).document())


def test_a_document_does_not_differ_from_itself() -> None:
    assert differences(document(), document()) == []


def test_a_row_that_is_gone_is_only_its_own_difference() -> None:
    before, after = document(), document()
    gone = after["factors"].pop(1)
    found = differences(before, after)
    assert {one.path.removeprefix(gone["id"])[:1] for one in found} == {"."}
    assert {one.section for one in found} == {"factors"}
    assert all(one.after is None for one in found)


def test_a_changed_formula_is_one_field_in_symbols() -> None:
    before, after = document(), document()
    one, other = (part for part in after["quantities"] if part["symbol"] in ("E_power", "E_fuel"))
    one["expression"], old = other["expression"], one["expression"]
    (found,) = differences(before, after)
    assert old != one["expression"]
    assert isinstance(found, Difference) and found.path == f"{one['symbol']}.expression"
    assert found.before and "Σ" in found.before and found.before != found.after
