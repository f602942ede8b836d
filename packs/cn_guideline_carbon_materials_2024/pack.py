"""炭素材料生产企业（GB/T 32151.34—2024）：calcining, baking and graphitising of carbon, waste gas, fuel, power.

口径: one legal entity that makes carbon materials (electrodes, anodes …); CO2 only. Formulas and clause numbers as a
public implementation gives them, which had the standard before it.
"""

from tansuo.methods import extend, ladder, rung, sum_over
from tansuo.methods.expression import Node

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_carbon_materials_2024", edition="2024",
    title_zh="炭素材料生产企业碳排放核算（GB/T 32151.34—2024）", title_en="Carbon materials (GB/T 32151.34—2024)",
    valid="2025-03/..", source="gbt_32151_34_2024", gwp="",
)
m.drop("E", "W_CO2")
m.boundary(
    "化石燃料燃烧、煅烧、焙烧（炭化）、石墨化、废气治理（烟气焚烧、湿法脱硫）、购入与输出电力和热力；只计二氧化碳。",
    "Fuel burnt, calcining, baking, graphitising, waste gas treated (fumes burnt, wet desulphurisation), electricity "
    "and heat bought and sold; CO2 only.",
    status="secondary", clause="5.1, 5.2",
)
K = m["K"]
measured, found = ladder("measured"), ladder("measured", "default")
# Volatile matter that is not condensed counts as methane: 44 of CO2 for 16 of CH4.
V = m.constant("V", "挥发分按甲烷折二氧化碳", "CO2 of volatile matter as methane", "t CO2/t", exactly="44/16")

# Fuel: of table C.1 only natural gas and diesel oil were found; other fuels are entered, or missing.
tested = ladder("measured", "supplier", "default", rung("stated", local=True))
for symbol, zh, en, unit, column, lower, upper in (
    ("NCV", "低位发热量", "net calorific value", "GJ/t", "ncv", "1", "60"),
    ("NCVG", "气体低位发热量", "net calorific value of gas", "GJ/万Nm3@20C", "ncv", "20", "1300"),
    ("CC", "单位热值含碳量", "carbon content of heat", "t C/GJ", "cc", "0.010", "0.080"),
    ("OF", "碳氧化率", "oxidation rate", "1", "of", "0.80", "1"),
):
    m.factor(
        symbol, zh, en, unit, over="source" if symbol == "OF" else None, table="fuel_c1", column=column, key="fuel",
        choose=tested, lower=lower, upper=upper, clause="5.2.1, table C.1; range: proposal", override=True,
    )


def amounts(*rows: tuple[str, str, str, str], family: str, clause: str) -> list[Node]:
    """Amounts of one process: symbol, names, unit; a source is a kiln or furnace."""
    return [
        m.activity(
            symbol, zh, en, unit, indicator=f"carbon_{symbol.lower()}", keys={"family": family}, lower="0",
            clause=clause,
        )
        for symbol, zh, en, unit in rows
    ]


def shares(*rows: tuple[str, str, str, str], clause: str) -> list[Node]:
    """Carbon or volatile matter of a material, tested on the basis on which it is weighed."""
    return [
        m.factor(symbol, zh, en, unit, choose=measured, lower="0", upper="1", clause=f"{clause}; range: proposal")
        for symbol, zh, en, unit in rows
    ]


def condensed(symbol: str, clause: str) -> Node:
    """The coefficient of volatile matter."""
    return m.factor(
        symbol, "挥发分系数", "coefficient of volatile matter", "1", table="volatile", column="k", key="=挥发分",
        choose=found, lower="0", upper="1", clause=f"{clause}: usually 0.35; range: proposal",
    )


