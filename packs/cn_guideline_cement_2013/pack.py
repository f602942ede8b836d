"""水泥生产企业（2013，GB/T 32151.8）：fuel, waste-derived fuel, clinker and kiln dust, carbon of the raw meal.

口径: one legal entity that makes cement; CO2 only; electricity and heat net. Not the CETS guide of 2024, which stops
at the clinker line and has a default a tonne of clinker.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_cement_2013", edition="2013",
    title_zh="水泥生产企业温室气体排放核算（2013指南）", title_en="Cement (guideline of 2013)",
    valid="2013-01/..", source="cement_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct")
m.boundary(
    "化石燃料燃烧、替代燃料和协同处置废弃物中非生物质碳的燃烧、原料碳酸盐分解（熟料、窑炉排气筒粉尘、旁路放风粉尘）、"
    "生料中非燃料碳煅烧、净购入电力与热力。",
    "Fuel burnt, non-biogenic carbon of alternative fuels and co-processed waste, carbonates decomposed (clinker, dust "
    "of the kiln stack, bypass dust), carbon of the raw meal, net bought electricity and heat.", status="memory",
)

# Waste-derived fuel: only its non-biogenic share; the guideline's default values were not found, so all is local.
FA = m.activity(
    "FA", "替代燃料或废弃物用量", "alternative fuel or waste burnt", "t",
    indicator="alternative_fuel", keys={"family": "alternative_fuel"}, lower="0",
)
entered, ALT = ladder("measured", "stated"), "alternative fuels; range: proposal"
NCV_alt = m.factor(
    "NCV_alt", "替代燃料低位发热量", "net calorific value of the alternative fuel", "GJ/t",
    choose=entered, lower="1", upper="60", clause=ALT,
)
EF_alt = m.factor(
    "EF_alt", "替代燃料排放因子", "factor of the alternative fuel", "t CO2/GJ",
    choose=entered, lower="0.03", upper="0.2", clause=ALT,
)
ALPHA = m.factor(
    "ALPHA", "非生物质碳的含量", "share of non-biogenic carbon", "1", choose=entered, lower="0", upper="1", clause=ALT,
)
E_a = m.quantity(
    "E_a", "一种替代燃料的排放量", "emission of one alternative fuel", "t CO2",
    FA * NCV_alt * EF_alt * ALPHA, places=2, parents="sum_published", scope="direct", clause=ALT,
)
E_alternative = m.quantity(
    "E_alternative", "替代燃料中非生物质碳排放量（直接）", "non-biogenic carbon of alternative fuels (direct)", "t CO2",
    sum_over(E_a, "source month"), places=2, parents="sum_published",
)

# Clinker and the dust that leaves the kiln, by the CaO and MgO that come from carbonates.
Q = m.activity(
    "Q", "熟料、窑炉排气筒粉尘和旁路放风粉尘量", "clinker, dust of the kiln stack, bypass dust", "t",
    indicator="clinker_production", keys={"family": ("clinker", "kiln_dust", "bypass_dust")}, lower="0",
)
measured, CLINKER = ladder("measured"), "decomposition of carbonates; range: proposal"
FR1, FR2, FR10, FR20 = (
    m.factor(symbol, zh, en, unit, choose=measured, lower="0", upper=upper, clause=CLINKER)
    for symbol, zh, en, unit, upper in (
        ("FR1", "熟料中氧化钙含量", "CaO of the clinker", "t CaO/t", "0.72"),
        ("FR2", "熟料中氧化镁含量", "MgO of the clinker", "t MgO/t", "0.08"),
        ("FR10", "熟料中非碳酸盐氧化钙含量", "CaO of the clinker not from carbonates", "t CaO/t", "0.72"),
        ("FR20", "熟料中非碳酸盐氧化镁含量", "MgO of the clinker not from carbonates", "t MgO/t", "0.08"),
    )
)
R_Ca = m.constant("R_Ca", "二氧化碳与氧化钙之比", "CO2 to CaO", "t CO2/t CaO", exactly="44/56", clause=CLINKER)
R_Mg = m.constant("R_Mg", "二氧化碳与氧化镁之比", "CO2 to MgO", "t CO2/t MgO", exactly="44/40", clause=CLINKER)
E_q = m.quantity(
    "E_q", "一条窑线（或一种粉尘）的过程排放量", "process emission of one kiln line or dust", "t CO2",
    Q * ((FR1 - FR10) * R_Ca + (FR2 - FR20) * R_Mg),
    places=2, parents="sum_published", scope="direct", clause=CLINKER,
)
E_clinker = m.quantity(
    "E_clinker", "原料碳酸盐分解排放量（直接）", "carbonates decomposed (direct)", "t CO2",
    sum_over(E_q, "source month"), places=2, parents="sum_published",
)

# Carbon of the raw meal that is no fuel.
QR = m.activity("QR", "生料量", "raw meal", "t", indicator="raw_meal", keys={"family": "raw_meal"}, lower="0")
FR0 = m.factor(
    "FR0", "生料中非燃料碳含量", "carbon of the raw meal", "t C/t",
    table="cement", column="meal_carbon", key="mix", choose=ladder("measured", "default"),
    lower="0", upper="0.01", clause="carbon of the raw meal; range: proposal",
)
E_r = m.quantity(
    "E_r", "一条窑线生料非燃料碳的排放量", "carbon of the raw meal of one kiln line", "t CO2",
    QR * FR0 * m["K"], places=2, parents="sum_published", scope="direct",
)
E_meal = m.quantity(
    "E_meal", "生料中非燃料碳煅烧排放量（直接）", "carbon of the raw meal (direct)", "t CO2",
    sum_over(E_r, "source month"), places=2, parents="sum_published",
)

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_alternative + E_clinker + E_meal, places=2, parents="sum_published",
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
    "生物质碳的二氧化碳为零；生料非燃料碳缺省0.1%，采用煤矸石、高碳粉煤灰等配料时取0.3%。",
    "CO2 of biogenic carbon is zero; carbon of the raw meal 0.1 % by default, 0.3 % where gangue or ash rich in "
    "carbon goes into it.", status="memory",
)
m.evidence("Q", "熟料产量、盘库记录", "clinker output and stock records", status="memory")
m.evidence("FR1", "熟料化学分析（GB/T 176）报告", "chemical analyses of clinker (GB/T 176)", status="memory")
m.plan_field("Q", "计量设备、频次、盘库校核", "instrument, frequency, check against stock", status="memory")
m.plan_field("FR10", "非碳酸盐原料种类及其含量的测定", "raw materials that are no carbonates, tests", status="memory")
