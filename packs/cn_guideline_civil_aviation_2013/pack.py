"""民用航空企业（2013）：fuel of flights and on the ground, blends with biofuel, electricity and heat.

口径: one legal entity of civil aviation (airline, general aviation, airport); CO2 only; domestic and international
flights are shown apart and both counted.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_civil_aviation_2013", edition="2013",
    title_zh="民用航空企业温室气体排放核算（2013指南）", title_en="Civil aviation (guideline of 2013)",
    valid="2013-01/..", source="aviation_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct")
m.boundary(
    "航空器飞行消耗的航空汽油、航空煤油和生物质混合燃料，地面其他移动源和固定源消耗的化石燃料，净购入电力与热力。",
    "Aviation gasoline, jet kerosene and blends burnt in flight; fossil fuel of other mobile and stationary sources "
    "on the ground; net bought electricity and heat.",
    status="secondary", clause="scope as a public implementation quotes it",
)

# What a blend holds of biofuel counts as zero.
FB = m.activity(
    "FB", "生物质混合燃料消耗量", "blend with biofuel burnt", "t",
    indicator="fuel_consumption", keys={"family": "blend"}, lower="0",
)
BF = m.factor(
    "BF", "混合燃料中生物质含量", "share of biofuel in the blend", "1",
    choose=ladder("measured", "supplier"), lower="0", upper="1", clause="blends; range: proposal",
)
E_bl = m.quantity(
    "E_bl", "一种混合燃料的排放量", "emission of one blend", "t CO2",
    FB * m["NCV"] * m["CC"] * m["OF"] * (1 - BF) * m["K"], places=2, parents="sum_published", scope="direct",
)
E_blend = m.quantity(
    "E_blend", "生物质混合燃料燃烧排放量（直接）", "blends burnt (direct)", "t CO2",
    sum_over(E_bl, "source month"), places=2, parents="sum_published",
)
for symbol, zh, en, flight in (
    ("E_domestic", "其中国内航班排放量（直接）", "of it domestic flights (direct)", "domestic"),
    ("E_international", "其中国际航班排放量（直接）", "of it international flights (direct)", "international"),
    ("E_ground", "其中地面活动排放量（固体、液体燃料，直接）", "of it ground, liquid and solid (direct)", "ground"),
):
    here = {"flight": flight}
    m.quantity(
        symbol, zh, en, "t CO2",
        sum_over(m["E_s"], "source month", where=here) + sum_over(E_bl, "source month", where=here), places=2,
    )

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_blend, places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + m["E_indirect"], places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * m["W_CO2"], places=2, scope="both",
)

m.evidence("FC", "飞行任务书、燃油舱单、加油单", "flight orders, fuel sheets, uplift slips", status="memory")
m.evidence("BF", "混合燃料供应证明", "certificate of the blend", status="memory")
m.plan_field("FC", "机载油量计或加油量统计方法", "on-board gauge or uplift, how counted", status="memory")
