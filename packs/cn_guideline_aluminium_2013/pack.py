"""电解铝生产企业（2013）：fuel, anodes consumed, PFC of anode effects, limestone calcined, electricity and heat.

口径: one legal entity that smelts aluminium; CO2, CF4, C2F6 by AR2. Not the CETS guide of 2024 (AR5, other scope).
"""

from tansuo.methods import branch, extend, first_of, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_aluminium_2013", edition="2013",
    title_zh="电解铝生产企业温室气体排放核算（2013指南）", title_en="Aluminium smelting (guideline of 2013)",
    valid="2013-01/..", source="aluminium_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct")
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "化石燃料燃烧、炭阳极消耗（能源作为原材料）、阳极效应、煅烧石灰石、净购入电力与热力。",
    "Fuel burnt, anodes consumed (energy as raw material), anode effects, limestone calcined, net bought "
    "electricity and heat.", status="memory",
)

P = m.activity(
    "P", "原铝产量", "primary aluminium made", "t",
    indicator="aluminium_production", keys={"family": "potline"}, lower="0",
)
ML = m.activity(
    "ML", "石灰石消耗量（煅烧）", "limestone calcined", "t",
    indicator="carbonate_consumption", keys={"family": "limestone"}, lower="0",
)
tested, ANODE, PFC = ladder("measured", "default"), "anodes; range: proposal", "anode effects; range: proposal"
LIME = "limestone calcined; range: proposal"
NC, S, A, EF_CF4, EF_C2F6, EF_lime = (
    m.factor(
        symbol, zh, en, unit, table="aluminium", column=column, key="=缺省", choose=tested,
        lower=lower, upper=upper, clause=clause,
    )
    for symbol, zh, en, unit, column, lower, upper, clause in (
        ("NC", "吨铝炭阳极净耗", "net anode a tonne of aluminium", "t C/t", "anode", "0.3", "0.6", ANODE),
        ("S", "炭阳极平均含硫量", "sulphur of the anode", "1", "sulphur", "0", "0.1", ANODE),
        ("A", "炭阳极平均灰分含量", "ash of the anode", "1", "ash", "0", "0.05", ANODE),
        ("EF_CF4", "阳极效应四氟化碳排放因子", "CF4 of anode effects", "kg CF4/t", "cf4", "0", "2", PFC),
        ("EF_C2F6", "阳极效应六氟乙烷排放因子", "C2F6 of anode effects", "kg C2F6/t", "c2f6", "0", "0.3", PFC),
        ("EF_lime", "石灰石排放因子", "factor of limestone", "t CO2/t", "limestone", "0.2", "0.45", LIME),
    )
)

E_an = m.quantity(
    "E_an", "一个电解系列的炭阳极消耗排放量", "anodes of one potline", "t CO2",
    P * NC * (1 - S - A) * m["K"], places=2, parents="sum_published", scope="direct", clause=ANODE,
)
E_anode = m.quantity(
    "E_anode", "炭阳极消耗排放量（直接）", "anodes consumed (direct)", "t CO2",
    sum_over(E_an, "source month"), places=2, parents="sum_published",
)
E_li = m.quantity(
    "E_li", "一处煅烧石灰石的排放量", "limestone of one kiln", "t CO2",
    ML * EF_lime, places=2, parents="sum_published", scope="direct", clause=LIME,
)
E_limestone = m.quantity(
    "E_limestone", "煅烧石灰石排放量（直接）", "limestone calcined (direct)", "t CO2",
    sum_over(E_li, "source month"), places=2, parents="sum_published",
)

# Anode effects: by their minutes a cell and day where they were measured, else by the default a tonne.
AEM = m.factor(
    "AEM", "平均每天每槽阳极效应持续时间", "minutes of anode effect a cell and day", "min/d",
    choose=ladder("measured"), lower="0", upper="60", clause=PFC,
)
SLOPE = m.constant(
    "SLOPE", "四氟化碳斜率", "slope of CF4", "kg CF4 d/t min", exactly="143/1000", clause=PFC,
)
R_PFC = m.constant("R_PFC", "六氟乙烷与四氟化碳之比", "C2F6 to CF4", "kg C2F6/kg CF4", exactly="1/10", clause=PFC)
T = m.constant("T", "千克化吨", "kg to t", "t/kg", exactly="1/1000")
GWP_CF4 = m.factor(
    "GWP_CF4", "四氟化碳的全球变暖潜势（AR2）", "GWP of CF4 (AR2)", "t CO2e[AR2]/t CF4",
    over="month", table="gwp_ar2", column="typed", key="=CF4", lower="6500", upper="6500", clause="AR2",
)
GWP_C2F6 = m.factor(
    "GWP_C2F6", "六氟乙烷的全球变暖潜势（AR2）", "GWP of C2F6 (AR2)", "t CO2e[AR2]/t C2F6",
    over="month", table="gwp_ar2", column="typed", key="=C2F6", lower="9200", upper="9200", clause="AR2",
)
E_cf = m.quantity(
    "E_cf", "一个电解系列的四氟化碳排放量", "CF4 of one potline", "t CO2e[AR2]",
    first_of(
        branch("slope", P * AEM * SLOPE * T * GWP_CF4, zh="斜率法"),
        branch("default", P * EF_CF4 * T * GWP_CF4, zh="缺省值"),
    ),
    places=2, parents="sum_published", scope="direct", clause=PFC,
)
E_c2 = m.quantity(
    "E_c2", "一个电解系列的六氟乙烷排放量", "C2F6 of one potline", "t CO2e[AR2]",
    first_of(
        branch("slope", P * AEM * SLOPE * R_PFC * T * GWP_C2F6, zh="斜率法"),
        branch("default", P * EF_C2F6 * T * GWP_C2F6, zh="缺省值"),
    ),
    places=2, parents="sum_published", scope="direct", clause=PFC,
)
E_PFC = m.quantity(
    "E_PFC", "阳极效应排放量（直接）", "anode effects (direct)", "t CO2e[AR2]",
    sum_over(E_cf, "source month") + sum_over(E_c2, "source month"), places=2, parents="sum_published",
)

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_anode + E_limestone, places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + m["E_indirect"], places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * m["W_CO2"] + E_PFC, places=2, scope="both",
)

m.evidence("P", "电解车间产量统计、铝液计量单", "production statistics, weighing slips of hot metal", status="memory")
m.evidence("AEM", "阳极效应槽控系统记录", "records of anode effects from the pot control", status="memory")
m.plan_field("NC", "阳极净耗的统计口径与频次", "how net anode consumption is counted, how often", status="memory")
m.plan_field("S", "硫分检测标准与频次", "test standard and frequency of sulphur", status="memory")
