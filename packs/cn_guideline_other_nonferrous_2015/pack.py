"""其他有色金属冶炼和压延加工业（2015）：reducing agents, carbonates and oxalic acid besides fuel and power.

口径: one legal entity that smelts or works nonferrous metals other than aluminium and magnesium; CO2 only.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_other_nonferrous_2015", edition="2015",
    title_zh="其他有色金属冶炼和压延加工业企业温室气体排放核算（2015指南）",
    title_en="Nonferrous metals other than aluminium and magnesium (guideline of 2015)",
    valid="2015-01/..", source="nonferrous_2015", gwp="AR2",
)
m.use("factors_carbonates", "carbonates")
m.boundary(
    "化石燃料燃烧、能源的原材料用途（还原剂）、过程排放（碳酸盐与草酸分解）、净购入电力与热力。铝冶炼、镁冶炼企业不适用。",
    "Fuel burnt, energy used as raw material (reducing agents), carbonates and oxalic acid decomposed, net bought "
    "electricity and heat. Not for smelters of aluminium or magnesium.",
    status="secondary", clause="list of sources as two public implementations give it",
)
found = ladder("measured", "default")
REDUCE = "energy as raw material; range: proposal"
MR = m.activity(
    "MR", "固体还原剂消耗量", "solid reducing agent", "t",
    indicator="reducing_agent", keys={"family": "reductant"}, lower="0", clause=REDUCE,
)
GR = m.activity(
    "GR", "气体还原剂消耗量", "gas as reducing agent", "万Nm3@20C",
    indicator="reducing_agent", keys={"family": "reductant_gas"}, lower="0", clause=REDUCE,
)
EF_r = m.factor(
    "EF_r", "固体还原剂排放因子", "factor of the solid reducing agent", "t CO2/t",
    table="reductants", column="ef", key="reductant", choose=found, lower="1", upper="3.7", clause=REDUCE,
)
EF_rg = m.factor(
    "EF_rg", "气体还原剂排放因子", "factor of the gas", "t CO2/万Nm3@20C",
    table="reductants", column="ef_gas", key="reductant", choose=found, lower="1", upper="40", clause=REDUCE,
)
E_r = m.quantity(
    "E_r", "一种固体还原剂的排放量", "emission of one solid reducing agent", "t CO2",
    MR * EF_r, places=2, parents="sum_published", scope="direct", clause=REDUCE,
)
E_rg = m.quantity(
    "E_rg", "一种气体还原剂的排放量", "emission of one gas", "t CO2",
    GR * EF_rg, places=2, parents="sum_published", scope="direct", clause=REDUCE,
)
E_material = m.quantity(
    "E_material", "能源原材料用途排放量（直接）", "energy as raw material (direct)", "t CO2",
    sum_over(E_r, "source month") + sum_over(E_rg, "source month"), places=2, parents="sum_published",
)

PROCESS = "carbonates and oxalic acid; range: proposal"
MC = m.activity(
    "MC", "碳酸盐消耗量", "carbonate used", "t",
    indicator="carbonate_consumption", keys={"family": "carbonate"}, lower="0", clause=PROCESS,
)
EF_carb = m.factor(
    "EF_carb", "碳酸盐排放因子", "factor of the carbonate", "t CO2/t",
    table="carbonates", column="printed", key="carbonate", choose=found, lower="0.1", upper="0.7", clause=PROCESS,
)
PUR = m.factor(
    "PUR", "碳酸盐纯度", "purity of the carbonate", "1",
    choose=ladder("measured", "supplier"), lower="0", upper="1", clause=PROCESS,
)
E_c = m.quantity(
    "E_c", "一种碳酸盐的排放量", "emission of one carbonate", "t CO2",
    MC * EF_carb * PUR, places=2, parents="sum_published", scope="direct", clause=PROCESS,
)
MX = m.activity(
    "MX", "草酸消耗量", "oxalic acid used", "t",
    indicator="oxalic_acid", keys={"family": "oxalic_acid"}, lower="0", clause=PROCESS,
)
EF_ox = m.factor(
    "EF_ox", "草酸排放因子", "factor of oxalic acid", "t CO2/t",
    table="oxalic_acid", column="ef", key="=草酸", lower="0.3", upper="0.5", clause=PROCESS,
)
PUR_ox = m.factor(
    "PUR_ox", "草酸浓度", "share of oxalic acid", "1", table="oxalic_acid", column="purity", key="=草酸",
    choose=ladder("measured", "supplier", "default"), lower="0", upper="1", clause=PROCESS,
)
E_x = m.quantity(
    "E_x", "一处草酸分解的排放量", "emission of one use of oxalic acid", "t CO2",
    MX * EF_ox * PUR_ox, places=2, parents="sum_published", scope="direct", clause=PROCESS,
)
E_process = m.quantity(
    "E_process", "过程排放量（直接，碳酸盐与草酸）", "carbonates and oxalic acid (direct)", "t CO2",
    sum_over(E_c, "source month") + sum_over(E_x, "source month"), places=2, parents="sum_published",
)
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_material + E_process, places=2, parents="sum_published", override=True,
)
m.rule(
    "明确作还原剂的能源只计入原材料用途，不再计入燃料燃烧。",
    "Energy that serves as reducing agent counts as raw material only, not as fuel as well.", status="secondary",
)
m.evidence("MR", "能源消费台账或统计报表", "ledgers or statistics of energy", status="secondary")
m.evidence("PUR_ox", "供货方提供的标称值", "nominal value of the supplier", status="secondary")
m.plan_field("MR", "还原剂与燃料分开计量的方法", "how reducing agents are weighed apart from fuel", status="memory")
