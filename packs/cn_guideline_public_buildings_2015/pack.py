"""公共建筑运营单位（2015）：fuel, electricity and heat of a public building, as the common part has them.

口径: one unit that runs public buildings; what its tenants burn or buy through it is in, what they buy themselves
is not.
"""

from tansuo.methods import extend, ladder

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_public_buildings_2015", edition="2015",
    title_zh="公共建筑运营单位温室气体排放核算（2015指南）",
    title_en="Operators of public buildings (guideline of 2015)",
    valid="2015-01/..", source="buildings_2015", gwp="AR2",
)
m.boundary(
    "运营单位管理的公共建筑的化石燃料燃烧、净购入电力与热力；无工业过程排放。",
    "Fuel burnt, net bought electricity and heat of the public buildings that the unit runs; no process emissions.",
    status="secondary", clause="list of sources as two public implementations give it",
)
# How much a square metre gives; the guideline reports the floor area beside the emission.
AREA = m.factor(
    "AREA", "建筑面积", "floor area", "m2", over="", choose=ladder("stated"), lower="1",
    clause="basic data of the report; the ratio is this platform's (proposal)",
)
T_kg = m.constant("T_kg", "吨化千克", "t to kg", "kg/t", exactly="1000")
m.quantity(
    "E_area", "单位建筑面积排放量", "emission of a square metre", "kg CO2e[AR2]/m2",
    m["E"] * T_kg / AREA, places=2, clause="proposal: for comparison, not asked for",
)
m.rule(
    "自有车辆用油计入化石燃料燃烧；租户自行购买的能源不计入。",
    "Fuel of the unit's own vehicles counts as fuel; energy that tenants buy themselves does not count.",
    status="memory",
)
m.evidence("PE", "电费结算单、电表抄表记录", "electricity bills, meter readings", status="memory")
m.evidence("FG", "燃气结算单", "gas bills", status="memory")
m.evidence("PH", "供热（冷）结算单", "bills of district heat", status="memory")
m.plan_field("PE", "电表编号、精度、抄表时间", "number and class of the meters, when they are read", status="memory")
