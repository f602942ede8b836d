"""发电设施（2025 年度起）：bought electricity leaves the total and is reported beside it."""

from tansuo.methods import extend

# Each declaration reads as a few rows of a table.
# fmt: off
m = extend(
    "cn_power_generation_2022", "cn_power_generation_2025", edition="2025",
    title_zh="发电设施温室气体排放（2025 年度修改）", title_en="Power generation facilities (changes for 2025)",
    valid="2025-01/2026-01", source="power_2025",
)
m.quantity(
    "E_unit", "发电设施排放量（未取整；不含购入电力）",
    "emission of the facility, before the whole tonne; without bought electricity", "t CO2",
    m["E_burn"], places=2, parents="sum_published", scope="direct", override=True,
)
m.quantity(
    "E_total", "发电设施二氧化碳排放量（直接）", "CO2 emission of the facility (direct)", "t CO2",
    m["E_unit"], places=0, scope="direct", override=True,
)
m.rule(
    "购入使用电力只作辅助报告项，不计入发电设施排放量",
    "Bought electricity is an auxiliary item and not part of the total",
    clause="notice of changes",
)
