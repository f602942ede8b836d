"""碳酸盐分解排放因子：CO2 of carbonates from atomic weights, and the values the sector guides print.

A table pack: other packs take its rows with ``m.use``.
"""

from tansuo.methods import Method, ladder, rung, sum_over

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "factors_carbonates", edition="2021",
    title_zh="碳酸盐分解排放因子（化学计量值与指南印刷值）",
    title_en="CO2 factors of carbonates (stoichiometric, and as printed in the guides)",
    valid="2013-01/..", source="atomic_weights",
)
m.option(
    "values", "用化学计量值还是指南印刷值", "stoichiometric values, or those printed in the guides",
    choices=("stoichiometric", "printed"), default="stoichiometric",
)
M = m.activity(
    "M", "碳酸盐消耗量", "carbonate used", "t",
    indicator="carbonate_consumption", keys={"family": "carbonate"}, lower="0",
)
# The plausible range is ours (proposal): no carbonate gives off less or more.
EF = m.factor(
    "EF", "碳酸盐排放因子", "factor of the carbonate", "t CO2/t",
    choose=ladder(
        rung("stoichiometric", table="carbonates", column="stoichiometric", key="carbonate",
             when={"values": "stoichiometric"}),
        rung("printed", table="carbonates", column="printed", key="carbonate", when={"values": "printed"}),
    ),
    lower="0.15", upper="0.65", clause="plausible range ours",
)
PUR = m.factor(
    "PUR", "碳酸盐纯度", "purity of the carbonate", "1",
    table="carbonate_purity", column="purity", key="=纯度", choose=ladder("measured", "default"),
    lower="0", upper="1",
)
E_c = m.quantity(
    "E_c", "一种碳酸盐的分解排放量", "emission of one carbonate", "t CO2",
    M * EF * PUR, places=2, parents="sum_published", scope="direct",
)
m.quantity(
    "E", "碳酸盐分解排放量（直接）", "emission of carbonates (direct)", "t CO2",
    sum_over(E_c, "source month"), places=2, parents="sum_published",
)
