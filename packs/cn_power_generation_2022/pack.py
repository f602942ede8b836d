"""发电设施（环办气候函〔2022〕485号）：CO2 of a power facility in the national market, reports on 2023 and 2024.

口径: fuel burnt in the facility, and electricity bought; no biomass carbon, no fuel of transport. Later editions
extend this pack: from 2025 bought electricity leaves the total, from 2026 the national database gives oxidation.
README.md says where each rule and number comes from, and with what status.
"""

from tansuo.methods import Method, branch, first_of, ladder, rung, sum_over, weighted_mean

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "cn_power_generation_2022", edition="2022",
    title_zh="发电设施温室气体排放（2022 年版，环办气候函〔2022〕485号）",
    title_en="Power generation facilities (edition of 2022, No. 485)",
    valid="2023-01/2025-01", source="power_2022",
)
m.use("factors_cn_fuels_cets_2024", "fuel_defaults")
m.use("factors_cn_grid", "grid_reporting")

K = m.constant("K", "二氧化碳与碳的相对分子质量之比", "CO2 to C by molar mass", "t CO2/t C", exactly="44/12")
QS = m.constant("QS", "标准煤热值", "heat of standard coal", "GJ/tce", exactly="293076/10000")
COAL = {
    "family": "solid_liquid",
    "fuel": ("原煤", "无烟煤", "烟煤", "褐煤", "洗精煤", "其他洗煤", "煤矸石", "煤泥", "水煤浆", "其他煤制品"),
}
OTHER = {
    "family": "solid_liquid",
    "fuel": ("焦炭", "石油焦", "原油", "燃料油", "汽油", "柴油", "煤油", "其他石油制品", "液化天然气",
             "液化石油气", "煤焦油", "炼厂干气"),
}
GAS, UNIT = {"family": "gas"}, {"family": "generating_unit"}
tested, laboratory = ladder("measured", "default"), ladder("measured")
DEFAULTS, RANGE = "power_defaults", "plausible range ours"

# Coal: carbon as received from the laboratory, else calorific value × default carbon of heat.
FC = m.activity(
    "FC", "入炉煤量", "coal burnt", "t",
    indicator="fuel_consumption", keys=COAL, places=2, lower="0",
)
C_arm = m.factor(
    "C_arm", "收到基元素碳含量（实测）", "carbon as received, measured", "t C/t",
    keys=COAL, choose=laboratory, lower="0.1", upper="0.95", clause=RANGE,
)
C_ad = m.factor(
    "C_ad", "空气干燥基元素碳含量", "carbon, air-dried basis", "t C/t",
    keys=COAL, choose=laboratory, lower="0.1", upper="0.95", clause=RANGE,
)
C_d = m.factor(
    "C_d", "干燥基元素碳含量", "carbon, dry basis", "t C/t",
    keys=COAL, choose=laboratory, lower="0.1", upper="0.95", clause=RANGE,
)
M_ar = m.factor(
    "M_ar", "收到基水分", "moisture as received", "1",
    keys=COAL, choose=laboratory, lower="0", upper="0.6", clause=RANGE,
)
M_ad = m.factor(
    "M_ad", "空气干燥基水分", "moisture, air-dried basis", "1",
    keys=COAL, choose=laboratory, lower="0", upper="0.3", clause=RANGE,
)
NCV = m.factor(
    "NCV", "燃煤收到基低位发热量", "net calorific value of coal as received", "GJ/t",
    keys=COAL, table=DEFAULTS, column="ncv", key="=燃煤", choose=tested, places=3,
    lower="4", upper="35", clause=RANGE,
)
CC = m.factor(
    "CC", "燃煤单位热值含碳量", "carbon content of heat of coal", "t C/GJ",
    keys=COAL, table=DEFAULTS, column="cc", key="unit_class", places=5,
    lower="0.02", upper="0.04", clause=RANGE,
)
OF = m.factor(
    "OF", "燃煤碳氧化率", "oxidation rate of coal", "1",
    over="source", keys=COAL, table=DEFAULTS, column="of", key="=燃煤", lower="0.9", upper="1", clause=RANGE,
)
C_lab = m.quantity(
    "C_lab", "收到基元素碳含量（由实测换算）", "carbon as received, from the laboratory", "t C/t",
    first_of(
        branch("as received", C_arm, zh="收到基"),
        branch("air-dried basis", C_ad * (1 - M_ar) / (1 - M_ad), zh="空干基"),
        branch("dry basis", C_d * (1 - M_ar), zh="干基"),
    ), places=4, parents="sum_published", lower="0.1", upper="0.95",
)
C_ar = m.quantity(
    "C_ar", "收到基元素碳含量", "carbon as received", "t C/t",
    first_of(branch("element test", C_lab, zh="元素碳实测"), branch("default", NCV * CC, zh="缺省值")),
)
E_c = m.quantity(
    "E_c", "一处燃煤的燃烧排放量", "emission of one coal", "t CO2",
    FC * C_ar * OF * K, places=2, parents="sum_published", scope="direct",
)

