"""The demo's firms by their sector's methods: totals beside the general one, all of it synthetic."""

import pytest

from demo_city import DemoCity
from tansuo.accounting.bases import bases_of, figures_of
from tansuo.accounting.face import face
from tansuo.accounting.figure import Figure
from tansuo.accounting.inventory import Inventory
from tansuo.database.connect import SYSTEM, transaction
from tansuo.quantity.period import Period

APRIL = Period.parse("2026-04")
WANTED = {
    ("demo.power-a", "cets"): "cn_power_generation_2026",
    ("demo.power-a", "guideline"): "cn_guideline_power_generation_2013",
    ("demo.cement-c", "cets"): "cn_cement_2024",
    ("demo.cement-c", "guideline"): "cn_guideline_cement_2013",
    ("demo.chemical-d", "guideline"): "cn_guideline_chemical_2013",
    ("demo.paper-e", "guideline"): "cn_guideline_paper_2015",
    ("demo.glass-f", "guideline"): "cn_guideline_flat_glass_2013",
}


def total(city: DemoCity, firm: str, code: str) -> tuple[str, Figure]:
    with transaction(city.database, SYSTEM) as connection:
        inventory = Inventory(connection)
        basis = next(one for one in bases_of(inventory, firm, APRIL) if one.code == code)
        figures, problems = figures_of(inventory, firm, APRIL, basis)
        assert problems == []
        return basis.method, next(one for one in figures if one.cell.quantity == basis.total)


@pytest.mark.parametrize(("firm", "code"), WANTED)
def test_a_sectors_method_gives_a_whole_synthetic_total(demo: DemoCity, firm: str, code: str) -> None:
    method, figure = total(demo, firm, code)
    assert method == WANTED[firm, code]
    assert figure.value is not None, figure.completeness.text("en")
    assert figure.synthetic and figure.value > 0


def test_the_power_plants_carbon_comes_from_its_laboratory(demo: DemoCity) -> None:
    _, figure = total(demo, "demo.power-a", "cets")
    assert set(figure.evaluation.taken.values()) >= {"element test", "air-dried basis"}
    assert face(figure) == []


def test_totals_of_the_last_published_month_have_receipts(demo: DemoCity) -> None:
    from tansuo.accounting.receipt import history_of

    _, figure = total(demo, "demo.cement-c", "cets")
    with transaction(demo.database, SYSTEM) as connection:
        assert [one.value for one in history_of(connection, figure.cell)] == [figure.text]
