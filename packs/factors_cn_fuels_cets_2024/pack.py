"""全国碳市场缺省值 表A.1：the 25 fuels of the CETS guides of 2024 (steel, cement, aluminium).

A table pack: other packs take its rows with ``m.use``; the small method here guards every row.
"""

from tansuo.methods import Method, ladder, sum_over, weighted_mean

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "factors_cn_fuels_cets_2024", edition="2024",
    title_zh="燃料缺省值（全国碳市场 2024 版指南 表A.1）",
    title_en="Fuel defaults of the CETS guides of 2024 (table A.1)",
    valid="2021-01/..", source="cets_steel_2024",
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
FUELS, A1 = "fuel_defaults", "table A.1; plausible range ours"
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