# Oil and gas: by calorific value and carbon of heat, measured or by the table.
FO = m.activity(
    "FO", "油品等其他燃料消耗量", "oil and other fuel burnt", "t",
    indicator="fuel_consumption", keys=OTHER, places=2, lower="0",
)
FG = m.activity(
    "FG", "气体燃料消耗量", "gas burnt", "万Nm3@20C",
    indicator="gas_consumption", keys=GAS, places=2, lower="0",
)
FUELS, A1 = "fuel_defaults", "table A.1; plausible range ours"
NCVO = m.factor(
    "NCVO", "油品等低位发热量", "net calorific value of oil and others", "GJ/t",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, lower="5", upper="60", clause=A1,
)
NCVG = m.factor(
    "NCVG", "气体低位发热量", "net calorific value of gas", "GJ/万Nm3@20C",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, lower="20", upper="1200", clause=A1,
)
CCF = m.factor(
    "CCF", "油气单位热值含碳量", "carbon content of heat of oil and gas", "t C/GJ",
    table=FUELS, column="cc", key="fuel", choose=tested, places=5, lower="0.01", upper="0.08", clause=A1,
)
OFF = m.factor(
    "OFF", "油气碳氧化率", "oxidation rate of oil and gas", "1",
    over="source", table=FUELS, column="of", key="fuel", lower="0.9", upper="1", clause=A1,
)
E_o = m.quantity(
    "E_o", "一种油品等的燃烧排放量", "emission of one oil or other fuel", "t CO2",
    FO * NCVO * CCF * OFF * K, places=2, parents="sum_published", scope="direct",
)
E_g = m.quantity(
    "E_g", "一种气体的燃烧排放量", "emission of one gas", "t CO2",
    FG * NCVG * CCF * OFF * K, places=2, parents="sum_published", scope="direct",
)
every = "source month"
E_burn = m.quantity(
    "E_burn", "化石燃料燃烧排放量（直接）", "combustion emission (direct)", "t CO2",
    sum_over(E_c, every) + sum_over(E_o, every) + sum_over(E_g, every), places=2, parents="sum_published",
)

# Bought electricity, by the factor that reports of the year had to use.
PE = m.activity(
    "PE", "购入使用电量", "electricity bought and used", "MWh",
    indicator="electricity_purchased", keys={"family": "electricity"}, lower="0",
)
EF_grid = m.factor(
    "EF_grid", "电网排放因子", "grid factor", "t CO2/MWh",
    choose=ladder(
        rung("reporting", table="grid_reporting", column="average", key="=全国"), rung("stated", local=True),
    ),
    lower="0.1", upper="1", clause=RANGE,
)
E_p = m.quantity(
    "E_p", "一处购入电力的排放量", "emission of one supply", "t CO2",
    PE * EF_grid, places=2, parents="sum_published", scope="indirect",
)
E_power = m.quantity(
    "E_power", "购入使用电力排放量（间接）", "bought electricity (indirect)", "t CO2",
    sum_over(E_p, every), places=2, parents="sum_published",
)
E_unit = m.quantity(
    "E_unit", "发电设施排放量（未取整）", "emission of the facility, before the whole tonne", "t CO2",
    E_burn + E_power, places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E_total", "发电设施二氧化碳排放量", "CO2 emission of the facility", "t CO2", E_unit, places=0, scope="both",
)

