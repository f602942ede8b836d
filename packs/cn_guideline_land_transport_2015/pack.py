"""陆上交通运输企业（2015）：CO2 by fuel, CH4 and N2O by kilometres driven, CO2 of urea in exhaust cleaning.

口径: one legal entity that carries people or goods by road or rail, or runs roads or ports.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_land_transport_2015", edition="2015",
    title_zh="陆上交通运输企业温室气体排放核算（2015指南）", title_en="Land transport (guideline of 2015)",
    valid="2015-01/..", source="land_transport_2015", gwp="AR2",
)
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "化石燃料燃烧（二氧化碳；道路车辆的甲烷、氧化亚氮）、尾气净化（尿素）、净购入电力与热力。公路旅客和货物运输、城市客运、"
    "道路运输辅助活动、铁路运输、沿海和内河港口企业。",
    "Fuel burnt (CO2; CH4 and N2O of road vehicles), urea in exhaust cleaning, net bought electricity and heat. Road "
    "and city transport, services to road transport, railways, sea and river ports.",
    status="secondary", clause="scope as a public implementation gives it",
)
# Methane and nitrous oxide by kilometres; the table knows vehicle, fuel and emission standard.
KM = "CH4 and N2O of road vehicles; range: proposal"
D = m.activity(
    "D", "车辆行驶里程", "kilometres driven", "km",
    indicator="vehicle_kilometres", keys={"family": "vehicle"}, lower="0", clause=KM,
)
DG = m.activity(
    "DG", "重型天然气车行驶里程", "kilometres driven by heavy gas vehicles", "km",
    indicator="vehicle_kilometres", keys={"family": "heavy_gas_vehicle"}, lower="0", clause=KM,
)
EF_CH4, EF_N2O = (
    m.factor(
        f"EF_{gas}", f"{zh}排放因子", f"{en} of a kilometre", f"mg {gas}/km", table="vehicles", column=gas.lower(),
        key="vehicle", choose=ladder("measured", "default"), lower="0", upper=upper, clause=KM,
    )
    for gas, zh, en, upper in (("CH4", "甲烷", "methane", "10000"), ("N2O", "氧化亚氮", "nitrous oxide", "500"))
)
GWP_CH4, GWP_N2O = (
    m.factor(
        f"GWP_{gas}", f"{zh}的全球变暖潜势", f"GWP of {en}", f"t CO2e[AR2]/t {gas}",
        table="gwp_ar2", column="typed", key=f"={gas}", lower=low, upper=high, clause="second assessment report",
    )
    for gas, zh, en, low, high in (
        ("CH4", "甲烷", "methane", "20", "31"), ("N2O", "氧化亚氮", "nitrous oxide", "260", "315"),
    )
)
T_mg = m.constant("T_mg", "毫克化吨", "mg to t", "t/mg", exactly="1/1000000000")
parts = [
    m.quantity(
        symbol, zh, en, "t CO2e[AR2]", expression,
        places=2, parents="sum_published", scope="direct", clause=KM,
    )
    for symbol, zh, en, expression in (
        ("E_ch4", "一类车辆的甲烷排放量", "methane of one kind of vehicle", D * EF_CH4 * T_mg * GWP_CH4),
        ("E_n2o", "一类车辆的氧化亚氮排放量", "nitrous oxide of one kind of vehicle", D * EF_N2O * T_mg * GWP_N2O),
        ("E_gas_ch4", "一类重型天然气车的甲烷排放量", "methane of heavy gas vehicles", DG * EF_CH4 * T_mg * GWP_CH4),
    )
]
ch4, n2o, gas_ch4 = (sum_over(part, "source month") for part in parts)
E_vehicles = m.quantity(
    "E_vehicles", "道路车辆甲烷与氧化亚氮排放量（直接）", "CH4 and N2O of road vehicles (direct)", "t CO2e[AR2]",
    ch4 + gas_ch4 + n2o, places=2, parents="sum_published",
)
# Urea, CO(NH2)2: 12 of 60 parts are carbon, all of which leaves as CO2.
UREA = "exhaust cleaning, M × 12/60 × P × 44/12; range: proposal"
MU = m.activity(
    "MU", "尿素使用量", "urea used", "t", indicator="urea_consumption", keys={"family": "urea"}, lower="0", clause=UREA,
)
C_urea = m.constant("C_urea", "尿素含碳量", "carbon of urea", "t C/t", exactly="12/60", clause=UREA)
PUR_u = m.factor(
    "PUR_u", "尿素纯度", "share of urea", "1", table="urea", column="purity", key="=尿素",
    choose=ladder("measured", "supplier", "default"), lower="0.1", upper="1", clause=UREA,
)
E_u = m.quantity(
    "E_u", "一处尾气净化的排放量", "emission of one use of urea", "t CO2",
    MU * C_urea * PUR_u * m["K"], places=2, parents="sum_published", scope="direct", clause=UREA,
)
E_urea = m.quantity(
    "E_urea", "尾气净化排放量（直接）", "urea of exhaust cleaning (direct)", "t CO2",
    sum_over(E_u, "source month"), places=2, parents="sum_published",
)
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_urea, places=2, parents="sum_published", override=True,
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    m["E_CO2"] * m["W_CO2"] + E_vehicles, places=2, scope="both", override=True,
)
m.rule(
    "车用尿素为水溶液时，须按溶液中尿素的质量分数填报纯度，不得采用缺省值。",
    "Urea bought as a solution is entered with its share of urea, not by the default.", status="proposal",
)
m.evidence("D", "里程表、卫星定位记录、行车日志", "odometers, satellite positions, driving logs", status="secondary")
m.evidence("MU", "尿素购买与领用记录", "purchases and issues of urea", status="memory")
m.plan_field("D", "里程数据的来源与频次", "where kilometres come from, how often", status="memory")
