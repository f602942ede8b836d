"""碳酸盐、废水厌氧处理与甲烷回收（行业指南的积木）：what several sector guidelines of 2015 share.

CO2 of carbonates; CH4 of wastewater treated without air, Σ (TOW − S) × Bo × MCF; less the CH4 that is burnt, sold or
flared. A building block: paper, food, other industry and textiles extend it.
"""

from tansuo.methods import branch, extend, first_of, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_wastewater_2015", edition="2015",
    title_zh="行业指南：碳酸盐、废水厌氧处理与甲烷回收",
    title_en="Sector guidelines: carbonates, wastewater treated without air, recovered methane",
    valid="2015-01/..", source="other_industry_2015", gwp="AR2",
)
m.use("factors_carbonates", "carbonates")
m.use("factors_gwp", "gwp_ar2")
measured, found = ladder("measured"), ladder("measured", "default")

# Carbonates: amount × factor × purity.
MC = m.activity(
    "MC", "碳酸盐消耗量", "carbonate used", "t",
    indicator="carbonate_consumption", keys={"family": "carbonate"}, lower="0",
)
CARBONATES = "use of carbonates; range: proposal"
EF_carb = m.factor(
    "EF_carb", "碳酸盐排放因子", "factor of the carbonate", "t CO2/t",
    table="carbonates", column="printed", key="carbonate", choose=found,
    lower="0.1", upper="0.7", clause=CARBONATES,
)
PUR = m.factor(
    "PUR", "碳酸盐纯度", "purity of the carbonate", "1",
    choose=ladder("measured", "supplier"), lower="0", upper="1", clause=CARBONATES,
)
E_c = m.quantity(
    "E_c", "一种碳酸盐的排放量", "emission of one carbonate", "t CO2",
    MC * EF_carb * PUR, places=2, parents="sum_published", scope="direct", clause=CARBONATES,
)
E_carbonate = m.quantity(
    "E_carbonate", "碳酸盐使用过程排放量（直接）", "use of carbonates (direct)", "t CO2",
    sum_over(E_c, "source month"), places=2, parents="sum_published",
)

# Wastewater: organic matter removed without air, times what it can give, times the share of it that does.
WATER = "wastewater treated without air; range: proposal"
WW = m.activity(
    "WW", "厌氧处理废水量", "wastewater treated without air", "m3",
    indicator="wastewater_anaerobic", keys={"family": "wastewater"}, lower="0", clause=WATER,
)
SL = m.activity(
    "SL", "以污泥方式清除的COD量", "COD removed with sludge", "t COD",
    indicator="cod_in_sludge", keys={"family": "wastewater"}, lower="0", clause=WATER,
)
COD_in, COD_out = (
    m.factor(symbol, zh, en, "kg COD/m3", choose=measured, lower="0", upper="200", clause=WATER)
    for symbol, zh, en in (
        ("COD_in", "进口COD浓度", "COD coming in"),
        ("COD_out", "出口COD浓度", "COD going out"),
    )
)
T_kg = m.constant("T_kg", "千克化吨", "kg to t", "t/kg", exactly="1/1000")
BO = m.factor(
    "BO", "甲烷最大生产能力", "methane that COD can give at most", "t CH4/t COD",
    table="wastewater", column="bo", key="=废水", choose=found, lower="0", upper="0.35", clause=WATER,
)
MCF = m.factor(
    "MCF", "甲烷修正因子", "methane correction factor", "1",
    table="wastewater", column="mcf", key="treatment", choose=found, lower="0", upper="1", clause=WATER,
)
GWP_CH4 = m.factor(
    "GWP_CH4", "甲烷的全球变暖潜势", "GWP of methane", "t CO2e[AR2]/t CH4",
    table="gwp_ar2", column="typed", key="=CH4", lower="20", upper="31", clause="second assessment report",
)
TOW = m.quantity(
    "TOW", "一套设施去除的COD量", "COD removed in one plant", "t COD", WW * (COD_in - COD_out) * T_kg, clause=WATER,
)
COD_w = m.quantity(
    "COD_w", "一套设施中可产甲烷的COD量", "COD of one plant that can give methane", "t COD",
    first_of(
        branch("less sludge", TOW - SL, zh="扣除污泥"),
        branch("no record of sludge: nothing removed", TOW, zh="无污泥记录，按未清除计"),
    ), clause=WATER,
)
E_w = m.quantity(
    "E_w", "一套设施的甲烷排放量", "methane of one plant", "t CO2e[AR2]",
    COD_w * BO * MCF * GWP_CH4, places=2, parents="sum_published", scope="direct", clause=WATER,
)
E_wastewater = m.quantity(
    "E_wastewater", "废水厌氧处理甲烷排放量（直接，扣减回收前）", "methane of wastewater (direct, before recovery)",
    "t CO2e[AR2]", sum_over(E_w, "source month"), places=2, parents="sum_published",
)

