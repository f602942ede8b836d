"""平板玻璃生产企业（2013）：fuel, carbonates of the batch, carbon powder of the batch, electricity and heat.

口径: one legal entity that makes flat glass; CO2 only.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_flat_glass_2013", edition="2013",
    title_zh="平板玻璃生产企业温室气体排放核算（2013指南）", title_en="Flat glass (guideline of 2013)",
    valid="2013-01/..", source="glass_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct")
m.use("factors_carbonates", "carbonates")
m.boundary(
    "化石燃料燃烧、原料配料中碳粉氧化、原料碳酸盐分解、净购入电力与热力。",
    "Fuel burnt, carbon powder of the batch oxidised, carbonates decomposed, net bought electricity and heat.",
    status="secondary", clause="list of sources as two public implementations give it",
)

MC = m.activity(
    "MC", "碳酸盐消耗量", "carbonate used", "t",
    indicator="carbonate_consumption", keys={"family": "carbonate"}, lower="0",
)
MP = m.activity(
    "MP", "碳粉消耗量", "carbon powder used", "t",
    indicator="carbon_powder", keys={"family": "carbon_powder"}, lower="0",
)
tested, BATCH = ladder("measured", "default"), "raw materials of the batch; range: proposal"
EF_carb = m.factor(
    "EF_carb", "碳酸盐排放因子", "factor of the carbonate", "t CO2/t",
    table="carbonates", column="printed", key="carbonate", choose=tested, lower="0.1", upper="0.7", clause=BATCH,
)
F = m.factor(
    "F", "碳酸盐煅烧比例", "share calcined", "1",
    table="glass", column="calcined", key="=缺省", choose=tested, lower="0", upper="1", clause=BATCH,
)
CP = m.factor(
    "CP", "碳粉含碳量", "carbon of the powder", "t C/t",
    table="glass", column="carbon", key="=碳粉", choose=tested, lower="0", upper="1", clause=BATCH,
)
E_c = m.quantity(
    "E_c", "一种碳酸盐的排放量", "emission of one carbonate", "t CO2",
    MC * EF_carb * F, places=2, parents="sum_published", scope="direct", clause=BATCH,
)
E_p = m.quantity(
    "E_p", "一种碳粉的排放量", "emission of one carbon powder", "t CO2",
    MP * CP * m["K"], places=2, parents="sum_published", scope="direct", clause=BATCH,
)
E_carbonate = m.quantity(
    "E_carbonate", "原料碳酸盐分解排放量（直接）", "carbonates decomposed (direct)", "t CO2",
    sum_over(E_c, "source month"), places=2, parents="sum_published",
)
E_powder = m.quantity(
    "E_powder", "碳粉氧化排放量（直接）", "carbon powder oxidised (direct)", "t CO2",
    sum_over(E_p, "source month"), places=2, parents="sum_published",
)

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_carbonate + E_powder, places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + m["E_indirect"], places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * m["W_CO2"], places=2, scope="both",
)

m.rule(
    "煅烧比例、碳粉含碳量没有数据时按100%。",
    "Share calcined and carbon of the powder count as 100 % where there are no data.", status="memory",
)
m.evidence("MC", "配料单、原料购销存台账", "batch sheets, ledgers of raw material", status="memory")
m.plan_field("EF_carb", "原料成分检测标准与频次", "test standard and frequency of the raw materials", status="memory")
