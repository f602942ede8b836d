"""The factor library: every row once, with its dates, standing and uses; found, paged and exported alike."""

import csv
import io
from typing import Any

import pytest

from demo_city import OTHER, OWN, DemoCity
from tansuo.accounting.receipt import published
from tansuo.accounting.working import read_working
from tansuo.methods.pack import load_pack, pack_paths

GENERAL, GRID = "general_combustion_and_power", "factors_cn_grid"


def asked(demo: DemoCity, **query: str) -> Any:
    answer = demo.client().get("/api/factors", params={"limit": "500", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_row_of_every_pack_is_there_once(demo: DemoCity) -> None:
    first = asked(demo)
    rows = [
        row for offset in range(0, first["total"], 500) for row in asked(demo, offset=str(offset))["rows"]
    ]
    own = {
        (name, row.id)
        for name, path in pack_paths().items()
        for pack in [load_pack(path)]
        for row in pack.data.factors
        if row.id not in pack.handed.origins
    }
    assert len(rows) == first["total"] == len(own)
    assert {(row["origin"], row["id"]) for row in rows} == own
    for facet in ("packs", "tables", "statuses"):
        assert sum(one["rows"] for one in first[facet]) == first["total"]


def test_rows_are_found_by_words_of_key_source_and_note(demo: DemoCity) -> None:
    found = asked(demo, q="江苏 2023")["rows"]
    assert found and all("江苏" in str(row) and "2023" in str(row) for row in found)
    assert {row["origin"] for row in found} >= {GENERAL, GRID}
    assert asked(demo, q="江苏 nowhere")["total"] == 0
    assert {row["status"] for row in asked(demo, status="secondary")["rows"]} == {"secondary"}
    assert {row["table"] for row in asked(demo, table="grid")["rows"]} == {"grid"}


def test_a_day_asks_for_what_holds_on_it(demo: DemoCity) -> None:
    rows = asked(demo, pack=GRID, day="2023-06-01", q="全国")["rows"]
    assert rows
    assert all(row["valid_from"] <= "2023-06-01" < (row["valid_to"] or "9999") for row in rows)


def test_last_published_before_a_day_is_one_of_each_number(demo: DemoCity) -> None:
    late = asked(demo, pack=GRID, published_before="2026-01-01")["rows"]
    early = asked(demo, pack=GRID, published_before="2024-12-31")["rows"]

    def number(row: Any) -> tuple[str, ...]:
        return tuple(
            row[name] for name in ("origin", "table", "key", "column", "level", "region", "applies_to")
        )

    for rows, day in ((late, "2026-01-01"), (early, "2024-12-31")):
        assert rows and len({number(row) for row in rows}) == len(rows)
        assert all(row["last_published"] and row["published_on"] < day for row in rows)
    assert {row["id"] for row in late} != {row["id"] for row in early}


def test_a_row_says_which_terms_read_it_and_which_figures_rest_on_it(demo: DemoCity) -> None:
    with demo.connection() as connection:
        figures = [one for one in published(connection, subject=OWN) if one.cell.quantity == "E_fuel"]
        taken = {one["id"] for one in read_working(connection, figures[0].body)["factors"]}
    rows = {one["id"]: one for one in asked(demo, pack=GENERAL)["rows"] if one["origin"] == GENERAL}
    row = rows[min(taken & rows.keys())]
    assert any(user["pack"] == GENERAL and user["terms"] for user in row["users"])
    query = {"row": row["id"], "pack": GENERAL}
    city = demo.signed_in("city_manager").get("/api/factors/row", params=query).json()
    clerk = demo.signed_in("enterprise_clerk").get("/api/factors/row", params=query).json()
    assert city["figures"] >= clerk["figures"] and city["figures"] > 0
    assert OTHER not in {one["subject"]["id"] for one in clerk["subjects"]}
    assert OWN in {one["subject"]["id"] for one in city["subjects"]}
    before = demo.signed_in("city_manager").get("/api/factors/row", params={**query, "as_of": "5"}).json()
    assert before["figures"] == 0 and before["row"]["id"] == row["id"]


def test_the_editions_of_a_number_stand_beside_it(demo: DemoCity) -> None:
    (row,) = [
        one
        for one in asked(demo, pack=GENERAL, table="grid", q="江苏")["rows"]
        if one["valid_from"] == "2023-01-01" and one["origin"] == GENERAL
    ]
    detail = demo.client().get("/api/factors/row", params={"row": row["id"], "pack": GENERAL}).json()
    years = [one["valid_from"] for one in detail["editions"]]
    assert len(years) == row["editions"] > 1 and years == sorted(years)
    assert {one["key"] for one in detail["editions"]} == {"江苏"}


def test_the_file_has_the_rows_that_the_page_shows(demo: DemoCity) -> None:
    answer = demo.client().get("/api/factors/export.csv", params={"q": "江苏 2023"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    read = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    shown = asked(demo, q="江苏 2023")["rows"]
    assert [(one["pack"], one["id"], one["value"]) for one in read] == [
        (one["origin"], one["id"], one["value"]) for one in shown
    ]
    assert all(
        (one["source_zh"] and one["status"] and GENERAL in one["used_by"]) or one["pack"] != GENERAL
        for one in read
    )


@pytest.mark.parametrize("query", [{"limit": "0"}, {"day": "soon"}, {"offset": "-1"}])
def test_what_cannot_be_asked_is_refused(demo: DemoCity, query: dict[str, str]) -> None:
    assert demo.client().get("/api/factors", params=query).status_code == 422
