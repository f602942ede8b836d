"""The first half of the 24 sector guidelines: known figures, identities between figures, and what must stay missing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from tansuo.methods.calculation import read_inputs
from tansuo.methods.cases import read_cases, run_case
from tansuo.methods.evaluate import CompiledMethod, Evaluation, evaluate
from tansuo.methods.pack import Pack, load_pack, pack_paths
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing

COMMON = "cn_guideline_common_2013"
SECTORS = (
    "cn_guideline_power_generation_2013",
    "cn_guideline_grid_2013",
    "cn_guideline_steel_2013",
    "cn_guideline_chemical_2013",
    "cn_guideline_aluminium_2013",
    "cn_guideline_magnesium_2013",
    "cn_guideline_flat_glass_2013",
    "cn_guideline_cement_2013",
    "cn_guideline_ceramics_2013",
    "cn_guideline_civil_aviation_2013",
    "cn_guideline_oil_gas_2014",
    "cn_guideline_petrochemical_2014",
)
#: What a sector adds to CO2 in its total, and what it takes off, in CO2e.
OTHER_GASES = {
    "cn_guideline_chemical_2013": (("E_nitric", "E_adipic"), ()),
    "cn_guideline_aluminium_2013": (("E_PFC",), ()),
    "cn_guideline_magnesium_2013": (("E_SF6",), ()),
    "cn_guideline_oil_gas_2014": (("E_flare_CH4", "E_vent", "E_leak"), ("R_CH4",)),
}
WITHOUT_HEAT = ("cn_guideline_power_generation_2013", "cn_guideline_grid_2013", "cn_guideline_ceramics_2013")
JUNE = "2018-06"
Local = Sequence[Mapping[str, str]]


@cache
def pack(name: str) -> Pack:
    """The pack, loaded once."""
    return load_pack(pack_paths()[name])


@cache
def method(name: str) -> CompiledMethod:
    """The method, compiled once."""
    return CompiledMethod(pack(name).data)


def reckon(
    name: str, sources: Mapping[str, Mapping[str, str]], values: Mapping[str, Any], local: Local = ()
) -> Evaluation:
    """The pack's figures for one month; ``values``: symbol → {source: amount}."""
    given = {
        "sources": [{"id": source, "attributes": dict(attributes)} for source, attributes in sources.items()],
        "months": [JUNE],
        "values": {
            symbol: {f"{source}/{JUNE}": amount for source, amount in amounts.items()}
            for symbol, amounts in values.items()
        },
        "local": [{"rung": "measured", "citation": "laboratory", **one} for one in local],
    }
    return evaluate(method(name), *read_inputs(given, method(name).data))


def figure(evaluation: Evaluation, symbol: str) -> Decimal:
    """A figure of the whole that is there."""
    value = evaluation.quantities[symbol, ""]
    assert isinstance(value, Decimal), (symbol, value)
    return value


def test_clinker_by_its_analysis() -> None:
    analysis = {
        "FR1": ("0.655", "CaO"),
        "FR10": ("0.008", "CaO"),
        "FR2": ("0.021", "MgO"),
        "FR20": ("0.003", "MgO"),
    }
    local = [
        {"symbol": one, "value": value, "unit": f"t {oxide}/t"} for one, (value, oxide) in analysis.items()
    ]
    done = reckon(
        "cn_guideline_cement_2013", {"kiln": {"family": "clinker"}}, {"Q": {"kiln": "1000000"}}, local
    )
    assert figure(done, "E_clinker") == Decimal("528157.14")


def test_anodes_of_a_smelter_by_the_defaults() -> None:
    done = reckon("cn_guideline_aluminium_2013", {"line": {"family": "potline"}}, {"P": {"line": "300000"}})
    assert figure(done, "E_anode") == Decimal("450912.00")
    # 67,626 and 11,322 are the same gas by AR5; this guideline counts by AR2.
    assert figure(done, "E_PFC") == Decimal("66300.00") + Decimal("9384.00")


def test_steam_by_its_enthalpy() -> None:
    local = [{"symbol": "HS", "value": "2900", "unit": "kJ/kg"}]
    done = reckon(COMMON, {"line": {"family": "steam"}}, {"MS": {"line": "10000"}}, local)
    assert done.quantities["Q_s", f"line/{JUNE}"] == Decimal("28162.6")
    assert figure(done, "E_heat") == Decimal("3097.89")


@pytest.mark.parametrize("name", SECTORS)
def test_every_sector_says_what_it_extends_and_covers(name: str) -> None:
    data, words = pack(name).data, pack(name).wording()
    assert data.extends["id"] in (COMMON, "cn_guideline_mass_balance_2013")
    assert set(words["paper"]) >= {"boundary", "evidence", "plan"}  # type: ignore[arg-type]
    assert (data.gwp, data.quantities["E"].unit, data.quantities["E"].scope) == ("AR2", "t CO2e[AR2]", "both")


