"""碳质量平衡与碳酸盐（行业指南的积木）：what several sector guidelines share beyond the common part.

Carbon that goes in with raw materials less carbon that leaves in products and other outputs, times 44/12; and the
decomposition of carbonates. A building block for sectors (chemical, petrochemical, coking), which extend it.
"""

from tansuo.methods import branch, extend, first_of, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_mass_balance_2013", edition="2013",
    title_zh="行业指南：碳质量平衡与碳酸盐使用", title_en="Sector guidelines: carbon mass balance and carbonates",
    valid="2013-01/..", source="chemical_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct")
m.use("factors_carbonates", "carbonates")
K, NCVG, CC = m["K"], m["NCVG"], m["CC"]

# Carbon in and out. Gas is carried at 20 °C as in the common part; what a material holds is measured or the default.
BALANCE = "carbon mass balance; range: proposal"
MI = m.activity(
    "MI", "含碳原料投入量", "raw material with carbon put in", "t",
    indicator="carbon_input", keys={"family": "feed"}, lower="0", clause=BALANCE,
)
MG = m.activity(
    "MG", "气体原料投入量", "gas put in as raw material", "万Nm3@20C",
    indicator="carbon_input", keys={"family": "feed_gas"}, lower="0", clause=BALANCE,
)
MO = m.activity(
    "MO", "含碳产品产量", "product with carbon", "t",
    indicator="carbon_output", keys={"family": "product"}, lower="0", clause=BALANCE,
)
MX = m.activity(
    "MX", "其他含碳输出物（废物、副产）量", "other output with carbon", "t",
    indicator="carbon_output", keys={"family": "other_output"}, lower="0", clause=BALANCE,
)
C_in, C_out = (
    m.factor(
        symbol, zh, en, "t C/t", table="carbon_contents", column="carbon", key="material",
        choose=ladder("measured", "supplier", "default"), lower="0", upper="1", clause=BALANCE,
    )
    for symbol, zh, en in (
        ("C_in", "原料含碳量", "carbon of the raw material"),
        ("C_out", "产品含碳量", "carbon of the product"),
    )
)
C_waste = m.factor(
    "C_waste", "其他输出物含碳量", "carbon of the other output", "t C/t",
    choose=ladder("measured", "stated"), lower="0", upper="1", clause=BALANCE,
)
C_gas = m.factor(
    "C_gas", "气体原料含碳量", "carbon of the gas", "t C/万Nm3@20C",
    choose=ladder("measured", "supplier"), lower="0", upper="30", clause=BALANCE,
)
T_in = m.quantity("T_in", "一种原料带入的碳", "carbon put in with one raw material", "t C", MI * C_in, clause=BALANCE)
T_gas = m.quantity(
    "T_gas", "一种气体原料带入的碳", "carbon put in with one gas", "t C",
    first_of(
        branch("carbon content", MG * C_gas, zh="含碳量实测"),
        branch("heat and carbon of heat", MG * NCVG * CC, zh="热值和单位热值含碳量"),
    ), clause=BALANCE,
)
T_out = m.quantity("T_out", "一种产品带出的碳", "carbon in one product", "t C", MO * C_out, clause=BALANCE)
T_waste = m.quantity(
    "T_waste", "一种其他输出物带出的碳", "carbon in one other output", "t C", MX * C_waste, clause=BALANCE,
)
T_carbon = m.quantity(
    "T_carbon", "未进入产品的碳", "carbon that is in no product", "t C",
    sum_over(T_in, "source month") + sum_over(T_gas, "source month")
    - sum_over(T_out, "source month") - sum_over(T_waste, "source month"), clause=BALANCE,
)
E_balance = m.quantity(
    "E_balance", "原材料消耗排放量（直接，碳质量平衡）", "raw materials by carbon mass balance (direct)", "t CO2",
    T_carbon * K, places=2, parents="sum_published", scope="direct", clause=BALANCE,
)

# Carbonates: amount × factor × purity.
MC = m.activity(
    "MC", "碳酸盐消耗量", "carbonate used", "t",
    indicator="carbonate_consumption", keys={"family": "carbonate"}, lower="0",
)
CARBONATES = "use of carbonates; range: proposal"
EF_carb = m.factor(
    "EF_carb", "碳酸盐排放因子", "factor of the carbonate", "t CO2/t",
    table="carbonates", column="printed", key="carbonate", choose=ladder("measured", "default"),
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

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_balance + E_carbonate, places=2, parents="sum_published",
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
    "用作燃料的部分只计入燃料燃烧，不再计入碳质量平衡。",
    "What is burnt as fuel counts as fuel only, not in the carbon mass balance as well.", status="memory",
)
m.evidence("MI", "原料购销存台账、投料记录", "ledgers and charging records of raw materials", status="memory")
m.evidence("MO", "产品产量统计", "statistics of products", status="memory")
m.plan_field("C_in", "含碳量检测标准、频次", "test standard and frequency of carbon content", status="memory")
m.plan_field("PUR", "纯度的来源：检测或供应商", "where the purity comes from: test or supplier", status="memory")
