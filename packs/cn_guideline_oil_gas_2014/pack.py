"""石油和天然气生产企业（2014）：fuel, flares, venting and fugitive CH4, CO2 vented, less CO2 and CH4 recovered.

口径: one legal entity that explores for, produces, treats, stores or moves oil and gas; CO2, and CH4 by AR2. Factors a
facility and year are taken a month at a time: facilities in operation in the month × factor ÷ 12.
"""

from tansuo.methods import extend, ladder, ratio, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_oil_gas_2014", edition="2014",
    title_zh="石油和天然气生产企业温室气体排放核算（2014指南）", title_en="Oil and gas production (guideline of 2014)",
    valid="2014-01/..", source="oil_gas_2014", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct")
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "化石燃料燃烧、火炬燃烧、油气勘探、开采、处理、储运各业务的工艺放空与逃逸、净购入电力与热力，扣除二氧化碳和甲烷回收利用。",
    "Fuel burnt, flares, venting and fugitive emissions of exploration, production, treatment, storage and transport, "
    "net bought electricity and heat, less CO2 and CH4 recovered.",
    status="secondary", clause="list of sources as two public implementations give it",
)
K = m["K"]
GWP_CH4 = m.factor(
    "GWP_CH4", "甲烷的全球变暖潜势（AR2）", "GWP of CH4 (AR2)", "t CO2e[AR2]/t CH4",
    over="month", table="gwp_ar2", column="typed", key="=CH4", lower="21", upper="21", clause="AR2",
)
RHO = m.constant(
    "RHO", "二氧化碳气体密度", "density of CO2", "t CO2/万Nm3@0C", exactly="1977/100", clause="0 °C, 101.325 kPa",
)
RHO_CH4 = m.constant(
    "RHO_CH4", "甲烷气体密度", "density of CH4", "t CH4/万Nm3@0C", exactly="717/100", clause="0 °C, 101.325 kPa",
)

# Flares, in normal operation and in accidents: CO2 of the gas itself, of its other carbon, and CH4 not burnt.
FLARE = "flares; range: proposal"
QF = m.activity(
    "QF", "火炬气流量", "gas flared", "万Nm3@0C",
    indicator="gas_flared", keys={"family": "flare"}, lower="0", clause=FLARE,
)
measured = ladder("measured")
CCF = m.factor(
    "CCF", "火炬气中除二氧化碳外其他含碳化合物的总含碳量", "carbon of the flare gas other than CO2",
    "t C/万Nm3@0C", choose=measured, lower="0", upper="30", clause=FLARE,
)
V_CO2 = m.factor(
    "V_CO2", "火炬气中二氧化碳体积浓度", "CO2 of the flare gas by volume", "1",
    choose=measured, lower="0", upper="1", clause=FLARE,
)
V_CH4 = m.factor(
    "V_CH4", "火炬气中甲烷体积浓度", "CH4 of the flare gas by volume", "1",
    choose=measured, lower="0", upper="1", clause=FLARE,
)
OFF = m.factor(
    "OFF", "火炬燃烧碳氧化率", "oxidation in the flare", "1",
    table="flare", column="oxidation", key="=缺省", choose=ladder("measured", "default"),
    lower="0.5", upper="1", clause=FLARE,
)
E_fc = m.quantity(
    "E_fc", "一座火炬的二氧化碳排放量", "CO2 of one flare", "t CO2",
    QF * (CCF * OFF * K + V_CO2 * RHO), places=2, parents="sum_published", scope="direct", clause=FLARE,
)
E_fm = m.quantity(
    "E_fm", "一座火炬的甲烷排放量", "CH4 of one flare", "t CO2e[AR2]",
    QF * V_CH4 * (1 - OFF) * RHO_CH4 * GWP_CH4, places=2, parents="sum_published", scope="direct", clause=FLARE,
)
E_flare = m.quantity(
    "E_flare", "火炬燃烧二氧化碳排放量（直接）", "CO2 of flares (direct)", "t CO2",
    sum_over(E_fc, "source month"), places=2, parents="sum_published",
)
E_flare_CH4 = m.quantity(
    "E_flare_CH4", "火炬燃烧甲烷排放量（直接）", "CH4 of flares (direct)", "t CO2e[AR2]",
    sum_over(E_fm, "source month"), places=2, parents="sum_published",
)

