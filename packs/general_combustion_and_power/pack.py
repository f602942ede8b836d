"""化石燃料燃烧与购入电力、热力（通用）：any firm, from its fuel, electricity and heat bought.

口径: CO2 only, one legal entity or facility, the month as grain. Direct (fuel) and indirect (electricity,
heat) are separate quantities. They are added only in ``T_national`` and ``T_green``, because the national
guideline family (24 sector guidelines, GB/T 32151) reports scope 1 plus bought electricity and heat together.
README.md says where each rule and number comes from, and with what status.
"""

from tansuo.methods import Method, Rung, ladder, rung, sum_over, weighted_mean

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "general_combustion_and_power", edition="2024",
    title_zh="化石燃料燃烧与购入电力、热力（通用）",
    title_en="Fossil fuel combustion and bought electricity and heat (general)",
    valid="2015-01/..", source="cets_steel_2024",
)
m.option(
    "grid", "购入电力按所在地核算时用哪一级因子", "which factor counts bought electricity by location",
    choices=("national", "national_fossil", "regional", "provincial", "stated"), default="national",
)

K = m.constant("K", "二氧化碳与碳的相对分子质量之比", "CO2 to C by molar mass", "t CO2/t C", exactly="44/12")

# Direct: fuel burnt. Amounts in t, and of gas in 万Nm3 at 20 °C, never at 0 °C (7.3 % apart).
FC = m.activity(
    "FC", "固体、液体燃料消耗量", "solid or liquid fuel burnt", "t",
    indicator="fuel_consumption", keys={"family": "solid_liquid"}, places=2, lower="0",
)
FG = m.activity(
    "FG", "气体燃料消耗量", "gas burnt", "万Nm3@20C",
    indicator="gas_consumption", keys={"family": "gas"}, places=2, lower="0",
)
tested = ladder("measured", "supplier", "default")
FUELS, A1 = "fuel_defaults", "table A.1"
NCV = m.factor(
    "NCV", "低位发热量", "net calorific value", "GJ/t",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, clause=A1,
)
NCVG = m.factor(
    "NCVG", "气体低位发热量", "net calorific value of gas", "GJ/万Nm3@20C",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, clause=A1,
)
CC = m.factor(
    "CC", "单位热值含碳量", "carbon content of heat", "t C/GJ",
    table=FUELS, column="cc", key="fuel", choose=tested, places=5, clause=A1,
)
OF = m.factor(
    "OF", "碳氧化率", "oxidation rate", "1",
    over="source", table=FUELS, column="of", key="fuel", clause=A1,
)

E_s = m.quantity(
    "E_s", "一种固体或液体燃料的燃烧排放量", "emission of one solid or liquid fuel", "t CO2",
    FC * NCV * CC * OF * K, places=2, parents="sum_published", scope="direct",
)
E_g = m.quantity(
    "E_g", "一种气体燃料的燃烧排放量", "emission of one gas", "t CO2",
    FG * NCVG * CC * OF * K, places=2, parents="sum_published", scope="direct",
)
E_fuel = m.quantity(
    "E_fuel", "化石燃料燃烧排放量（直接）", "combustion emission (direct)", "t CO2",
    sum_over(E_s, "source month") + sum_over(E_g, "source month"), places=2, parents="sum_published",
)

# What a report prints beside the emission: means over the period, weighted by the fuel burnt.
m.quantity(
    "NCV_mean", "加权平均低位发热量", "weighted mean net calorific value", "GJ/t",
    weighted_mean(NCV, FC, "month"), places=3,
)
m.quantity(
    "EF_s", "加权平均排放因子（未计氧化率）", "weighted mean factor before oxidation", "t CO2/t",
    weighted_mean(NCV * CC * K, FC, "month"), places=4,
)
m.quantity(
    "EF_g", "气体加权平均排放因子（未计氧化率）", "weighted mean factor of gas before oxidation",
    "t CO2/万Nm3@20C", weighted_mean(NCVG * CC * K, FG, "month"), places=4,
)

# Indirect: electricity by location. The option says which factor; a stated one stands below official ones.
PE = m.activity(
    "PE", "购入电量（含绿电）", "electricity bought, green power included", "MWh",
    indicator="electricity_purchased", keys={"family": "electricity"}, lower="0",
)


def published(level: str, key: str, *, column: str = "average", **when: str) -> tuple[Rung, Rung]:
    """The row of the year itself, else that of the latest earlier year, and then the rung says so."""
    name = level if column == "average" else f"{level} {column}"

    def step(name: str, reach: str) -> Rung:
        return rung(name, table="grid", column=column, key=key, level=level, when=when, reach=reach)

    return step(name, ""), step(f"{name}, latest published", "before")


EF_grid = m.factor(
    "EF_grid", "电力排放因子（按所在地）", "factor of electricity (location-based)", "t CO2/MWh",
    choose=ladder(
        *published("national", "=全国", grid="national"),
        *published("national", "=全国", column="fossil", grid="national_fossil"),
        *published("regional", "grid_region", grid="regional"),
        *published("provincial", "province", grid="provincial"),
        rung("stated", local=True),
    ),
)
E_p = m.quantity(
    "E_p", "一处购入电力的排放量（按所在地）", "emission of one supply (location-based)", "t CO2",
    PE * EF_grid, places=2, parents="sum_published", scope="indirect",
)
E_power = m.quantity(
    "E_power", "购入电力排放量（间接，按所在地）", "bought electricity (indirect, location-based)", "t CO2",
    sum_over(E_p, "source month"), places=2, parents="sum_published",
)