# What the report prints beside the emission.
m.quantity(
    "C_ar_mean", "加权平均收到基元素碳含量", "weighted mean carbon as received", "t C/t",
    weighted_mean(C_ar, FC, "month"), places=4,
)
m.quantity(
    "NCV_mean", "燃煤加权平均低位发热量", "weighted mean calorific value of coal", "GJ/t",
    weighted_mean(NCV, FC, "month"), places=3,
)
W_f = m.activity(
    "W_f", "发电量", "electricity generated", "MWh", indicator="electricity_generated", keys=UNIT, lower="0",
)
Q_gr = m.activity("Q_gr", "供热量", "heat supplied", "GJ", indicator="heat_supplied", keys=UNIT, lower="0")
Q_cr = m.activity(
    "Q_cr", "锅炉总产热量", "heat that the boiler gave", "GJ", indicator="boiler_heat", keys=UNIT, lower="0",
)
T_run = m.activity(
    "T_run", "运行小时数", "running hours", "h", indicator="running_hours", keys=UNIT, lower="0", upper="744",
)
P_e = m.factor(
    "P_e", "机组额定容量", "rated capacity of the unit", "MW",
    over="source", keys=UNIT, choose=ladder("nameplate"), lower="1", upper="2000", clause=RANGE,
)
generated, supplied_heat = sum_over(W_f, every), sum_over(Q_gr, every)
H_fuel = m.quantity(
    "H_fuel", "燃料总热量", "heat of all fuel", "GJ",
    sum_over(m.quantity("H_c", "一处燃煤热量", "heat of one coal", "GJ", FC * NCV), every)
    + sum_over(m.quantity("H_o", "一种油品等热量", "heat of one oil or other fuel", "GJ", FO * NCVO), every)
    + sum_over(m.quantity("H_g", "一种气体热量", "heat of one gas", "GJ", FG * NCVG), every),
)
RATIOS = "formula as remembered"
a = m.quantity(
    "a", "供热比", "share of heat supply", "1",
    supplied_heat / sum_over(Q_cr, every), places=4, parents="sum_published", lower="0", upper="1", clause=RATIOS,
)
m.quantity(
    "X", "负荷（出力）系数", "load factor", "1",
    generated / sum_over(m.quantity(
        "W_max", "一台机组额定出力下的电量", "electricity of one unit at rated capacity", "MWh", T_run * P_e,
    ), every),
    places=4, lower="0", upper="1.1", clause=RATIOS,
)
m.quantity(
    "b_f", "发电煤耗", "coal rate of generation", "tce/MWh",
    (1 - a) * H_fuel / QS / generated, places=4, clause=RATIOS,
)
m.quantity(
    "b_r", "供热煤耗", "coal rate of heat supply", "tce/GJ", a * H_fuel / QS / supplied_heat,
    places=4, clause=RATIOS,
)
m.quantity(
    "S_f", "发电碳排放强度", "emission per electricity generated", "t CO2/MWh",
    (1 - a) * E_unit / generated, places=4, clause=RATIOS,
)
m.quantity(
    "S_r", "供热碳排放强度", "emission per heat supplied", "t CO2/GJ", a * E_unit / supplied_heat,
    places=4, clause=RATIOS,
)

