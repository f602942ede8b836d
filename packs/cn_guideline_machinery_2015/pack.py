"""机械设备制造企业（2015）：F-gases that escape when switchgear and cooling equipment are filled, and CO2 of welding.

口径: one legal entity that makes machinery, electrical or metal goods; CO2, SF6, HFCs and PFCs of making equipment.
"""

from tansuo.methods import branch, extend, first_of, ladder, rung, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_machinery_2015", edition="2015",
    title_zh="机械设备制造企业温室气体排放核算（2015指南）", title_en="Machinery (guideline of 2015)",
    valid="2015-01/..", source="machinery_2015", gwp="AR2",
)
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "化石燃料燃烧（含焊接切割用乙炔）、电气与制冷设备生产过程（SF6、HFCs、PFCs泄漏）、二氧化碳气体保护焊、净购入电力与热力。",
    "Fuel burnt (acetylene of cutting with it), making of switchgear and cooling equipment (SF6, HFCs, PFCs that "
    "escape), welding under CO2, net bought electricity and heat.",
    status="secondary", clause="list of sources as two public implementations give it",
)
m.option(
    "shield", "保护气平均摩尔质量的来源", "where the mean molar mass of the shield gas comes from",
    choices=("stated", "co2_argon"), default="stated",
)
measured = ladder("measured")

# F-gas: opening stock + bought − closing stock − filled into equipment; what is missing has escaped.
FILL = "making of switchgear and cooling equipment; range: proposal"
IB, BUY, IE, MF, MB, MA, N = (
    m.activity(symbol, zh, en, unit, indicator=indicator, keys={"family": "f_gas"}, lower="0", clause=FILL)
    for symbol, zh, en, unit, indicator in (
        ("IB", "期初库存量", "stock at the beginning", "t", "f_gas_opening"),
        ("BUY", "购入量", "bought", "t", "f_gas_bought"),
        ("IE", "期末库存量", "stock at the end", "t", "f_gas_closing"),
        ("MF", "流量计测得的填充量", "filled, by flow meter", "t", "f_gas_filled"),
        ("MB", "填充前容器内质量", "in the containers before filling", "t", "f_gas_before"),
        ("MA", "填充后容器内质量", "in the containers after filling", "t", "f_gas_after"),
        ("N", "填充次数", "number of fillings", "1", "fillings"),
    )
)
MOL = m.factor(
    "MOL", "每次填充泄漏的物质的量", "moles that escape at a filling", "1",
    table="filling", column="moles", key="=填充", choose=ladder("measured", "default"), lower="0", upper="10",
    clause=FILL,
)
M_gas = m.factor(
    "M_gas", "气体摩尔质量", "molar mass of the gas", "g",
    table="filling", column="molar_mass", key="gas", choose=ladder("default", rung("stated", local=True)),
    lower="20", upper="400", clause="mass of one mole; range: proposal",
)
T_g = m.constant("T_g", "克化吨", "g to t", "t/g", exactly="1/1000000")
LEAK = m.quantity("LEAK", "填充接头泄漏量", "escaped at the couplings", "t", N * MOL * M_gas * T_g, clause=FILL)
FILLED = m.quantity(
    "FILLED", "填充量", "filled into equipment", "t",
    first_of(
        branch("flow meter", MF, zh="流量计"),
        branch("containers less couplings", MB - MA - LEAK, zh="容器法扣除接头残留"),
    ), clause=FILL,
)
GWP = m.factor(
    "GWP", "含氟气体的全球变暖潜势", "GWP of the F-gas", "t CO2e[AR2]/t", table="gwp_ar2", column="gwp", key="gas",
    choose=ladder("default", rung("stated", local=True)), lower="50", upper="30000",
    clause="second assessment report; a gas that it does not list is stated; range: proposal",
)
E_f = m.quantity(
    "E_f", "一种含氟气体的泄漏排放量", "escape of one F-gas", "t CO2e[AR2]",
    (IB + BUY - IE - FILLED) * GWP, places=2, parents="sum_published", scope="direct", clause=FILL,
)
E_fgas = m.quantity(
    "E_fgas", "电气与制冷设备生产过程排放量（直接）", "making of switchgear and cooling equipment (direct)",
    "t CO2e[AR2]", sum_over(E_f, "source month"), places=2, parents="sum_published",
)

