"""国家行业企业核算指南（24个，2013–2015）的公共部分：fuel burnt, electricity and heat bought, and the total.

口径: one legal entity (or what is treated as one), its calendar year, from months. Direct = fuel burnt plus the
sector's process emissions; indirect = electricity and heat bought less sold; the total is their sum in CO2e of the
second assessment report. A sector's own pack extends this one: it adds its process emissions and writes
``E_direct``, ``E_CO2`` and ``E`` anew. README.md lists the symbols and says what each number rests on.
"""

from tansuo.methods import Method, ladder, rung, sum_over

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "cn_guideline_common_2013", edition="2013",
    title_zh="行业企业核算指南公共部分（燃料、购入电力与热力）",
    title_en="Common part of the sector guidelines (fuel, bought electricity and heat)",
    valid="2013-01/..", source="guidelines_2013", gwp="AR2",
)
m.use("factors_cn_fuels_2013", "fuel_defaults_2013")
m.use("factors_cn_grid", "grid_reporting")
m.use("factors_cn_grid", "grid")
m.use("factors_cn_grid", "grid_regional_2012")
m.option(
    "grid", "电力排放因子取哪一级", "which factor counts electricity",
    choices=("national", "regional", "stated"), default="national",
)

K = m.constant("K", "二氧化碳与碳的相对分子质量之比", "CO2 to C by molar mass", "t CO2/t C", exactly="44/12")
W_CO2 = m.constant("W_CO2", "二氧化碳的全球变暖潜势", "GWP of CO2", "t CO2e[AR2]/t CO2", exactly="1")

