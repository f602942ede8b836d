"""纺织服装企业（GB/T 32151.12—2018）：carbonates and wastewater treated without air, besides fuel and power.

口径: one legal entity that makes textiles or clothing; CO2, and the CH4 of wastewater. From memory: the standard was
not read.
"""

from tansuo.methods import extend, ladder

# fmt: off
m = extend(
    "cn_guideline_wastewater_2015", "cn_guideline_textiles_2018", edition="2018",
    title_zh="纺织服装企业温室气体排放核算（GB/T 32151.12—2018）",
    title_en="Textiles and clothing (GB/T 32151.12—2018)",
    valid="2018-01/..", source="gbt_32151_12_2018", gwp="AR2",
)
m.boundary(
    "燃料燃烧、过程排放（碳酸盐使用）、废水厌氧处理（扣减甲烷回收）、购入与输出电力和热力。",
    "Fuel burnt, carbonates, wastewater treated without air less recovered methane, electricity and heat bought "
    "and sold.",
    status="memory", clause="list of sources from memory",
)
# A correction factor for this trade was not found: it is tested or stated, or the figure is missing.
m.factor(
    "MCF", "甲烷修正因子", "methane correction factor", "1", choose=ladder("measured", "stated"),
    lower="0", upper="1", clause="range: proposal", override=True,
)
m.evidence("WW", "印染废水处理设施运行台账", "running log of the treatment of dye-works water", status="memory")
m.plan_field("WW", "废水流量计型号、精度与校准", "model, class and calibration of the flow meter", status="memory")