# Shield gas: W × P_CO2 × 44 ÷ Σ(P_j × M_j); the divisor is the mean molar mass of the mixture.
WELD = "welding under CO2, W × P × 44 ÷ Σ(P_j × M_j); range: proposal"
W = m.activity(
    "W", "保护气净使用量", "shield gas used, net", "t",
    indicator="shield_gas", keys={"family": "shield_gas"}, lower="0", clause=WELD,
)
P_CO2 = m.factor(
    "P_CO2", "保护气中二氧化碳体积分数", "CO2 of the shield gas by volume", "1",
    choose=ladder("measured", "supplier"), lower="0", upper="1", clause=WELD,
)
M_mix = m.factor(
    "M_mix", "保护气平均摩尔质量", "mean molar mass of the shield gas", "g",
    choose=ladder("measured", "supplier"), lower="4", upper="50", clause=WELD,
)
M_CO2 = m.constant("M_CO2", "二氧化碳摩尔质量", "molar mass of CO2", "g", exactly="44", clause=WELD)
M_Ar = m.constant("M_Ar", "氩摩尔质量", "molar mass of argon", "g", exactly="3995/100", clause=WELD)
IS_CO2 = m.constant("IS_CO2", "二氧化碳质量", "mass that is CO2", "t CO2/t", exactly="1", clause=WELD)
M_mean = m.quantity(
    "M_mean", "保护气平均摩尔质量（采用值）", "mean molar mass of the shield gas, as used", "g",
    first_of(
        branch("stated", M_mix, zh="填报值"),
        branch(
            "CO2 and argon only", P_CO2 * M_CO2 + (1 - P_CO2) * M_Ar,
            when={"shield": "co2_argon"}, zh="仅二氧化碳与氩气",
        ),
    ), clause=WELD,
)
E_s2 = m.quantity(
    "E_s2", "一种保护气的二氧化碳排放量", "CO2 of one shield gas", "t CO2",
    W * IS_CO2 * P_CO2 * M_CO2 / M_mean, places=2, parents="sum_published", scope="direct", clause=WELD,
)
E_weld = m.quantity(
    "E_weld", "二氧化碳气体保护焊排放量（直接）", "welding under CO2 (direct)", "t CO2",
    sum_over(E_s2, "source month"), places=2, parents="sum_published",
)
# Acetylene, C2H2: 24 of 26 parts are carbon.
AC = m.activity(
    "AC", "乙炔消耗量", "acetylene burnt", "t",
    indicator="acetylene_consumption", keys={"family": "acetylene"}, lower="0", clause="acetylene burnt in cutting",
)
C_C2H2 = m.constant("C_C2H2", "乙炔含碳量", "carbon of acetylene", "t C/t", exactly="24/26")
E_a = m.quantity(
    "E_a", "一处乙炔燃烧的排放量", "emission of one use of acetylene", "t CO2",
    AC * C_C2H2 * m["K"], places=2, parents="sum_published", scope="direct",
)
E_cutting = m.quantity(
    "E_cutting", "焊接切割乙炔排放量（直接）", "acetylene of welding and cutting (direct)", "t CO2",
    sum_over(E_a, "source month"), places=2, parents="sum_published",
)
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_cutting + E_weld, places=2, parents="sum_published", override=True,
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    m["E_CO2"] * m["W_CO2"] + E_fgas, places=2, scope="both", override=True,
)
m.rule(
    "填充量优先采用流量计测得值；没有流量计时按容器质量差扣除接头泄漏量。",
    "What was filled is read from a flow meter; without one, the containers' loss less what escaped at couplings.",
    status="secondary",
)
m.evidence("BUY", "含氟气体购销存台账", "ledgers of F-gases", status="memory")
m.evidence("W", "保护气购销存台账、成分证明", "ledgers of shield gas, certificates of its composition", status="memory")
m.plan_field("MF", "流量计型号、精度与校准", "model, class and calibration of the flow meter", status="memory")
