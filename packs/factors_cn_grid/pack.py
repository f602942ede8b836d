"""中国电力排放因子：every published average factor, and the factors that reports of a year had to use.

Three dates of a factor stay apart: ``data_year`` (what was measured), ``published_on`` (when it was known) and
``applies_to`` (the reporting year it was prescribed for). A table pack: other packs take its rows with ``m.use``.
"""

from tansuo.methods import Method, ladder, rung, sum_over

# Each declaration reads as a few rows of a table.
# fmt: off
m = Method(
    "factors_cn_grid", edition="2025",
    title_zh="中国电力二氧化碳排放因子（全国、区域、省级；2012—2023）",
    title_en="CO2 factors of electricity in China (national, regional, provincial; 2012 to 2023)",
    valid="2012-01/..", source="grid_2023",
)
m.option(
    "level", "用哪一级、哪一口径的因子", "which factor",
    choices=("national", "national_untraded", "national_fossil", "regional", "provincial", "reporting"),
    default="national",
)
PE = m.activity(
    "PE", "用电量", "electricity", "MWh",
    indicator="electricity_purchased", keys={"family": "electricity"}, lower="0",
)
GRID = "grid"
# The plausible range is ours (proposal): kgCO2/MWh, or a value ×1000, does not load.
EF = m.factor(
    "EF", "电力排放因子", "factor of electricity", "t CO2/MWh",
    choose=ladder(
        rung("national", table=GRID, column="average", key="=全国", level="national", when={"level": "national"}),
        rung("national_untraded", table=GRID, column="untraded", key="=全国", level="national",
             when={"level": "national_untraded"}),
        rung("national_fossil", table=GRID, column="fossil", key="=全国", level="national",
             when={"level": "national_fossil"}),
        rung("regional", table=GRID, column="average", key="grid_region", level="regional",
             when={"level": "regional"}),
        rung("regional 2012", table="grid_regional_2012", column="average", key="grid_region",
             when={"level": "regional"}),
        rung("provincial", table=GRID, column="average", key="province", level="provincial",
             when={"level": "provincial"}),
        rung("reporting", table="grid_reporting", column="average", key="=全国", when={"level": "reporting"}),
    ),
    lower="0.05", upper="1.5", clause="plausible range ours",
)
E_p = m.quantity(
    "E_p", "一处用电的排放量", "emission of one supply", "t CO2",
    PE * EF, places=2, parents="sum_published", scope="indirect",
)
m.quantity(
    "E", "用电排放量（间接）", "electricity (indirect)", "t CO2",
    sum_over(E_p, "source month"), places=2, parents="sum_published",
)
