"""水泥（CETS—AG—02.01—V01—2024）：CO2 of clinker production and of the cement enterprise.

口径: direct emissions only; electricity and heat are reported elsewhere. Process emission is clinker × default factor,
less what raw material without carbonate (电石渣 and others) did not give off; those coefficients are entered by the
firm, and until then the figure is missing. README.md says where each rule and number comes from.
"""

from tansuo.methods import Method, ladder, sum_over

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "cn_cement_2024", edition="2024",
    title_zh="水泥行业温室气体排放（CETS—AG—02.01—V01—2024）",
    title_en="Cement enterprises (CETS—AG—02.01—V01—2024)",
    valid="2024-01/..", source="cets_cement_2024",
)
m.use("factors_cn_fuels_cets_2024", "fuel_defaults")
K = m.constant("K", "二氧化碳与碳的相对分子质量之比", "CO2 to C by molar mass", "t CO2/t C", exactly="44/12")
R_Ca = m.constant("R_Ca", "二氧化碳与氧化钙的相对分子质量之比", "CO2 to CaO by molar mass", "t CO2/t",
exactly="44/56")
R_Mg = m.constant("R_Mg", "二氧化碳与氧化镁的相对分子质量之比", "CO2 to MgO by molar mass", "t CO2/t",
exactly="44/40")

# Fuel, with oxidation rate. Sources with ``facility: clinker`` belong to the clinker lines.
FC = m.activity(
    "FC", "固体、液体燃料消耗量", "solid or liquid fuel burnt", "t",
    indicator="fuel_consumption", keys={"family": "solid_liquid"}, places=2, lower="0",
)
FG = m.activity(
    "FG", "气体燃料消耗量", "gas burnt", "万Nm3@20C",
    indicator="gas_consumption", keys={"family": "gas"}, places=2, lower="0",
)
FUELS, A1, every = "fuel_defaults", "table A.1; plausible range ours", "source month"
tested, measured = ladder("measured", "default"), ladder("measured")
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
OF = m.factor(
    "OF", "碳氧化率", "oxidation rate", "1",
    over="source", table=FUELS, column="of", key="fuel", lower="0.8", upper="1", clause=A1,
)
E_s = m.quantity(
    "E_s", "一种固体、液体燃料的排放量", "emission of one solid or liquid fuel", "t CO2",
    FC * NCV * CC * OF * K, places=2, parents="sum_published", scope="direct",
)
E_g = m.quantity(
    "E_g", "一种气体燃料的排放量", "emission of one gas", "t CO2",
    FG * NCVG * CC * OF * K, places=2, parents="sum_published", scope="direct",
)
FA = m.activity(
    "FA", "替代燃料消耗量", "alternative fuel burnt", "t",
    indicator="alternative_fuel", keys={"family": "alternative_fuel"}, places=2, lower="0",
)
RANGE = "plausible range ours"
NCVA = m.factor(
    "NCVA", "替代燃料低位发热量", "net calorific value of an alternative fuel", "GJ/t",
    choose=measured, places=3, lower="1", upper="60", clause=RANGE,
)
EFA = m.factor(
    "EFA", "替代燃料排放因子", "factor of an alternative fuel", "t CO2/GJ",
    choose=measured, lower="0.02", upper="0.3", clause=RANGE,
)
ALPHA = m.factor(
    "ALPHA", "替代燃料中化石碳比例", "fossil share of its carbon", "1",
    choose=measured, lower="0", upper="1", clause=RANGE,
)
E_a = m.quantity(
    "E_a", "一种替代燃料的化石碳排放量", "emission of one alternative fuel, fossil carbon", "t CO2",
    FA * NCVA * EFA * ALPHA, places=2, parents="sum_published", scope="direct",
)
clinker_line = {"facility": "clinker"}
E_kiln = m.quantity(
    "E_kiln", "熟料生产燃料排放量", "fuel of the clinker lines", "t CO2",
    sum_over(E_s, every, where=clinker_line) + sum_over(E_g, every, where=clinker_line)
    + sum_over(E_a, every, where=clinker_line), places=2, parents="sum_published",
)

