"""化工生产企业（2013）：fuel, carbon mass balance, carbonates, N2O of nitric and adipic acid, less CO2 recovered.

口径: one legal entity that makes chemicals; CO2, and N2O by AR2; net electricity and heat.
"""

from tansuo.methods import branch, extend, first_of, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_mass_balance_2013", "cn_guideline_chemical_2013", edition="2013",
    title_zh="化工生产企业温室气体排放核算（2013指南）", title_en="Chemicals (guideline of 2013)",
    valid="2013-01/..", source="chemical_2013", gwp="AR2",
)
m.drop("E", "E_CO2", "E_direct")
m.use("factors_gwp", "gwp_ar2")
m.boundary(
    "化石燃料燃烧、化石燃料和其他碳氢化合物用作原材料、碳酸盐使用、硝酸和己二酸生产的氧化亚氮、净购入电力与热力，"
    "扣除二氧化碳回收利用。",
    "Fuel burnt, fossil fuel and other hydrocarbons used as raw material, use of carbonates, N2O of nitric and adipic "
    "acid, net bought electricity and heat, less CO2 recovered.",
    status="secondary", clause="list of sources as a public specification gives it",
)

# N2O: acid made × generation × (1 − removal × use of the removal plant). Removal counts only where its use is
# known; else the whole of what is generated does, and the name of the branch says so.
GWP_N2O = m.factor(
    "GWP_N2O", "氧化亚氮的全球变暖潜势（AR2）", "GWP of N2O (AR2)", "t CO2e[AR2]/t N2O",
    over="month", table="gwp_ar2", column="typed", key="=N2O", lower="310", upper="310", clause="AR2",
)
T = m.constant("T", "千克化吨", "kg to t", "t/kg", exactly="1/1000")
N2O = "N2O of acids; range: proposal"
ETA = m.factor(
    "ETA", "氧化亚氮去除率", "removal of N2O", "1",
    table="n2o_removal", column="eta", key="removal", choose=ladder("measured", "default"),
    lower="0", upper="1", clause=N2O,
)
MU = m.factor(
    "MU", "去除设备使用率", "use of the removal plant", "1",
    choose=ladder("measured"), lower="0", upper="1", clause=N2O,
)
acids = []
for symbol, zh, en, family, one, total in (
    ("P_n", "硝酸", "nitric acid", "nitric_acid", "E_n", "E_nitric"),
    ("P_a", "己二酸", "adipic acid", "adipic_acid", "E_ad", "E_adipic"),
):
    made = m.activity(
        symbol, f"{zh}产量", f"{en} made", "t", indicator=f"{family}_production", keys={"family": family}, lower="0",
        clause=N2O,
    )
    factor = m.factor(
        f"EF_{family}", f"{zh}生产氧化亚氮生成因子", f"N2O of {en}", "kg N2O/t",
        table="n2o_acids", column=family, key="process", choose=ladder("measured", "default"),
        lower="0", upper="400", clause=N2O,
    )
    part = m.quantity(
        one, f"一套{zh}装置的排放量", f"emission of one {en} plant", "t CO2e[AR2]",
        first_of(
            branch("with removal", made * factor * T * (1 - ETA * MU) * GWP_N2O, zh="有脱除"),
            branch("no removal known", made * factor * T * GWP_N2O, zh="无脱除记录"),
        ),
        places=2, parents="sum_published", scope="direct", clause=N2O,
    )
    acids.append(m.quantity(
        total, f"{zh}生产过程排放量（直接）", f"{en} (direct)", "t CO2e[AR2]",
        sum_over(part, "source month"), places=2, parents="sum_published",
    ))
nitric, adipic = acids

# CO2 recovered and sold, in 万Nm3 at 0 °C: 19.77 t of CO2 each.
RECOVERY = "recovery of CO2; range: proposal"
QC = m.activity(
    "QC", "二氧化碳回收量", "CO2 recovered", "万Nm3@0C",
    indicator="co2_recovered", keys={"family": "co2_recovered"}, lower="0", clause=RECOVERY,
)
PUR_CO2 = m.factor(
    "PUR_CO2", "回收气体中二氧化碳纯度", "purity of the CO2 recovered", "1",
    choose=ladder("measured"), lower="0", upper="1", clause=RECOVERY,
)
RHO = m.constant(
    "RHO", "二氧化碳气体密度", "density of CO2", "t CO2/万Nm3@0C", exactly="1977/100", clause="0 °C, 101.325 kPa",
)
R_c = m.quantity(
    "R_c", "一处二氧化碳回收量", "CO2 recovered at one place", "t CO2",
    QC * PUR_CO2 * RHO, places=2, parents="sum_published", scope="direct", clause=RECOVERY,
)
R_CO2 = m.quantity(
    "R_CO2", "二氧化碳回收利用量（扣减）", "CO2 recovered (deducted)", "t CO2",
    sum_over(R_c, "source month"), places=2, parents="sum_published",
)

E_direct = m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + m["E_balance"] + m["E_carbonate"] - R_CO2, places=2, parents="sum_published",
)
E_CO2 = m.quantity(
    "E_CO2", "二氧化碳排放总量（直接+间接）", "total CO2 (direct and indirect)", "t CO2",
    E_direct + m["E_indirect"], places=2, parents="sum_published", scope="both",
)
m.quantity(
    "E", "温室气体排放总量（直接+间接）", "total greenhouse gas emission (direct and indirect)", "t CO2e[AR2]",
    E_CO2 * m["W_CO2"] + nitric + adipic, places=2, scope="both",
)

m.rule(
    "氧化亚氮去除只在填写了去除设备使用率时计入；没有填写的按未去除计（从高）。",
    "Removal of N2O counts only where the use of the removal plant is entered; otherwise nothing is taken off.",
    status="proposal",
)
m.evidence("P_n", "硝酸产量统计、工艺类型说明", "output of nitric acid, kind of process", status="memory")
m.evidence("QC", "回收装置流量计记录、销售凭证", "flow meter records, sales slips", status="memory")
m.plan_field("QC", "流量计精度、检定、纯度检测频次", "class, calibration of the meter; purity tests", status="memory")
