"""铝冶炼（CETS—AG—04.01—V01—2024）：CO2 and PFC of electrolysis and of the smelting enterprise, in CO2e of AR5.

口径: direct emissions only; electricity and heat are reported elsewhere. README.md says where each rule and number
comes from, and with what status.
"""

from tansuo.methods import Method, branch, first_of, ladder, sum_over

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "cn_aluminium_2024", edition="2024",
    title_zh="铝冶炼行业温室气体排放（CETS—AG—04.01—V01—2024）",
    title_en="Aluminium smelting enterprises (CETS—AG—04.01—V01—2024)",
    valid="2024-01/..", source="cets_aluminium_2024", gwp="AR5",
)
m.use("factors_cn_fuels_cets_2024", "fuel_defaults")
m.use("factors_carbonates", "carbonates")
m.use("factors_gwp", "gwp_ar5")
m.option(
    "pfc", "阳极效应排放因子的取法", "how the factor of the anode effect is found",
    choices=("default", "slope"), default="default",
)
K = m.constant("K", "二氧化碳与碳的相对分子质量之比", "CO2 to C by molar mass", "t CO2/t C", exactly="44/12")
W = m.constant("W", "二氧化碳的全球变暖潜势", "GWP of CO2", "t CO2e[AR5]/t CO2", exactly="1")
KG = m.constant("KG", "千克化吨", "kg to t", "t/kg", exactly="1/1000")

