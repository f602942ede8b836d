"""全球变暖潜势(100 年)：four sets, each bound to its unit.

``t CO2e[AR5]/t CH4``: a tonne of CO2e of one set does not add to one of another. A GWP set is a property of a
method, never a setting. A table pack: other packs take ``gwp_ar2`` … ``gwp_ar6`` with ``m.use``.
"""

from tansuo.methods import Method, sum_over

m = Method(
    "factors_gwp",
    edition="0.13.2",
    title_zh="全球变暖潜势（AR2、AR4、AR5、AR6，100 年）",
    title_en="Global warming potentials (AR2, AR4, AR5, AR6, 100 years)",
    valid="1995-01/..",
    source="globalwarmingpotentials",
    gwp="AR2 AR4 AR5 AR6",
)
#: Gas that is a substance of its own: name, its keys (of a source's ``gas``), the plausible range (ours, proposal).
TYPED = (
    ("CH4", "甲烷", "methane", ("CH4", "CH4 fossil", "CH4 non-fossil"), "20", "31"),
    ("N2O", "氧化亚氮", "nitrous oxide", ("N2O",), "260", "315"),
    ("CF4", "四氟化碳", "carbon tetrafluoride", ("CF4",), "6000", "8000"),
    ("C2F6", "六氟乙烷", "hexafluoroethane", ("C2F6",), "9000", "13000"),
    ("SF6", "六氟化硫", "sulphur hexafluoride", ("SF6", "SF6 corrected"), "22000", "26000"),
    ("NF3", "三氟化氮", "nitrogen trifluoride", ("NF3",), "15000", "18000"),
)
M_F = m.activity(
    "M_F",
    "含氟气体质量",
    "mass of an F-gas",
    "t",
    indicator="gas_emitted",
    keys={"family": "f_gas"},
    lower="0",
)
MASS = {
    gas: m.activity(
        f"M_{gas}",
        f"{zh}质量",
        f"mass of {en}",
        f"t {gas}",
        indicator="gas_emitted",
        keys={"gas": keys, "family": "single"},
        lower="0",
    )
    for gas, zh, en, keys, _, _ in TYPED
}
for name in ("AR2", "AR4", "AR5", "AR6"):
    table, co2e = f"gwp_{name.lower()}", f"t CO2e[{name}]"
    keyed = m.factor(
        f"GWP_{name}",
        f"含氟气体的全球变暖潜势（{name}）",
        f"GWP of an F-gas ({name})",
        f"{co2e}/t",
        table=table,
        column="gwp",
        key="gas",
        lower="50",
        upper="30000",
    )
    parts = [
        m.quantity(
            f"E_{name}_F",
            f"一种含氟气体的排放量（{name}）",
            f"emission of one F-gas ({name})",
            co2e,
            M_F * keyed,
            places=2,
            parents="sum_published",
            scope="direct",
        )
    ]
    for gas, zh, en, _, low, high in TYPED:
        typed = m.factor(
            f"GWP_{name}_{gas}",
            f"{zh}的全球变暖潜势（{name}）",
            f"GWP of {en} ({name})",
            f"{co2e}/t {gas}",
            table=table,
            column="typed",
            key="gas",
            lower=low,
            upper=high,
        )
        parts.append(
            m.quantity(
                f"E_{name}_{gas}",
                f"{zh}的排放量（{name}）",
                f"emission of {en} ({name})",
                co2e,
                MASS[gas] * typed,
                places=2,
                parents="sum_published",
                scope="direct",
            )
        )
    total = sum_over(parts[0], "source month")
    for part in parts[1:]:
        total = total + sum_over(part, "source month")
    m.quantity(
        f"E_{name}",
        f"排放量合计（{name}）",
        f"emission of all gases ({name})",
        co2e,
        total,
        places=2,
        parents="sum_published",
    )
