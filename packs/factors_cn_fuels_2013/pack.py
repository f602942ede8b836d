"""24 个行业指南的缺省值：the older default set of the guidelines of 2013 to 2015, status memory.

A table pack: other packs take its rows with ``m.use``; the small method here guards every row.
"""

from tansuo.methods import Method, ladder, sum_over, weighted_mean

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "factors_cn_fuels_2013", edition="2013",
    title_zh="燃料缺省值（24 个行业指南 2013—2015）",
    title_en="Fuel defaults of the 24 sector guidelines 2013–2015",
    valid="2013-01/..", source="guidelines_24",
)
K = m.constant("K", "二氧化碳与碳的相对分子质量之比", "CO2 to C by molar mass", "t CO2/t C", exactly="44/12")

# Amounts in t, and of gas in 万Nm3 at 20 °C, never at 0 °C (7.3 % apart).
FC = m.activity(
    "FC", "固体、液体燃料消耗量", "solid or liquid fuel burnt", "t",
    indicator="fuel_consumption", keys={"family": "solid_liquid"}, places=2, lower="0",
)
FG = m.activity(
    "FG", "气体燃料消耗量", "gas burnt", "万Nm3@20C",
    indicator="gas_consumption", keys={"family": "gas"}, places=2, lower="0",
)
tested = ladder("measured", "supplier", "default")
# The plausible ranges are ours (proposal): a value ×1000, or in GJ/万Nm3 for GJ/t, does not load.
FUELS, A1 = "fuel_defaults_2013", "annex II, table 1 (memory); plausible range ours"
NCV = m.factor(
    "NCV", "低位发热量", "net calorific value", "GJ/t",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, lower="5", upper="60", clause=A1,
)
NCVG = m.factor(
    "NCVG", "气体低位发热量", "net calorific value of gas", "GJ/万Nm3@20C",
    table=FUELS, column="ncv", key="fuel", choose=tested, places=3, lower="20", upper="1200", clause=A1,
)
CC = m.factor(
    "CC", "单位热值含碳量", "carbon content of heat", "t C/GJ",
    table=FUELS, column="cc", key="fuel", choose=tested, places=5, lower="0.010", upper="0.080", clause=A1,
)
OF = m.factor(
    "OF", "碳氧化率", "oxidation rate", "1",
    over="source", table=FUELS, column="of", key="fuel", lower="0.8", upper="1", clause=A1,
)
E_s = m.quantity(
    "E_s", "一种固体或液体燃料的燃烧排放量", "emission of one solid or liquid fuel", "t CO2",
    FC * NCV * CC * OF * K, places=2, parents="sum_published", scope="direct",
)
E_g = m.quantity(
    "E_g", "一种气体燃料的燃烧排放量", "emission of one gas", "t CO2",
    FG * NCVG * CC * OF * K, places=2, parents="sum_published", scope="direct",
)
m.quantity(
    "E", "化石燃料燃烧排放量（直接）", "combustion emission (direct)", "t CO2",
    sum_over(E_s, "source month") + sum_over(E_g, "source month"), places=2, parents="sum_published",
)
m.quantity(
    "EF_s", "加权平均排放因子（未计氧化率）", "weighted mean factor before oxidation", "t CO2/t",
    weighted_mean(NCV * CC * K, FC, "month"), places=4,
)
m.quantity(
    "EF_g", "气体加权平均排放因子（未计氧化率）", "weighted mean factor of gas before oxidation",
    "t CO2/万Nm3@20C", weighted_mean(NCVG * CC * K, FG, "month"), places=4,
)
