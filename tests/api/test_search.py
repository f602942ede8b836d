"""One box for everything, as each reader may see it."""

from typing import Any

import pytest

from demo_city import OTHER, OWN, DemoCity
from demo_things import fingerprint, public_receipt, things_of
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.document import register_document
from tansuo.evidence.ledger import append
from tansuo.registry.subject import set_attribute
from tansuo.registry.zhenjiang import CITY


def found(city: DemoCity, q: str, role: str = "city_manager", **query: str) -> dict[str, Any]:
    answer = city.signed_in(role).get("/api/search", params={"q": q, **query})
    assert answer.status_code == 200, answer.text
    return {one["kind"]: one for one in answer.json()["groups"]}


def ids(group: dict[str, Any]) -> list[str]:
    return [one["id"] for one in group["hits"]]


@pytest.mark.parametrize("q", [OWN, "演示电厂", "demo power", "POWER-A"])
def test_a_firm_is_found_by_id_or_part_of_its_name_in_either_language(q: str, demo: DemoCity) -> None:
    group = found(demo, q)["subject"]
    assert ids(group)[0] == OWN
    assert group["hits"][0]["synthetic"] is True
    assert group["count"] >= len(group["hits"])


def test_what_lies_outside_ones_scope_is_not_found(demo: DemoCity) -> None:
    assert "subject" not in found(demo, OTHER, "enterprise_clerk")
    assert "receipt" not in found(demo, things_of(demo, OTHER).receipt, "enterprise_clerk")
    assert ids(found(demo, things_of(demo, OWN).receipt, "enterprise_clerk")["receipt"])
    assert "subject" not in found(demo, "演示", "anonymous")
    assert "subject" not in found(demo, "演示", "audit_admin")


def test_everybody_finds_the_city_and_its_parts_and_nothing_below_them(demo: DemoCity) -> None:
    assert ids(found(demo, "镇江市", "anonymous")["subject"]) == [CITY]
    hits = found(demo, "丹阳", "anonymous")["subject"]["hits"]
    assert {one["sort"] for one in hits} == {"division", "assessment_unit"}
    for role in ("laboratory", "anonymous", "audit_admin"):
        assert "subject" not in found(demo, "演示", role), role


def test_a_receipt_is_found_by_its_id_its_beginning_or_its_hash(demo: DemoCity) -> None:
    receipt = public_receipt(demo, CITY)
    for q in (receipt, receipt.lower(), receipt.partition("-")[2]):
        (hit,) = found(demo, q, "anonymous")["receipt"]["hits"]
        assert hit["id"] == hit["amount"]["receipt"] == receipt
    assert receipt in ids(found(demo, receipt[:-4])["receipt"])


def test_an_entry_is_found_by_number_and_by_the_beginning_of_its_hash(demo: DemoCity) -> None:
    thing = things_of(demo, OTHER)
    leaf = demo.client().get(f"/api/ledger/entries/{thing.entry}").json()["leaf_hash"]
    for q in (str(thing.entry), f"条目 {thing.entry}", f"Entry {thing.entry}", f"#{thing.entry}"):
        assert ids(found(demo, q)["entry"])[0] == str(thing.entry)
    (hit,) = found(demo, leaf[:16], "anonymous")["entry"]["hits"]
    assert (hit["id"], hit["detail_en"]) == (str(thing.entry), leaf)  # what one may not open has its hash
    (hit,) = found(demo, leaf[:16])["entry"]["hits"]
    assert hit["detail_en"] == f"plan/{OTHER}"


def test_a_document_is_found_by_its_sha256_and_a_subject_by_its_code(demo_copy: DemoCity) -> None:
    code = "91321100MA1DEMO0X1"
    with transaction(demo_copy.database, SYSTEM) as connection:
        entry = register_document(
            connection, "证.pdf", "application/pdf", b"%PDF", OWN, clock=demo_copy.clock
        )
        append(connection, [set_attribute(OWN, "credit_code", code, org=OWN)], demo_copy.clock)
    demo_copy.work()
    digest = str(entry.body["blob"])
    assert ids(found(demo_copy, digest)["entry"]) == [str(entry.index)]
    assert ids(found(demo_copy, digest[:10], "enterprise_clerk")["entry"]) == [str(entry.index)]
    assert "entry" not in found(demo_copy, digest, "anonymous")
    assert ids(found(demo_copy, code)["subject"]) == [OWN]
    assert ids(found(demo_copy, code[:8].lower())["subject"]) == [OWN]
    then = {"as_of": str(entry.index)}
    assert "subject" not in found(demo_copy, code, **then)
    assert "entry" not in found(demo_copy, digest, **then)


def test_a_method_is_found_by_title_or_fingerprint_and_an_indicator_by_name(demo: DemoCity) -> None:
    name = fingerprint(demo)
    assert ids(found(demo, name[:8], "anonymous")["method"]) == [name]
    assert ids(found(demo, "combustion", "anonymous")["method"]) == [name]
    group = found(demo, "岸线")["indicator"]
    assert group["hits"] and all("岸线" in one["title_zh"] for one in group["hits"])


def test_one_kind_a_limit_and_a_true_count(demo: DemoCity) -> None:
    groups = found(demo, "R", kind="receipt", limit="5")
    assert groups.keys() == {"receipt"}
    assert len(groups["receipt"]["hits"]) == 5 < groups["receipt"]["count"]


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "没有这个"])
def test_signs_of_patterns_are_ordinary_signs(q: str, demo: DemoCity) -> None:
    groups = found(demo, q)
    for group in groups.values():
        for hit in group["hits"]:
            assert q in "".join(str(one) for one in hit.values())


def test_an_empty_question_is_refused(demo: DemoCity) -> None:
    answer = demo.client().get("/api/search", params={"q": ""})
    assert answer.status_code == 422
    assert answer.json()["findings"][0]["zh"]
    assert demo.client().get("/api/search", params={"q": "x", "kind": "person"}).status_code == 422