# Methane recovered, burnt by the firm, sold, or flared. Volumes at 0 °C, as the density of 7.17 t/万Nm3 tells.
RECOVERY = "recovery of methane; range: proposal"
RHO_CH4 = m.constant(
    "RHO_CH4", "甲烷密度", "density of methane", "t CH4/万Nm3@0C", exactly="717/100", clause="0 °C, 101.325 kPa",
)
V_CH4 = m.factor(
    "V_CH4", "甲烷体积浓度", "methane by volume", "1", choose=measured, lower="0", upper="1", clause=RECOVERY,
)
OX_CH4 = m.factor(
    "OX_CH4", "自用过程甲烷氧化系数", "share of methane oxidised in own use", "1",
    choose=measured, lower="0", upper="1", clause=RECOVERY,
)
ETA = m.factor(
    "ETA", "火炬销毁效率", "efficiency of the flare", "1",
    table="wastewater", column="destruction", key="=火炬", choose=found, lower="0.5", upper="1", clause=RECOVERY,
)
RM = m.activity(
    "RM", "甲烷回收量（按质量）", "methane recovered, by mass", "t CH4",
    indicator="methane_recovered", keys={"family": "ch4_recovered"}, lower="0", clause=RECOVERY,
)
QU, QX, QD = (
    m.activity(
        symbol, zh, en, "万Nm3@0C", indicator="biogas_recovered", keys={"family": family}, lower="0", clause=RECOVERY,
    )
    for symbol, zh, en, family in (
        ("QU", "沼气回收自用量", "biogas burnt by the firm", "biogas_used"),
        ("QX", "沼气外供量", "biogas sold", "biogas_sold"),
        ("QD", "沼气火炬销毁量", "biogas flared", "biogas_flared"),
    )
)
recovered = []
for symbol, zh, en, mass in (
    ("R_m", "按质量计的甲烷回收量", "methane recovered, by mass", RM),
    ("R_u", "一处回收自用的甲烷量", "methane burnt at one place", QU * V_CH4 * OX_CH4 * RHO_CH4),
    ("R_x", "一处外供的甲烷量", "methane sold at one place", QX * V_CH4 * RHO_CH4),
    ("R_d", "一座火炬销毁的甲烷量", "methane destroyed by one flare", QD * V_CH4 * ETA * RHO_CH4),
):
    one = m.quantity(
        symbol, zh, en, "t CO2e[AR2]",
        mass * GWP_CH4, places=2, parents="sum_published", scope="direct", clause=RECOVERY,
    )
    recovered.append(sum_over(one, "source month"))
by_mass, used, sold, flared = recovered
R_CH4 = m.quantity(
    "R_CH4", "甲烷回收与销毁量（扣减）", "methane recovered and destroyed (deducted)", "t CO2e[AR2]",
    by_mass + used + sold + flared, places=2, parents="sum_published",
)

m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_carbonate, places=2, parents="sum_published", override=True,
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    m["E_CO2"] * m["W_CO2"] + E_wastewater - R_CH4, places=2, scope="both", override=True,
)

m.rule(
    "无法统计以污泥方式清除的COD量时，按未清除（零）计。",
    "Where COD removed with sludge is not recorded, nothing counts as removed.", status="memory",
)
m.rule(
    "生物质来源的二氧化碳不计入；沼气燃烧的二氧化碳为零排放。",
    "CO2 of biogenic origin does not count; the CO2 of burnt biogas is zero.", status="memory",
)
m.evidence("WW", "废水处理设施运行台账、流量计记录", "running log and flow records of the plant", status="memory")
m.evidence("COD_in", "进出口COD检测报告", "tests of COD at inlet and outlet", status="memory")
m.evidence("MC", "碳酸盐购销存台账、结算凭证", "ledgers and invoices of carbonates", status="memory")
m.plan_field("COD_in", "COD的检测方法、频次", "how and how often COD is tested", status="memory")
m.plan_field("QD", "沼气流量计型号、精度与校准；甲烷浓度检测频次",
             "model, class and calibration of the biogas meter; how often methane is tested", status="memory")
