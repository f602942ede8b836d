"""钢铁（CETS—AG—03.01—V01—2024）：CO2 of an iron and steel enterprise, by enterprise and by process.

口径: direct emissions only; electricity and heat are reported elsewhere. At enterprise level fuel has **no oxidation
rate**; what is made here and sold, and the fuel of power units that belong to the power sector of the market, are
taken out. README.md says where each rule and number comes from, and with what status.
"""

from tansuo.methods import Method, ladder, sum_over
from tansuo.methods.expression import Node

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "cn_steel_2024", edition="2024",
    title_zh="钢铁行业温室气体排放（CETS—AG—03.01—V01—2024）",
    title_en="Iron and steel enterprises (CETS—AG—03.01—V01—2024)",
    valid="2024-01/..", source="cets_steel_2024",
)
m.use("factors_cn_fuels_cets_2024", "fuel_defaults")
K = m.constant("K", "二氧化碳与碳的相对分子质量之比", "CO2 to C by molar mass", "t CO2/t C", exactly="44/12")

FUELS, A1, A2 = "fuel_defaults", "table A.1; plausible range ours", "table A.2; plausible range ours"
tested, every = ladder("measured", "default"), "source month"
NCV = m.factor(
    "NCV", "低位发热量", "net calorific value", "GJ/t",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, lower="5", upper="60", clause=A1,
)
NCVG = m.factor(
    "NCVG", "气体低位发热量", "net calorific value of gas", "GJ/万Nm3@20C",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, lower="20", upper="1200", clause=A1,
)
CC = m.factor(
    "CC", "单位热值含碳量", "carbon content of heat", "t C/GJ",
    table=FUELS, column="cc", key="fuel", choose=tested, places=5, lower="0.01", upper="0.08", clause=A1,
)
NCVK = m.factor(
    "NCVK", "焦炭低位发热量（一律缺省值）", "net calorific value of coke, always default", "GJ/t",
    over="", table=FUELS, column="ncv", key="=焦炭", places=3, lower="5", upper="60", clause=A1,
)
CCK = m.factor(
    "CCK", "焦炭单位热值含碳量（一律缺省值）", "carbon content of heat of coke, always default", "t C/GJ",
    over="", table=FUELS, column="cc", key="=焦炭", places=5, lower="0.01", upper="0.08", clause=A1,
)
OF = m.factor(
    "OF", "碳氧化率（仅掺烧发电设施）", "oxidation rate, mixed-fuel power units only", "1",
    over="source", table=FUELS, column="of", key="fuel", lower="0.8", upper="1", clause=A1,
)
EF = m.factor(
    "EF", "含碳物料排放因子", "factor of a carbon-bearing material", "t CO2/t",
    table="steel_materials", column="ef", key="material", choose=tested, places=3,
    lower="0.001", upper="3.7", clause=A2,
)
NOT_COKE = (
    "无烟煤", "烟煤", "褐煤", "洗精煤", "其他洗煤", "煤矸石", "煤泥", "石油焦", "其他煤制品", "原油", "燃料油",
    "汽油",
    "柴油", "煤油", "其他石油制品", "液化天然气", "液化石油气", "煤焦油", "炼厂干气",
)


def fuels(tag: str, family: str, zh: str, en: str, *, oxidised: bool = False) -> Node:
    """Three amounts of one group of flows (solid and liquid, coke, gas) and the sum of their emissions.

    ``family``: what the sources of the group begin with (``sold_`` → ``sold_solid_liquid``, ``sold_gas``).
    """
    solid = m.activity(
        f"F{tag}_s", f"{zh}：固体、液体燃料（焦炭除外）", f"{en}: solid and liquid fuel but coke", "t",
        indicator="fuel_consumption", keys={"family": f"{family}solid_liquid", "fuel": NOT_COKE},
        places=2, lower="0",
    )
    coke = m.activity(
        f"F{tag}_k", f"{zh}：焦炭", f"{en}: coke", "t",
        indicator="fuel_consumption", keys={"family": f"{family}solid_liquid", "fuel": "焦炭"},
        places=2, lower="0",
    )
    gas = m.activity(
        f"F{tag}_g", f"{zh}：气体", f"{en}: gas", "万Nm3@20C",
        indicator="gas_consumption", keys={"family": f"{family}gas"}, places=2, lower="0",
    )
    parts = []
    for kind, zh_kind, en_kind, carbon in (
        ("s", "固体、液体燃料", "solid and liquid fuel", solid * NCV * CC),
        ("k", "焦炭", "coke", coke * NCVK * CCK),
        ("g", "气体", "gas", gas * NCVG * CC),
    ):
        parts.append(m.quantity(
            f"E{tag}_{kind}", f"{zh}的含碳排放：{zh_kind}", f"{en}, as CO2: {en_kind}", "t CO2",
            carbon * OF * K if oxidised else carbon * K,
            places=2, parents="sum_published", scope="direct",
        ))
    return sum_over(parts[0], every) + sum_over(parts[1], every) + sum_over(parts[2], every)


