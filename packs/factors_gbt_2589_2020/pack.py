"""GB/T 2589—2020 折标准煤系数：energy in tonnes of standard coal, electricity by 当量 and by 等价 apart.

A table pack: other packs take its rows with ``m.use``; the small method here sums tce.
"""

from tansuo.methods import Method, ladder, rung, sum_over

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "factors_gbt_2589_2020", edition="2020",
    title_zh="折标准煤系数与综合能耗（GB/T 2589—2020）",
    title_en="Coal-equivalent coefficients and comprehensive energy consumption (GB/T 2589-2020)",
    valid="2021-04/..", source="gbt_2589_2020",
)
m.option(
    "range", "系数为区间的气体取哪一端", "which end, where the standard prints a range",
    choices=("upper", "lower"), default="upper",
)
TCE, A, B = "tce", "annex A; plausible range ours", "annex B; plausible range ours"
FS = m.activity(
    "FS", "固体、液体燃料消费量", "solid or liquid fuel used", "t",
    indicator="fuel_consumption", keys={"family": "solid_liquid"}, lower="0",
)
FG = m.activity(
    "FG", "气体燃料消费量", "gas used", "万Nm3@20C",
    indicator="gas_consumption", keys={"family": "gas"}, lower="0",
)
PH = m.activity(
    "PH", "热力消费量", "heat used", "GJ", indicator="heat_purchased", keys={"family": "heat"}, lower="0",
)
MS = m.activity(
    "MS", "低压蒸汽消费量", "low-pressure steam used", "t",
    indicator="steam_purchased", keys={"family": "steam"}, lower="0",
)
PE = m.activity(
    "PE", "电力消费量", "electricity used", "MWh",
    indicator="electricity_purchased", keys={"family": "electricity"}, lower="0",
)
MW = m.activity(
    "MW", "水类耗能工质", "water as a medium", "t",
    indicator="medium_consumption", keys={"family": "water_medium"}, lower="0",
)
MG = m.activity(
    "MG", "气体耗能工质", "gas as a medium", "万Nm3@20C",
    indicator="medium_consumption", keys={"family": "gas_medium"}, lower="0",
)
CS = m.factor(
    "CS", "折标系数", "coefficient of a solid or liquid fuel", "tce/t",
    table=TCE, column="coefficient", key="fuel", choose=ladder("tested", "default"),
    lower="0.1", upper="2", clause=A,
)
CG = m.factor(
    "CG", "气体折标系数", "coefficient of a gas", "tce/万Nm3@20C",
    choose=ladder(
        "tested",
        rung("default", table=TCE, column="coefficient", key="fuel"),
        rung("default, upper end", table=TCE, column="high", key="fuel", when={"range": "upper"}),
        rung("default, lower end", table=TCE, column="low", key="fuel", when={"range": "lower"}),
    ),
    lower="0.5", upper="20", clause=A,
)
CH = m.factor(
    "CH", "热力折标系数", "coefficient of heat", "tce/GJ",
    over="", table="tce_heat", column="coefficient", key="=热力", lower="0.03", upper="0.05", clause=A,
)
CV = m.factor(
    "CV", "低压蒸汽折标系数", "coefficient of low-pressure steam", "tce/t",
    over="", table="tce_heat", column="coefficient", key="=蒸汽（低压）", lower="0.05", upper="0.2", clause=A,
)
CE = m.factor(
    "CE", "电力折标系数（当量）", "coefficient of electricity, equivalent value", "tce/MWh",
    over="", table="tce_electricity", column="equivalent", key="=电力", lower="0.12", upper="0.13", clause=A,
)
CQ = m.factor(
    "CQ", "电力折标系数（等价，当年发电煤耗）", "coefficient of electricity, the coal rate of the year",
    "tce/MWh", over="", choose=ladder("stated"), lower="0.2", upper="0.5", clause=A,
)
CW = m.factor(
    "CW", "水类工质折标系数", "coefficient of water as a medium", "tce/t",
    table="tce_media", column="coefficient", key="medium", lower="0.0001", upper="0.001", clause=B,
)
CM = m.factor(
    "CM", "气体工质折标系数", "coefficient of gas as a medium", "tce/万Nm3@20C",
    table="tce_media", column="coefficient", key="medium", lower="0.1", upper="20", clause=B,
)
T_s = m.quantity("T_s", "一种固体、液体燃料折标", "tce of one solid or liquid fuel", "tce", FS * CS)
T_g = m.quantity("T_g", "一种气体折标", "tce of one gas", "tce", FG * CG)
T_h = m.quantity("T_h", "一处热力折标", "tce of one heat supply", "tce", PH * CH)
T_v = m.quantity("T_v", "一处低压蒸汽折标", "tce of one steam supply", "tce", MS * CV)
T_e = m.quantity("T_e", "一处电力折标（当量）", "tce of one electricity supply, equivalent value", "tce", PE * CE)
T_q = m.quantity("T_q", "一处电力折标（等价）", "tce of one electricity supply, by coal rate", "tce", PE * CQ)
T_w = m.quantity("T_w", "一种水类工质折标", "tce of one water medium", "tce", MW * CW)
T_m = m.quantity("T_m", "一种气体工质折标", "tce of one gas medium", "tce", MG * CM)
every = "source month"
rest = m.quantity(
    "T_rest", "电力以外能源折标合计", "all energy but electricity", "tce",
    sum_over(T_s, every) + sum_over(T_g, every) + sum_over(T_h, every) + sum_over(T_v, every), places=4,
    parents="sum_unrounded",
)
m.quantity(
    "TCE", "综合能耗（电力按当量）", "energy consumption, electricity by equivalent value", "tce",
    rest + sum_over(T_e, every), places=4,
)
m.quantity(
    "TCE_dj", "综合能耗（电力按等价）", "energy consumption, electricity by the coal rate of the year", "tce",
    rest + sum_over(T_q, every), places=4,
)
m.quantity(
    "TCE_media", "耗能工质折标", "media that took energy to make", "tce",
    sum_over(T_w, every) + sum_over(T_m, every), places=4,
)