# Venting and fugitive CH4: by facility and year, by gas treated, by oil moved, and of well tests.
FACILITY, TWELFTH = "venting and fugitive CH4; range: proposal", ratio("1/12")
NF = m.activity(
    "NF", "当月在用设施数量", "facilities in operation in the month", "1",
    indicator="facilities", keys={"family": "facility"}, lower="0", clause=FACILITY,
)
GT = m.activity(
    "GT", "天然气处理量", "gas treated", "亿Nm3@0C",
    indicator="gas_treated", keys={"family": "gas_treatment"}, lower="0", clause=FACILITY,
)
OT = m.activity(
    "OT", "原油输送量", "crude oil moved", "t",
    indicator="oil_moved", keys={"family": "oil_pipeline"}, lower="0", clause=FACILITY,
)
WT = m.activity(
    "WT", "试井放空甲烷量", "CH4 vented in well tests", "t CH4",
    indicator="ch4_vented", keys={"family": "well_test"}, lower="0", clause=FACILITY,
)
found, TREATMENT = ladder("measured", "default"), "t CH4/亿Nm3@0C"
EF_vent, EF_leak, EF_gas_vent, EF_gas_leak, EF_oil = (
    m.factor(
        symbol, zh, en, unit, table=table, column=column, key=key, choose=found, lower="0", upper=upper,
        clause=FACILITY,
    )
    for symbol, zh, en, unit, table, column, key, upper in (
        ("EF_vent", "设施工艺放空因子（每年）", "CH4 vented a facility and year",
         "t CH4", "facilities", "vent", "facility", "200"),
        ("EF_leak", "设施逃逸因子（每年）", "CH4 leaked a facility and year",
         "t CH4", "facilities", "leak", "facility", "200"),
        ("EF_gas_vent", "天然气处理工艺放空因子", "CH4 vented in gas treatment",
         TREATMENT, "gas_treatment", "vent", "=天然气处理", "1000"),
        ("EF_gas_leak", "天然气处理逃逸因子", "CH4 leaked in gas treatment",
         TREATMENT, "gas_treatment", "leak", "=天然气处理", "1000"),
        ("EF_oil", "原油输送逃逸因子", "CH4 leaked in moving crude oil",
         "t CH4/t", "oil_pipeline", "leak", "=原油输送管道", "0.001"),
    )
)
ch4 = []
for symbol, zh, en, mass in (
    ("E_fv", "一类设施的工艺放空排放量", "venting of one kind of facility", NF * EF_vent * TWELFTH),
    ("E_fl", "一类设施的逃逸排放量", "leaks of one kind of facility", NF * EF_leak * TWELFTH),
    ("E_gv", "一处天然气处理的工艺放空排放量", "venting of one gas treatment", GT * EF_gas_vent),
    ("E_gl", "一处天然气处理的逃逸排放量", "leaks of one gas treatment", GT * EF_gas_leak),
    ("E_ol", "一条原油管道的逃逸排放量", "leaks of one oil pipeline", OT * EF_oil),
    ("E_wt", "一次试井的放空排放量", "venting of one well test", WT),
):
    # Months go up unrounded, so that a year of twelve twelfths is exactly number × factor.
    one = m.quantity(symbol, zh, en, "t CO2e[AR2]", mass * GWP_CH4, places=2, scope="direct", clause=FACILITY)
    ch4.append(sum_over(one, "source month"))
facility_vent, facility_leak, gas_vent, gas_leak, oil_leak, well_test = ch4
E_vent = m.quantity(
    "E_vent", "工艺放空甲烷排放量（直接）", "CH4 vented (direct)", "t CO2e[AR2]",
    facility_vent + gas_vent + well_test, places=2, parents="sum_published",
)
E_leak = m.quantity(
    "E_leak", "甲烷逃逸排放量（直接）", "CH4 leaked (direct)", "t CO2e[AR2]",
    facility_leak + gas_leak + oil_leak, places=2, parents="sum_published",
)