def materials(tag: str, family: str, zh: str, en: str, *, process: bool = False) -> Node:
    """One group of material flows by table A.2; returns one flow's emission (over source and month)."""
    amount = m.activity(
        f"M{tag}", zh, en, "t", indicator="material_flow", keys={"family": family}, places=2, lower="0",
    )
    return m.quantity(
        f"E{tag}_m", f"{zh}的排放", f"{en}, as CO2", "t CO2", amount * EF,
        places=2, parents="sum_published", scope="direct",
    )


# Enterprise level.
E_fuel = m.quantity(
    "E_fuel", "燃料（含还原剂）排放，不计氧化率", "fuel and reducing agents, no oxidation rate", "t CO2",
    fuels("", "", "购入消费", "bought and used"), places=2, parents="sum_published",
)
E_sold = m.quantity(
    "E_sold", "自产焦炭、煤气等外销扣除", "own coke, gas and other fuel sold, taken out", "t CO2",
    fuels("S", "sold_", "外销", "sold"), places=2, parents="sum_published",
)
E_cets = m.quantity(
    "E_cets", "纳入发电行业机组用燃料扣除", "fuel of power units of the power sector, taken out", "t CO2",
    fuels("C", "cets_power_", "发电行业机组用", "power units of the power sector"),
    places=2, parents="sum_published",
)
flux = materials("F", "flux", "熔剂消耗量", "flux used")
electrode = materials("E", "electrode", "电极消耗量", "electrode used")
bought = materials("B", "carbon_material", "外购含碳原料", "carbon-bearing material bought")
product = materials("P", "carbon_product", "固碳产品及外销含碳物料", "carbon-bearing product")
E_flux = m.quantity(
    "E_flux", "熔剂排放", "flux", "t CO2", sum_over(flux, every), places=2, parents="sum_published",
)
E_electrode = m.quantity(
    "E_electrode", "电极排放", "electrode", "t CO2",
    sum_over(electrode, every), places=2, parents="sum_published",
)
E_material = m.quantity(
    "E_material", "外购含碳原料排放", "carbon-bearing material bought", "t CO2",
    sum_over(bought, every), places=2, parents="sum_published",
)
E_product = m.quantity(
    "E_product", "固碳产品扣除", "carbon in products, taken out", "t CO2",
    sum_over(product, every), places=2, parents="sum_published",
)
E = m.quantity(
    "E", "企业层级排放量（未取整）", "enterprise, before the whole tonne", "t CO2",
    E_fuel - E_sold - E_cets + E_flux + E_electrode + E_material - E_product,
    places=2, parents="sum_published",
)
m.quantity("E_total", "企业层级二氧化碳排放量", "CO2 emission of the enterprise", "t CO2", E, places=0)

# Processes: what goes in less what comes out, and what is left of the enterprise.
in_fuel, out_fuel = (
    fuels(tag, family, zh, en)
    for tag, family, zh, en in (
        ("I", "process_in_", "工序投入", "into a process"), ("O", "process_out_", "工序产出", "out of a process"),
    )
)
in_m = materials("I", "process_in_material", "工序投入含碳物料", "material into a process")
out_m = materials("O", "process_out_material", "工序产出含碳物料", "material out of a process")
E_proc = m.quantity(
    "E_proc", "各工序排放量合计", "all processes", "t CO2",
    in_fuel - out_fuel + sum_over(in_m, every) - sum_over(out_m, every), places=2, parents="sum_published",
)
output = m.activity(
    "P_out", "工序产品产量", "output of a process", "t",
    indicator="output", keys={"family": "process_output"}, places=2, lower="0",
)
for process, zh, en in (
    ("coking", "焦化", "coking"),
    ("sintering", "烧结", "sintering"),
    ("pelletizing", "球团", "pelletizing"),
    ("ironmaking", "高炉炼铁", "ironmaking"),
    ("bof", "转炉炼钢", "converter steelmaking"),
    ("eaf", "电炉炼钢", "electric steelmaking"),
    ("rolling", "钢压延", "rolling"),
    ("rest", "其他工序", "another process"),
):
    here = {"process": process}

    def of(symbol: str, here: dict[str, str] = here) -> Node:
        """The sum of one flow over the sources of this process."""
        return sum_over(m[symbol], every, where=here)

    made = m.quantity(
        f"E_{process}", f"{zh}工序排放量", f"{en}", "t CO2",
        of("EI_s") + of("EI_k") + of("EI_g") + of("EI_m") - of("EO_s") - of("EO_k") - of("EO_g") - of("EO_m"),
        places=2,
    )
    m.quantity(
        f"I_{process}", f"{zh}工序排放强度", f"{en}, per tonne of output", "t CO2/t",
        made / of("P_out"), places=4,
    )
