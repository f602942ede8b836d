"""Units: exact scales, kinds that do not mix, spellings that mean one thing."""

import tomllib
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.quantity.data_file import text_of
from tansuo.quantity.unit import ONE, UnitError, compatible, convert, parse_unit, ratio, substance_name

MASSES = ("t", "kg", "g", "万t", "百万t", "lb", "klb", "short ton", "kt", "Mt")
ENERGIES = ("kWh", "MWh", "GWh", "万kWh", "亿kWh", "kJ", "MJ", "GJ", "TJ", "kcal", "mmBtu")
AREAS = ("m2", "km2", "ha", "亩", "万亩")
KINDS = (
    *MASSES,
    *ENERGIES,
    *AREAS,
    "tce",
    "万tce",
    "万Nm3@20C",
    "万Nm3@0C",
    "m3",
    "亿元@current",
    "亿元@2020",
    "万人",
    "h",
)

units = st.sampled_from(KINDS)
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False)


@given(units, units, units)
def test_products_are_associative_and_commutative(a: str, b: str, c: str) -> None:
    x, y, z = parse_unit(a), parse_unit(b), parse_unit(c)
    assert (x * y) * z == x * (y * z)
    assert x * y == y * x
    assert (x * y) / y == x
    assert x / x == ONE


@given(units, units)
def test_there_and_back_is_exactly_one(a: str, b: str) -> None:
    if compatible(a, b):
        assert ratio(a, b) * ratio(b, a) == 1
    else:
        with pytest.raises(UnitError):
            ratio(a, b)


@given(
    amounts,
    st.sampled_from(("t", "kg", "g", "万t", "lb", "short ton")),
    st.sampled_from(("t", "kg", "g", "万t")),
)
def test_conversion_equals_the_fraction_when_it_has_an_exact_decimal(value: Decimal, a: str, b: str) -> None:
    assert Fraction(convert(value, a, b)) == Fraction(value) * ratio(a, b)


@given(amounts, st.sampled_from(ENERGIES), st.sampled_from(("kWh", "MWh", "万kWh", "GJ", "MJ")))
def test_energy_converts_to_34_digits(value: Decimal, a: str, b: str) -> None:
    exact = Fraction(value) * ratio(a, b)
    assert abs(Fraction(convert(value, a, b)) - exact) <= abs(exact) * Fraction(1, 10**33)


@given(st.sampled_from(KINDS), st.sampled_from(KINDS))
def test_unlike_kinds_are_refused_by_name(a: str, b: str) -> None:
    if not compatible(a, b):
        with pytest.raises(UnitError) as refusal:
            convert(Decimal(1), a, b)
        assert refusal.value.findings[0].code == "quantity.different_kinds"
        assert a in str(refusal.value)
        assert b in str(refusal.value)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("1", "万kWh", "MWh", "10"),
        ("1", "亿kWh", "MWh", "100000"),
        ("1", "kWh", "MJ", "3.6"),
        ("1", "short ton", "t", "0.90718474"),
        ("2000", "lb", "short ton", "1"),
        ("1", "mmBtu", "GJ", "1.05505585262"),
        ("7000", "kcal", "kJ", "29307.6"),
        ("15", "亩", "ha", "1"),
        ("3", "亩", "m2", "2000"),
        ("1", "km2", "ha", "100"),
        ("1", "万tce", "tce", "10000"),
        ("1.5", "亿元@current", "万元@current", "15000"),
        ("0.5306", "kg CO2/kWh", "t CO2/MWh", "0.5306"),
        ("26.37", "t C/TJ", "t C/GJ", "0.02637"),
        ("1", "MW", "kJ/s", "1000"),
    ],
)
def test_conversions_known_by_definition(value: str, source: str, target: str, expected: str) -> None:
    assert convert(Decimal(value), source, target) == Decimal(expected)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("吨", "t"),
        ("万吨", "万t"),
        ("千瓦时", "kWh"),
        ("兆瓦时", "MWh"),
        ("万千瓦时", "万kWh"),
        ("吨标准煤", "tce"),
        ("万吨标准煤", "万tce"),
        ("万标准立方米@20℃", "万Nm3@20C"),
        ("万Nm³@0C", "万Nm3@0C"),
        ("kgCO2e/kWh", "kg CO2e/kWh"),
        ("tCO2/兆瓦时", "t CO2/MWh"),
        ("tC/GJ", "t C/GJ"),
        ("ｍ³/ｈ", "m3/h"),
        ("GJ / t coal.ar", "GJ/t coal.ar"),
        ("万平方米", "万m2"),
        ("百分点", "个百分点"),
        ("percentage_points", "个百分点"),
    ],
)
def test_spellings_read_back_as_the_symbol(written: str, canonical: str) -> None:
    assert parse_unit(written).symbol == canonical
    assert parse_unit(canonical) == parse_unit(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("t C", "t CO2"),
        ("t CO2e[AR4]", "t CO2e[AR5]"),
        ("t CO2e", "t CO2e[AR5]"),
        ("t coal.ar", "t coal.ad"),
        ("万Nm3@20C", "万Nm3@0C"),
        ("Nm3@20C", "m3"),
        ("元@current", "元@2020"),
        ("元@2020", "元@2025"),
        ("tce", "GJ"),
        ("tce", "t"),
        ("kWh", "kvarh"),
        ("个百分点", "%"),
        ("个百分点", "1"),
    ],
)
def test_things_that_look_alike_are_different_kinds(one: str, other: str) -> None:
    assert not compatible(one, other)


@pytest.mark.parametrize("text", ["Nm3", "万Nm3", "元", "亿元", "元@20", "t@20C", "Nm3@25C"])
def test_a_gas_volume_and_money_must_say_their_base(text: str) -> None:
    with pytest.raises(UnitError) as refusal:
        parse_unit(text)
    assert refusal.value.findings[0].code == "quantity.unit_needs_tag"


@pytest.mark.parametrize("text", ["", "t C02", "t/GJ/h", "t/", "CO2 t", "foo", "m^2 CO2", "月", "万1"])
def test_an_unknown_spelling_is_refused_never_guessed(text: str) -> None:
    with pytest.raises(UnitError) as refusal:
        parse_unit(text)
    assert refusal.value.findings[0].code == "quantity.unknown_unit"


def test_forty_four_twelfths_leads_from_carbon_to_carbon_dioxide() -> None:
    heat = parse_unit("t fuel") * parse_unit("GJ/t fuel")
    carbon = heat * parse_unit("t C/GJ")
    assert carbon == parse_unit("t C")
    assert carbon * parse_unit("t CO2/t C") == parse_unit("t CO2")
    assert carbon.kind == "C·mass"


def test_no_spelling_is_written_for_two_units() -> None:
    rows = tomllib.loads(text_of("tansuo.quantity", "units.toml"))["unit"]
    spellings = [spelling for row in rows for spelling in {row["symbol"], *row["aliases"]}]
    assert len(spellings) == len(set(spellings))


def test_substances_have_both_names() -> None:
    assert substance_name("CO2") == ("二氧化碳", "carbon dioxide")
    with pytest.raises(KeyError):
        substance_name("C02")
