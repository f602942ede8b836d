"""矿山企业（2015）：carbonates that ore gives off when it is roasted, less CO2 bound by carbonation.

口径: one legal entity that mines and dresses ore (coal, oil and gas have guidelines of their own); CO2 only.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_mining_2015", edition="2015",
    title_zh="矿山企业温室气体排放核算（2015指南）", title_en="Mines other than coal, oil and gas (guideline of 2015)",
    valid="2015-01/..", source="mining_2015", gwp="AR2",
)
m.use("factors_carbonates", "carbonates")
m.boundary(
    "化石燃料燃烧、碳酸盐分解、扣减碳化工艺吸收的二氧化碳、净购入电力与热力。煤炭、石油天然气开采企业不适用。",
    "Fuel burnt, carbonates decomposed, less CO2 bound by carbonation, net bought electricity and heat. Not for mines "
    "of coal, nor for oil and gas.",
    status="secondary", clause="formulas 19-00 to 19-06 of a public specification of the 24 sectors",
)
measured = ladder("measured")
ROAST = "carbonates decomposed, AD × η × Σ(EF × PUR); range: proposal"
BIND = "CO2 bound by carbonation, AD × Σ(EF × PUR); range: proposal"
CARBONATES = {"table": "carbonates", "column": "printed", "key": "carbonate"}

# A source is one carbonate of one ore: an ore with two carbonates is two sources with the same amount.
MO = m.activity(
    "MO", "煅烧或焙烧的矿石量", "ore calcined or roasted", "t",
    indicator="ore_roasted", keys={"family": "ore"}, lower="0", clause=ROAST,
)
ETA_o = m.factor(
    "ETA_o", "矿石碳酸盐分解率", "share of the carbonate decomposed", "1",
    choose=measured, lower="0", upper="1", clause=ROAST,
)
PUR_o = m.factor(
    "PUR_o", "矿石中碳酸盐质量分数", "carbonate in the ore by mass", "1",
    choose=measured, lower="0", upper="1", clause=ROAST,
)
EF_o = m.factor(
    "EF_o", "碳酸盐排放因子", "factor of the carbonate", "t CO2/t", **CARBONATES,
    choose=ladder("measured", "default"), lower="0.1", upper="0.7", clause=ROAST,
)
E_o = m.quantity(
    "E_o", "一种矿石碳酸盐的分解排放量", "emission of one carbonate of an ore", "t CO2",
    MO * ETA_o * PUR_o * EF_o, places=2, parents="sum_published", scope="direct", clause=ROAST,
)
E_carbonate = m.quantity(
    "E_carbonate", "碳酸盐分解排放量（直接）", "carbonates decomposed (direct)", "t CO2",
    sum_over(E_o, "source month"), places=2, parents="sum_published",
)
MK = m.activity(
    "MK", "碳化产品产量", "product of carbonation", "t",
    indicator="carbonation_product", keys={"family": "carbonation"}, lower="0", clause=BIND,
)
PUR_k = m.factor(
    "PUR_k", "碳化产品中碳酸盐质量分数", "carbonate in the product by mass", "1",
    choose=measured, lower="0", upper="1", clause=BIND,
)
EF_k = m.factor(
    "EF_k", "碳酸盐吸收因子", "CO2 bound by the carbonate", "t CO2/t", **CARBONATES,
    choose=ladder("measured", "default"), lower="0.1", upper="0.7", clause=BIND,
)
R_k = m.quantity(
    "R_k", "一种碳化产品吸收的二氧化碳", "CO2 bound by one product", "t CO2",
    MK * PUR_k * EF_k, places=2, parents="sum_published", scope="direct", clause=BIND,
)
R_carbonation = m.quantity(
    "R_carbonation", "碳化工艺吸收量（扣减）", "CO2 bound by carbonation (deducted)", "t CO2",
    sum_over(R_k, "source month"), places=2, parents="sum_published",
)
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_carbonate - R_carbonation, places=2, parents="sum_published", override=True,
)
m.rule(
    "含多种碳酸盐的矿石，按各碳酸盐组分分别计算后加总。",
    "An ore with several carbonates is worked out for each of them and added up.", status="secondary",
)
m.evidence("MO", "入炉矿石计量记录", "weighings of ore charged", status="memory")
m.evidence("PUR_o", "矿石化学成分检测报告", "chemical analyses of the ore", status="memory")
m.plan_field("PUR_o", "取样与检测频次、标准", "how often and by which standard ore is sampled", status="memory")
m.plan_field("ETA_o", "分解率的测定方法", "how the decomposed share is found", status="memory")