# Green power counted as zero: the rest takes the factor without market-traded non-fossil power, and there is
# no formula in this pack that deducts green power and multiplies by any other factor.
GP = m.activity(
    "GP", "其中绿电、绿证电量（按零计）", "of it green power or certificates, counted as zero", "MWh",
    indicator="green_electricity_purchased", keys={"family": "green_electricity"}, lower="0",
)
EF_rest = m.factor(
    "EF_rest", "电力排放因子（不含市场化交易非化石电量）", "factor without market-traded non-fossil power",
    "t CO2/MWh", over="month",
    choose=ladder(*published("national", "=全国", column="untraded")),
)
PE_rest = m.quantity(
    "PE_rest", "扣除绿电后的购入电量", "electricity bought less green power", "MWh",
    sum_over(PE, "source") - sum_over(GP, "source"), lower="0",
)
E_rest = m.quantity(
    "E_rest", "扣除绿电后的月排放量", "monthly emission less green power", "t CO2",
    PE_rest * EF_rest, places=2, parents="sum_published", scope="indirect",
)
E_power_green = m.quantity(
    "E_power_green", "购入电力排放量（间接，绿电计零）", "bought electricity (indirect, green power as zero)",
    "t CO2", sum_over(E_rest, "month"), places=2, parents="sum_published",
)

# Indirect: heat in GJ, metered, or from steam and hot water by their enthalpy above water of 20 °C.
PH = m.activity(
    "PH", "购入热量", "heat bought", "GJ",
    indicator="heat_purchased", keys={"family": "heat"}, lower="0",
)
MS = m.activity(
    "MS", "购入蒸汽量", "steam bought", "t",
    indicator="steam_purchased", keys={"family": "steam"}, lower="0",
)
MW = m.activity(
    "MW", "购入热水量", "hot water bought", "t",
    indicator="hot_water_purchased", keys={"family": "hot_water"}, lower="0",
)
measured, E = ladder("measured"), "annex E"
HS = m.factor("HS", "蒸汽焓值", "enthalpy of the steam", "kJ/kg", choose=measured, clause=E)
TW = m.factor("TW", "热水温度", "temperature of the hot water", "°C", choose=measured, clause=E)
H20 = m.constant("H20", "20 ℃水的焓值", "enthalpy of water at 20 °C", "kJ/kg", exactly="8374/100", clause=E)
T20 = m.constant("T20", "基准水温", "reference temperature of water", "°C", exactly="20", clause=E)
CW = m.constant("CW", "水的比热", "specific heat of water", "MJ/t °C", exactly="41868/10000", clause=E)
GJ = m.constant("GJ", "兆焦化吉焦", "MJ to GJ", "GJ/MJ", exactly="1/1000")
EF_heat = m.factor(
    "EF_heat", "热力排放因子", "factor of heat", "t CO2/GJ",
    table="heat_defaults", column="ef", key="=外购热力", choose=ladder("measured", "default"),
)
Q_s = m.quantity("Q_s", "蒸汽热量", "heat of the steam", "GJ", MS * (HS - H20) * GJ, clause=E)
Q_w = m.quantity("Q_w", "热水热量", "heat of the hot water", "GJ", MW * (TW - T20) * CW * GJ, clause=E)
heats = []
for symbol, zh, en, heat in (
    ("E_hm", "一处计量热力的排放量", "emission of one metered heat supply", PH),
    ("E_hs", "一处蒸汽的排放量", "emission of one steam supply", Q_s),
    ("E_hw", "一处热水的排放量", "emission of one hot water supply", Q_w),
):
    heats.append(m.quantity(
        symbol, zh, en, "t CO2", heat * EF_heat, places=2, parents="sum_published", scope="indirect",
    ))
metered, steam, water = (sum_over(one, "source month") for one in heats)
E_heat = m.quantity(
    "E_heat", "购入热力排放量（间接）", "bought heat (indirect)", "t CO2",
    metered + steam + water, places=2, parents="sum_published",
)

E_indirect = m.quantity(
    "E_indirect", "间接排放量（购入电力按所在地、热力）",
    "indirect emission (bought electricity by location, heat)", "t CO2",
    E_power + E_heat, places=2, parents="sum_published",
)

# The only totals, by the national guideline family; both take national factors, whatever the option says.
EF_national = m.factor(
    "EF_national", "全国电力平均排放因子", "national average factor of electricity", "t CO2/MWh",
    over="month", choose=ladder(*published("national", "=全国")),
)
E_pn = m.quantity(
    "E_pn", "购入电力月排放量（全国平均因子）", "monthly bought electricity (national average factor)",
    "t CO2", sum_over(PE, "source") * EF_national, places=2, parents="sum_published", scope="indirect",
)
E_power_national = m.quantity(
    "E_power_national", "购入电力排放量（间接，全国平均因子）",
    "bought electricity (indirect, national average factor)", "t CO2",
    sum_over(E_pn, "month"), places=2, parents="sum_published",
)
m.quantity(
    "T_national", "国家指南口径合计（范围一+购入电力、热力；全国平均因子）",
    "total by the national guidelines (scope 1 + bought electricity and heat; national average factor)",
    "t CO2", E_fuel + E_power_national + E_heat, places=2, scope="both",
)
m.quantity(
    "T_green", "国家指南口径合计（范围一+购入电力、热力；绿电计零）",
    "total by the national guidelines (scope 1 + bought electricity and heat; green power as zero)",
    "t CO2", E_fuel + E_power_green + E_heat, places=2, scope="both",
)
