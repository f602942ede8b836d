"""石油化工企业（2014）：fuel, flares, coke burnt off catalysts, mass balances, cracking, asphalt, less CO2 recovered.

口径: one legal entity that refines oil or makes petrochemicals; CO2 only. Hydrogen, coke calcining, ethylene glycol and
oxide, and other products go through the carbon mass balance of the building block this pack extends.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_mass_balance_2013", "cn_guideline_petrochemical_2014", edition="2014",
    title_zh="石油化工企业温室气体排放核算（2014指南）", title_en="Petrochemicals (guideline of 2014)",
    valid="2014-01/..", source="petrochemical_2014", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct", "E_carbonate", "E_c")
m.drop("MC", "EF_carb", "PUR")
m.boundary(
    "化石燃料燃烧、火炬燃烧、工业生产过程（催化裂化、催化重整、其他催化剂再生、制氢、焦化、石油焦煅烧、氧化沥青、"
    "乙烯裂解、乙二醇/环氧乙烷、其他产品）、净购入电力与热力，扣除二氧化碳回收利用。",
    "Fuel burnt, flares, processes (catalytic cracking, reforming, other regeneration, hydrogen, coking, calcining, "
    "asphalt, ethylene cracking, glycol and oxide, other products), net bought electricity and heat, less CO2 "
    "recovered.",
    status="secondary", clause="list of sources as two public implementations give it",
)
K = m["K"]
RHO = m.constant(
    "RHO", "二氧化碳气体密度", "density of CO2", "t CO2/万Nm3@0C", exactly="1977/100", clause="0 °C, 101.325 kPa",
)
measured, found = ladder("measured"), ladder("measured", "default")

# Flares, in normal operation and in accidents.
FLARE = "flares; range: proposal"
QF = m.activity(
    "QF", "火炬气流量", "gas flared", "万Nm3@0C",
    indicator="gas_flared", keys={"family": "flare"}, lower="0", clause=FLARE,
)
CCF = m.factor(
    "CCF", "火炬气中除二氧化碳外其他含碳化合物的总含碳量", "carbon of the flare gas other than CO2",
    "t C/万Nm3@0C", choose=measured, lower="0", upper="30", clause=FLARE,
)
V_CO2 = m.factor(
    "V_CO2", "火炬气中二氧化碳体积浓度", "CO2 of the flare gas by volume", "1",
    choose=measured, lower="0", upper="1", clause=FLARE,
)
OFF = m.factor(
    "OFF", "火炬燃烧碳氧化率", "oxidation in the flare", "1",
    table="petrochemical", column="oxidation", key="=火炬", choose=found, lower="0.5", upper="1", clause=FLARE,
)
E_fc = m.quantity(
    "E_fc", "一座火炬的排放量", "emission of one flare", "t CO2",
    QF * (CCF * OFF * K + V_CO2 * RHO), places=2, parents="sum_published", scope="direct", clause=FLARE,
)
E_flare = m.quantity(
    "E_flare", "火炬燃烧排放量（直接）", "flares (direct)", "t CO2",
    sum_over(E_fc, "source month"), places=2, parents="sum_published",
)

# Coke burnt off catalysts: continuously (coke known), or in batches (catalyst before and after).
BURN = "coke burnt off catalysts; range: proposal"
MK = m.activity(
    "MK", "催化剂烧焦量（连续）", "coke burnt off, continuous", "t",
    indicator="coke_burnt", keys={"family": "coke_burn"}, lower="0", clause=BURN,
)
CF = m.factor(
    "CF", "焦层含碳量", "carbon of the coke", "t C/t",
    table="petrochemical", column="carbon", key="=焦层", choose=found, lower="0.5", upper="1", clause=BURN,
)
OF_burn = m.factor(
    "OF_burn", "烧焦碳氧化率", "oxidation of the coke", "1",
    table="petrochemical", column="oxidation", key="=烧焦", choose=found, lower="0.8", upper="1", clause=BURN,
)
E_k = m.quantity(
    "E_k", "一套装置连续烧焦的排放量", "continuous burning of one unit", "t CO2",
    MK * CF * OF_burn * K, places=2, parents="sum_published", scope="direct", clause=BURN,
)
MB = m.activity(
    "MB", "待再生催化剂量（间歇）", "catalyst to be regenerated, in batches", "t",
    indicator="catalyst_regenerated", keys={"family": "catalyst"}, lower="0", clause=BURN,
)
CF_before, CF_after = (
    m.factor(symbol, zh, en, "1", choose=measured, lower="0", upper="0.5", clause=BURN)
    for symbol, zh, en in (
        ("CF_before", "再生前催化剂含碳量", "carbon of the catalyst before"),
        ("CF_after", "再生后催化剂含碳量", "carbon of the catalyst after"),
    )
)
ALL_C = m.constant("ALL_C", "碳质量分数化碳量", "mass fraction to mass of carbon", "t C/t", exactly="1", clause=BURN)
E_b = m.quantity(
    "E_b", "一批催化剂再生的排放量", "regeneration of one batch of catalyst", "t CO2",
    MB * (CF_before - (1 - CF_before) * CF_after / (1 - CF_after)) * ALL_C * K,
    places=2, parents="sum_published", scope="direct", clause=BURN,
)
E_burn = m.quantity(
    "E_burn", "催化剂烧焦排放量（直接）", "coke burnt off catalysts (direct)", "t CO2",
    sum_over(E_k, "source month") + sum_over(E_b, "source month"), places=2, parents="sum_published",
)

# Decoking of ethylene crackers: flue gas × (CO2 + CO); both give one CO2 a molecule.
CRACK = "ethylene cracking; range: proposal"
QW = m.activity(
    "QW", "乙烯裂解炉烧焦尾气量", "flue gas of decoking", "万Nm3@0C",
    indicator="decoking_gas", keys={"family": "decoking"}, lower="0", clause=CRACK,
)
V_off, V_CO = (
    m.factor(symbol, zh, en, "1", choose=measured, lower="0", upper="1", clause=CRACK)
    for symbol, zh, en in (
        ("V_off", "尾气中二氧化碳体积浓度", "CO2 of the flue gas by volume"),
        ("V_CO", "尾气中一氧化碳体积浓度", "CO of the flue gas by volume"),
    )
)
E_w = m.quantity(
    "E_w", "一台裂解炉烧焦的排放量", "decoking of one furnace", "t CO2",
    QW * (V_off + V_CO) * RHO, places=2, parents="sum_published", scope="direct", clause=CRACK,
)
E_cracking = m.quantity(
    "E_cracking", "乙烯裂解炉管烧焦排放量（直接）", "decoking of ethylene crackers (direct)", "t CO2",
    sum_over(E_w, "source month"), places=2, parents="sum_published",
)

# Oxidised asphalt: the guideline's coefficient was not found, so it is entered or the figure is missing.
ASPHALT = "oxidised asphalt; range: proposal"
MA = m.activity(
    "MA", "氧化沥青产量", "oxidised asphalt made", "t",
    indicator="asphalt_production", keys={"family": "asphalt"}, lower="0", clause=ASPHALT,
)
EF_asphalt = m.factor(
    "EF_asphalt", "氧化沥青排放因子", "factor of oxidised asphalt", "t CO2/t",
    choose=ladder("measured", "stated"), lower="0", upper="0.2", clause=ASPHALT,
)
E_as = m.quantity(
    "E_as", "一套氧化沥青装置的排放量", "oxidised asphalt of one unit", "t CO2",
    MA * EF_asphalt, places=2, parents="sum_published", scope="direct", clause=ASPHALT,
)
E_asphalt = m.quantity(
    "E_asphalt", "氧化沥青排放量（直接）", "oxidised asphalt (direct)", "t CO2",
    sum_over(E_as, "source month"), places=2, parents="sum_published",
)

RECOVERY = "recovery of CO2; range: proposal"
QC = m.activity(
    "QC", "二氧化碳回收量", "CO2 recovered", "万Nm3@0C",
    indicator="co2_recovered", keys={"family": "co2_recovered"}, lower="0", clause=RECOVERY,
)
PUR_CO2 = m.factor(
    "PUR_CO2", "回收气体中二氧化碳纯度", "purity of the CO2 recovered", "1",
    choose=measured, lower="0", upper="1", clause=RECOVERY,
)
R_c = m.quantity(
    "R_c", "一处二氧化碳回收量", "CO2 recovered at one place", "t CO2",
    QC * PUR_CO2 * RHO, places=2, parents="sum_published", scope="direct", clause=RECOVERY,
)
R_CO2 = m.quantity(
    "R_CO2", "二氧化碳回收利用量（扣减）", "CO2 recovered (deducted)", "t CO2",
    sum_over(R_c, "source month"), places=2, parents="sum_published",
)

E_process = m.quantity(
    "E_process", "工业生产过程排放量（直接）", "process emissions (direct)", "t CO2",
    E_burn + m["E_balance"] + E_cracking + E_asphalt, places=2, parents="sum_published",
)
E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_flare + E_process - R_CO2, places=2, parents="sum_published",
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
    "焦化装置产生的焦炭、干气若自用作燃料，计入燃料燃烧。",
    "Coke and dry gas of coking units burnt by the firm itself count as fuel.", status="memory",
)
m.evidence("MK", "再生烟气分析与烧焦量计算", "flue gas analyses and computed coke burnt", status="memory")
m.evidence("QF", "火炬气流量记录、成分分析报告", "records of flare flow, analyses of the gas", status="memory")
m.plan_field("MK", "烧焦量的计算方法与频次", "how coke burnt is computed, how often", status="memory")
m.plan_field("QW", "尾气流量、浓度检测频次", "how often flue gas and its CO2, CO are measured", status="memory")
