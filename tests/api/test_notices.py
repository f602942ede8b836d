"""Notices: each is found in the data, worded in both languages, within the scope, and leads somewhere."""

from datetime import datetime
from typing import Any

import pytest

from demo_city import OWN, DemoCity

Body = dict[str, Any]


def asked(demo: DemoCity, role: str, subject: str | None = None, **query: object) -> Body:
    answer = demo.signed_in(role, subject).get("/api/notices", params=query)
    assert answer.status_code == 200, answer.text
    found: Body = answer.json()
    return found


@pytest.fixture(scope="module")
def whole(demo: DemoCity) -> Body:
    return asked(demo, "city_manager")


def of_kind(body: Body, kind: str) -> list[Body]:
    return [one for one in body["notices"] if one["kind"] == kind]


def test_a_hole_says_whose_when_and_how_many(whole: Body) -> None:
    paper = next(one for one in of_kind(whole, "hole") if one["subject"] == "demo.paper-e")
    assert (paper["severity"], paper["target"]) == ("error", "/enterprises/demo.paper-e")
    assert "2026-03" in paper["text_zh"]
    assert "2026-03" in paper["text_en"]
    assert paper["since"].startswith("2026-03-")


def test_the_running_month_has_no_holes_that_are_still_to_come(whole: Body) -> None:
    assert not any("2026-05" in one["text_en"] and one["subject"] == OWN for one in of_kind(whole, "hole"))


def test_late_data_and_corrections_are_named_with_their_firm(whole: Body) -> None:
    assert "demo.metal-g" in {one["subject"] for one in of_kind(whole, "late")}
    (correction,) = of_kind(whole, "correction")
    assert correction["subject"] == "demo.chemical-d"
    assert correction["target"].startswith("/ledger/")
    for text in (correction["text_zh"], correction["text_en"]):
        assert "demo.chemical-d/" not in text and "+00:00" not in text
    assert correction["text_zh"] == "演示化工D:购入蒸汽 2026-04-14 00:00 的购入热量有一处更正"
    assert correction["text_en"].endswith(": the reading of 2026-04-14 00:00 was corrected")


def test_a_published_figure_that_is_another_one_now_is_named_with_both_values(whole: Body) -> None:
    moved = of_kind(whole, "moved")
    assert {"demo.chemical-d", "zj.city", "zj.unit.xinqu"} <= {one["subject"] for one in moved}
    for one in moved:
        assert "figure=R" in one["target"]
        assert "首次发布" in one["text_zh"]


def test_the_gravest_come_first_and_the_counts_are_of_all(whole: Body) -> None:
    ranks = [("error", "warning", "info").index(one["severity"]) for one in whole["notices"]]
    assert ranks == sorted(ranks)
    assert sum(one["count"] for one in whole["counts"]) == len(whole["notices"])
    only = {one["kind"] for one in whole["notices"]}
    assert {"hole", "late", "correction", "moved"} <= only


def test_one_kind_can_be_asked_for(demo: DemoCity, whole: Body) -> None:
    holes = asked(demo, "city_manager", kind="hole")
    assert holes["notices"] == of_kind(whole, "hole")
    assert holes["counts"] == whole["counts"]


def test_notices_keep_to_the_scope(demo: DemoCity) -> None:
    county = asked(demo, "county_manager", "zj.unit.xinqu")
    assert {"demo.paper-e", "demo.chemical-d"} <= {one["subject"] for one in county["notices"]}
    assert "demo.metal-g" not in {one["subject"] for one in county["notices"]}
    own = asked(demo, "enterprise_clerk")
    assert {one["subject"] for one in own["notices"] if one["kind"] != "moved"} <= {OWN}
    asked_of_all = asked(demo, "city_manager")
    assert any(one["subject"].startswith("zj.department.") for one in of_kind(asked_of_all, "deadline"))
    for role in ("laboratory", "investor", "system_admin"):
        assert demo.signed_in(role).get("/api/notices").status_code == 403
    assert demo.client().get("/api/notices").status_code == 401


def test_as_of_names_only_what_was_known_then(demo: DemoCity) -> None:
    then = asked(demo, "city_manager", known_on="2026-04-20")
    assert not of_kind(then, "correction")
    assert any(one["subject"] == "demo.paper-e" for one in of_kind(then, "hole"))
    assert datetime.fromisoformat(then["day"]).month == 4


def test_a_device_that_falls_silent_is_named(demo_copy: DemoCity) -> None:
    before = asked(demo_copy, "city_manager")
    assert not [one for one in of_kind(before, "silent") if one["severity"] == "error"]
    demo_copy.pass_time(days=2)
    silent = of_kind(asked(demo_copy, "city_manager"), "silent")
    assert OWN in {one["subject"] for one in silent if one["severity"] == "error"}


def test_nothing_of_the_history_is_late_but_what_was_sent_late(whole: Body) -> None:
    assert {one["subject"] for one in of_kind(whole, "late")} == {"demo.metal-g"}
