"""Fifty-six results worked out by others, and their program's wrong ones, against a pack written in the language."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tansuo.methods.evaluate import CompiledMethod, Evaluation, Inputs, Shape, SourceKey, evaluate
from tansuo.methods.pack import load_pack
from tansuo.methods.tables import COLUMNS
from tansuo.quantity.decimals import plain

MONTH = "2020-01"
PACK = '''"""Fuel burnt in cities: CO2, CH4 and N2O by amount of fuel, in CO2e of AR5."""

from tansuo.methods import Method, sum_over

m = Method(
    "city_cases", edition="1", title_zh="城市燃料算例", title_en="fuel of cities", valid="2020-01/..",
    source="cases", gwp="AR5",
)
m.use("factors_gwp", "gwp_ar5")
T = m.constant("T", "千克化吨", "kg to t", "t/kg", exactly="1/1000")
W = {"CO2": m.constant("W_CO2", "二氧化碳", "CO2 itself", "t CO2e[AR5]/t CO2", exactly="1")}
for gas in ("CH4", "N2O"):
    W[gas] = m.factor(
        f"W_{gas}", "全球变暖潜势", "GWP", f"t CO2e[AR5]/t {gas}", over="",
        table="gwp_ar5", column="typed", key=f"={gas}",
    )
for kind, unit in (("V", "m3"), ("M", "kg")):
    amount = m.activity(kind, "燃料量", "fuel", unit, indicator="fuel", keys={"unit": unit}, lower="0")
    parts = [
        m.quantity(
            f"E_{kind}_{gas}", "排放量", "emission", "t CO2e[AR5]", scope="direct",
            expression=amount * W[gas] * T * m.factor(
                f"EF_{kind}_{gas}", "排放因子", "factor", f"kg {gas}/{unit}", over="source",
                table="cases", column=gas, key="source", lower="0", upper="10000",
            ),
        )
        for gas in W
    ]
    m.quantity(
        f"E_{kind}", "排放量合计", "emission of all gases", "t CO2e[AR5]", parts[0] + parts[1] + parts[2], places=2,
    )
'''
SOURCES = '[cases]\ntitle_zh = "算例"\ntitle_en = "cases of CityCatalyst"\n'


@pytest.fixture(scope="module")
def listed(shared_data: Callable[[str], Path]) -> list[dict[str, str]]:
    """The cases, with the row of the original file beside each."""
    folder = shared_data("emission_calc_cases")

    def read(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((folder / name).read_text(encoding="utf-8-sig").splitlines()))

    both = zip(read("stationary_energy_cases.csv"), read("stationary_energy_source.csv"), strict=True)
    return [{**case, **original} for case, original in both]


@pytest.fixture(scope="module")
def evaluated(listed: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """Every case as a source of one enterprise, by a pack whose table holds the factors of the cases."""
    home = tmp_path_factory.mktemp("packs") / "city_cases"
    home.mkdir()
    lines = [",".join(COLUMNS)]
    for number, case in enumerate(listed):
        for gas in ("CO2", "CH4", "N2O"):
            value = plain(Decimal(case[f"{gas.lower()}_global_api"]))
            unit = f"kg {gas}/{case['total_fuel_units']}"
            cells = {"table": "cases", "key": f"c{number}", "column": gas, "value": value, "unit": unit}
            cells |= {"valid_from": "2020-01-01", "source": "cases", "page": "row", "status": "secondary"}
            lines.append(",".join(cells.get(name, "") for name in COLUMNS))
    (home / "factors.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (home / "pack.py").write_text(PACK, encoding="utf-8")
    (home / "sources.toml").write_text(SOURCES, encoding="utf-8")
    method = CompiledMethod(load_pack(home).data)
    sources = [SourceKey(f"c{n}", {"unit": case["total_fuel_units"]}) for n, case in enumerate(listed)]
    values = {
        ("V" if case["total_fuel_units"] == "m3" else "M", f"c{n}/{MONTH}"): Decimal(case["total_fuel_value"])
        for n, case in enumerate(listed)
    }
    return evaluate(method, Inputs(Shape(tuple(sources), (MONTH,)), values))


def figure(evaluated: Evaluation, number: int) -> Decimal:
    """Ours for a case, rounded to 0.01 t."""
    found = [evaluated.quantities.get((symbol, f"c{number}/{MONTH}")) for symbol in ("E_V", "E_M")]
    (value,) = (one for one in found if isinstance(one, Decimal))
    return value


def test_all_fifty_six_agree_to_a_hundredth_of_a_tonne(
    listed: list[dict[str, str]], evaluated: Evaluation
) -> None:
    assert len(listed) == 56
    ours = {number: figure(evaluated, number) for number in range(56)}
    stated = {n: Decimal(case["Final_emissions_CO2e_manually_tonnes"]) for n, case in enumerate(listed)}
    assert ours == stated
    # The GWPs are those of the pack of GWPs, not of the file; the file says the same.
    assert {row.table for row in evaluated.method.factors} == {"cases", "gwp_ar5"}
    assert {(case["ch4_gwp"], case["n2o_gwp"]) for case in listed} == {("28", "265")}


def test_the_column_of_an_old_program_is_wrong_in_every_number_it_has(
    listed: list[dict[str, str]], evaluated: Evaluation
) -> None:
    old = {n: case["Final_emissions_CO2e_prod_tonnes"] for n, case in enumerate(listed)}
    apart = {n: abs(Decimal(text) - figure(evaluated, n)) for n, text in old.items() if text != "NA"}
    assert len(apart) == 37
    assert min(apart.values()) > Decimal("0.01")