# CO2 taken out of the gas and vented: what goes in less what comes out of the acid gas removal.
ACID = "acid gas removal; range: proposal"
QI = m.activity(
    "QI", "酸气脱除设备进口气量", "gas into acid gas removal", "万Nm3@0C",
    indicator="acid_gas", keys={"family": "acid_gas_in"}, lower="0", clause=ACID,
)
QO = m.activity(
    "QO", "酸气脱除设备出口气量", "gas out of acid gas removal", "万Nm3@0C",
    indicator="acid_gas", keys={"family": "acid_gas_out"}, lower="0", clause=ACID,
)
V_acid = m.factor(
    "V_acid", "进出口气体中二氧化碳体积浓度", "CO2 by volume of the gas in and out", "1",
    choose=measured, lower="0", upper="1", clause=ACID,
)
E_ai = m.quantity(
    "E_ai", "一处进口气体中的二氧化碳", "CO2 in the gas at one inlet", "t CO2",
    QI * V_acid * RHO, places=2, parents="sum_published", scope="direct", clause=ACID,
)
E_ao = m.quantity(
    "E_ao", "一处出口气体中的二氧化碳", "CO2 in the gas at one outlet", "t CO2",
    QO * V_acid * RHO, places=2, parents="sum_published", scope="direct", clause=ACID,
)
E_acid = m.quantity(
    "E_acid", "酸气脱除放空二氧化碳排放量（直接）", "CO2 vented by acid gas removal (direct)", "t CO2",
    sum_over(E_ai, "source month") - sum_over(E_ao, "source month"), places=2, parents="sum_published",
)

# Recovered: CO2 and CH4, in 万Nm3 at 0 °C.
RECOVERY = "recovery; range: proposal"
QC = m.activity(
    "QC", "二氧化碳回收量", "CO2 recovered", "万Nm3@0C",
    indicator="co2_recovered", keys={"family": "co2_recovered"}, lower="0", clause=RECOVERY,
)
QM = m.activity(
    "QM", "甲烷回收量", "CH4 recovered", "万Nm3@0C",
    indicator="ch4_recovered", keys={"family": "ch4_recovered"}, lower="0", clause=RECOVERY,
)
PUR_gas = m.factor(
    "PUR_gas", "回收气体纯度", "purity of the gas recovered", "1",
    choose=measured, lower="0", upper="1", clause=RECOVERY,
)
R_c = m.quantity(
    "R_c", "一处二氧化碳回收量", "CO2 recovered at one place", "t CO2",
    QC * PUR_gas * RHO, places=2, parents="sum_published", scope="direct", clause=RECOVERY,
)
R_m = m.quantity(
    "R_m", "一处甲烷回收量", "CH4 recovered at one place", "t CO2e[AR2]",
    QM * PUR_gas * RHO_CH4 * GWP_CH4, places=2, parents="sum_published", scope="direct", clause=RECOVERY,
)
R_CO2 = m.quantity(
    "R_CO2", "二氧化碳回收利用量（扣减）", "CO2 recovered (deducted)", "t CO2",
    sum_over(R_c, "source month"), places=2, parents="sum_published",
)
R_CH4 = m.quantity(
    "R_CH4", "甲烷回收利用量（扣减）", "CH4 recovered (deducted)", "t CO2e[AR2]",
    sum_over(R_m, "source month"), places=2, parents="sum_published",
)

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_flare + E_acid - R_CO2, places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + m["E_indirect"], places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * m["W_CO2"] + E_flare_CH4 + E_vent + E_leak - R_CH4, places=2, scope="both",
)

m.rule(
    "成品油输送的甲烷逃逸不要求核算。", "CH4 leaks of moving refined products need not be counted.",
    status="secondary", clause="as a public implementation quotes it",
)
m.evidence("QF", "火炬气流量记录、成分分析报告", "records of flare flow, analyses of the gas", status="memory")
m.evidence("NF", "设施台账", "list of facilities", status="memory")
m.plan_field("QF", "流量计、事故火炬的持续时间与平均流量", "flow meter; time and flow of accidents", status="memory")
m.plan_field("CCF", "气体组分检测频次", "how often the gas is analysed", status="memory")
