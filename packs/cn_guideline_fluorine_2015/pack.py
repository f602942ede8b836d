"""氟化工企业（2015）：HFC-23 of HCFC-22, CO2 of HFC-23 destroyed, and F-gases that escape in making them.

口径: one legal entity that makes fluorinated chemicals; CO2, HFCs, PFCs and SF6.
"""

from tansuo.methods import extend, ladder, rung, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_fluorine_2015", edition="2015",
    title_zh="氟化工企业温室气体排放核算（2015指南）", title_en="Fluorine chemicals (guideline of 2015)",
    valid="2015-01/..", source="fluorine_2015", gwp="AR2",
)
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "化石燃料燃烧、HCFC-22生产过程HFC-23排放、销毁HFC-23转化的二氧化碳、HFCs/PFCs/SF6生产过程副产物及逃逸排放、净购入电力与热力。",
    "Fuel burnt, HFC-23 of making HCFC-22, CO2 of HFC-23 destroyed, by-products and escape of making HFCs, PFCs and "
    "SF6, net bought electricity and heat.",
    status="secondary", clause="list of sources as two public implementations give it",
)
GWP = m.factor(
    "GWP", "含氟气体的全球变暖潜势", "GWP of the F-gas", "t CO2e[AR2]/t", table="gwp_ar2", column="gwp", key="gas",
    choose=ladder("default", rung("stated", local=True)), lower="50", upper="30000",
    clause="second assessment report; a gas that it does not list is stated; range: proposal",
)
GWP_23 = m.factor(
    "GWP_23", "HFC-23的全球变暖潜势", "GWP of HFC-23", "t CO2e[AR2]/t",
    table="gwp_ar2", column="gwp", key="=HFC-23", lower="10000", upper="15000", clause="second assessment report",
)

# HFC-23: made with HCFC-22, recovered as a product, or destroyed.
HFC23 = "HFC-23 of HCFC-22; range: proposal"
P22 = m.activity(
    "P22", "HCFC-22产量", "HCFC-22 made", "t",
    indicator="hcfc22_production", keys={"family": "hcfc22"}, lower="0", clause=HFC23,
)
EF_23 = m.factor(
    "EF_23", "HFC-23生成因子", "HFC-23 made with HCFC-22", "1",
    choose=ladder("measured", "stated"), lower="0", upper="0.05", clause=HFC23,
)
R23 = m.activity(
    "R23", "以产品形式回收的HFC-23量", "HFC-23 recovered as a product", "t",
    indicator="hfc23_recovered", keys={"family": "hfc23_recovery"}, lower="0", clause=HFC23,
)
IN23, OUT23 = (
    m.activity(
        symbol, zh, en, "t", indicator=indicator, keys={"family": "hfc23_destruction"}, lower="0", clause=HFC23,
    )
    for symbol, zh, en, indicator in (
        ("IN23", "进入销毁装置的HFC-23量", "HFC-23 fed to destruction", "hfc23_fed"),
        ("OUT23", "从销毁装置排出的HFC-23量", "HFC-23 that leaves destruction", "hfc23_left"),
    )
)
D23 = m.quantity("D23", "一套装置销毁的HFC-23量", "HFC-23 destroyed by one plant", "t", IN23 - OUT23, clause=HFC23)
pieces = []
for symbol, zh, en, amount in (
    ("E_made", "一条生产线生成的HFC-23", "HFC-23 made on one line", P22 * EF_23),
    ("R_rec", "一处回收的HFC-23", "HFC-23 recovered at one place", R23),
    ("R_des", "一套装置销毁的HFC-23", "HFC-23 destroyed by one plant, in CO2e", D23),
):
    one = m.quantity(
        symbol, zh, en, "t CO2e[AR2]",
        amount * GWP_23, places=2, parents="sum_published", scope="direct", clause=HFC23,
    )
    pieces.append(sum_over(one, "source month"))
made, kept, destroyed = pieces
E_HFC23 = m.quantity(
    "E_HFC23", "HFC-23排放量（直接）", "HFC-23 (direct)", "t CO2e[AR2]",
    made - kept - destroyed, places=2, parents="sum_published",
)
# One CHF3 (70) that is destroyed leaves one CO2 (44).
TO_CO2 = m.constant("TO_CO2", "HFC-23转化为二氧化碳", "CO2 of HFC-23", "t CO2/t", exactly="44/70", clause=HFC23)
E_d = m.quantity(
    "E_d", "一套装置销毁转化的二氧化碳", "CO2 of one plant's destruction", "t CO2",
    D23 * TO_CO2, places=2, parents="sum_published", scope="direct", clause=HFC23,
)
E_destroyed = m.quantity(
    "E_destroyed", "销毁HFC-23转化的二氧化碳排放量（直接）", "CO2 of HFC-23 destroyed (direct)", "t CO2",
    sum_over(E_d, "source month"), places=2, parents="sum_published",
)

# F-gases that escape where they are made.
ESCAPE = "by-products and escape of making HFCs, PFCs and SF6; range: proposal"
PF = m.activity(
    "PF", "含氟气体产量", "F-gas made", "t",
    indicator="f_gas_production", keys={"family": "f_gas_made"}, lower="0", clause=ESCAPE,
)
EF_f = m.factor(
    "EF_f", "副产物及逃逸排放因子", "share that escapes", "1", table="escape", column="share", key="product",
    choose=ladder("measured", "default"), lower="0", upper="0.2", clause=ESCAPE,
)
E_f = m.quantity(
    "E_f", "一种含氟气体的逃逸排放量", "escape of one F-gas", "t CO2e[AR2]",
    PF * EF_f * GWP, places=2, parents="sum_published", scope="direct", clause=ESCAPE,
)
E_escape = m.quantity(
    "E_escape", "含氟气体生产逃逸排放量（直接）", "escape of making F-gases (direct)", "t CO2e[AR2]",
    sum_over(E_f, "source month"), places=2, parents="sum_published",
)
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_destroyed, places=2, parents="sum_published", override=True,
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    m["E_CO2"] * m["W_CO2"] + E_HFC23 + E_escape, places=2, scope="both", override=True,
)
m.evidence("P22", "HCFC-22生产报表", "production reports of HCFC-22", status="memory")
m.evidence(
    "IN23", "销毁装置运行记录、进出口浓度检测", "log of the destruction plant, tests at inlet and outlet",
    status="memory",
)
m.plan_field("EF_23", "HFC-23生成因子的检测方法与频次", "how and how often HFC-23 is measured", status="memory")
m.plan_field("OUT23", "出口流量与浓度监测", "how flow and share at the outlet are measured", status="memory")