# Process: clinker by belt scale × default factor, less raw material without carbonate.
Q = m.activity(
    "Q", "熟料产量（皮带秤）", "clinker made, by belt scale", "t",
    indicator="clinker_production", keys={"family": "clinker"}, places=2, lower="0",
)
EF_q = m.factor(
    "EF_q", "熟料过程排放因子", "process factor of clinker", "t CO2/t",
    table="clinker_process", column="ef", key="clinker", places=3, lower="0.2", upper="0.6", clause=RANGE,
)
M_sub = m.activity(
    "M_sub", "非碳酸盐替代原料消耗量（电石渣等）", "raw material without carbonate (carbide slag and others)", "t",
    indicator="non_carbonate_material", keys={"family": "non_carbonate"}, places=2, lower="0",
)
k_sub = m.factor(
    "k_sub", "替代原料扣减系数", "deduction coefficient of the material", "t CO2/t",
    choose=ladder("entered"), places=3, lower="0", upper="0.8", clause=RANGE,
)
E_q = m.quantity(
    "E_q", "一条熟料线的过程排放量（未扣减）", "process emission of one line, before deduction", "t CO2",
    Q * EF_q, places=2, parents="sum_published", scope="direct",
)
E_d = m.quantity(
    "E_d", "一种替代原料的扣减量", "deduction for one material", "t CO2",
    M_sub * k_sub, places=2, parents="sum_published", scope="direct",
)
E_process = m.quantity(
    "E_process", "熟料过程排放量", "process emission of clinker", "t CO2",
    sum_over(E_q, every) - sum_over(E_d, every), places=2, parents="sum_published",
)
E_line = m.quantity(
    "E_line", "熟料生产排放量（未取整）", "clinker production, before the whole tonne", "t CO2",
    E_kiln + E_process, places=2, parents="sum_published",
)
m.quantity("E_clinker", "熟料生产层级二氧化碳排放量", "CO2 emission of clinker production", "t CO2", E_line, places=0)
m.quantity(
    "I_clinker", "熟料排放强度", "emission per tonne of clinker", "t CO2/t",
    E_line / sum_over(Q, every), places=4,
)

# Enterprise: all its fuel, the process, and what other guides count.
E_oth = m.activity(
    "E_oth", "发电设施及其他非水泥产品设施的排放量（按其指南）",
    "power units and plants of other products, by their own guides", "t CO2",
    indicator="emission_by_other_guide", keys={"family": "other_guide"}, places=2, lower="0",
)
m.quantity(
    "E_enterprise", "企业层级二氧化碳排放量", "CO2 emission of the enterprise", "t CO2",
    sum_over(E_s, every) + sum_over(E_g, every) + sum_over(E_a, every) + E_process + sum_over(E_oth, every),
    places=0,
)

# The stock-take: does what left the silo and what lies in it agree with the belt scale?
S_0 = m.activity(
    "S_0", "期初熟料盘库量", "clinker in stock at the beginning", "t",
    indicator="clinker_stock_opening", keys={"family": "clinker"}, additivity="stock", lower="0",
)
S_1 = m.activity(
    "S_1", "期末熟料盘库量", "clinker in stock at the end", "t",
    indicator="clinker_stock_closing", keys={"family": "clinker"}, additivity="stock", lower="0",
)
Q_use = m.activity(
    "Q_use", "熟料出库量（外销与自用）", "clinker sold and used", "t",
    indicator="clinker_dispatched", keys={"family": "clinker"}, lower="0",
)
Q_buy = m.activity(
    "Q_buy", "外购熟料入库量", "clinker bought and put into stock", "t",
    indicator="clinker_bought", keys={"family": "clinker"}, lower="0",
)
Q_take = m.quantity(
    "Q_take", "由盘库推算的熟料产量", "clinker made, by stock-take", "t", Q_use + S_1 - S_0 - Q_buy, places=2,
    parents="sum_published",
)
m.quantity(
    "D_take", "皮带秤与盘库的差", "belt scale less stock-take", "t",
    sum_over(Q, every) - sum_over(Q_take, every), places=2,
)
m.quantity(
    "D_share", "差占皮带秤产量的比例", "that difference as a share of the belt scale", "1",
    (sum_over(Q, every) - sum_over(Q_take, every)) / sum_over(Q, every), places=4,
)

