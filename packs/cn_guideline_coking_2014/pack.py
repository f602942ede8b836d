"""独立焦化企业（2014）：carbon of coal and other feeds less carbon of coke, gas, tar and other products, times 44/12.

口径: one legal entity that makes coke and is no part of a steel works; CO2 only. The balance is kept apart for coking
and for the processing of its products (tar, benzol, methanol of coke oven gas …).
"""

from tansuo.methods import branch, extend, first_of, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_coking_2014", edition="2014",
    title_zh="独立焦化企业温室气体排放核算（2014指南）", title_en="Independent coking (guideline of 2014)",
    valid="2014-01/..", source="coking_2014", gwp="AR2",
)
m.boundary(
    "化石燃料燃烧、工业生产过程（炼焦；焦化产品延伸加工等其他生产过程）、扣减二氧化碳回收利用、净购入电力与热力。",
    "Fuel burnt, processes (coking; processing of its products and others), less CO2 recovered, net bought electricity "
    "and heat.",
    status="secondary", clause="list of sources as two public implementations give it",
)
K, NCV, NCVG, CC = m["K"], m["NCV"], m["NCVG"], m["CC"]
tested = ladder("measured", "supplier")
BALANCE = "carbon mass balance; range: proposal"
PROCESS = ("coking", "extension")

# Coking coal: carbon as received; a test on dry coal is brought to as received by the moisture.
MC = m.activity(
    "MC", "炼焦煤消耗量（收到基）", "coking coal, as received", "t coal.ar",
    indicator="coking_coal", keys={"family": "coking_coal", "process": PROCESS}, lower="0", clause=BALANCE,
)
C_d = m.factor(
    "C_d", "炼焦煤干基元素碳", "carbon of the coal, dry", "t C/t coal.d",
    choose=tested, lower="0.3", upper="0.98", clause=BALANCE,
)
M_ar = m.factor(
    "M_ar", "炼焦煤全水分", "moisture of the coal as received", "1",
    choose=tested, lower="0", upper="0.4", clause=BALANCE,
)
DRY = m.constant(
    "DRY", "干煤与煤", "dry coal in coal without moisture", "t coal.d/t coal.ar", exactly="1", clause=BALANCE,
)
AS_FUEL = m.constant(
    "AS_FUEL", "按收到基取缺省值", "default taken as received", "t/t coal.ar", exactly="1", clause=BALANCE,
)
T_coal = m.quantity(
    "T_coal", "一种炼焦煤带入的碳", "carbon of one coking coal", "t C",
    first_of(
        branch("carbon of dry coal and moisture", MC * DRY * (1 - M_ar) * C_d, zh="干煤含碳量与水分"),
        branch("default heat and carbon of heat", MC * AS_FUEL * NCV * CC, zh="缺省热值和单位热值含碳量"),
    ), clause=BALANCE,
)
# Other solids and liquids: by their carbon, or by the default of the fuel table. Gas at 20 °C as in that table.
amounts = {}
for symbol, zh, en, unit, indicator, family in (
    ("MI", "其他含碳原料投入量", "other feed with carbon", "t", "carbon_input", "feed"),
    ("MO", "焦炭、焦油、粗苯等产品产量", "coke, tar, benzol and other products", "t", "carbon_output", "product"),
    ("GI", "煤气投入量", "gas fed", "万Nm3@20C", "carbon_input", "feed_gas"),
    ("GO", "煤气产量", "gas made", "万Nm3@20C", "carbon_output", "product_gas"),
    ("MX", "炉渣、粉尘、污泥等输出量", "slag, dust, sludge and other outputs", "t", "carbon_output", "other_output"),
):
    amounts[symbol] = m.activity(
        symbol, zh, en, unit, indicator=indicator, keys={"family": family, "process": PROCESS}, lower="0",
        clause=BALANCE,
    )
