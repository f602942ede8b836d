"""电网企业（2013）：SF6 from equipment repaired and retired, and electricity lost in transmission.

口径: one grid company. SF6 direct, by the balance between what the equipment held and what was recovered; the loss
indirect, at the factor of the grid. Neither fuel nor heat nor the company's own use is part of this guideline.
"""

from tansuo.methods import extend, ladder, rung, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_grid_2013", edition="2013",
    title_zh="电网企业温室气体排放核算（2013指南）", title_en="Power grid (guideline of 2013)",
    valid="2013-01/..", source="grid_2013", gwp="AR2",
)
m.drop(
    "E", "E_CO2", "E_direct", "E_indirect", "E_heat", "E_hm", "E_hs", "E_hw", "E_ho", "E_so", "Q_s", "Q_w", "Q_o",
    "E_power", "E_pb", "E_ps", "E_fuel", "E_s", "E_g",
)
m.drop("PH", "MS", "MW", "SH", "SS", "HS", "TW", "H20", "T20", "CW", "GJ", "EF_heat")
m.drop("PE", "SE", "FC", "FG", "NCV", "NCVG", "CC", "OF", "K")
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "六氟化硫设备修理与退役过程的排放，以及输配电损失对应的排放；化石燃料燃烧和自用电不计。",
    "SF6 of equipment repaired and retired, and what the loss of transmission stands for; fuel burnt and own use of "
    "electricity are not counted.", status="memory",
)

# SF6: what the equipment held less what was recovered, in kg.
SF6 = "SF6 of equipment"
held = {}
for symbol, zh, en, family in (
    ("SR", "退役设备六氟化硫容量", "SF6 held by retired equipment", "sf6_retired"),
    ("RR", "退役设备六氟化硫回收量", "SF6 recovered from retired equipment", "sf6_retired_recovered"),
    ("SM", "修理设备六氟化硫容量", "SF6 held by repaired equipment", "sf6_repaired"),
    ("RM", "修理设备六氟化硫回收量", "SF6 recovered from repaired equipment", "sf6_repaired_recovered"),
):
    amount = m.activity(
        symbol, zh, en, "kg SF6", indicator="sf6_equipment", keys={"family": family}, lower="0", clause=SF6,
    )
    held[symbol] = sum_over(amount, "source")
GWP_SF6 = m.factor(
    "GWP_SF6", "六氟化硫的全球变暖潜势（AR2）", "GWP of SF6 (AR2)", "t CO2e[AR2]/t SF6",
    over="month", table="gwp_ar2", column="typed", key="=SF6", lower="23900", upper="23900", clause="AR2",
)
T = m.constant("T", "千克化吨", "kg to t", "t/kg", exactly="1/1000")
M_SF6 = m.quantity(
    "M_SF6", "一个月的六氟化硫排放量（物理量）", "SF6 emitted in one month", "kg SF6",
    held["SR"] - held["RR"] + held["SM"] - held["RM"], lower="0", clause=SF6,
)
E_sf = m.quantity(
    "E_sf", "一个月的六氟化硫排放量", "SF6 of one month", "t CO2e[AR2]",
    M_SF6 * T * GWP_SF6, places=2, parents="sum_published", scope="direct", clause=SF6,
)
E_SF6 = m.quantity(
    "E_SF6", "六氟化硫排放量（直接）", "SF6 (direct)", "t CO2e[AR2]",
    sum_over(E_sf, "month"), places=2, parents="sum_published",
)

# The loss: what was fed in, and came from outside, less what went outside and what was sold.
LOSS = "loss of transmission and distribution"
flows = {}
for symbol, zh, en, family in (
    ("EL_in", "电厂上网电量", "electricity fed in by power plants", "electricity_fed_in"),
    ("EL_im", "自外省输入电量", "electricity from other provinces", "electricity_imported"),
    ("EL_ex", "向外省输出电量", "electricity to other provinces", "electricity_exported"),
    ("EL_sold", "售电量", "electricity sold to users", "electricity_delivered"),
):
    amount = m.activity(
        symbol, zh, en, "MWh", indicator="grid_electricity", keys={"family": family}, lower="0", clause=LOSS,
    )
    flows[symbol] = sum_over(amount, "source")
REPORT = {"table": "grid_reporting", "column": "average", "key": "=全国", "when": {"grid": "national"}}
REGION = {"table": "grid", "column": "average", "level": "regional", "key": "grid_region", "when": {"grid": "regional"}}
OLD = {"table": "grid_regional_2012", "column": "average", "key": "grid_region", "when": {"grid": "regional"}}
EF_grid = m.factor(
    "EF_grid", "电力排放因子", "factor of electricity", "t CO2/MWh", over="month", lower="0", upper="1.5",
    choose=ladder(
        rung("national", **REPORT),
        rung("national, latest published", reach="before", **REPORT),
        rung("regional", **REGION),
        rung("regional, latest published", reach="before", **REGION),
        rung("regional of 2012", reach="before", **OLD),
        rung("stated", local=True),
    ),
    clause="by reporting year; range: proposal", override=True,
)
L = m.quantity(
    "L", "输配电损失电量", "electricity lost", "MWh",
    flows["EL_in"] + flows["EL_im"] - flows["EL_ex"] - flows["EL_sold"], lower="0", clause=LOSS,
)
E_l = m.quantity(
    "E_l", "一个月输配电损失的排放量", "loss of one month", "t CO2",
    L * EF_grid, places=2, parents="sum_published", scope="indirect", clause=LOSS,
)
E_loss = m.quantity(
    "E_loss", "输配电损失排放量（间接）", "loss of transmission (indirect)", "t CO2",
    sum_over(E_l, "month"), places=2, parents="sum_published",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_SF6 + E_loss * m["W_CO2"], places=2, scope="both",
)

m.evidence("SR", "设备退役清单、铭牌容量", "list of retired equipment with rated filling", status="memory")
m.evidence("RM", "六氟化硫回收称重记录", "weighing records of recovered SF6", status="memory")
m.evidence("EL_in", "电量结算与关口表记录", "settlement and gateway meter records", status="memory")
m.plan_field("EL_sold", "关口表精度等级与检定", "class and calibration of gateway meters", status="memory")
