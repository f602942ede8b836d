"""A correction by two people: one asks with a reason, another confirms; the figure moves, what was published stays."""

from decimal import Decimal

import pytest
from httpx import Response

from demo_city import HTML, OTHER, OWN, DemoCity
from demo_things import public_receipt
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.entry import Actor
from tansuo.evidence.ledger import get, history, size
from tansuo.monitoring.lookup import day_readings
from tansuo.registry.personal import keep_document

SERIES, START = f"{OTHER}/heat/hour", "2026-04-20T07:00:00+08:00"
ASKED = {"series": SERIES, "start": START, "value": "100.00", "reason": "read off the wrong dial"}
FACTOR = Decimal("0.11")  # t CO2/GJ of bought heat, as the pack prints it


def ask(city: DemoCity, label: str = "d.clerk", **change: object) -> Response:
    clerk = city.signed_in("enterprise_clerk", OTHER, label)
    return clerk.post("/api/corrections", json={**ASKED, **change})


def confirm(city: DemoCity, case: str, label: str = "d.reviewer") -> Response:
    reviewer = city.signed_in("enterprise_reviewer", OTHER, label)
    return reviewer.post(f"/api/corrections/{case}/confirm")


def indirect(city: DemoCity) -> str:
    """The indirect emission of the firm in April, as now known."""
    query = {"subject": OTHER, "quantity": "E_indirect", "period": "2026-04"}
    return str(city.signed_in("city_manager").get("/api/figures", params=query).json()["value"])


def hour(city: DemoCity) -> dict[str, object]:
    """The corrected hour as the API tells it."""
    readings = city.signed_in("city_manager").get(f"/api/series/{SERIES}/days/2026-04-20").json()["readings"]
    (found,) = [one for one in readings if one["start"] == "2026-04-19T23:00:00+00:00"]
    return dict(found)


def test_two_people_correct_a_reading_and_the_figure_moves(demo_copy: DemoCity) -> None:
    before, was = indirect(demo_copy), hour(demo_copy)
    first = public_receipt(demo_copy, "zj.unit.xinqu", "E_indirect")
    published = demo_copy.client().get(f"/api/receipts/{first}").json()
    asked = ask(demo_copy)
    assert asked.status_code == 201, asked.text
    demo_copy.work()
    assert (indirect(demo_copy), hour(demo_copy)) == (before, was)  # asking changes nothing

    done = confirm(demo_copy, asked.json()["case"])
    assert done.status_code == 201, done.text
    demo_copy.work()

    moved = (Decimal(str(was["value"])) - Decimal("100.00")) * FACTOR
    assert abs(Decimal(before) - moved - Decimal(indirect(demo_copy))) <= Decimal("0.01")
    now = hour(demo_copy)
    assert (now["value"], now["provenance"], now["entry"]) == ("100.00", "declared", done.json()["entry"])
    assert [one["value"] for one in now["superseded"]] == [was["value"]]  # type: ignore[attr-defined]
    assert demo_copy.client().get(f"/api/receipts/{first}").json() == published
    page = demo_copy.signed_in("city_manager").get(f"/en/receipts/{first}", headers=HTML).text
    value = f"{Decimal(published['figure']['value']):,}"
    assert value in page and "As now known:" in page and "Why it has moved" in page


def test_the_log_says_who_asked_who_confirmed_and_why(demo_copy: DemoCity) -> None:
    case = ask(demo_copy, reason="the dial was changed").json()["case"]
    made = confirm(demo_copy, case).json()["entry"]
    with demo_copy.connection() as connection:
        entry = get(connection, made)
        steps = [one.body["step"] for one in history(connection, f"case/{case}")]
    assert entry is not None and entry.why is not None
    assert (entry.by.id, entry.body["second_by"]) == ("d.clerk", "d.reviewer")
    assert entry.why["reason"] == "the dial was changed"
    assert (entry.org, steps) == (OTHER, ["asked", "confirmed"])


def test_nobody_confirms_their_own_request(demo_copy: DemoCity) -> None:
    case = ask(demo_copy, label="d.both").json()["case"]
    refused = confirm(demo_copy, case, label="d.both")
    assert refused.status_code == 422
    assert refused.json()["findings"][0]["code"] == "api.second_person"
    assert confirm(demo_copy, case, label="d.other").status_code == 201


def test_a_request_is_confirmed_once(demo_copy: DemoCity) -> None:
    """Also before the tables have followed the log."""
    case = ask(demo_copy).json()["case"]
    assert confirm(demo_copy, case).status_code == 201
    with demo_copy.connection() as connection:
        after = size(connection)
    for label in ("d.reviewer", "d.third"):
        again = confirm(demo_copy, case, label)
        assert again.status_code == 409
        assert again.json()["findings"][0]["code"] == "api.case_settled"
    with demo_copy.connection() as connection:
        assert size(connection) == after


def test_people_of_another_firm_find_no_such_series_and_no_such_request(demo_copy: DemoCity) -> None:
    case = ask(demo_copy).json()["case"]
    stranger = demo_copy.signed_in("enterprise_reviewer", OWN)
    answers = [
        stranger.post("/api/corrections", json=ASKED),
        stranger.post("/api/corrections", json={**ASKED, "series": "no/such/series"}),
        stranger.post(f"/api/corrections/{case}/confirm"),
        stranger.post("/api/corrections/correction-000000000000/confirm"),
    ]
    assert [one.status_code for one in answers] == [404] * 4
    assert {one.json()["findings"][0]["code"] for one in answers} == {"api.not_found"}


def test_a_case_that_is_no_correction_is_none(demo_copy: DemoCity) -> None:
    assert confirm(demo_copy, "demo-publication-2026-04").status_code == 404