# Electrolysis: anode carbon, and PFC of the anode effect.
POTS = {"family": "potline"}
P = m.activity(
    "P", "铝液产量", "aluminium tapped", "t", indicator="aluminium_output", keys=POTS, places=2, lower="0",
)
DEFAULTS, every, RANGE = "aluminium_defaults", "source month", "plausible range ours"
tested, measured = ladder("measured", "default"), ladder("measured")
NC = m.factor(
    "NC", "吨铝炭阳极净耗", "net anode consumption", "t C/t",
    keys=POTS, table=DEFAULTS, column="net", key="=炭阳极", choose=tested, lower="0.3", upper="0.6", clause=RANGE,
)
S = m.factor(
    "S", "炭阳极平均含硫量", "sulphur of the anode", "1",
    keys=POTS, table=DEFAULTS, column="sulphur", key="=炭阳极", choose=tested, lower="0", upper="0.1", clause=RANGE,
)
A = m.factor(
    "A", "炭阳极平均灰分", "ash of the anode", "1",
    keys=POTS, table=DEFAULTS, column="ash", key="=炭阳极", choose=tested, lower="0", upper="0.05", clause=RANGE,
)
E_an = m.quantity(
    "E_an", "一个电解系列的阳极排放量", "anode emission of one potline", "t CO2",
    P * NC * (1 - S - A) * K, places=2, parents="sum_published", scope="direct",
)
E_anode = m.quantity(
    "E_anode", "炭阳极消耗排放量", "anode consumption", "t CO2",
    sum_over(E_an, every), places=2, parents="sum_published",
)
AEM = m.factor(
    "AEM", "平均每天每槽阳极效应持续时间", "minutes of anode effect a pot and day", "min",
    keys=POTS, choose=measured, lower="0", upper="60", clause=RANGE,
)
B = m.factor(
    "B", "斜率系数", "slope", "kg CF4/t min",
    over="", table=DEFAULTS, column="slope", key="=阳极效应", lower="0.05", upper="0.3", clause=RANGE,
)
R = m.factor(
    "R", "C2F6 与 CF4 之比", "C2F6 to CF4", "kg C2F6/kg CF4",
    over="", table=DEFAULTS, column="ratio", key="=阳极效应", lower="0.05", upper="0.3", clause=RANGE,
)
D4 = m.factor(
    "D4", "CF4 排放因子缺省值", "default factor of CF4", "kg CF4/t",
    keys=POTS, table=DEFAULTS, column="cf4", key="=阳极效应", lower="0.001", upper="1", clause=RANGE,
)
D6 = m.factor(
    "D6", "C2F6 排放因子缺省值", "default factor of C2F6", "kg C2F6/t",
    keys=POTS, table=DEFAULTS, column="c2f6", key="=阳极效应", lower="0.0001", upper="0.1", clause=RANGE,
)
by_slope, by_default = {"pfc": "slope"}, {"pfc": "default"}
EF4 = m.quantity(
    "EF4", "CF4 排放因子", "factor of CF4", "kg CF4/t",
    first_of(
        branch("slope", B * AEM, when=by_slope, zh="斜率法"),
        branch("default", D4, when=by_default, zh="缺省值"),
    ),
    places=4, parents="sum_published",
)
EF6 = m.quantity(
    "EF6", "C2F6 排放因子", "factor of C2F6", "kg C2F6/t",
    first_of(
        branch("slope", R * EF4, when=by_slope, zh="斜率法"),
        branch("default", D6, when=by_default, zh="缺省值"),
    ),
    places=5, parents="sum_published",
)
G4 = m.factor(
    "G4", "CF4 的全球变暖潜势（AR5）", "GWP of CF4 (AR5)", "t CO2e[AR5]/t CF4",
    over="", table="gwp_ar5", column="typed", key="=CF4", lower="6000", upper="8000",
)
G6 = m.factor(
    "G6", "C2F6 的全球变暖潜势（AR5）", "GWP of C2F6 (AR5)", "t CO2e[AR5]/t C2F6",
    over="", table="gwp_ar5", column="typed", key="=C2F6", lower="9000", upper="13000",
)
E_CF4 = m.quantity(
    "E_CF4", "一个电解系列的 CF4 排放量", "CF4 of one potline", "t CO2e[AR5]",
    P * EF4 * KG * G4, places=2, parents="sum_published", scope="direct",
)
E_C2F6 = m.quantity(
    "E_C2F6", "一个电解系列的 C2F6 排放量", "C2F6 of one potline", "t CO2e[AR5]",
    P * EF6 * KG * G6, places=2, parents="sum_published", scope="direct",
)
E_pfc = m.quantity(
    "E_pfc", "阳极效应全氟化碳排放量", "PFC of the anode effect", "t CO2e[AR5]",
    sum_over(E_CF4, every) + sum_over(E_C2F6, every), places=2, parents="sum_published",
)
E_cell = m.quantity(
    "E_cell", "铝电解工序排放量（未取整）", "electrolysis, before the whole tonne", "t CO2e[AR5]",
    E_anode * W + E_pfc, places=2, parents="sum_published",
)
m.quantity("E_process", "铝电解工序排放量", "electrolysis", "t CO2e[AR5]", E_cell, places=0)
m.quantity(
    "I_process", "铝电解工序排放强度", "emission per tonne of aluminium", "t CO2e[AR5]/t",
    E_cell / sum_over(P, every), places=4,
)

