"""What leaves as JSON: numbers of the business are decimal strings, and nothing is a binary float."""

import json
import re
from collections.abc import Iterator

import pytest

from demo_city import METHOD, OWN, DemoCity
from demo_things import things_of
from tansuo.registry.zhenjiang import CITY

DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
COUNTS = {
    "as_of", "size", "entry", "decision", "arrival", "record", "received_ms", "recorded_ms", "grade",
    "index", "old", "new", "checkpoint_size", "step_s", "decimals", "v", "rec", "sup",
    "count", "bytes", "first_ms", "last_ms", "places", "statement", "enterprises", "complete",
    "readings_expected", "readings_present", "expected", "present", "readings", "status", "supersedes",
    "parts", "limit", "missing", "crc_length", "PNUM", "PNO", "frames", "from", "to",
    "figures", "subjects", "members", "members_complete",
    "more", "signed_head", "cells", "previous", "next", "superseded_by", "records", "revised", "conflicts",
    "seen", "total", "page", "holes", "quarantined", "corrections",
    "plan_entry", "first_entry", "latest_entry", "received", "not_operating", "late", "late_after_hours",
    "times", "moved", "kinds", "figure", "plan", "relation", "subject", "document", "correction", "life_event",
    "attribute", "case", "published", "ready", "incomplete", "complete_enterprises", "population", "waiting",
    "waiting_records", "witnessed_size", "witnessed_since_ms", "cosigned_ms", "both_until_ms",
    "promised_ms", "days", "p50_ms", "p99_ms", "worst_ms", "waiting_ms",
    "cases", "unmoved", "quantities", "factors", "editions", "rows", "offset",
    "official", "secondary", "memory", "proposal", "draft", "example",
}  # fmt: skip
"""Names under which whole numbers are counts, sizes and times, never amounts."""


def answers(city: DemoCity) -> Iterator[tuple[str, str]]:
    """Path and body of every kind of JSON answer, as the city manager gets it."""
    thing, browser = things_of(city, OWN), city.signed_in("city_manager")
    months = "&".join(["method=general_combustion_and_power", "relation=reports_for"])
    for path in (
        "/api/session", "/api/health", "/api/ledger", "/api/methods", f"/api/methods/{thing.method}", "/api/subjects",
        f"/api/subjects/{OWN}", "/api/series", f"/api/series/{thing.series}/days/2026-04-03",
        "/api/series/demo.chemical-d/heat/hour/days/2026-04-14", "/api/series/demo.paper-e/coal/hour/days/2026-03-20",
        f"/api/arrivals/{thing.arrival}/records/{thing.record}", "/api/overview?period=2026-04",
        "/api/overview?period=2026-H1", "/api/cockpit?period=2026-04",
        "/api/cockpit?period=2026", f"/api/figures?subject={OWN}&quantity=E_fuel&period=2026-Q1",
        f"/api/figures?subject={OWN}&quantity=NCV_mean&period=2026-04",
        f"/api/figures?subject={CITY}&quantity=E_indirect&period=2026-03&{months}", "/api/receipts",
        f"/api/receipts/{thing.receipt}", f"/api/ledger/entries/{thing.entry}",
        f"/api/ledger/entries/{thing.arrival}", f"/api/ledger/proofs/inclusion/{thing.entry}",
        "/api/ledger/proofs/consistency?old=100&new=200", "/api/explore/catalogue",
        f"/api/explore?indicator=gdp&indicator=general_combustion_and_power.E_fuel&subject={CITY}&period=2019/2026",
        f"/api/explore/export.json?indicator=general_combustion_and_power.E_fuel&subject={OWN}&period=2026",
        "/api/ledger/entries?limit=200", "/api/ledger/types", "/api/ledger/checkpoints",
        f"/api/methods/{thing.method}/sheet", f"/api/methods/{thing.method}/compare/{thing.method}",
        f"/api/methods/{thing.method}/users", "/api/packs", "/api/packs/cn_guideline_common_2013",
        "/api/factors?limit=500", "/api/factors/row?row=gwp_ar2/C2F6/gwp@1995-01-01&pack=factors_gwp",
        f"/api/drawer?figure={thing.receipt}", f"/api/drawer?figure={CITY}~E_fuel~2026-04~{METHOD}~reports_for",
        f"/api/drawer?figure={OWN}~E_fuel~2026-Q1~{METHOD}~", "/api/search?q=R", "/api/search?q=e",
        "/api/no-such", "/api/overview?period=x", "/api/home", "/api/corrections", "/api/samples",
        "/api/publications/desk?period=2026-04",
        "/api/enterprises?period=2026-04", "/api/enterprises/export.json?period=2026-04",
        *(
            f"/api/enterprises/{OWN}{part}"
            for part in (
                "", "/months?every=true", "/completeness", "/completeness?month=2026-04", "/documents", "/figures",
                f"/series/{thing.series}", f"/series/{thing.series}?step=hour", "/history", "/corrections",
            )
        ),
    ):  # fmt: skip
        answer = browser.get(path)
        assert answer.headers["content-type"].startswith(("application/json", "application/problem+json"))
        yield path, answer.text
    stream = browser.get("/api/live?events=1").text
    yield "/api/live", next(line[6:] for line in stream.splitlines() if line.startswith("data: "))