# By composition, for comparison with the default only.
oxides = [
    m.factor(symbol, zh, en, "1", choose=measured, lower="0", upper="0.75", clause=RANGE)
    for symbol, zh, en in (
        ("FR1", "熟料中氧化钙含量", "CaO of clinker"),
        ("FR10", "非碳酸盐来源氧化钙含量", "CaO not from carbonate"),
        ("FR2", "熟料中氧化镁含量", "MgO of clinker"),
        ("FR20", "非碳酸盐来源氧化镁含量", "MgO not from carbonate"),
    )
]
m.quantity(
    "E_comp", "按熟料成分推算的过程排放量（仅供比对）", "process emission by composition, for comparison only",
    "t CO2", sum_over(m.quantity(
        "E_comp_q", "一条熟料线按成分推算的过程排放量", "process emission of one line by composition", "t CO2",
        Q * (R_Ca * (oxides[0] - oxides[1]) + R_Mg * (oxides[2] - oxides[3])), places=2,
        parents="sum_published", scope="direct",
    ), every), places=2,
)

m.boundary(
    "熟料生产层级：从原燃料进入熟料生产到熟料入库的设施，含窑头窑尾燃料与过程排放",
    "Clinker production: from raw material and fuel to clinker in the silo, fuel of the kiln and process emission",
    status="memory",
)
m.boundary(
    "企业层级：法人边界内的燃料与过程排放，发电设施和其他产品设施按各自指南计入；购入电力、热力作辅助报告",
    "Enterprise: fuel and process of the legal entity, power units and other products by their guides; bought "
    "electricity "
    "and heat beside", status="secondary",
)
for symbol, zh, en in (
    ("Q", "皮带秤记录、生产日报、与盘库记录核对表",
    "belt-scale records, daily reports, comparison with the stock-take"),
    ("S_1", "熟料盘库记录（库位、容重、计算、签字）",
    "stock-take records: silo, bulk density, computation, signatures"),
    ("Q_use", "出库与外销记录、发票", "records of what left the silo, invoices"),
    ("M_sub", "替代原料购入、消耗台账与成分检测", "ledger of the material and tests of its composition"),
    ("FC", "入窑煤皮带秤记录、购入与库存台账", "belt-scale records of kiln coal, ledger of purchases and stock"),
):
    m.evidence(symbol, zh, en, status="memory")
for symbol, zh, en in (
    ("Q", "皮带秤等级（0.5 级）、校准、缺失处理",
    "class of the belt scale (0.5), calibration, what is done about gaps"),
    ("S_1", "盘库方法、频次（每月）与责任部门", "how and how often stock is taken (monthly), who is responsible"),
    ("FC", "计量设备等级与校准", "class and calibration of the instrument"),
    ("M_sub", "计量与检测频次、检测机构", "how it is weighed and tested, by whom"),
):
    m.plan_field(symbol, zh, en, status="memory")
m.rule(
    "电石渣等非碳酸盐替代原料按指南系数扣减；本方法包未收录该系数，录入前排放量显示为缺失",
    "Carbide slag and other material without carbonate are deducted by the guide's coefficients; they are not "
    "in this pack, "
    "and until they are entered the emission is missing", status="secondary",
)
m.rule(
    "生物质碳按零计，废弃物来源的化石碳计入", "Biomass carbon is zero, fossil carbon of waste counts",
    status="memory",
)
m.rule("熟料盘库数据与皮带秤数据应相互核对", "Stock-take and belt scale are to be reconciled", status="memory")
