"""钢铁生产企业（2013）：fuel, fluxes, electrodes, bought carbon-bearing materials, less carbon kept in products.

口径: one legal entity that makes iron or steel; CO2 only; oxidation rates apply to fuel. Not the CETS guide of 2024,
which knows no oxidation rate at enterprise level and has other coefficients.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_steel_2013", edition="2013",
    title_zh="钢铁生产企业温室气体排放核算（2013指南）", title_en="Iron and steel (guideline of 2013)",
    valid="2013-01/..", source="steel_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct")
m.boundary(
    "化石燃料燃烧、工业生产过程（熔剂、电极、外购含碳原料）、净购入电力与热力，扣除固碳产品隐含的排放。",
    "Fuel burnt, processes (fluxes, electrodes, bought carbon-bearing materials), net bought electricity and heat, "
    "less what carbon kept in products stands for.", status="memory",
)

# One row a kind of material: amount, what it is, how its emission is called, and the column of the table.
process = []
for symbol, kind, zh, en, part, part_zh, part_en in (
    ("MF", "flux", "熔剂", "flux", "E_flux", "熔剂消耗排放量（直接）", "fluxes (direct)"),
    ("ME", "electrode", "电极", "electrode", "E_electrode", "电极消耗排放量（直接）", "electrodes (direct)"),
    ("MR", "carbon_material", "外购含碳原料", "bought carbon-bearing material", "E_raw",
     "外购含碳原料排放量（直接）", "bought carbon-bearing materials (direct)"),
    ("MP", "carbon_product", "固碳产品", "product that keeps carbon", "E_fixed",
     "固碳产品隐含的排放量（扣减）", "carbon kept in products (deducted)"),
):
    amount = m.activity(
        symbol, f"{zh}数量", f"amount of {en}", "t", indicator=f"steel_{kind}", keys={"family": kind}, lower="0",
    )
    factor = m.factor(
        f"EF_{kind}", f"{zh}排放因子", f"factor of {en}", "t CO2/t",
        table="steel_process", column=kind, key="material", choose=ladder("measured", "default"),
        lower="0", upper="4", clause="process emissions; range: proposal",
    )
    one = m.quantity(
        f"E_{symbol}", f"一种{zh}的排放量", f"emission of one {en}", "t CO2",
        amount * factor, places=2, parents="sum_published", scope="direct",
    )
    process.append(m.quantity(
        part, part_zh, part_en, "t CO2", sum_over(one, "source month"), places=2, parents="sum_published",
    ))
flux, electrode, raw, fixed = process
E_process = m.quantity(
    "E_process", "工业生产过程排放量（直接）", "process emissions (direct)", "t CO2",
    flux + electrode + raw, places=2, parents="sum_published",
)
E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_process - fixed, places=2, parents="sum_published",
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
    "燃料净消耗量＝购入量＋期初库存－期末库存－外销量；自产焦炭、煤气只按净外购计。",
    "Net fuel = bought + opening stock − closing stock − sold; own coke and gas count only as far as bought.",
    status="memory",
)
m.evidence("FC", "购销存台账、结算凭证", "ledgers of purchase, sale and stock, settlement", status="memory")
m.evidence("MP", "产品产量统计、含碳量检测报告", "product statistics, reports of carbon content", status="memory")
m.plan_field("MF", "计量方式、频次、责任部门", "how and how often weighed, department", status="memory")
