"""陶瓷生产企业（2013）：fuel, carbonates in clay bodies, and net bought electricity.

口径: one legal entity that makes ceramics; CO2 only. Heat is not part of this guideline's total.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_ceramics_2013", edition="2013",
    title_zh="陶瓷生产企业温室气体排放核算（2013指南）", title_en="Ceramics (guideline of 2013)",
    valid="2013-01/..", source="ceramics_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct", "E_indirect", "E_heat", "E_hm", "E_hs", "E_hw", "E_ho", "E_so", "Q_s", "Q_w", "Q_o")
m.drop("PH", "MS", "MW", "SH", "SS", "HS", "TW", "H20", "T20", "CW", "GJ", "EF_heat")
m.boundary(
    "化石燃料燃烧、陶瓷烧成工序中碳酸盐分解、净购入生产用电；热力不计。",
    "Fuel burnt, carbonates decomposed in firing, net bought electricity of production; heat is not counted.",
    status="secondary", clause="list of sources as two public implementations give it",
)

MB = m.activity(
    "MB", "原料消耗量", "raw material used", "t", indicator="ceramic_body", keys={"family": "ceramic_body"}, lower="0",
)
FIRING = "firing; range: proposal"
ETA = m.factor(
    "ETA", "原料利用率", "share of the raw material that is fired", "1",
    table="ceramics", column="used", key="=缺省", choose=ladder("measured", "default"),
    lower="0.3", upper="1", clause=FIRING,
)
measured = ladder("measured")
C_Ca, C_Mg = (
    m.factor(symbol, zh, en, "1", choose=measured, lower="0", upper="1", clause=FIRING)
    for symbol, zh, en in (
        ("C_Ca", "原料中碳酸钙含量", "CaCO3 of the raw material"),
        ("C_Mg", "原料中碳酸镁含量", "MgCO3 of the raw material"),
    )
)
R_Ca = m.constant("R_Ca", "二氧化碳与碳酸钙之比", "CO2 to CaCO3", "t CO2/t", exactly="44/100", clause=FIRING)
R_Mg = m.constant("R_Mg", "二氧化碳与碳酸镁之比", "CO2 to MgCO3", "t CO2/t", exactly="44/84", clause=FIRING)
E_b = m.quantity(
    "E_b", "一种原料的排放量", "emission of one raw material", "t CO2",
    MB * ETA * (C_Ca * R_Ca + C_Mg * R_Mg), places=2, parents="sum_published", scope="direct", clause=FIRING,
)
E_firing = m.quantity(
    "E_firing", "陶瓷烧成工序排放量（直接）", "firing (direct)", "t CO2",
    sum_over(E_b, "source month"), places=2, parents="sum_published",
)

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_firing, places=2, parents="sum_published",
)
E_indirect = m.quantity(
    "E_indirect", "净购入电力排放量（间接）", "net bought electricity (indirect)", "t CO2",
    m["E_power"], places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + E_indirect, places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * m["W_CO2"], places=2, scope="both",
)

m.rule(
    "原料中碳酸钙、碳酸镁含量按批检测，没有缺省值：未检测则没有结果。",
    "CaCO3 and MgCO3 of the raw material are tested by batch; there is no default: without a test there is no figure.",
    status="memory",
)
m.evidence("MB", "原料购销存台账、配料单", "ledgers of raw material, batch sheets", status="memory")
m.plan_field("C_Ca", "检测标准（GB/T 4734）、频次", "test standard (GB/T 4734), frequency", status="memory")