E_mixed = m.quantity(
    "E_mixed", "掺烧自产二次能源的发电设施排放（计氧化率）", "power units on own gas, with oxidation rate", "t CO2",
    fuels("X", "mixed_power_", "掺烧发电设施", "mixed-fuel power units", oxidised=True),
    places=2, parents="sum_published",
)
m.quantity(
    "E_other", "其他排放量（企业 − 工序 − 掺烧）", "the rest: enterprise less processes less mixed units", "t CO2",
    E - E_proc - E_mixed, places=2,
)

m.boundary(
    "企业层级：以法人或视同法人的独立核算单位为边界的直接二氧化碳排放；购入电力、热力不计入，作辅助报告",
    "Enterprise: direct CO2 of the legal entity; bought electricity and heat are not in it, they are reported beside",
    "boundary of the enterprise level",
)
m.boundary(
    "工序层级：焦化、烧结、球团、炼铁、炼钢、钢压延等各工序投入减产出；其他 = 企业 − Σ工序 − Σ掺烧",
    "Processes: coking, sintering, pelletizing, ironmaking, steelmaking, rolling: in less out; the rest = "
    "enterprise − "
    "Σ processes − Σ mixed-fuel units", "process level",
)
for symbol, zh, en in (
    ("F_s", "购入、库存、消费台账，地磅或皮带秤记录，与统计报表 205-1 交叉核对",
     "ledger of purchases, stock and use, weighbridge or belt-scale records, checked against form 205-1"),
    ("F_k", "购入、自产、库存、外销台账", "ledger of coke bought, made, stocked and sold"),
    ("F_g", "流量计月报、结算单", "monthly flow records, settlement bills"),
    ("FS_k", "外销结算单、发票、出厂计量记录", "settlement bills, invoices and weighing of what was sold"),
    ("FC_g", "纳入发电行业机组的煤气计量记录及其排放报告",
     "gas meters of units of the power sector, and their own emission report"),
    ("MF", "熔剂购入与消耗台账", "ledger of flux"),
    ("ME", "电极购入与消耗台账", "ledger of electrodes"),
    ("MP", "产品产量、外销台账", "ledger of products"),
    ("NCV", "检测报告（CMA 或 CNAS 标识）", "laboratory report with CMA or CNAS mark"),
):
    m.evidence(symbol, zh, en, status="memory")
for symbol, zh, en in (
    ("F_s", "皮带秤 0.5 级，校准间隔不超过 12 个月", "belt scale class 0.5, calibrated at least every 12 months"),
    ("F_g", "气体流量计 2.0 级；20 ℃、101.325 kPa 标况", "gas flow meter class 2.0; at 20 °C, 101.325 kPa"),
    ("NCV", "气体、液体燃料至少每月检测一次；已实测的不得再改用缺省值",
     "gas and liquid tested at least monthly; once measured, never back to the default"),
    ("CC", "气体、液体燃料至少每月检测一次", "gas and liquid tested at least monthly"),
    ("MF", "皮带秤或地磅等级与校准", "class and calibration of belt scale or weighbridge"),
):
    m.plan_field(symbol, zh, en, "requirements on measuring")
m.rule("企业层级燃料排放不乘碳氧化率", "No oxidation rate on fuel at enterprise level", "enterprise formula")
m.rule(
    "自产焦炭、煤气外销和纳入发电行业机组的燃料从燃料量中扣除，不得重复计算",
    "Own coke and gas that is sold, and fuel of power units of the power sector, are taken out of the fuel, "
    "never counted twice",
    "activity data",
)
m.rule("焦炭的低位发热量与含碳量一律采用缺省值", "Coke is always by default", "table A.1")
m.rule(
    "不含点火用燃料和厂外道路运输用燃料", "Without fuel for ignition and for transport on public roads", "boundary",
)
m.rule(
    "燃料量保留两位小数，低位发热量三位，单位热值含碳量五位，每源排放量两位，合计取整，强度四位",
    "Fuel to two decimals, calorific value three, carbon of heat five, each source two, total a whole tonne, "
    "intensity four",
    "rounding",
)