@pytest.mark.parametrize(
    ("change", "value", "state"),
    [
        ({"value": "0"}, "0.00", "measured_zero"),
        ({"value": None, "state": "not_operating"}, None, "not_operating"),
    ],
)
def test_zero_and_standing_still_are_different_corrections(
    change: dict[str, object], value: str | None, state: str, demo_copy: DemoCity
) -> None:
    case = ask(demo_copy, **change).json()["case"]
    assert confirm(demo_copy, case).status_code == 201
    demo_copy.work()
    now = hour(demo_copy)
    assert now["value"] == value
    assert now["state"] == ("declared_zero" if value else state)


def test_a_hole_is_filled_by_two_people_and_the_month_becomes_whole(demo_copy: DemoCity) -> None:
    """演示玻璃F reported a broken meter for five hours of 1 May; flags are no numbers until somebody says."""
    with demo_copy.connection() as connection:
        day = day_readings(connection, "demo.glass-f/gas/hour", _first_of_may())
    broken = [one for one in day if one.flag == "D"]
    assert len(broken) == 5 and all(one.value is None for one in broken)
    clerk = demo_copy.signed_in("enterprise_clerk", "demo.glass-f", "f.clerk")
    reviewer = demo_copy.signed_in("enterprise_reviewer", "demo.glass-f", "f.reviewer")
    for one in broken:
        body = {"series": "demo.glass-f/gas/hour", "start": one.start.isoformat(), "value": "1.1200",
                "reason": "read from the supplier's register"}  # fmt: skip
        case = clerk.post("/api/corrections", json=body).json()["case"]
        assert reviewer.post(f"/api/corrections/{case}/confirm").status_code == 201
    demo_copy.work()
    with demo_copy.connection() as connection:
        day = day_readings(connection, "demo.glass-f/gas/hour", _first_of_may())
    assert len(day) == 24 and all(one.value is not None for one in day)
    assert sum(one.provenance.value == "declared" for one in day) == 5


def _first_of_may() -> "object":
    from datetime import date

    return date(2026, 5, 1)


def test_a_correction_cites_a_document_that_is_kept_sealed_too(demo_copy: DemoCity) -> None:
    nowhere = ask(demo_copy, document="0" * 64)
    assert (nowhere.status_code, nowhere.json()["findings"][0]["code"]) == (422, "api.no_document")
    with transaction(demo_copy.database, SYSTEM) as connection:
        kept = keep_document(
            connection, "记录.pdf", "application/pdf", b"%PDF-1", OTHER, Actor("t.clerk"), demo_copy.clock
        )
    document = str(kept.body["commitment"])
    asked = ask(demo_copy, document=document)
    assert asked.status_code == 201, asked.text
    done = confirm(demo_copy, asked.json()["case"])
    assert done.status_code == 201, done.text
    with demo_copy.connection() as connection:
        entry = get(connection, done.json()["entry"])
    assert entry is not None and document in str(entry)


def test_what_cannot_be_is_not_asked_for(demo_copy: DemoCity) -> None:
    """A time that is not over, an amount below zero, and a second request for the same time, by anyone."""
    for change, code in (
        ({"start": "2027-04-20T07:00:00+08:00"}, "monitoring.not_over_yet"),
        ({"value": "-5"}, "monitoring.negative_value"),
    ):
        answer = ask(demo_copy, **change)
        assert (answer.status_code, answer.json()["findings"][0]["code"]) == (422, code)
    first = ask(demo_copy)
    assert first.status_code == 201, first.text
    again = ask(demo_copy, label="d.other", start="2026-04-19T23:00:00Z", value="101.00")
    assert (again.status_code, again.json()["findings"][0]["code"]) == (422, "api.correction_open")
    params = again.json()["findings"][0]["params"]
    assert (params["case"], params["entry"]) == (first.json()["case"], first.json()["entry"])
    assert ask(demo_copy, start="2026-04-20T08:00:00+08:00").status_code == 201
    assert confirm(demo_copy, first.json()["case"]).status_code == 201
    assert ask(demo_copy, value="101.00").status_code == 201, "settled, also before the tables have followed"


def test_both_people_are_told_how_far_a_value_goes(demo_copy: DemoCity) -> None:
    was = hour(demo_copy)["value"]
    assert ask(demo_copy, start="2026-04-20T08:00:00+08:00").json()["doubts"] == []
    asked = ask(demo_copy, value="9999999.00")
    assert asked.status_code == 201
    (doubt,) = [one for one in asked.json()["doubts"] if one["code"] == "monitoring.far_from_neighbours"]
    assert (doubt["severity"], doubt["where"]) == ("warning", {"time": "2026-04-20 07:00"})
    assert doubt["params"]["value"] == "9999999.00"
    demo_copy.work()
    reviewer = demo_copy.signed_in("enterprise_reviewer", OTHER, "d.reviewer")
    for path in ("/api/corrections", f"/api/enterprises/{OTHER}/corrections"):
        (waits,) = [one for one in reviewer.get(path).json() if one["case"] == asked.json()["case"]]
        assert "monitoring.far_from_neighbours" in [one["code"] for one in waits["doubts"]]
        assert Decimal(waits["change"]) == Decimal("9999999.00") - Decimal(str(was))
        assert Decimal(waits["change_percent"]) > 100


def test_a_correction_of_an_old_day_is_no_late_data(demo_copy: DemoCity) -> None:
    def late() -> list[str]:
        found = demo_copy.signed_in("city_manager").get("/api/notices", params={"kind": "late"}).json()
        return [one["text_en"] for one in found["notices"] if one["subject"] == OTHER]

    before = late()
    case = ask(demo_copy, start="2026-05-05T07:00:00+08:00").json()["case"]
    assert confirm(demo_copy, case).status_code == 201
    demo_copy.work()
    assert late() == before
