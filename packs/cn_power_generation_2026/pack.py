"""发电设施（2026 年度起）：oxidation rates by the national database of emission factors.

The database itself is not in the pack. Its values are entered by the firm with their citation; until then the
figure is missing. The option ``oxidation`` falls back on the former edition and says so on the figure.
"""

from tansuo.methods import Rung, extend, ladder, rung

# Each declaration reads as a few rows of a table.
# fmt: off
m = extend(
    "cn_power_generation_2025", "cn_power_generation_2026", edition="2026",
    title_zh="发电设施温室气体排放（2026 年度修改）", title_en="Power generation facilities (changes for 2026)",
    valid="2026-01/..", source="power_2026",
)
m.option(
    "oxidation", "碳氧化率取自何处", "where oxidation rates come from",
    choices=("national_database", "former_edition"), default="national_database",
)


def oxidation(table: str, key: str) -> tuple[Rung, ...]:
    """The value entered from the database, or the former edition's default where the option says so."""
    former = rung(
        "former edition", table=table, column="of", key=key, when={"oxidation": "former_edition"},
    )
    return ladder(rung("national_database", local=True), former)


FROM = "notice of changes; plausible range ours"
m.factor(
    "OF", "燃煤碳氧化率", "oxidation rate of coal", "1", over="source",
    keys=m.terms["OF"].keys, choose=oxidation("power_defaults", "=燃煤"),
    lower="0.9", upper="1", clause=FROM, override=True,
)
m.factor(
    "OFF", "油气碳氧化率", "oxidation rate of oil and gas", "1", over="source",
    choose=oxidation("fuel_defaults", "fuel"), lower="0.9", upper="1", clause=FROM, override=True,
)
m.rule(
    "碳氧化率采用国家温室气体排放因子数据库的数值；次年数据质量控制方案自 11 月 1 日起制订，采用上一年 10 月 "
    "31 日的数据库版本",
    "Oxidation rates are those of the national database of emission factors; a plan made from 1 November takes the "
    "edition as of 31 October of the year before", clause="notice of changes",
)
