"""购入热力：heat bought, metered in GJ or from steam and hot water by their enthalpy above water of 20 °C.

A table pack: other packs take its row with ``m.use``.
"""

from tansuo.methods import Method, ladder, sum_over

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "factors_cn_heat", edition="2024",
    title_zh="购入热力的排放因子与热量换算", title_en="Factor of bought heat, and heat of steam and hot water",
    valid="2013-01/..", source="cets_steel_2024",
)
GJ = m.constant("GJ", "兆焦化吉焦", "MJ to GJ", "GJ/MJ", exactly="1/1000")
PH = m.activity(
    "PH", "购入热量", "heat bought", "GJ", indicator="heat_purchased", keys={"family": "heat"}, lower="0",
)
MS = m.activity(
    "MS", "购入蒸汽量", "steam bought", "t", indicator="steam_purchased", keys={"family": "steam"}, lower="0",
)
MW = m.activity(
    "MW", "购入热水量", "hot water bought", "t",
    indicator="hot_water_purchased", keys={"family": "hot_water"}, lower="0",
)
measured, ANNEX = ladder("measured"), "annex E"
HS = m.factor(
    "HS", "蒸汽焓值", "enthalpy of the steam", "kJ/kg",
    choose=measured, lower="2000", upper="4000", clause=ANNEX,
)
TW = m.factor(
    "TW", "热水温度", "temperature of the hot water", "°C",
    choose=measured, lower="20", upper="200", clause=ANNEX,
)
H20 = m.constant("H20", "20 ℃水的焓值", "enthalpy of water at 20 °C", "kJ/kg", exactly="8374/100", clause=ANNEX)
T20 = m.constant("T20", "基准水温", "reference temperature of water", "°C", exactly="20", clause=ANNEX)
CW = m.constant("CW", "水的比热", "specific heat of water", "MJ/t °C", exactly="41868/10000", clause=ANNEX)
EF_heat = m.factor(
    "EF_heat", "热力排放因子", "factor of heat", "t CO2/GJ",
    table="heat_defaults", column="ef", key="=外购热力", choose=ladder("measured", "default"),
    lower="0", upper="0.3",
)
Q_s = m.quantity("Q_s", "蒸汽热量", "heat of the steam", "GJ", MS * (HS - H20) * GJ, clause=ANNEX)
Q_w = m.quantity("Q_w", "热水热量", "heat of the hot water", "GJ", MW * (TW - T20) * CW * GJ, clause=ANNEX)
emissions = [
    m.quantity(symbol, zh, en, "t CO2", heat * EF_heat, places=2, parents="sum_published", scope="indirect")
    for symbol, zh, en, heat in (
        ("E_hm", "一处计量热力的排放量", "emission of one metered heat supply", PH),
        ("E_hs", "一处蒸汽的排放量", "emission of one steam supply", Q_s),
        ("E_hw", "一处热水的排放量", "emission of one hot water supply", Q_w),
    )
]
metered, steam, water = (sum_over(one, "source month") for one in emissions)
m.quantity(
    "Q", "购入热量合计", "heat bought, all kinds", "GJ",
    sum_over(PH, "source month") + sum_over(Q_s, "source month") + sum_over(Q_w, "source month"), places=2,
)
m.quantity(
    "E", "购入热力排放量（间接）", "bought heat (indirect)", "t CO2",
    metered + steam + water, places=2, parents="sum_published",
)
