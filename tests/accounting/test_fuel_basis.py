"""Bases of a fuel analysis: every pair of bases there and back exactly, and what no fuel can have."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest

from tansuo.accounting.fuel_basis import Basis, Proximate, converted, net_from_gross, net_received
from tansuo.quantity.decimals import round_to
from tansuo.quantity.finding import FindingError

D = Decimal
COAL = Proximate({Basis.AR: D("9.80"), Basis.AD: D("2.10")}, {Basis.AD: D("21.40")})


def test_carbon_as_received_of_the_reference_vector() -> None:
    made = converted("C", D("58.20"), Basis.AD, Basis.AR, COAL)
    assert made.fraction == Fraction(5820, 100) * Fraction(902, 10) / Fraction(979, 10)
    assert round_to(made.value / 100, 4) == D("0.5362")
    assert made.worked == "C_ar = 58.20 × (100 − 9.80) / (100 − 2.10) = 53.622472…"
    # 250,000 t of it, oxidation 0.99: domain.md 2.2
    carbon = round_to(made.value / 100, 4)
    assert round_to(D(250000) * carbon * D("0.99") * 44 / 12, 1) == D("486601.5")


def test_dry_carbon_takes_only_the_moisture_as_received() -> None:
    made = converted("C", D("60"), Basis.D, Basis.AR, Proximate({Basis.AR: D("10")}))
    assert made.value == D("54")
    assert made.worked == "C_ar = 60 × (100 − 10) / 100 = 54"


@pytest.mark.parametrize(("start", "end"), list(permutations(Basis, 2)))
def test_there_and_back_is_exact(start: Basis, end: Basis) -> None:
    there = converted("C", D("57.3"), start, end, COAL)
    back = Fraction(1) * there.fraction
    dry = {Basis.AR: Fraction("90.2"), Basis.AD: Fraction("97.9"), Basis.D: Fraction(100)}
    free = Fraction("76.5") * 100 / Fraction("97.9")  # dry ash-free matter in a hundred parts of dry fuel
    whole = {**dry, Basis.DAF: Fraction(10000) / free}
    assert back == Fraction("57.3") * whole[end] / whole[start]


def test_ash_free_from_ash_of_another_basis() -> None:
    fuel = Proximate({Basis.AR: D("10"), Basis.AD: D("2")}, {Basis.D: D("20")})
    assert converted("C", D("80"), Basis.DAF, Basis.AR, fuel).fraction == Fraction(80) * 80 / 100 * 90 / 100


def test_net_calorific_value_has_a_term_for_moisture() -> None:
    # (24000 − 206·4) · 90.2 / 97.9 − 23·9.8
    made = net_from_gross(D("24000"), Basis.AD, D("4"), COAL)
    assert made.fraction == (24000 - 824) * Fraction(902, 979) - Fraction("225.4")
    assert made.worked.startswith("Q_net,ar = (24000 − 206 × 4) × (100 − 9.80) / (100 − 2.10) − 23 × 9.80 = ")
    air = net_received(D("23000"), Basis.AD, COAL)
    assert air.fraction == (23000 + 23 * Fraction("2.1")) * Fraction(902, 979) - Fraction("225.4")
    plain_ratio = Fraction(23000) * Fraction(902, 979)
    assert air.fraction != plain_ratio
    dry = net_received(D("23000"), Basis.D, COAL)
    assert dry.fraction == 23000 * Fraction("0.902") - Fraction("225.4")
    assert net_received(D("20908"), Basis.AR, COAL).value == D("20908")


@pytest.mark.parametrize(
    ("moisture", "ash"),
    [
        ({Basis.AR: D("100")}, {}),
        ({Basis.AR: D("-0.1")}, {}),
        ({Basis.AR: D("2"), Basis.AD: D("9")}, {}),
        ({Basis.AD: D("30")}, {Basis.AD: D("70")}),
        ({}, {Basis.D: D("100")}),
    ],
)
def test_what_no_fuel_can_have(moisture: dict[Basis, Decimal], ash: dict[Basis, Decimal]) -> None:
    with pytest.raises(FindingError) as refused:
        Proximate(moisture, ash)
    assert [one.code for one in refused.value.findings] == ["accounting.test_impossible"]


def test_a_formula_names_what_it_lacks() -> None:
    with pytest.raises(FindingError) as refused:
        converted("C", D("58"), Basis.AD, Basis.AR, Proximate({Basis.AD: D("2")}))
    assert refused.value.findings[0].params["what"] == "M_ar"
    with pytest.raises(FindingError):
        converted("C", D("80"), Basis.DAF, Basis.AR, Proximate({Basis.AR: D("9")}))
