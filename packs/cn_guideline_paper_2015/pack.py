"""造纸和纸制品生产企业（2015）：limestone and wastewater treated without air, besides fuel, electricity and heat.

口径: one legal entity that makes pulp, paper or paper products; CO2, and the CH4 of wastewater.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_wastewater_2015", "cn_guideline_paper_2015", edition="2015",
    title_zh="造纸和纸制品生产企业温室气体排放核算（2015指南）",
    title_en="Paper and paper products (guideline of 2015)",
    valid="2015-01/..", source="paper_2015", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct", "E_carbonate", "E_c", "MC", "EF_carb", "PUR")
m.boundary(
    "化石燃料燃烧、过程排放（石灰石使用）、废水厌氧处理（扣减甲烷回收）、净购入电力与热力。黑液、木屑等生物质燃料的二氧化碳不计入。",
    "Fuel burnt, limestone used, wastewater treated without air less recovered methane, net bought electricity and "
    "heat. The CO2 of black liquor, bark and other biomass does not count.",
    status="secondary", clause="list of sources as two public implementations give it",
)
found = ladder("measured", "default")
LIME = "limestone used; range: proposal"
ML = m.activity(
    "ML", "石灰石消耗量", "limestone used", "t",
    indicator="limestone_consumption", keys={"family": "limestone"}, lower="0", clause=LIME,
)
EF_lime = m.factor(
    "EF_lime", "石灰石排放因子", "factor of limestone", "t CO2/t",
    table="paper", column="ef", key="=石灰石", choose=found, lower="0.3", upper="0.45", clause=LIME,
)
E_l = m.quantity(
    "E_l", "一处石灰石使用的排放量", "emission of one use of limestone", "t CO2",
    ML * EF_lime, places=2, parents="sum_published", scope="direct", clause=LIME,
)
E_process = m.quantity(
    "E_process", "石灰石过程排放量（直接）", "limestone (direct)", "t CO2",
    sum_over(E_l, "source month"), places=2, parents="sum_published",
)
m.factor(
    "MCF", "甲烷修正因子", "methane correction factor", "1",
    table="paper", column="mcf", key="=造纸废水", choose=found,
    lower="0", upper="1", clause="recommended for paper; range: proposal", override=True,
)
E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_process, places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + m["E_indirect"], places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * m["W_CO2"] + m["E_wastewater"] - m["R_CH4"], places=2, scope="both",
)
m.evidence("ML", "石灰石购销存台账、结算凭证", "ledgers and invoices of limestone", status="memory")
m.plan_field("ML", "石灰石计量设备、频次", "how limestone is weighed, how often", status="memory")