GC, CAL, UCC, DU = amounts(
    ("GC", "生焦投入量", "green coke charged", "t"), ("CAL", "煅后焦产量", "calcined coke", "t"),
    ("UCC", "欠烧焦量", "coke not fully calcined", "t"), ("DU", "收尘量", "dust collected", "t"),
    family="calcining", clause="5.2.2",
)
w_g, w_c, v_g, v_c = shares(
    ("w_g", "生焦固定碳", "fixed carbon of green coke", "t C/t"),
    ("w_c", "煅后焦固定碳", "fixed carbon of calcined coke", "t C/t"),
    ("v_g", "生焦挥发分", "volatile matter of green coke", "1"),
    ("v_c", "煅后焦挥发分", "volatile matter of calcined coke", "1"), clause="5.2.2",
)
K1 = condensed("K1", "5.2.2")
E_k = m.quantity(
    "E_k", "一台煅烧炉的排放量", "emission of one calcining kiln", "t CO2",
    (GC * w_g - CAL * w_c - UCC * w_c - DU * w_c) * K + (GC * v_g - CAL * v_c) * K1 * V,
    places=2, parents="sum_published", scope="direct", clause="5.2.2",
)
E_calcining = m.quantity(
    "E_calcining", "煅烧排放量（直接）", "calcining (direct)", "t CO2",
    sum_over(E_k, "source month"), places=2, parents="sum_published",
)

BPM, BG, BWT, BP = amounts(
    ("BPM", "焙烧填充料消耗量", "packing used in baking", "t"), ("BG", "生坯装炉量", "green bodies baked", "t"),
    ("BWT", "焙烧废料带出的碳", "carbon leaving with waste of baking", "t C"),
    ("BP", "焙烧品产量", "baked product", "t"), family="baking", clause="5.2.3",
)
w_bpm, w_bg, w_bp, v_bpm, v_bg = shares(
    ("w_bpm", "填充料固定碳", "fixed carbon of the packing", "t C/t"),
    ("w_bg", "生坯固定碳", "fixed carbon of green bodies", "t C/t"),
    ("w_bp", "焙烧品固定碳", "fixed carbon of baked product", "t C/t"),
    ("v_bpm", "填充料挥发分", "volatile matter of the packing", "1"),
    ("v_bg", "生坯挥发分", "volatile matter of green bodies", "1"), clause="5.2.3",
)
K2 = condensed("K2", "5.2.3")
E_bk = m.quantity(
    "E_bk", "一台焙烧炉的排放量", "emission of one baking furnace", "t CO2",
    (BPM * w_bpm + BG * w_bg - BWT - BP * w_bp) * K + (BPM * v_bpm + BG * v_bg) * K2 * V,
    places=2, parents="sum_published", scope="direct", clause="5.2.3",
)
E_baking = m.quantity(
    "E_baking", "焙烧（炭化）排放量（直接）", "baking (direct)", "t CO2",
    sum_over(E_bk, "source month"), places=2, parents="sum_published",
)

GPM, GTA, GWT, GP = amounts(
    ("GPM", "保温料、电阻料消耗量", "packing used in graphitising", "t"),
    ("GTA", "待石墨化品装炉量", "bodies graphitised", "t"),
    ("GWT", "石墨化废料带出的碳", "carbon leaving with waste of graphitising", "t C"),
    ("GP", "石墨化品产量", "graphitised product", "t"), family="graphitising", clause="5.2.4",
)
w_gpm, w_gta, w_gp, v_gpm = shares(
    ("w_gpm", "保温料固定碳", "fixed carbon of the packing", "t C/t"),
    ("w_gta", "待石墨化品固定碳", "fixed carbon of the bodies", "t C/t"),
    ("w_gp", "石墨化品固定碳", "fixed carbon of graphitised product", "t C/t"),
    ("v_gpm", "保温料挥发分", "volatile matter of the packing", "1"), clause="5.2.4",
)
K3 = condensed("K3", "5.2.4")
E_gr = m.quantity(
    "E_gr", "一台石墨化炉的排放量", "emission of one graphitising furnace", "t CO2",
    (GPM * w_gpm + GTA * w_gta - GWT - GP * w_gp) * K + GPM * v_gpm * K3 * V,
    places=2, parents="sum_published", scope="direct", clause="5.2.4, equation 8",
)
E_graphitising = m.quantity(
    "E_graphitising", "石墨化排放量（直接）", "graphitising (direct)", "t CO2",
    sum_over(E_gr, "source month"), places=2, parents="sum_published",
)