def numbers(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every number in a JSON value with the name it stands under."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner, name)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, value


def no_float(text: str) -> object:
    raise AssertionError(f"a binary float left the application: {text}")


def test_no_answer_holds_a_float_and_no_amount_is_a_number(demo: DemoCity) -> None:
    seen = set()
    for path, body in answers(demo):
        for name, _ in numbers(json.loads(body, parse_float=no_float)):
            assert name in COUNTS, f"{path}: {name} is a number"
            seen.add(name)
    assert {"as_of", "entry", "readings_expected", "received_ms"} <= seen


AMOUNTS = ("value", "partial", "contribution", "original", "share")


def amounts(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Everything that stands under the name of an amount."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "by_kind" and isinstance(inner, dict):
                yield from (("by_kind", one) for one in inner.values())
            elif key in AMOUNTS and not isinstance(inner, dict | list):
                yield key, inner
            else:
                yield from amounts(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from amounts(inner, name)


def test_amounts_are_plain_decimal_strings_or_nothing(demo: DemoCity) -> None:
    counted = 0
    for path, body in answers(demo):
        told = path.endswith("/history") or path == f"/api/enterprises/{OWN}"
        if told or path.startswith(("/api/methods/", "/api/ledger")) or "findings" in body[:400]:
            continue  # forms of their own: a method, an entry as it was written or told, facts, a refusal
        for name, amount in amounts(json.loads(body)):
            assert amount is None or (isinstance(amount, str) and DECIMAL.fullmatch(amount)), (
                path,
                name,
                amount,
            )
            counted += amount is not None
    assert counted > 300


@pytest.mark.parametrize(
    ("firm", "quantity", "period", "text"),
    [(OWN, "E_fuel", "2026-04", r"\d+\.\d{2}"), (OWN, "NCV_mean", "2026-04", r"\d+\.\d{3}")],
)
def test_a_figure_keeps_the_decimals_of_its_method(
    firm: str, quantity: str, period: str, text: str, demo: DemoCity
) -> None:
    query = {"subject": firm, "quantity": quantity, "period": period}
    found = demo.signed_in("city_manager").get("/api/figures", params=query).json()
    assert re.fullmatch(text, found["value"])
    assert found["unit"] and found["synthetic"] is True and found["stage"] == "calculated"
    assert len(found["fingerprint"]) == len(found["input_digest"]) == 64


def test_what_is_missing_is_null_and_says_why(demo: DemoCity) -> None:
    query = {"subject": "demo.paper-e", "quantity": "E_fuel", "period": "2026-03"}
    found = demo.signed_in("city_manager").get("/api/figures", params=query).json()
    assert (found["value"], found["state"]) == (None, "missing")
    assert found["partial"] is not None
    assert found["completeness"]["incomplete"] == ["2026-03"]
    (hole,) = found["completeness"]["holes"]
    assert hole["readings"] == 41
    day = demo.signed_in("city_manager").get("/api/series/demo.paper-e/coal/hour/days/2026-03-20").json()
    assert day["readings"] == []


def test_what_does_not_occur_is_a_state_and_no_zero(demo: DemoCity) -> None:
    query = {"subject": "demo.electronics-h", "quantity": "E_fuel", "period": "2026-04"}
    found = demo.signed_in("city_manager").get("/api/figures", params=query).json()
    assert (found["value"], found["state"], found["by_kind"]) == (None, "not_occurring", {})


def test_the_overview_names_no_city_total_and_adds_nothing_across_scopes(demo: DemoCity) -> None:
    found = demo.signed_in("city_manager").get("/api/overview?period=2026-04").json()
    assert found["city_total"] is None
    assert (found["title_zh"], found["title_en"]) == ("重点企业合计", "Key enterprises, sum")
    lines = [found["city"], *found["units"], *found["enterprises"]]
    assert {line["direct"]["scope"] for line in lines} == {"direct"}
    assert {line["indirect"]["scope"] for line in lines} == {"indirect"}
    assert "total" not in found["city"]


def test_a_raw_record_is_the_very_frame(demo: DemoCity) -> None:
    thing = things_of(demo, OWN)
    found = (
        demo.signed_in("enterprise_clerk").get(f"/api/arrivals/{thing.arrival}/records/{thing.record}").json()
    )
    assert found["decoded"]["header"]["MN"] == "3211DEMOA000000000000001"
    assert found["decoded"]["values"]["f01001"]["Cou"] == str(thing.value)
    assert found["decoded"]["verdict"] == "accept"


def test_a_proof_from_the_api_proves_the_entry(demo: DemoCity) -> None:
    from base64 import b64decode

    from tansuo.evidence.proof import verify_consistency, verify_inclusion
    from tansuo.evidence.tree import leaf_hash

    browser, thing = demo.signed_in("enterprise_clerk"), things_of(demo, OWN)
    entry = browser.get(f"/api/ledger/entries/{thing.entry}").json()
    proof = browser.get(f"/api/ledger/proofs/inclusion/{thing.entry}").json()
    path = [b64decode(step) for step in proof["path"]]
    leaf = leaf_hash(b64decode(entry["data"]))
    verify_inclusion(leaf, thing.entry, proof["size"], path, b64decode(proof["root"]))
    log = browser.get("/api/ledger").json()
    assert log["root"] == proof["root"]
    assert log["keys"], "the city's log is signed"
    for one in log["keys"]:
        written = b64decode(browser.get(f"/api/ledger/entries/{one['entry']}").json()["data"])
        announced = json.loads(written)
        assert (announced["type"], announced["body"]["key"]) == ("key", one["key"])
    grown = browser.get(f"/api/ledger/proofs/consistency?old=77&new={proof['size']}").json()
    steps = [b64decode(step) for step in grown["proof"]]
    roots = b64decode(grown["old_root"]), b64decode(grown["new_root"])
    assert grown["new_root"] == proof["root"]
    verify_consistency(77, proof["size"], steps, *roots)
