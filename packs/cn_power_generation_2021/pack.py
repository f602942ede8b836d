"""发电设施（2021 年版）：as the edition of 2022, with the carbon of heat 0.03356 and intensities on supplied power.

The base of benchmarks changed from supplied to generated electricity between the two editions, so the results of
this one are named after what they are divided by, and neither pack has those of the other.
"""

from tansuo.methods import extend, sum_over

# Each declaration reads as a few rows of a table.
# fmt: off
m = extend(
    "cn_power_generation_2022", "cn_power_generation_2021", edition="2021",
    title_zh="发电设施温室气体排放（2021 年版）", title_en="Power generation facilities (edition of 2021)",
    valid="2021-01/2023-01", source="power_2021",
)
m.drop("b_f", "S_f")
every, RATIOS = "source month", "formula as remembered"
W_g = m.activity(
    "W_g", "供电量", "electricity supplied", "MWh",
    indicator="electricity_supplied", keys={"family": "generating_unit"}, lower="0",
)
supplied = sum_over(W_g, every)
m.quantity(
    "b_g", "供电煤耗", "coal rate of supply", "tce/MWh",
    (1 - m["a"]) * m["H_fuel"] / m["QS"] / supplied, places=4, clause=RATIOS,
)
m.quantity(
    "S_g", "供电碳排放强度", "emission per electricity supplied", "t CO2/MWh",
    (1 - m["a"]) * m["E_unit"] / supplied, places=4, clause=RATIOS,
)
m.rule(
    "本版缺省单位热值含碳量为 0.03356 tC/GJ；第 485 号文自 2023 年报告年度起改为 0.03085",
    "The default carbon of heat of this edition is 0.03356 tC/GJ; No. 485 makes it 0.03085 from reporting year 2023",
    status="memory",
)