# Fumes burnt: organic matter in the waste gas of the month, its heat, and the carbon of that heat.
FUME = "5.2.5.1; range: proposal"
DAYS = m.activity(
    "DAYS", "焚烧装置运行天数", "days the burner ran", "d",
    indicator="days_run", keys={"family": "fume_burner"}, lower="0", upper="31", clause=FUME,
)
Q_f, C_f, H_f, CC_f, OF_f = (
    m.factor(symbol, zh, en, unit, choose=measured, lower="0", upper=upper, clause=FUME)
    for symbol, zh, en, unit, upper in (
        ("Q_f", "烟气流量", "flow of waste gas", "Nm3@0C/h", "10000000"),
        ("C_f", "烟气中可燃有机物浓度", "organic matter in the waste gas", "mg/Nm3@0C", "100000"),
        ("H_f", "有机物热值", "heat of the organic matter", "GJ/t", "60"),
        ("CC_f", "有机物单位热值含碳量", "carbon of its heat", "t C/GJ", "0.08"),
        ("OF_f", "有机物氧化率", "oxidation of the organic matter", "1", "1"),
    )
)
HOURS = m.constant("HOURS", "一日的小时数", "hours of a day", "h/d", exactly="24")
T_mg = m.constant("T_mg", "毫克化吨", "mg to t", "t/mg", exactly="1/1000000000")
E_fb = m.quantity(
    "E_fb", "一套焚烧装置的排放量", "emission of one fume burner", "t CO2",
    DAYS * HOURS * Q_f * C_f * T_mg * H_f * CC_f * OF_f * K,
    places=2, parents="sum_published", scope="direct", clause=FUME,
)
DESULPHUR = "5.2.5.2; range: proposal"
AG = m.activity(
    "AG", "脱硫剂消耗量", "desulphurising agent", "t",
    indicator="desulphurising_agent", keys={"family": "desulphurisation"}, lower="0", clause=DESULPHUR,
)
I_s, TR_s = (
    m.factor(
        symbol, zh, en, "1", table="desulphurisation", column=column, key="=脱硫剂", choose=found,
        lower="0", upper="1", clause=DESULPHUR,
    )
    for symbol, zh, en, column in (
        ("I_s", "脱硫剂中碳酸盐含量", "carbonate in the agent", "carbonate"),
        ("TR_s", "转化率", "conversion", "conversion"),
    )
)
EF_s = m.factor(
    "EF_s", "碳酸盐排放因子", "factor of the carbonate", "t CO2/t", table="desulphurisation", column="ef",
    key="carbonate", choose=found, lower="0.1", upper="0.7", clause="5.2.5.2, table C.2; range: proposal",
)
E_ds = m.quantity(
    "E_ds", "一套脱硫装置的排放量", "emission of one desulphurising plant", "t CO2",
    AG * I_s * EF_s * TR_s, places=2, parents="sum_published", scope="direct", clause=DESULPHUR,
)
E_treatment = m.quantity(
    "E_treatment", "废气治理排放量（直接）", "waste gas treated (direct)", "t CO2",
    sum_over(E_fb, "source month") + sum_over(E_ds, "source month"), places=2, parents="sum_published",
)

# Heat of steam is mass times enthalpy here, without the heat of the water.
for symbol, zh, en, steam in (
    ("Q_s", "蒸汽热量", "heat of the steam bought", "MS"), ("Q_o", "外供蒸汽热量", "heat of the steam sold", "SS"),
):
    m.quantity(symbol, zh, en, "GJ", m[steam] * m["HS"] * m["GJ"], clause="heat bought, tables C.4, C.5", override=True)
m.drop("H20")
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_calcining + E_baking + E_graphitising + E_treatment,
    places=2, parents="sum_published", override=True,
)
m.rule(
    "物料计量与成分检测应采用同一基准（收到基或干基）。",
    "What is weighed and what is tested must be on one basis (as received, or dry).", status="secondary",
)
m.rule(
    "证明为非化石能源的购入电量因子为零，单列，不计入 PE。",
    "Bought electricity proved to be non-fossil counts zero; it is listed apart, not in PE.", "5.2.6.1, D.1.1",
    status="secondary",
)
m.evidence("GC", "生焦投入与煅后焦产量记录", "records of green and calcined coke", status="memory")
m.evidence("C_f", "烟气检测报告", "tests of the waste gas", status="memory")
m.plan_field(
    "w_g", "固定碳、挥发分的检测方法、频次和基准", "how, how often, on which basis carbon is tested", status="memory",
)