m.boundary(
    "发电设施：燃烧系统、汽水系统、电气系统、控制系统和除尘、脱硫、脱硝等装置的集合；厂区内其他生产和生活用能不在内",
    "The generating facility: combustion, steam, electrical and control systems with dust, sulphur and nitrogen "
    "removal; other energy use of the site is outside", status="secondary",
)
m.boundary(
    "化石燃料燃烧和购入使用电力的二氧化碳；不含移动源、食堂等，不含生物质、污泥等非化石燃料的碳",
    "CO2 of fossil fuel burnt and of electricity bought and used; without mobile sources and canteens, without the "
    "carbon of biomass and sludge", status="secondary",
)
for symbol, zh, en in (
    ("FC", "每日皮带秤或耐压式计量给煤机记录，入厂与盘存数据交叉核对",
     "daily records of belt scale or feeder, checked against purchases and stock-taking"),
    ("C_ad", "每月检测报告（CMA 或 CNAS 标识，含元素碳、全水分、内水，采样制样记录）",
     "laboratory report of each month with CMA or CNAS mark: carbon, both moistures, records of sampling"),
    ("M_ar", "与元素碳同时段的全水分检测记录", "total moisture of the same time as the carbon test"),
    ("NCV", "每日入炉煤低位发热量检测记录", "daily tests of the calorific value of coal as fired"),
    ("FG", "流量计记录、结算单", "records of the flow meter, settlement bills"),
    ("PE", "电表记录、电费结算凭证", "meter records, settlement bills"),
    ("W_f", "电表月报或生产报表", "monthly meter or production reports"),
    ("Q_gr", "热力表记录、蒸汽参数、结算凭证", "heat meter records, steam parameters, settlement bills"),
    ("T_run", "运行日志", "running logs"),
    ("P_e", "铭牌、核准文件", "name plate, approval document"),
):
    m.evidence(symbol, zh, en, status="memory")
for symbol, zh, en in (
    ("FC", "计量设备型号、准确度等级（皮带秤 0.5 级）、位置、校准频次，每日计量、每月汇总，缺失时的处理",
     "instrument, accuracy class (belt scale 0.5), place, calibration; measured daily, summed monthly; what is done "
     "about gaps"),
    ("C_ad", "每月至少一次，由每日入炉煤缩分样混合；检测机构、方法标准、留样",
     "at least monthly, from the mixed daily samples; laboratory, standard of the method, samples kept"),
    ("M_ar", "与入炉煤样同步检测", "tested together with the sample as fired"),
    ("NCV", "每日检测，月度为消耗量加权；方法标准",
    "daily test, the month weighted by coal burnt; standard of the method"),
    ("FG", "流量计准确度等级（气体 2.0 级）与工况换算",
    "class of the flow meter (gas 2.0), conversion to standard state"),
    ("PE", "电能表等级与抄表频次", "class of the meter, how often it is read"),
    ("W_f", "电能表等级与抄表频次", "class of the meter, how often it is read"),
    ("Q_gr", "热量计量方法、焓值来源", "how heat is metered, where enthalpies come from"),
):
    m.plan_field(symbol, zh, en, status="memory")
m.rule(
    "燃煤未实测元素碳或实测不符合要求：单位热值含碳量取 0.03085 tC/GJ（常规机组），非常规燃煤机组取 0.02858；"
    "低位发热量未实测取 26.7 GJ/t",
    "Coal without a valid element-carbon test: 0.03085 tC/GJ (conventional units), 0.02858 (unconventional ones); "
    "calorific value not measured: 26.7 GJ/t", status="secondary",
)
m.rule(
    "月度收到基元素碳含量保留四位小数；消耗量两位，低位发热量三位，单位热值含碳量五位；排放量每处两位，合计取整",
    "Monthly carbon as received to four decimals; amounts two, calorific value three, carbon of heat five; "
    "emission of "
    "a source two, the total a whole tonne", status="memory",
)
m.rule(
    "年度元素碳含量与低位发热量按消耗量加权平均",
    "Carbon and calorific value of a year are means weighted by the coal burnt",
    status="memory",
)
