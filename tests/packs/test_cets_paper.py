"""What the guides of the national market ask for beside formulas: boundary, evidence, plan, rules, rounding."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tansuo.methods.pack import Pack, load_pack
from tansuo.methods.tables import STATUSES

PACKS = Path(__file__).resolve().parents[2] / "packs"
CETS = (
    "cn_power_generation_2021",
    "cn_power_generation_2022",
    "cn_power_generation_2025",
    "cn_power_generation_2026",
    "cn_steel_2024",
    "cn_cement_2024",
    "cn_aluminium_2024",
)


@pytest.fixture(params=CETS)
def pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(PACKS / str(request.param))


def test_boundary_evidence_plan_and_rules_are_said_in_both_languages_with_their_status(pack: Pack) -> None:
    paper = json.loads(json.dumps(pack.wording()))["paper"]
    assert set(paper) == {"boundary", "evidence", "plan", "rules"}
    for remarks in paper.values():
        for one in remarks:
            assert one["zh"], one
            assert one["en"], one
            assert one["status"] in STATUSES, one
            if one["status"] == "official":
                assert one["clause"], one


def test_amounts_values_and_totals_are_rounded_as_the_guides_say(pack: Pack) -> None:
    terms, results = pack.data.terms, pack.data.quantities
    assert {
        one.places for one in terms.values() if one.indicator in ("fuel_consumption", "gas_consumption")
    } == {2}
    assert {one.places for name, one in terms.items() if name.startswith("NCV")} == {3}
    assert {one.places for name, one in terms.items() if name.startswith("CC")} == {5}
    totals = [
        one for name, one in results.items() if name in ("E_total", "E_clinker", "E_enterprise", "E_process")
    ]
    assert 0 in {one.places for one in totals}
    intensities = [one for one in results.values() if one.unit.startswith("t CO2") and "/" in one.unit]
    assert {one.places for one in intensities} == {4}


def test_every_factor_that_reads_a_table_says_what_it_can_be(pack: Pack) -> None:
    unbounded = [
        name
        for name, one in pack.data.terms.items()
        if one.kind == "factor" and (one.lower is None or one.upper is None)
    ]
    assert unbounded == []


def test_a_later_edition_of_the_power_guide_names_what_it_extends() -> None:
    chain = {name: load_pack(PACKS / name).document().get("extends") for name in CETS[:4]}
    bases = {name: base["id"] for name, base in chain.items() if isinstance(base, dict)}
    assert bases == {
        "cn_power_generation_2021": "cn_power_generation_2022",
        "cn_power_generation_2025": "cn_power_generation_2022",
        "cn_power_generation_2026": "cn_power_generation_2025",
    }


def test_defaults_of_carbon_change_with_the_edition_and_purchased_power_leaves_the_total() -> None:
    def carbon(name: str) -> set[str]:
        rows = load_pack(PACKS / name).data.factors
        return {str(row.value) for row in rows if (row.table, row.column) == ("power_defaults", "cc")}

    assert carbon("cn_power_generation_2021") == {"0.03356"}
    assert carbon("cn_power_generation_2022") == carbon("cn_power_generation_2026") == {"0.03085", "0.02858"}
    scopes = {name[-4:]: load_pack(PACKS / name).data.quantities["E_total"].scope for name in CETS[:4]}
    assert scopes == {"2021": "both", "2022": "both", "2025": "direct", "2026": "direct"}


@pytest.mark.parametrize(
    ("edition", "punitive"),
    [("2021", Fraction("0.1218")), ("2022", Fraction("0.1120"))],
    ids=["2021", "2022"],
)
def test_what_a_plant_pays_in_tonnes_a_gigajoule_for_not_testing_carbon(
    edition: str, punitive: Fraction
) -> None:
    rows = load_pack(PACKS / f"cn_power_generation_{edition}").data.factors
    power = {(row.key, row.column): Fraction(row.value) for row in rows if row.table == "power_defaults"}
    paid = power["常规燃煤机组", "cc"] * power["燃煤", "of"] * Fraction(44, 12)
    assert abs(paid - punitive) <= Fraction(1, 20_000)
