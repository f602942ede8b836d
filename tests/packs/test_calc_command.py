"""``tansuo calc``: inputs in, figures out, and a remedy where the inputs are no good."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tansuo.accounting.methods_store import publish_method
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry import compose
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.methods.pack import Pack, load_pack

GENERAL = "general_combustion_and_power"
Tansuo = Callable[..., Any]

BOILER = {"id": "boiler", "attributes": {"family": "solid_liquid", "fuel": "烟煤"}}
SUPPLY = {"id": "supply", "attributes": {"family": "electricity"}}
MONTH = "2023-01"


def given(**changes: object) -> dict[str, object]:
    """A firm in Jiangsu with a boiler and a supply, for one month."""
    return {
        "enterprise": {"id": "a", "attributes": {"province": "江苏", "grid_region": "华东"}},
        "sources": [BOILER, SUPPLY],
        "months": [MONTH],
        "values": {
            "FC": {f"boiler/{MONTH}": "250000"},
            "PE": {f"supply/{MONTH}": {"value": "3000", "unit": "万kWh"}},
        },
        "local": [
            {"symbol": "NCV", "source": "boiler", "value": "20.908", "unit": "GJ/t", "rung": "measured"},
            {"symbol": "CC", "source": "boiler", "value": "0.03085", "unit": "t C/GJ", "rung": "supplier"},
        ],
        "options": {"grid": "provincial"},
        **changes,
    }


@pytest.fixture
def file(tmp_path: Path) -> Callable[[object], Path]:
    """Write inputs to a file."""

    def write(data: object) -> Path:
        path = tmp_path / "inputs.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return path

    return write


def figure(answer: Any, quantity: str, cell: str = "") -> Any:
    """One figure of the answer."""
    [found] = [one for one in answer["figures"] if (one["quantity"], one["cell"]) == (quantity, cell)]
    return found


def test_figures_are_decimal_strings_with_unit_kind_and_worked_line(
    tansuo: Tansuo, file: Callable[[object], Path], general: Pack
) -> None:
    answer = tansuo("calc", GENERAL, "--inputs", file(given())).json
    assert answer["method"]["fingerprint"] == general.fingerprint
    assert answer["options"] == {"grid": "provincial"}
    burnt = figure(answer, "E_s", f"boiler/{MONTH}")
    assert (burnt["value"], burnt["unit"], burnt["kind"]) == ("585348.21", "t CO2", ["default", "measured"])
    assert burnt["worked"] == (
        "250,000.00 t × 20.908 GJ/t × 0.03085 t C/GJ × 0.99 × 44/12 = 585,348.21 t CO2"
    )
    bought = figure(answer, "E_power")
    assert (bought["value"], bought["scope"]) == ("17481.00", "indirect")
    [factor] = bought["factors"]
    assert (factor["rung"], factor["status"], factor["source"]) == ("provincial", "official", "grid_2023")


def test_a_factor_used_beyond_its_year_is_shown_as_a_proposal(
    tansuo: Tansuo, file: Callable[[object], Path]
) -> None:
    later = given(months=["2026-03"], sources=[SUPPLY], values={"PE": {"supply/2026-03": "30000"}})
    [factor] = figure(tansuo("calc", GENERAL, "--inputs", file(later)).json, "E_power")["factors"]
    assert (factor["rung"], factor["status"]) == ("provincial, latest published", "proposal")
    assert (factor["source"], factor["valid_to"]) == ("grid_2023", "2024-01-01")


def test_a_firm_without_fuel_has_no_emission_of_fuel_and_not_zero(
    tansuo: Tansuo, file: Callable[[object], Path]
) -> None:
    values = {"PE": {f"supply/{MONTH}": "30000"}}
    answer = tansuo("calc", GENERAL, "--inputs", file(given(sources=[SUPPLY], values=values, local=[]))).json
    burnt = figure(answer, "E_fuel")
    assert (burnt["value"], burnt["state"]) == (None, "not_occurring")
    assert "0.00" not in burnt["worked"]
    assert figure(answer, "T_national")["value"] == figure(answer, "E_power_national")["value"] == "15918.00"


def test_only_the_quantities_asked_for(tansuo: Tansuo, file: Callable[[object], Path]) -> None:
    answer = tansuo("calc", GENERAL, "--inputs", file(given()), "--quantity", "E_fuel").json
    assert [one["quantity"] for one in answer["figures"]] == ["E_fuel"]


def test_a_missing_month_is_said_and_is_no_failure(tansuo: Tansuo, file: Callable[[object], Path]) -> None:
    ran = tansuo("calc", GENERAL, "--inputs", file(given(months=[MONTH, "2023-02"])))
    assert ran.code == 0
    total = figure(ran.json, "E_fuel")
    assert (total["value"], total["state"]) == (None, "missing")
    assert total["missing"] == ["FC @ boiler/2023-02"]


def test_inputs_may_come_from_standard_input(tansuo: Tansuo, monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.dumps(given()).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert figure(tansuo("calc", GENERAL, "--inputs", "-").json, "E_fuel")["value"] == "585348.21"


def test_a_built_pack_gives_what_the_source_gives(
    tansuo: Tansuo, file: Callable[[object], Path], tmp_path: Path
) -> None:
    tansuo("pack", "build", GENERAL, "--to", tmp_path / "built")
    written = tansuo("calc", tmp_path / "built" / GENERAL / "pack.json", "--inputs", file(given())).json
    assert written == tansuo("calc", GENERAL, "--inputs", file(given())).json


BAD = {
    "no JSON": ("{", "entry.not_json", "inputs.json"),
    "a list": ("[]", "entry.not_json", "inputs.json"),
    "a key twice": ('{"months": ["2023-01"], "months": ["2023-02"]}', "entry.not_json", "inputs.json"),
    "unknown field": (given(month="2023-01"), "methods.input_unknown", "month"),
    "no months": (given(months=[]), "methods.input_no_months", "months"),
    "a year as month": (given(months=["2023"]), "methods.input_period", "months[1]"),
    "a month twice": (given(months=[MONTH, MONTH]), "methods.input_twice", "months[2]"),
    "a source twice": (given(sources=[BOILER, BOILER]), "methods.input_twice", "sources[2].id"),
    "a source without id": (given(sources=[{}]), "methods.input_form", "sources[1].id"),
    "sources as object": (given(sources={}), "methods.input_form", "sources"),
    "attribute that is no text": (
        given(sources=[{"id": "a", "attributes": {"family": 1}}]), "methods.input_form",
        "sources[1].attributes.family",
    ),
    "binary float": (given(values={"FC": {f"boiler/{MONTH}": 1.5}}), "methods.input_value", "FC"),
    "thousands separator": (
        given(values={"FC": {f"boiler/{MONTH}": "250,000"}}), "methods.input_value", f"boiler/{MONTH}"
    ),
    "unit of another kind": (
        given(values={"FC": {f"boiler/{MONTH}": {"value": "1", "unit": "GJ"}}}),
        "quantity.different_kinds", "FC",
    ),
    "unknown unit": (
        given(values={"FC": {f"boiler/{MONTH}": {"value": "1", "unit": "jin"}}}),
        "quantity.unknown_unit", "FC",
    ),
    "unknown state": (
        given(values={"FC": {f"boiler/{MONTH}": {"state": "lost"}}}), "methods.input_value", "FC"
    ),
    "unknown activity": (given(values={"XX": {"a": "1"}}), "methods.input_symbol", "XX"),
    "a cell outside the grid": (
        given(values={"FC": {"kiln/2023-01": "1"}}), "methods.value_off_grid", "kiln/2023-01"
    ),
    "an option that does not exist": (
        given(options={"grid": "local"}), "methods.unknown_option", GENERAL
    ),
    "before the method": (
        given(months=["2014-12"], values={}), "methods.outside_validity", "2014-12"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "code", "where"), BAD.values(), ids=BAD)
def test_bad_input_says_what_where_and_what_to_do(
    tansuo: Tansuo, file: Callable[[object], Path], data: object, code: str, where: str
) -> None:
    refused = tansuo("calc", GENERAL, "--inputs", file(data), "--json")
    assert refused.code == 2
    [found] = [one for one in refused.json["findings"] if one["code"] == code]
    assert any(where in str(one) for one in found["where"].values())
    assert found["en"].count(". ") >= 1  # what, then the remedy
    assert found["zh"].count("。") >= 1


def test_gas_at_0_degrees_is_not_gas_at_20(tansuo: Tansuo, file: Callable[[object], Path]) -> None:
    furnace = {"id": "furnace", "attributes": {"family": "gas", "fuel": "天然气"}}
    values = {"FG": {f"furnace/{MONTH}": {"value": "10", "unit": "万Nm3@0C"}}}
    refused = tansuo(
        "calc", GENERAL, "--inputs", file(given(sources=[furnace], values=values, local=[])), "--json"
    )
    assert [one["code"] for one in refused.json["findings"]] == ["quantity.different_kinds"]


@pytest.mark.parametrize("name", ["no_such_pack", "/nowhere/pack.json"])
def test_an_unknown_method_is_refused(tansuo: Tansuo, file: Callable[[object], Path], name: str) -> None:
    assert tansuo("calc", name, "--inputs", file(given())).code == 2


def test_a_file_that_is_no_method_is_refused(
    tansuo: Tansuo, file: Callable[[object], Path], tmp_path: Path
) -> None:
    other = tmp_path / "pack.json"
    other.write_text('{"format":"something else"}', encoding="utf-8")
    refused = tansuo("calc", other, "--inputs", file(given()), "--json")
    assert [one["code"] for one in refused.json["findings"]] == ["entry.not_a_method"]


def test_an_unknown_quantity_is_refused(tansuo: Tansuo, file: Callable[[object], Path]) -> None:
    refused = tansuo("calc", GENERAL, "--inputs", file(given()), "--quantity", "E_all", "--json")
    assert [one["code"] for one in refused.json["findings"]] == ["entry.no_quantity"]


def test_as_of_takes_the_method_as_it_was_published_then(
    tansuo: Tansuo,
    file: Callable[[object], Path],
    database: Database,
    copy: Path,
    general: Pack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compose, "open_database", lambda: database)
    clock = SimulatedClock(1_700_000_000_000)
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True)
        first = publish_method(connection, general, clock=clock)
        table = copy / GENERAL / "factors.csv"
        table.write_text(table.read_text("utf-8").replace("0.5827", "0.6000"), encoding="utf-8")
        changed = load_pack(copy / GENERAL)
        second = publish_method(connection, changed, clock=clock, reason="notice corrected")
    path = file(given())
    before = tansuo("calc", GENERAL, "--inputs", path, "--as-of", second.index).json
    after = tansuo("calc", GENERAL, "--inputs", path, "--as-of", second.index + 1).json
    named = tansuo("calc", changed.fingerprint, "--inputs", path, "--as-of", second.index + 1).json
    assert [figure(one, "E_power")["value"] for one in (before, after)] == ["17481.00", "18000.00"]
    assert before["method"]["fingerprint"] == general.fingerprint
    assert named == after
    assert tansuo("calc", GENERAL, "--inputs", path, "--as-of", first.index).code == 2
    assert tansuo("calc", GENERAL, "--inputs", path, "--as-of", second.index + 2).code == 2
