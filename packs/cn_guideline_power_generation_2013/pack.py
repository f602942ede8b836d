"""发电企业（2013）：fuel burnt, desulphurisation with carbonates, and net bought electricity.

口径: one legal entity that generates power; CO2 only. Heat is not part of this guideline's total. Not the CETS rule
for generating facilities (2022 and later), which is a pack of its own.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_power_generation_2013", edition="2013",
    title_zh="发电企业温室气体排放核算（2013指南）", title_en="Power generation (guideline of 2013)",
    valid="2013-01/..", source="power_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct", "E_indirect", "E_heat", "E_hm", "E_hs", "E_hw", "E_ho", "E_so", "Q_s", "Q_w", "Q_o")
m.drop("PH", "MS", "MW", "SH", "SS", "HS", "TW", "H20", "T20", "CW", "GJ", "EF_heat")
m.boundary(
    "报告主体的全部发电设施：化石燃料燃烧、脱硫过程、净购入使用电力；热力不计；生物质燃料的二氧化碳不计。",
    "All generating facilities of the entity: fuel burnt, desulphurisation, net bought electricity; heat is not "
    "counted, nor is CO2 of biomass.", status="memory",
)

# Desulphurisation: carbonate used × its share in the desulphuriser × factor × conversion.
MD = m.activity(
    "MD", "脱硫剂消耗量", "desulphuriser used", "t",
    indicator="carbonate_consumption", keys={"family": "desulphuriser"}, lower="0",
)
DESULPHUR = "desulphurisation; range: proposal"
PUR = m.factor(
    "PUR", "脱硫剂中碳酸盐含量", "share of carbonate in the desulphuriser", "1",
    table="desulphurisation", column="purity", key="=缺省", choose=ladder("measured", "default"),
    lower="0", upper="1", clause=DESULPHUR,
)
TR = m.factor(
    "TR", "转化率", "conversion", "1",
    table="desulphurisation", column="conversion", key="=缺省", choose=ladder("measured", "default"),
    lower="0", upper="1", clause=DESULPHUR,
)
EF_carb = m.factor(
    "EF_carb", "碳酸盐排放因子", "factor of the carbonate", "t CO2/t",
    table="desulphurisation", column="ef", key="carbonate", choose=ladder("measured", "default"),
    lower="0.1", upper="0.6", clause=DESULPHUR,
)
E_d = m.quantity(
    "E_d", "一种脱硫剂的排放量", "emission of one desulphuriser", "t CO2",
    MD * PUR * EF_carb * TR, places=2, parents="sum_published", scope="direct", clause=DESULPHUR,
)
E_desulphur = m.quantity(
    "E_desulphur", "脱硫过程排放量（直接）", "desulphurisation (direct)", "t CO2",
    sum_over(E_d, "source month"), places=2, parents="sum_published",
)

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_desulphur, places=2, parents="sum_published",
)
E_indirect = m.quantity(
    "E_indirect", "净购入电力排放量（间接）", "net bought electricity (indirect)", "t CO2",
    m["E_power"], places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + E_indirect, places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * m["W_CO2"], places=2, scope="both",
)

m.rule(
    "燃煤碳氧化率可由炉渣、飞灰产量和含碳量实测（填为 measured）；不实测时取98%。",
    "The oxidation rate of coal may be worked out from slag, ash and their carbon (entered as measured); else 98 %.",
    status="memory",
)
m.rule(
    "燃煤单位热值含碳量按月缩分样测定，低位发热量按日或按批测定并按消耗量加权。",
    "Carbon content of coal from a monthly composite sample; calorific value by day or batch, weighted by amount.",
    status="memory",
)
m.evidence("FC", "入炉煤皮带秤或盘库记录、购销存台账", "belt scale or stock records, ledgers", status="memory")
m.evidence("MD", "脱硫剂入厂与消耗记录", "records of desulphuriser received and used", status="memory")
m.plan_field("NCV", "采样方法、频次、检测标准与仪器", "sampling, frequency, test standard, instrument", status="memory")
m.plan_field("PE", "计量表编号、精度等级、检定周期", "number, class and calibration of the meter", status="memory")
