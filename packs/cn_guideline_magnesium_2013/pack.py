"""镁冶炼企业（2013）：fuel, ferrosilicon made on site, dolomite calcined, SF6 cover gas, electricity and heat.

口径: one legal entity that smelts magnesium (Pidgeon process); CO2, and SF6 by AR2 where cover gas is used.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_magnesium_2013", edition="2013",
    title_zh="镁冶炼企业温室气体排放核算（2013指南）", title_en="Magnesium smelting (guideline of 2013)",
    valid="2013-01/..", source="magnesium_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct")
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "化石燃料燃烧、自产硅铁的还原剂（能源作为原材料）、白云石煅烧、净购入电力与热力；保护气六氟化硫单列。",
    "Fuel burnt, reductant of ferrosilicon made on site (energy as raw material), dolomite calcined, net bought "
    "electricity and heat; SF6 of cover gas apart.", status="memory",
)

tested = ladder("measured", "default")
parts = []
for symbol, zh, en, family, column, upper, one, total, total_zh, total_en in (
    ("MS_fe", "自产硅铁产量", "ferrosilicon made on site", "ferrosilicon", "ferrosilicon", "5", "E_fe",
     "E_ferrosilicon", "自产硅铁排放量（直接）", "ferrosilicon made on site (direct)"),
    ("MD", "白云石消耗量", "dolomite calcined", "dolomite", "dolomite", "0.5", "E_do",
     "E_dolomite", "白云石煅烧排放量（直接）", "dolomite calcined (direct)"),
):
    amount = m.activity(symbol, zh, en, "t", indicator=f"magnesium_{family}", keys={"family": family}, lower="0")
    factor = m.factor(
        f"EF_{family}", f"{zh[:-3]}排放因子", f"factor of {family}", "t CO2/t",
        table="magnesium", column=column, key="=缺省", choose=tested, lower="0", upper=upper,
        clause="process emissions; range: proposal",
    )
    part = m.quantity(
        one, f"一处{zh[:-3]}的排放量", f"{family} of one source", "t CO2",
        amount * factor, places=2, parents="sum_published", scope="direct",
    )
    parts.append(m.quantity(
        total, total_zh, total_en, "t CO2", sum_over(part, "source month"), places=2, parents="sum_published",
    ))
ferrosilicon, dolomite = parts

# Cover gas: all that is used is emitted.
MC = m.activity(
    "MC", "六氟化硫使用量", "SF6 used as cover gas", "kg SF6",
    indicator="sf6_used", keys={"family": "sf6_cover"}, lower="0",
)
T = m.constant("T", "千克化吨", "kg to t", "t/kg", exactly="1/1000")
GWP_SF6 = m.factor(
    "GWP_SF6", "六氟化硫的全球变暖潜势（AR2）", "GWP of SF6 (AR2)", "t CO2e[AR2]/t SF6",
    over="month", table="gwp_ar2", column="typed", key="=SF6", lower="23900", upper="23900", clause="AR2",
)
E_cv = m.quantity(
    "E_cv", "一处保护气的排放量", "cover gas of one source", "t CO2e[AR2]",
    MC * T * GWP_SF6, places=2, parents="sum_published", scope="direct",
)
E_SF6 = m.quantity(
    "E_SF6", "保护气六氟化硫排放量（直接）", "SF6 of cover gas (direct)", "t CO2e[AR2]",
    sum_over(E_cv, "source month"), places=2, parents="sum_published",
)

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + ferrosilicon + dolomite, places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + m["E_indirect"], places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * m["W_CO2"] + E_SF6, places=2, scope="both",
)

m.rule(
    "外购硅铁不计其生产排放；只有自产硅铁按产量计。",
    "Bought ferrosilicon carries no emission here; only what is made on site is counted, by output.", status="memory",
)
m.evidence("MD", "白云石购销存台账、纯度检测", "ledger of dolomite, tests of purity", status="memory")
m.evidence("MS_fe", "硅铁产量统计", "statistics of ferrosilicon made", status="memory")
m.plan_field("MD", "计量方式、频次", "how and how often weighed", status="memory")
