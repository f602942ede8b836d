"""煤炭生产企业（2014）：methane and CO2 that escape from mines and from coal after mining, and coal-mine gas flared.

口径: one legal entity that mines or washes coal; CO2 and CH4.
"""

from tansuo.methods import branch, extend, first_of, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_coal_2014", edition="2014",
    title_zh="煤炭生产企业温室气体排放核算（2014指南）", title_en="Coal production (guideline of 2014)",
    valid="2014-01/..", source="coal_2014", gwp="AR2",
)
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "化石燃料燃烧、煤矿瓦斯火炬燃烧、井工开采甲烷与二氧化碳逃逸（扣减回收利用与火炬销毁）、露天开采与矿后活动甲烷逃逸、净购入电力与热力。",
    "Fuel burnt, coal-mine gas flared, CH4 and CO2 that escape from underground mines (less what is used or flared), "
    "CH4 of open pits and after mining, net bought electricity and heat.",
    status="secondary", clause="list of sources as two public implementations give it",
)
K = m["K"]
measured, found = ladder("measured"), ladder("measured", "default")
RHO_CH4 = m.constant(
    "RHO_CH4", "甲烷密度", "density of methane", "t CH4/万Nm3@0C", exactly="717/100", clause="0 °C, 101.325 kPa",
)
RHO_CO2 = m.constant(
    "RHO_CO2", "二氧化碳密度", "density of CO2", "t CO2/万Nm3@0C", exactly="1977/100", clause="0 °C, 101.325 kPa",
)
GWP_CH4 = m.factor(
    "GWP_CH4", "甲烷的全球变暖潜势", "GWP of methane", "t CO2e[AR2]/t CH4",
    table="gwp_ar2", column="typed", key="=CH4", lower="20", upper="31", clause="second assessment report",
)

# Underground: in the ventilation air (metered, or from the mean of a minute and the days worked), and drained.
UNDER = "underground mines; range: proposal"
QV = m.activity(
    "QV", "甲烷风排量", "methane in ventilation air", "万Nm3@0C",
    indicator="mine_methane_vented", keys={"family": "ventilation"}, lower="0", clause=UNDER,
)
DAYS = m.activity(
    "DAYS", "实际工作日数", "days worked", "d",
    indicator="days_worked", keys={"family": "ventilation"}, lower="0", upper="31", clause=UNDER,
)
q = m.factor(
    "q", "平均每分钟甲烷风排量", "methane in ventilation air of a minute", "万Nm3@0C/min",
    choose=measured, lower="0", upper="0.1", clause=UNDER,
)
MINUTES = m.constant("MINUTES", "一日的分钟数", "minutes of a day", "min/d", exactly="1440", clause=UNDER)
V_vent = m.quantity(
    "V_vent", "一座矿井的甲烷风排量（采用值）", "methane in one mine's ventilation air, as used", "万Nm3@0C",
    first_of(
        branch("metered all the time", QV, zh="连续计量"),
        branch("mean of a minute", q * MINUTES * DAYS, zh="分钟均值"),
    ), clause=UNDER,
)
QD, QT, QR = (
    m.activity(symbol, zh, en, "万Nm3@0C", indicator=indicator, keys={"family": family}, lower="0", clause=UNDER)
    for symbol, zh, en, indicator, family in (
        ("QD", "甲烷抽放量", "methane drained", "mine_methane_drained", "drainage"),
        ("QT", "甲烷火炬销毁量", "methane destroyed by flares", "mine_methane_flared", "methane_flared"),
        ("QR", "甲烷回收利用量", "methane used", "mine_methane_used", "methane_used"),
    )
)
parts = []
for symbol, zh, en, volume in (
    ("E_v", "一座矿井风排的甲烷", "methane of one mine's ventilation air", V_vent),
    ("E_d", "一座矿井抽放的甲烷", "methane drained from one mine", QD),
    ("R_t", "一座火炬销毁的甲烷", "methane destroyed by one flare", QT),
    ("R_u", "一处利用的甲烷", "methane used at one place", QR),
):
    one = m.quantity(
        symbol, zh, en, "t CO2e[AR2]",
        volume * RHO_CH4 * GWP_CH4, places=2, parents="sum_published", scope="direct", clause=UNDER,
    )
    parts.append(sum_over(one, "source month"))
vented, drained, destroyed, used = parts
E_under = m.quantity(
    "E_under", "井工开采甲烷逃逸排放量（直接）", "methane of underground mines (direct)", "t CO2e[AR2]",
    vented + drained - destroyed - used, places=2, parents="sum_published",
)
QC = m.activity(
    "QC", "二氧化碳风排与抽放量", "CO2 in ventilation air and drained", "万Nm3@0C",
    indicator="mine_co2_vented", keys={"family": "mine_co2"}, lower="0", clause=UNDER,
)
E_mc = m.quantity(
    "E_mc", "一座矿井的二氧化碳逃逸排放量", "CO2 of one mine", "t CO2",
    QC * RHO_CO2, places=2, parents="sum_published", scope="direct", clause=UNDER,
)
E_mine_CO2 = m.quantity(
    "E_mine_CO2", "井工开采二氧化碳逃逸排放量（直接）", "CO2 of underground mines (direct)", "t CO2",
    sum_over(E_mc, "source month"), places=2, parents="sum_published",
)

