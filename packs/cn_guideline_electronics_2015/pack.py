"""电子设备制造企业（2015）：F-gases of etching and of cleaning CVD chambers, and the by-products they form.

口径: one legal entity that makes semiconductors, panels or other electronics; CO2 and F-gases of the two processes.
"""

from tansuo.methods import extend, ladder, rung, sum_over

# fmt: off
m = extend(
    "cn_guideline_common_2013", "cn_guideline_electronics_2015", edition="2015",
    title_zh="电子设备制造企业温室气体排放核算（2015指南）", title_en="Electronics (guideline of 2015)",
    valid="2015-01/..", source="electronics_2015", gwp="AR2",
)
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "化石燃料燃烧、工业生产过程（刻蚀与CVD腔室清洗的原料气泄漏和副产品）、净购入电力与热力。",
    "Fuel burnt, etching and cleaning of CVD chambers (gas that is not used, and by-products), net bought electricity "
    "and heat.",
    status="secondary", clause="list of sources as two public implementations give it",
)
ETCH = "etching and CVD cleaning, FC·(1−h)·(1−U)·(1−a·d)·GWP; range: proposal"
BY = "by-products, FC·(1−h)·B·(1−a·d)·GWP; range: proposal"
GASES = {"table": "etching", "key": "gas"}
found = ladder("measured", "default")

# Tools with waste gas treatment and tools without are other sources: a default of treatment is never taken for none.
FA = m.activity(
    "FA", "原料气使用量（有废气处理）", "gas used, with waste gas treatment", "t",
    indicator="process_gas", keys={"family": "gas_treated"}, lower="0", clause=ETCH,
)
FN = m.activity(
    "FN", "原料气使用量（无废气处理）", "gas used, without waste gas treatment", "t",
    indicator="process_gas", keys={"family": "gas_untreated"}, lower="0", clause=ETCH,
)
h = m.factor(
    "h", "容器残余比例", "share left in the container", "1",
    table="etching", column="heel", key="=容器", choose=found, lower="0", upper="0.5", clause=ETCH,
)
U = m.factor(
    "U", "原料气利用率", "share of the gas that is used", "1",
    **GASES, column="use", choose=found, lower="0", upper="1", clause=ETCH,
)
a, d = (
    m.factor(symbol, zh, en, "1", **GASES, column=column, choose=found, lower="0", upper="1", clause=ETCH)
    for symbol, zh, en, column in (
        ("a", "废气处理收集效率", "share of waste gas collected", "collected"),
        ("d", "废气处理去除效率", "share of collected gas removed", "removed"),
    )
)
GWP = m.factor(
    "GWP", "原料气的全球变暖潜势", "GWP of the gas", "t CO2e[AR2]/t", table="gwp_ar2", column="gwp", key="gas",
    choose=ladder("default", rung("stated", local=True)), lower="50", upper="30000",
    clause="second assessment report; a gas that it does not list is stated; range: proposal",
)
E_fa = m.quantity(
    "E_fa", "一种原料气的排放量（有废气处理）", "one gas, with treatment", "t CO2e[AR2]",
    FA * (1 - h) * (1 - U) * (1 - a * d) * GWP, places=2, parents="sum_published", scope="direct", clause=ETCH,
)
E_fn = m.quantity(
    "E_fn", "一种原料气的排放量（无废气处理）", "one gas, without treatment", "t CO2e[AR2]",
    FN * (1 - h) * (1 - U) * GWP, places=2, parents="sum_published", scope="direct", clause=ETCH,
)
E_gas = m.quantity(
    "E_gas", "原料气泄漏排放量（直接）", "gas that is not used (direct)", "t CO2e[AR2]",
    sum_over(E_fa, "source month") + sum_over(E_fn, "source month"), places=2, parents="sum_published",
)

made = []
for gas, name, zh in (("CF4", "CF4", "四氟化碳"), ("C2F6", "C2F6", "六氟乙烷"), ("C3F8", "C3F8", "八氟丙烷")):
    B = m.factor(
        f"B_{name}", f"{zh}转化因子", f"{gas} formed of the gas", "1",
        **GASES, column=f"to_{gas.lower()}", choose=found, lower="0", upper="0.5", clause=BY,
    )
    a_j, d_j = (
        m.factor(
            f"{symbol}_{name}", f"{zh}{zh_part}", f"{en} ({gas})", "1", table="etching", column=column, key=f"={gas}",
            choose=found, lower="0", upper="1", clause=BY,
        )
        for symbol, zh_part, en, column in (
            ("a", "收集效率", "share of by-product collected", "collected"),
            ("d", "去除效率", "share of collected by-product removed", "removed"),
        )
    )
    G = m.factor(
        f"GWP_{name}", f"{zh}的全球变暖潜势", f"GWP of {gas}", "t CO2e[AR2]/t",
        table="gwp_ar2", column="gwp", key=f"={gas}", lower="5000", upper="15000",
        clause="second assessment report",
    )
    for symbol, zh_part, en, amount in (
        (f"E_ta_{name}", "（有废气处理）", "with treatment", FA * (1 - h) * B * (1 - a_j * d_j)),
        (f"E_tn_{name}", "（无废气处理）", "without treatment", FN * (1 - h) * B),
    ):
        one = m.quantity(
            symbol, f"一种原料气生成的{zh}{zh_part}", f"{gas} formed of one gas, {en}", "t CO2e[AR2]",
            amount * G, places=2, parents="sum_published", scope="direct", clause=BY,
        )
        made.append(sum_over(one, "source month"))
total = made[0]
for part in made[1:]:
    total = total + part
E_byproduct = m.quantity(
    "E_byproduct", "副产品排放量（直接）", "by-products (direct)", "t CO2e[AR2]",
    total, places=2, parents="sum_published",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    m["E_CO2"] * m["W_CO2"] + E_gas + E_byproduct, places=2, scope="both", override=True,
)
m.rule(
    "没有废气处理装置的工序，收集与去除效率按零计（另作一个排放源）。",
    "A process without waste gas treatment collects and removes nothing: it is a source of its own.", status="memory",
)
m.evidence("FA", "原料气购销存台账、领用记录", "ledgers and issues of process gases", status="memory")
m.evidence("d", "废气处理装置的设备说明或检测报告", "documents or tests of the treatment", status="memory")
m.plan_field("FA", "原料气计量方法（质量流量计或称量）", "how gas is measured: flow meter or weighing", status="memory")
m.plan_field("U", "利用率的来源：实测或缺省", "where the used share comes from: test or default", status="memory")
