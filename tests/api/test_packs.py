"""Shipped packs: listed beside what is published, read before they are, published by who may."""

from demo_city import OWN, DemoCity
from demo_things import fingerprint
from tansuo.accounting.shipped import GROUPS, group_of
from tansuo.methods.pack import pack_paths

PUBLISHED, SHIPPED = "general_combustion_and_power", "cn_guideline_common_2013"


def test_every_pack_of_the_product_is_listed_and_says_whether_it_stands_here(demo: DemoCity) -> None:
    rows = demo.client().get("/api/packs").json()
    by_pack = {one["pack"]: one for one in rows}
    assert by_pack.keys() == pack_paths().keys()
    assert [GROUPS.index(one["group"]) for one in rows] == sorted(GROUPS.index(one["group"]) for one in rows)
    here = by_pack[PUBLISHED]
    assert here["published"] and here["figures"] and here["fingerprint"] == fingerprint(demo)
    away = by_pack[SHIPPED]
    assert (away["published"], away["standing"], away["figures"]) == (None, None, 0)
    assert sum(away["statuses"].values()) == away["factors"] > 0 and away["cases"] > 0


def test_as_of_a_point_before_its_entry_a_pack_was_only_shipped(demo: DemoCity) -> None:
    def published(**query: str) -> int | None:
        rows = demo.client().get("/api/packs", params=query).json()
        (found,) = [one["published"] for one in rows if one["pack"] == PUBLISHED]
        return found  # type: ignore[no-any-return]

    entry = published()
    assert entry is not None
    assert published(as_of=str(entry)) is None and published(as_of=str(entry + 1)) == entry


def test_a_pack_is_read_before_it_is_published(demo: DemoCity) -> None:
    sheet = demo.client().get(f"/api/packs/{SHIPPED}").json()
    assert sheet["published"] is None and sheet["pack"] == sheet["body"]["pack"] == SHIPPED
    assert sheet["body"]["quantities"] and all(one["passed"] for one in sheet["body"]["cases"])
    assert demo.client().get("/api/packs/no_such_pack").status_code == 404


def test_who_builds_on_whom_is_said_both_ways(demo: DemoCity) -> None:
    rows = {one["pack"]: one for one in demo.client().get("/api/packs").json()}
    for name, row in rows.items():
        body = demo.client().get(f"/api/packs/{name}").json()["body"]
        assert {one for one in rows if name in rows[one]["rows_from"]} == set(body["rows_used_by"])
        assert {one for one in rows if rows[one]["extends"] == name} == set(body["extended_by"])
        assert set(row["rows_from"]) == {one["origin"] for one in body["factors"]} - {name}


def test_an_approver_publishes_a_pack_and_once_is_enough(demo_copy: DemoCity) -> None:
    approver = demo_copy.signed_in("city_approver")
    answer = approver.post(f"/api/packs/{SHIPPED}/publication", json={})
    assert answer.status_code == 201, answer.text
    demo_copy.work()
    (row,) = [one for one in approver.get("/api/packs").json() if one["pack"] == SHIPPED]
    assert row["published"] == answer.json()["entry"]
    assert approver.get(f"/api/methods/{row['fingerprint']}/sheet").json()["entry"] == row["published"]
    entry = approver.get(f"/api/ledger/entries/{row['published']}").json()
    assert "city_approver" in str(entry)
    again = approver.post(f"/api/packs/{SHIPPED}/publication", json={"reason": "again"})
    assert again.json()["entry"] == row["published"]


def test_nobody_else_publishes_one(demo: DemoCity) -> None:
    for role in ("city_manager", "enterprise_reviewer", "system_admin"):
        assert demo.signed_in(role).post(f"/api/packs/{SHIPPED}/publication", json={}).status_code == 403
    assert demo.client().post(f"/api/packs/{SHIPPED}/publication", json={}).status_code == 401


def test_two_packs_are_compared_though_one_is_only_shipped(demo: DemoCity) -> None:
    rows = {one["pack"]: one["fingerprint"] for one in demo.client().get("/api/packs").json()}
    path = f"/api/methods/{rows[PUBLISHED]}/compare/{rows[SHIPPED]}"
    found = demo.client().get(path).json()
    assert found["one"]["entry"] and found["other"]["entry"] is None and found["other"]["pack"] == SHIPPED
    assert {"formulas", "factors", "terms"} <= set(found["kinds"])
    sides = [(one["before"] is None, one["after"] is None) for one in found["formulas"]]
    assert (False, True) in sides and all(side != (True, True) for side in sides)
    assert any(one["before"] and one["before"]["mathml"].startswith("<math") for one in found["formulas"])
    assert found["shift"]["cases"] and found["shift"]["refused"]
    assert all(one["why"]["zh"] != one["why"]["en"] for one in found["shift"]["refused"])
    assert OWN not in str(found)


def test_names_put_packs_into_groups() -> None:
    names = (
        "factors_gwp",
        "cn_guideline_paper_2015",
        "cn_gbt_32151_3",
        "cn_steel_2024",
        "general_x",
        "cn_city_index",
    )
    assert [group_of(name) for name in names] == [
        "tables",
        "guidelines",
        "guidelines",
        "cets",
        "general",
        "other",
    ]