# Direct: fuel burnt. Amounts in t, and of gas in 万Nm3 at 20 °C, never at 0 °C (7.3 % apart).
FC = m.activity(
    "FC", "固体、液体燃料净消耗量", "solid or liquid fuel burnt, net", "t",
    indicator="fuel_consumption", keys={"family": "solid_liquid"}, lower="0",
)
FG = m.activity(
    "FG", "气体燃料净消耗量", "gas burnt, net", "万Nm3@20C",
    indicator="gas_consumption", keys={"family": "gas"}, lower="0",
)
tested = ladder("measured", "supplier", "default")
FUELS, RANGE = "fuel_defaults_2013", "table of default values of the guidelines; range: proposal"
NCV = m.factor(
    "NCV", "低位发热量", "net calorific value", "GJ/t",
    table=FUELS, column="ncv", key="fuel", choose=tested, lower="1", upper="60", clause=RANGE,
)
NCVG = m.factor(
    "NCVG", "气体低位发热量", "net calorific value of gas", "GJ/万Nm3@20C",
    table=FUELS, column="ncv", key="fuel", choose=tested, lower="20", upper="1300", clause=RANGE,
)
CC = m.factor(
    "CC", "单位热值含碳量", "carbon content of heat", "t C/GJ",
    table=FUELS, column="cc", key="fuel", choose=tested, lower="0.010", upper="0.080", clause=RANGE,
)
OF = m.factor(
    "OF", "碳氧化率", "oxidation rate", "1",
    over="source", table=FUELS, column="of", key="fuel", choose=ladder("measured", "default"),
    lower="0.80", upper="1", clause=RANGE,
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

# Indirect: electricity bought less electricity sold, both at one factor.
PE = m.activity(
    "PE", "购入电量", "electricity bought", "MWh",
    indicator="electricity_purchased", keys={"family": "electricity"}, lower="0",
)
SE = m.activity(
    "SE", "外供电量", "electricity sold", "MWh",
    indicator="electricity_sold", keys={"family": "electricity_sold"}, lower="0",
)
REPORT = {"table": "grid_reporting", "column": "average", "key": "=全国", "when": {"grid": "national"}}
REGION = {"table": "grid", "column": "average", "level": "regional", "key": "grid_region", "when": {"grid": "regional"}}
OLD = {"table": "grid_regional_2012", "column": "average", "key": "grid_region", "when": {"grid": "regional"}}
EF_grid = m.factor(
    "EF_grid", "电力排放因子", "factor of electricity", "t CO2/MWh", lower="0", upper="1.5",
    choose=ladder(
        rung("national", **REPORT),
        rung("national, latest published", reach="before", **REPORT),
        rung("regional", **REGION),
        rung("regional, latest published", reach="before", **REGION),
        rung("regional of 2012", reach="before", **OLD),
        rung("stated", local=True),
    ),
    clause="by reporting year; range: proposal",
)
E_pb = m.quantity(
    "E_pb", "一处购入电力的排放量", "emission of one supply of electricity", "t CO2",
    PE * EF_grid, places=2, parents="sum_published", scope="indirect",
)
E_ps = m.quantity(
    "E_ps", "一处外供电力的扣减量", "deduction for one outlet of electricity", "t CO2",
    SE * EF_grid, places=2, parents="sum_published", scope="indirect",
)
E_power = m.quantity(
    "E_power", "净购入电力排放量（间接）", "net bought electricity (indirect)", "t CO2",
    sum_over(E_pb, "source month") - sum_over(E_ps, "source month"), places=2, parents="sum_published",
)

# Indirect: heat bought less heat sold, in GJ, or from steam and hot water by their enthalpy above water of 20 °C.
PH = m.activity(
    "PH", "购入热量", "heat bought", "GJ", indicator="heat_purchased", keys={"family": "heat"}, lower="0",
)
MS = m.activity(
    "MS", "购入蒸汽量", "steam bought", "t", indicator="steam_purchased", keys={"family": "steam"}, lower="0",
)
MW = m.activity(
    "MW", "购入热水量", "hot water bought", "t",
    indicator="hot_water_purchased", keys={"family": "hot_water"}, lower="0",
)
SH = m.activity(
    "SH", "外供热量", "heat sold", "GJ", indicator="heat_sold", keys={"family": "heat_sold"}, lower="0",
)
SS = m.activity(
    "SS", "外供蒸汽量", "steam sold", "t", indicator="steam_sold", keys={"family": "steam_sold"}, lower="0",
)
measured, HEAT = ladder("measured"), "conversion of steam and hot water to heat; range: proposal"
HS = m.factor(
    "HS", "蒸汽焓值", "enthalpy of the steam", "kJ/kg", choose=measured, lower="2000", upper="4000", clause=HEAT,
)
TW = m.factor(
    "TW", "热水温度", "temperature of the hot water", "°C", choose=measured, lower="20", upper="200", clause=HEAT,
)
H20 = m.constant("H20", "20 ℃水的焓值", "enthalpy of water at 20 °C", "kJ/kg", exactly="8374/100", clause=HEAT)
T20 = m.constant("T20", "基准水温", "reference temperature of water", "°C", exactly="20", clause=HEAT)
CW = m.constant("CW", "水的比热", "specific heat of water", "MJ/t °C", exactly="41868/10000", clause=HEAT)
GJ = m.constant("GJ", "兆焦化吉焦", "MJ to GJ", "GJ/MJ", exactly="1/1000")
EF_heat = m.factor(
    "EF_heat", "热力排放因子", "factor of heat", "t CO2/GJ",
    table="heat_defaults", column="ef", key="=外购热力", choose=ladder("measured", "default"),
    lower="0", upper="0.3", clause="0.11 until official data are published; range: proposal",
)
Q_s = m.quantity("Q_s", "蒸汽热量", "heat of the steam bought", "GJ", MS * (HS - H20) * GJ, clause=HEAT)
Q_w = m.quantity("Q_w", "热水热量", "heat of the hot water bought", "GJ", MW * (TW - T20) * CW * GJ, clause=HEAT)
Q_o = m.quantity("Q_o", "外供蒸汽热量", "heat of the steam sold", "GJ", SS * (HS - H20) * GJ, clause=HEAT)
heats = []
for symbol, zh, en, heat in (
    ("E_hm", "一处计量热力的排放量", "emission of one metered heat supply", PH),
    ("E_hs", "一处蒸汽的排放量", "emission of one steam supply", Q_s),
    ("E_hw", "一处热水的排放量", "emission of one hot water supply", Q_w),
    ("E_ho", "一处外供热力的扣减量", "deduction for one outlet of heat", SH),
    ("E_so", "一处外供蒸汽的扣减量", "deduction for one outlet of steam", Q_o),
):
    one = m.quantity(symbol, zh, en, "t CO2", heat * EF_heat, places=2, parents="sum_published", scope="indirect")
    heats.append(sum_over(one, "source month"))
metered, steam, water, heat_sold, steam_sold = heats
E_heat = m.quantity(
    "E_heat", "净购入热力排放量（间接）", "net bought heat (indirect)", "t CO2",
    metered + steam + water - heat_sold - steam_sold, places=2, parents="sum_published",
)

m.rule(
    "生物质燃料的二氧化碳按零计；外供的电力、热力按与购入相同的因子扣减。",
    "CO2 of biomass counts as zero; electricity and heat sold are taken off at the factors of what is bought.",
    status="memory",
)
m.rule(
    "燃料做了元素碳检测的，单位热值含碳量填元素碳含量除以同一样品的低位发热量，标为实测。",
    "Where the carbon of the fuel itself was tested, the carbon of heat is that carbon divided by the calorific value "
    "of the same sample, entered as measured.", status="proposal",
)

# What a sector's pack writes anew: its process emissions enter E_direct, other gases enter E.
E_indirect = m.quantity(
    "E_indirect", "净购入电力、热力排放量（间接）", "net bought electricity and heat (indirect)", "t CO2",
    E_power + E_heat, places=2, parents="sum_published",
)
E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2", E_fuel, places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + E_indirect, places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * W_CO2, places=2, scope="both",
)