# Enterprise: fuel with oxidation rate, carbonates, and what other guides count.
FC = m.activity(
    "FC", "固体、液体燃料消耗量", "solid or liquid fuel burnt", "t",
    indicator="fuel_consumption", keys={"family": "solid_liquid"}, places=2, lower="0",
)
FG = m.activity(
    "FG", "气体燃料消耗量", "gas burnt", "万Nm3@20C",
    indicator="gas_consumption", keys={"family": "gas"}, places=2, lower="0",
)
FUELS, A1 = "fuel_defaults", "table A.1; plausible range ours"
NCV = m.factor(
    "NCV", "低位发热量", "net calorific value", "GJ/t",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, lower="5", upper="60", clause=A1,
)
NCVG = m.factor(
    "NCVG", "气体低位发热量", "net calorific value of gas", "GJ/万Nm3@20C",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, lower="20", upper="1200", clause=A1,
)
CC = m.factor(
    "CC", "单位热值含碳量", "carbon content of heat", "t C/GJ",
    table=FUELS, column="cc", key="fuel", choose=tested, places=5, lower="0.01", upper="0.08", clause=A1,
)
OF = m.factor(
    "OF", "碳氧化率", "oxidation rate", "1",
    over="source", table=FUELS, column="of", key="fuel", lower="0.8", upper="1", clause=A1,
)
E_s = m.quantity(
    "E_s", "一种固体、液体燃料的排放量", "emission of one solid or liquid fuel", "t CO2",
    FC * NCV * CC * OF * K, places=2, parents="sum_published", scope="direct",
)
E_g = m.quantity(
    "E_g", "一种气体燃料的排放量", "emission of one gas", "t CO2",
    FG * NCVG * CC * OF * K, places=2, parents="sum_published", scope="direct",
)
E_fuel = m.quantity(
    "E_fuel", "化石燃料燃烧排放量", "combustion emission", "t CO2",
    sum_over(E_s, every) + sum_over(E_g, every), places=2, parents="sum_published",
)
M = m.activity(
    "M", "碳酸盐消耗量", "carbonate used", "t",
    indicator="carbonate_consumption", keys={"family": "carbonate"}, places=2, lower="0",
)
EF_c = m.factor(
    "EF_c", "碳酸盐排放因子", "factor of the carbonate", "t CO2/t",
    table="carbonates", column="stoichiometric", key="carbonate", choose=tested, lower="0.15", upper="0.65",
    clause=RANGE,
)
E_c = m.quantity(
    "E_c", "一种碳酸盐的分解排放量", "emission of one carbonate", "t CO2",
    M * EF_c, places=2, parents="sum_published", scope="direct",
)
E_carbonate = m.quantity(
    "E_carbonate", "碳酸盐分解排放量", "carbonates", "t CO2", sum_over(E_c, every), places=2, parents="sum_published",
)
E_oth = m.activity(
    "E_oth", "发电设施及其他非铝冶炼设施的排放量（按其指南）",
    "power units and other plants, by their own guides", "t CO2",
    indicator="emission_by_other_guide", keys={"family": "other_guide"}, places=2, lower="0",
)
m.quantity(
    "E_enterprise", "企业层级温室气体排放量", "emission of the enterprise", "t CO2e[AR5]",
    E_fuel * W + E_anode * W + E_carbonate * W + sum_over(E_oth, every) * W + E_pfc, places=0,
)

m.boundary(
    "铝电解工序层级：炭阳极消耗的二氧化碳与阳极效应的全氟化碳",
    "Electrolysis: CO2 of the anodes, PFC of the anode effect",
    status="secondary",
)
m.boundary(
    "企业层级：另加燃料燃烧、碳酸盐分解，以及按各自指南核算的发电设施和其他设施；购入电力、热力作辅助报告",
    "Enterprise: also fuel, carbonates, and power units and other plants by their guides; bought electricity "
    "and heat beside",
    status="secondary",
)
for symbol, zh, en in (
    ("P", "出铝计量记录、生产月报", "weighing records of tapped metal, monthly reports"),
    ("NC", "阳极消耗、残极与库存台账", "ledger of anodes, butts and stock"),
    ("AEM", "槽控系统阳极效应记录", "anode-effect records of the pot control"),
    ("FC", "燃料购入、消耗台账", "ledger of fuel"),
):
    m.evidence(symbol, zh, en, status="memory")
for symbol, zh, en in (
    ("P", "计量设备等级与校准", "class and calibration of the instrument"),
    ("NC", "计量、盘存方法与频次", "how and how often it is weighed and stocked"),
    ("S", "检测机构、方法标准、频次", "laboratory, standard of the method, frequency"),
    ("AEM", "槽控系统统计口径", "how the pot control counts"),
):
    m.plan_field(symbol, zh, en, status="memory")
m.rule(
    "全氟化碳按 AR5 的 GWP 折算（CF4 6630，C2F6 11100）", "PFC by the GWP of AR5 (CF4 6630, C2F6 11100)",
    status="secondary",
)
m.rule(
    "未实测时炭阳极净耗、含硫、灰分及阳极效应因子取缺省值；斜率法由选项给出，缺少阳极效应时间则不得退回缺省值",
    "Defaults where nothing is measured; the slope method is an option, and without anode-effect minutes it "
    "gives no figure "
    "rather than the default", status="proposal",
)