# Open pits, and coal after it was mined: by tonne of raw coal.
TONNE = "open pits and after mining; range: proposal"
P_open, P_after = (
    m.activity(symbol, zh, en, "t", indicator=indicator, keys={"family": family}, lower="0", clause=TONNE)
    for symbol, zh, en, indicator, family in (
        ("P_open", "露天煤矿原煤产量", "raw coal of open pits", "raw_coal_mined", "open_pit"),
        ("P_after", "原煤产量（矿后活动）", "raw coal, after mining", "raw_coal_handled", "after_mining"),
    )
)
EF_open = m.factor(
    "EF_open", "露天开采甲烷排放因子", "methane of a tonne, open pit", "kg CH4/t",
    table="mine_methane", column="mining", key="=露天煤矿", choose=found, lower="0", upper="5", clause=TONNE,
)
EF_after = m.factor(
    "EF_after", "矿后活动甲烷排放因子", "methane of a tonne, after mining", "kg CH4/t",
    table="mine_methane", column="after", key="mine", choose=found, lower="0", upper="5", clause=TONNE,
)
T_kg = m.constant("T_kg", "千克化吨", "kg to t", "t/kg", exactly="1/1000")
E_po, E_pa = (
    m.quantity(
        symbol, zh, en, "t CO2e[AR2]",
        amount * T_kg * GWP_CH4, places=2, parents="sum_published", scope="direct", clause=TONNE,
    )
    for symbol, zh, en, amount in (
        ("E_po", "一座露天煤矿的甲烷逃逸排放量", "methane of one open pit", P_open * EF_open),
        ("E_pa", "一座煤矿矿后活动的甲烷逃逸排放量", "methane of one mine's coal after mining", P_after * EF_after),
    )
)
E_open = m.quantity(
    "E_open", "露天开采与矿后活动甲烷逃逸排放量（直接）", "methane of open pits and after mining (direct)",
    "t CO2e[AR2]",
    sum_over(E_po, "source month") + sum_over(E_pa, "source month"), places=2, parents="sum_published",
)

# The CO2 of coal-mine gas that is flared.
FLARE = "coal-mine gas flared; range: proposal"
QF = m.activity(
    "QF", "煤矿瓦斯火炬燃烧量", "coal-mine gas flared", "万Nm3@0C",
    indicator="gas_flared", keys={"family": "flare"}, lower="0", clause=FLARE,
)
CCF = m.factor(
    "CCF", "瓦斯中除二氧化碳外的含碳量", "carbon of the gas other than CO2", "t C/万Nm3@0C",
    choose=measured, lower="0", upper="20", clause=FLARE,
)
V_CO2 = m.factor(
    "V_CO2", "瓦斯中二氧化碳体积浓度", "CO2 of the gas by volume", "1",
    choose=measured, lower="0", upper="1", clause=FLARE,
)
OFF = m.factor(
    "OFF", "火炬碳氧化率", "oxidation in the flare", "1",
    table="coal_flare", column="oxidation", key="=火炬", choose=found, lower="0.5", upper="1", clause=FLARE,
)
E_fl = m.quantity(
    "E_fl", "一座火炬的二氧化碳排放量", "CO2 of one flare", "t CO2",
    QF * (CCF * OFF * K + V_CO2 * RHO_CO2), places=2, parents="sum_published", scope="direct", clause=FLARE,
)
E_flare = m.quantity(
    "E_flare", "火炬燃烧二氧化碳排放量（直接）", "CO2 of flares (direct)", "t CO2",
    sum_over(E_fl, "source month"), places=2, parents="sum_published",
)
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_flare + E_mine_CO2, places=2, parents="sum_published", override=True,
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    m["E_CO2"] * m["W_CO2"] + E_under + E_open, places=2, scope="both", override=True,
)
m.rule(
    "利用煤矿瓦斯发电、供热产生的二氧化碳计入化石燃料燃烧。",
    "CO2 of coal-mine gas burnt for power or heat counts as fuel.", status="memory",
)
m.evidence(
    "QV", "矿井通风瓦斯监测记录、瓦斯等级鉴定报告", "records of mine gas, report of the gas class", status="memory",
)
m.evidence("P_open", "原煤产量报表", "reports of raw coal", status="memory")
m.plan_field("QV", "风量与瓦斯浓度的监测频次、仪器", "how often air and gas are measured, by what", status="memory")
m.plan_field("QD", "抽放流量计型号、精度与校准", "model, class and calibration of drainage meters", status="memory")
