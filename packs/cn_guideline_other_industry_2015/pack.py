"""工业其他行业企业（2015）：for industries without a guideline of their own.

口径: one legal entity; fuel, acetylene of cutting, carbonates, wastewater treated without air, less CH4 and CO2
recovered.
"""

from tansuo.methods import extend, ladder, sum_over

# fmt: off
m = extend(
    "cn_guideline_wastewater_2015", "cn_guideline_other_industry_2015", edition="2015",
    title_zh="工业其他行业企业温室气体排放核算（2015指南）", title_en="Other industry (guideline of 2015)",
    valid="2015-01/..", source="other_industry_2015", gwp="AR2",
)
m.boundary(
    "化石燃料燃烧（含焊接切割用乙炔）、碳酸盐使用、废水厌氧处理、扣减甲烷回收与销毁、扣减二氧化碳回收利用、净购入电力与热力。"
    "有专门行业指南的企业不适用。",
    "Fuel burnt (acetylene of welding and cutting with it), carbonates, wastewater treated without air, less methane "
    "recovered or destroyed, less CO2 recovered, net bought electricity and heat. Not for sectors with a guideline.",
    status="secondary", clause="scope as a public implementation gives it",
)
# Acetylene, C2H2: 24 of 26 parts are carbon.
CUT = "acetylene burnt in cutting"
MA = m.activity(
    "MA", "乙炔消耗量", "acetylene burnt", "t",
    indicator="acetylene_consumption", keys={"family": "acetylene"}, lower="0", clause=CUT,
)
C_C2H2 = m.constant("C_C2H2", "乙炔含碳量", "carbon of acetylene", "t C/t", exactly="24/26", clause=CUT)
E_a = m.quantity(
    "E_a", "一处乙炔燃烧的排放量", "emission of one use of acetylene", "t CO2",
    MA * C_C2H2 * m["K"], places=2, parents="sum_published", scope="direct", clause=CUT,
)
E_cutting = m.quantity(
    "E_cutting", "焊接切割乙炔排放量（直接）", "acetylene of welding and cutting (direct)", "t CO2",
    sum_over(E_a, "source month"), places=2, parents="sum_published",
)
RECOVERY = "recovery of CO2; range: proposal"
RHO = m.constant(
    "RHO", "二氧化碳气体密度", "density of CO2", "t CO2/万Nm3@0C", exactly="1977/100", clause="0 °C, 101.325 kPa",
)
QC = m.activity(
    "QC", "二氧化碳回收量", "CO2 recovered", "万Nm3@0C",
    indicator="co2_recovered", keys={"family": "co2_recovered"}, lower="0", clause=RECOVERY,
)
PUR_CO2 = m.factor(
    "PUR_CO2", "回收气体中二氧化碳体积浓度", "CO2 of the recovered gas by volume", "1",
    choose=ladder("measured"), lower="0", upper="1", clause=RECOVERY,
)
R_c = m.quantity(
    "R_c", "一处二氧化碳回收量", "CO2 recovered at one place", "t CO2",
    QC * PUR_CO2 * RHO, places=2, parents="sum_published", scope="direct", clause=RECOVERY,
)
R_CO2 = m.quantity(
    "R_CO2", "二氧化碳回收利用量（扣减）", "CO2 recovered (deducted)", "t CO2",
    sum_over(R_c, "source month"), places=2, parents="sum_published",
)
m.quantity(
    "E_direct", "二氧化碳直接排放量", "direct emission of CO2", "t CO2",
    m["E_fuel"] + E_cutting + m["E_carbonate"] - R_CO2, places=2, parents="sum_published", override=True,
)
m.evidence(
    "QC", "二氧化碳外供与自用台账、浓度记录", "ledgers of CO2 sold and used, records of its share", status="secondary",
)
m.evidence("MA", "乙炔购销存台账", "ledgers of acetylene", status="memory")
m.plan_field("QC", "流量计型号、精度、校准", "model, class and calibration of the flow meter", status="memory")
