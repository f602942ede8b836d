"""Every source counts once: overlapping domains and quantities that enter by two paths are found at build."""

from collections.abc import Iterable

from tansuo.methods import Method, ratio, sum_over
from tansuo.methods.partition import check_partition
from tansuo.quantity.finding import Finding


def method() -> Method:
    return Method("x", edition="1", title_zh="例", title_en="example", valid="2020-01/..", source="s")


def told(findings: Iterable[Finding]) -> list[str]:
    return [f"{one.code.removeprefix('methods.')} {one.where['symbol']}" for one in findings]


def test_domains_that_a_source_could_share_are_found() -> None:
    m = method()
    m.activity("A", "", "", "t", indicator="fuel", keys={"family": "coal"})
    m.activity("B", "", "", "t", indicator="fuel", keys={"family": ("coal", "gas")})
    m.activity("C", "", "", "t", indicator="fuel", keys={"use": "kiln"})
    m.activity("D", "", "", "t", indicator="waste", keys={"family": "coal"})
    m.activity("E", "", "", "t", indicator="fuel", keys={"family": "oil", "use": "boiler"})
    assert told(check_partition(m.data())) == ["domains_overlap B", "domains_overlap C", "domains_overlap C"]


def test_a_quantity_that_enters_by_two_paths_is_found_once_at_its_top() -> None:
    m = method()
    a = m.activity("A", "", "", "t", keys={"family": "coal"})
    one = m.quantity("one", "", "", "t", sum_over(a, "source month"))
    sub = m.quantity("sub", "", "", "t", one * ratio("1/2"))
    m.quantity("fair", "", "", "t", one + sub - one)
    m.quantity("total", "", "", "t", sub + sub)
    m.quantity("hidden", "", "", "t", m["fair"] + sub)
    assert told(check_partition(m.data())) == ["counted_twice total", "counted_twice hidden"]


def test_the_same_amount_in_two_parts_of_one_formula_is_no_double_count() -> None:
    m = method()
    q = m.activity("Q", "", "", "t", keys={"family": "clinker"})
    cao = m.quantity("CaO", "", "", "t", q * ratio("44/56"))
    mgo = m.quantity("MgO", "", "", "t", q * ratio("44/40"))
    m.quantity("E", "", "", "t", sum_over(cao, "source month") + sum_over(mgo, "source month"))
    assert told(check_partition(m.data())) == []
