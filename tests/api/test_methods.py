"""Methods for reading: formulas with worked examples, factors with their standing, editions side by side."""

from dataclasses import replace

import pytest

from demo_city import OTHER, OWN, DemoCity
from demo_things import fingerprint
from tansuo.accounting.methods_store import publish_method
from tansuo.methods.pack import load_pack, pack_paths

METHOD = "general_combustion_and_power"


def test_the_list_says_what_is_published_by_each(demo: DemoCity) -> None:
    rows, public = (
        [one for one in browser.get("/api/methods").json() if one["id"] == METHOD]
        for browser in (demo.signed_in("city_manager"), demo.client())
    )
    (one,) = rows
    assert (one["fingerprint"], one["in_force"]) == (fingerprint(demo), True)
    assert one["figures"] > public[0]["figures"] > 0
    assert one["subjects"] > public[0]["subjects"] > 0


def test_a_sheet_gives_every_formula_with_numbers_of_a_cited_case(demo: DemoCity) -> None:
    sheet = demo.client().get(f"/api/methods/{fingerprint(demo)}/sheet").json()
    by_symbol = {one["symbol"]: one for one in sheet["quantities"]}
    power = by_symbol["E_power"]
    assert power["scope"] == "indirect" and power["mathml"].startswith("<math") and "\\sum" in power["latex"]
    assert power["rules"]["zh"] and power["rules"]["en"]
    example = power["example"]
    assert (
        example["source"] and example["worked"]["zh"].count("=") == 1 and "t CO2" in example["worked"]["en"]
    )
    assert {one["kind"] for one in sheet["terms"]} == {"activity", "factor", "constant"}
    assert all(one["source"]["zh"] and one["status"] for one in sheet["factors"])
    assert [one["fingerprint"] for one in sheet["editions"]] == [sheet["fingerprint"]]


def test_a_method_is_not_known_before_its_entry(demo: DemoCity) -> None:
    name, client = fingerprint(demo), demo.client()
    (entry,) = [one["entry"] for one in client.get("/api/methods").json() if one["id"] == METHOD]
    assert client.get(f"/api/methods/{name}/sheet", params={"as_of": str(entry)}).status_code == 404
    assert client.get(f"/api/methods/{name}/sheet", params={"as_of": str(entry + 1)}).status_code == 200


def test_two_editions_differ_in_exactly_the_factor_that_changed(demo_copy: DemoCity) -> None:
    from tansuo.database.connect import SYSTEM, transaction

    path = next(path for path in pack_paths().values() if load_pack(path).data.id == METHOD)
    pack = load_pack(path)
    first, *rest = sorted(pack.data.factors, key=lambda row: row.id)
    data = replace(pack.data, factors=(replace(first, page=f"{first.page} (corrected)"), *rest))
    with transaction(demo_copy.database, SYSTEM) as connection:
        publish_method(connection, replace(pack, data=data), clock=demo_copy.clock, reason="a wrong page")
    demo_copy.work()
    client = demo_copy.client()
    listed = {one["id"]: one["fingerprint"] for one in client.get("/api/methods").json()}
    old, new = pack.fingerprint, listed[METHOD]
    found = client.get(f"/api/methods/{old}/compare/{new}").json()
    assert found["differences"] == [
        {
            "section": "factors",
            "path": f"{first.id}.page",
            "before": first.page or None,
            "after": f"{first.page} (corrected)",
        }
    ]
    assert found["one"]["entry"] < found["other"]["entry"]
    assert (found["kinds"], found["periods"], found["quantities"]) == (["citations"], [], [])
    (row,) = found["factors"]
    assert row["before"]["value"] == row["after"]["value"] and row["percent"] == "0.00"
    assert found["shift"]["cases"] > 20 and found["shift"]["moved"] == [] == found["shift"]["refused"]
    sheet = client.get(f"/api/methods/{new}/sheet").json()
    assert [one["fingerprint"] for one in sheet["editions"]] == [old, new]


def test_a_sheet_says_what_is_used_where_and_which_cases_pass(demo: DemoCity) -> None:
    sheet = demo.client().get(f"/api/methods/{fingerprint(demo)}/sheet").json()
    terms = {one["symbol"]: one for one in sheet["terms"]}
    quantities = {one["symbol"]: one for one in sheet["quantities"]}
    assert "E_p" in terms["PE"]["used_in"] and "E_power" in quantities["E_p"]["used_in"]
    assert {"PE", "EF_grid"} <= set(quantities["E_p"]["uses"])
    rungs = {one["name"]: one for one in terms["EF_grid"]["rungs"]}
    assert any(one["when"] == {"grid": "provincial"} for one in rungs.values())
    assert all(one["published_before"] == "" or one["take"] == "table" for one in rungs.values())
    assert sheet["pack"] == METHOD and sheet["cases"] and all(one["passed"] for one in sheet["cases"])
    assert all(one["source"] and one["status"] and one["expects"] for one in sheet["cases"])
    assert any(expected["missing"] for one in sheet["cases"] for expected in one["expects"])


def test_users_are_named_as_far_as_the_viewer_sees_them(demo: DemoCity) -> None:
    path = f"/api/methods/{fingerprint(demo)}/users"
    city, clerk = (demo.signed_in(role).get(path).json() for role in ("city_manager", "enterprise_clerk"))
    assert city["figures"] > clerk["figures"] > 0 and not city["more"]
    seen = {one["subject"]["id"] for one in clerk["users"]}
    assert OWN in seen and OTHER not in seen and OTHER in {one["subject"]["id"] for one in city["users"]}
    assert sum(one["figures"] for one in city["users"]) == city["figures"]
    assert demo.client().get(path, params={"as_of": "5"}).json() == {"figures": 0, "users": [], "more": 0}


@pytest.mark.parametrize("path", ["sheet", f"compare/{'0' * 64}"])
def test_a_method_nobody_published_is_not_there(path: str, demo: DemoCity) -> None:
    answer = demo.signed_in("enterprise_clerk").get(f"/api/methods/{'1' * 64}/{path}")
    assert answer.status_code == 404
    assert answer.json()["title"] != answer.json()["title_zh"]
    assert OWN not in answer.text