@pytest.mark.parametrize("name", SECTORS)
def test_nothing_but_the_regional_notice_of_2023_is_official(name: str) -> None:
    official = {row.source for row in pack(name).data.factors if row.status == "official"}
    assert official <= {"grid_2023"}


@pytest.mark.parametrize("name", [one for one in SECTORS if one != "cn_guideline_grid_2013"])
def test_the_total_is_its_parts(name: str) -> None:
    added, taken = OTHER_GASES.get(name, ((), ()))
    seen = 0
    for case in read_cases(pack(name))[0]:
        done, _ = run_case(method(name), case)
        assert done is not None
        values = {symbol: value for (symbol, cell), value in done.quantities.items() if not cell}
        if any(isinstance(value, Missing) for value in values.values()):
            continue
        numbers = {symbol: value for symbol, value in values.items() if isinstance(value, Decimal)}
        seen += 1
        assert numbers["E_CO2"] == numbers["E_direct"] + numbers["E_indirect"]
        gases = sum((numbers[one] for one in added), Decimal()) - sum(
            (numbers[one] for one in taken), Decimal()
        )
        assert numbers["E"] == numbers["E_CO2"] + gases
    assert seen > 1


@pytest.mark.parametrize("name", [one for one in SECTORS if one != "cn_guideline_grid_2013"])
def test_sold_energy_is_taken_off(name: str) -> None:
    sources = {"in": {"family": "electricity"}, "out": {"family": "electricity_sold"}}
    done = reckon(name, sources, {"PE": {"in": "100"}, "SE": {"out": "300"}})
    assert figure(done, "E_indirect") == figure(done, "E") == Decimal("61.01") - Decimal("183.03")


@pytest.mark.parametrize("name", WITHOUT_HEAT)
def test_heat_is_no_part_of_some_guidelines(name: str) -> None:
    assert not {"E_heat", "EF_heat", "PH"} & (set(pack(name).data.quantities) | set(pack(name).data.terms))


@pytest.mark.parametrize(
    ("name", "sources", "values", "missing"),
    [
        (
            "cn_guideline_cement_2013",
            {"tyres": {"family": "alternative_fuel"}},
            {"FA": {"tyres": "10"}},
            {"ALPHA", "EF_alt", "NCV_alt"},
        ),
        (
            "cn_guideline_petrochemical_2014",
            {"unit": {"family": "asphalt"}},
            {"MA": {"unit": "10"}},
            {"EF_asphalt"},
        ),
        (
            "cn_guideline_oil_gas_2014",
            {"well": {"family": "facility", "facility": "天然气开采-井口装置"}},
            {"NF": {"well": "10"}},
            {"EF_vent"},
        ),
        (
            "cn_guideline_ceramics_2013",
            {"clay": {"family": "ceramic_body"}},
            {"MB": {"clay": "10"}},
            {"C_Ca", "C_Mg"},
        ),
    ],
)
def test_a_coefficient_that_was_not_found_is_missing_by_name(
    name: str, sources: Mapping[str, Mapping[str, str]], values: Mapping[str, Any], missing: set[str]
) -> None:
    total = reckon(name, sources, values).quantities["E", ""]
    assert isinstance(total, Missing)
    assert {one.split(" @ ")[0] for one in total.names} == missing


@pytest.mark.parametrize("name", ["cn_guideline_chemical_2013", "cn_guideline_oil_gas_2014"])
def test_gas_measured_at_20_degrees_does_not_pass_for_gas_at_0(name: str) -> None:
    with pytest.raises(FindingError):
        reckon(
            name,
            {"plant": {"family": "co2_recovered"}},
            {"QC": {"plant": {"value": "10", "unit": "万Nm3@20C"}}},
        )


def test_removal_of_n2o_counts_only_with_its_use() -> None:
    plant = {"plant": {"family": "nitric_acid", "process": "双加压法", "removal": "NSCR"}}
    name, made = "cn_guideline_chemical_2013", {"P_n": {"plant": "1000"}}
    use = [{"symbol": "MU", "value": "100", "unit": "%"}]
    assert figure(reckon(name, plant, made), "E_nitric") == Decimal("2480.00")
    assert figure(reckon(name, plant, made, use), "E_nitric") == Decimal("372.00")


def test_flights_and_ground_are_the_liquid_fuel() -> None:
    sources = {
        "jet": {"family": "solid_liquid", "fuel": "航空煤油", "flight": "domestic"},
        "abroad": {"family": "solid_liquid", "fuel": "航空煤油", "flight": "international"},
        "tug": {"family": "solid_liquid", "fuel": "柴油", "flight": "ground"},
    }
    done = reckon(
        "cn_guideline_civil_aviation_2013", sources, {"FC": {"jet": "700", "abroad": "300", "tug": "9"}}
    )
    parts = ("E_domestic", "E_international", "E_ground")
    assert sum(figure(done, one) for one in parts) == figure(done, "E_fuel")