C_s = m.factor(
    "C_s", "物料含碳量", "carbon of the material", "t C/t", choose=tested, lower="0", upper="1", clause=BALANCE,
)
C_g = m.factor(
    "C_g", "煤气含碳量", "carbon of the gas", "t C/万Nm3@20C", choose=tested, lower="0", upper="30", clause=BALANCE,
)
carbon = {}
for symbol, amount, zh, en in (
    ("T_feed", "MI", "一种其他原料带入的碳", "carbon of one other feed"),
    ("T_out", "MO", "一种产品带出的碳", "carbon of one product"),
    ("T_gin", "GI", "一种煤气带入的碳", "carbon of one gas fed"),
    ("T_gout", "GO", "一种煤气带出的碳", "carbon of one gas made"),
):
    flow, content, heat = (
        (amounts[amount], C_g, NCVG) if amount.startswith("G") else (amounts[amount], C_s, NCV)
    )
    carbon[symbol] = m.quantity(
        symbol, zh, en, "t C",
        first_of(
            branch("carbon content", flow * content, zh="含碳量实测"),
            branch("default heat and carbon of heat", flow * heat * CC, zh="缺省热值和单位热值含碳量"),
        ),
        clause=BALANCE,
    )
T_waste = m.quantity(
    "T_waste", "一种其他输出物带出的碳", "carbon of one other output", "t C", amounts["MX"] * C_s, clause=BALANCE,
)
balances = []
for symbol, process, zh, en in (
    ("coking", "coking", "炼焦过程", "coking"),
    ("extension", "extension", "焦化产品延伸加工等过程", "processing of products"),
):
    only = {"process": process}
    T = m.quantity(
        f"T_{symbol}", f"{zh}未进入产品的碳", f"{en}: carbon that is in no product", "t C",
        sum_over(T_coal, "source month", where=only) + sum_over(carbon["T_feed"], "source month", where=only)
        + sum_over(carbon["T_gin"], "source month", where=only) - sum_over(carbon["T_out"], "source month", where=only)
        - sum_over(carbon["T_gout"], "source month", where=only) - sum_over(T_waste, "source month", where=only),
        clause=BALANCE,
    )
    balances.append(m.quantity(
        f"E_{symbol}", f"{zh}排放量（直接）", f"{en} (direct)", "t CO2",
        T * K, places=2, parents="sum_published", scope="direct", clause=BALANCE,
    ))
E_process = m.quantity(
    "E_process", "工业生产过程排放量（直接）", "processes (direct)", "t CO2",
    balances[0] + balances[1], places=2, parents="sum_published",
)

RECOVERY = "recovery of CO2; range: proposal"
RHO = m.constant(
    "RHO", "二氧化碳气体密度", "density of CO2", "t CO2/万Nm3@0C", exactly="1977/100", clause="0 °C, 101.325 kPa",
)
QC = m.activity(
    "QC", "二氧化碳回收量", "CO2 recovered", "万Nm3@0C",
    indicator="co2_recovered", keys={"family": "co2_recovered"}, lower="0", clause=RECOVERY,
)
PUR_CO2 = m.factor(
    "PUR_CO2", "回收气体中二氧化碳体积浓度", "CO2 of the recovered gas by volume", "1",
    choose=ladder("measured"), lower="0", upper="1", clause=RECOVERY,
)
R_c = m.quantity(
    "R_c", "一处二氧化碳回收量", "CO2 recovered at one place", "t CO2",
    QC * PUR_CO2 * RHO, places=2, parents="sum_published", scope="direct", clause=RECOVERY,
)
R_CO2 = m.quantity(
    "R_CO2", "二氧化碳回收利用量（扣减）", "CO2 recovered (deducted)", "t CO2",
    sum_over(R_c, "source month"), places=2, parents="sum_published",
)
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_process - R_CO2, places=2, parents="sum_published", override=True,
)
m.rule(
    "焦炉煤气等自产燃料作燃料燃烧的，计入产品产量并在化石燃料燃烧中计排放，不得重复。",
    "Own coke oven gas that is burnt is an output of the balance and counts where it is burnt, once.", status="memory",
)
m.evidence("MC", "炼焦煤购销存台账、皮带秤记录", "ledgers of coking coal, belt scale records", status="memory")
m.evidence("C_d", "元素分析与水分检测报告", "reports of carbon and moisture", status="memory")
m.plan_field("C_d", "采样制样与检测频次、基准", "how often coal is sampled and tested, on which basis", status="memory")
m.plan_field("GO", "煤气流量计型号、精度与温压补偿", "model, class and compensation of gas meters", status="memory")
