"""食品、烟草及酒、饮料和精制茶企业（2015）：carbonates, bought CO2 that is lost, wastewater treated without air.

口径: one legal entity; CO2, and the CH4 of wastewater. CO2 of fermentation is biogenic and does not count.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_wastewater_2015", "cn_guideline_food_2015", edition="2015",
    title_zh="食品、烟草及酒、饮料和精制茶企业温室气体排放核算（2015指南）",
    title_en="Food, tobacco, liquor, beverages and tea (guideline of 2015)",
    valid="2015-01/..", source="food_2015", gwp="AR2",
)
m.boundary(
    "化石燃料燃烧、碳酸盐使用、外购工业生产的二氧化碳损耗、废水厌氧处理（扣减甲烷回收）、净购入电力与热力。发酵产生的二氧化碳不计入。",
    "Fuel burnt, carbonates, bought industrial CO2 that is lost, wastewater treated without air less recovered "
    "methane, net bought electricity and heat. The CO2 of fermentation does not count.",
    status="secondary", clause="list of sources as two public implementations give it",
)
found = ladder("measured", "default")
BOUGHT = "bought industrial CO2; range: proposal"
MB = m.activity(
    "MB", "外购工业生产的二氧化碳消耗量", "bought industrial CO2 used", "t CO2",
    indicator="bought_co2", keys={"family": "bought_co2"}, lower="0", clause=BOUGHT,
)
LOSS = m.factor(
    "LOSS", "二氧化碳损耗比例", "share of the CO2 that is lost", "1",
    table="food", column="loss", key="filling", choose=found, lower="0", upper="1", clause=BOUGHT,
)
E_b = m.quantity(
    "E_b", "一条灌装线的二氧化碳损耗", "CO2 lost on one filling line", "t CO2",
    MB * LOSS, places=2, parents="sum_published", scope="direct", clause=BOUGHT,
)
E_bought = m.quantity(
    "E_bought", "外购二氧化碳损耗排放量（直接）", "bought CO2 that is lost (direct)", "t CO2",
    sum_over(E_b, "source month"), places=2, parents="sum_published",
)
m.factor(
    "MCF", "甲烷修正因子", "methane correction factor", "1",
    table="food", column="mcf", key="trade", choose=found,
    lower="0", upper="1", clause="recommended by trade; range: proposal", override=True,
)
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + m["E_carbonate"] + E_bought, places=2, parents="sum_published", override=True,
)
m.rule(
    "只计购入的工业二氧化碳；企业自产发酵二氧化碳的回收利用不计入。",
    "Only bought industrial CO2 counts; the firm's own CO2 of fermentation does not.", status="memory",
)
m.evidence("MB", "二氧化碳台账、供应商发票", "ledgers of CO2, suppliers' invoices", status="secondary")
m.plan_field("LOSS", "损耗比例的测算方法", "how the share that is lost is worked out", status="memory")
