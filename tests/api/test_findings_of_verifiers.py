"""A finding's life: attached by a verifier, answered by the firm, closed by the finder's organisation alone."""

import re

import pytest
from httpx import Response

from demo_city import HTML, OTHER, OWN, DemoCity
from demo_things import public_receipt, things_of
from finding_things import form_token
from tansuo.accounting import verification
from tansuo.accounting.inventory import figure
from tansuo.accounting.replay import open_receipt
from tansuo.api.policy import policy
from tansuo.database.connect import SYSTEM, transaction
from tansuo.entry.compose import projections
from tansuo.entry.demo.people import VERIFIER
from tansuo.evidence.document import register_document
from tansuo.evidence.entry import Actor
from tansuo.evidence.ledger import append, history, size
from tansuo.evidence.rebuild import check_projections
from tansuo.quantity.finding import FindingError
from tansuo.registry.subject import declare
from tansuo.reporting.html import words
from tansuo.reporting.under_receipt import ROLES

CLAIM = {
    "node": "figure",
    "severity": "misstatement",
    "clause": "GB/T 32151.1 5.2",
    "text": "coal of two days",
}


def attach(
    city: DemoCity, receipt: str, label: str = "v.one", over: str | None = None, **change: object
) -> Response:
    verifier = city.signed_in("verifier", over, label)
    return verifier.post(f"/api/receipts/{receipt}/findings", json={**CLAIM, **change})


def attached(city: DemoCity, receipt: str, **change: object) -> str:
    answer = attach(city, receipt, **change)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text
    city.work()
    return str(answer.json()["id"])


def step(city: DemoCity, role: str, name: str, what: str, label: str, over: str | None = None) -> Response:
    browser = city.signed_in(role, over, label)
    answer = browser.post(f"/api/findings/{name}/{what}", json={"text": f"{what}: see the weighbridge"})
    city.work()
    return answer


def code(answer: Response) -> str:
    return str(answer.json()["findings"][0]["code"])


def states(city: DemoCity, receipt: str, role: str = "verifier", label: str = "v.one") -> list[str]:
    found = city.signed_in(role, None, label).get(f"/api/receipts/{receipt}/findings").json()["findings"]
    return [one["state"] for one in found]


def test_a_finding_is_answered_reopened_answered_and_closed(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    name = attached(city, receipt, deadline="2026-07-01")
    for who, what, wanted in (
        ("enterprise_clerk", "answer", "answered"),
        ("verifier", "reopen", "reopened"),
        ("enterprise_reviewer", "answer", "answered"),
        ("verifier", "close", "closed"),
        ("verifier", "reopen", "reopened"),
        ("verifier", "close", "closed"),
    ):
        assert step(city, who, name, what, f"{who}.x").status_code == 201, what
        assert states(city, receipt) == [wanted]
    (one,) = city.signed_in("verifier").get(f"/api/receipts/{receipt}/findings").json()["findings"]
    said = [(row["step"], row["by"]) for row in one["steps"]]
    assert said[:3] == [("open", "v.one"), ("answered", "enterprise_clerk.x"), ("reopened", "verifier.x")]
    assert one["clause"] == CLAIM["clause"] and one["steps"][0]["said"] == CLAIM["text"]
    with city.connection() as connection:
        assert [entry.org for entry in history(connection, f"case/{name}")] == [OWN] * 7


def test_what_a_step_may_follow(demo_copy: DemoCity) -> None:
    city = demo_copy
    name = attached(city, things_of(city, OWN).receipt)
    assert code(step(city, "verifier", name, "reopen", "v.one")) == "accounting.finding_step"
    assert step(city, "enterprise_clerk", name, "answer", "a.clerk").status_code == 201
    assert code(step(city, "enterprise_clerk", name, "answer", "a.clerk")) == "accounting.finding_step"
    assert step(city, "verifier", name, "close", "v.one").status_code == 201
    refused = step(city, "verifier", name, "close", "v.one")
    assert (refused.status_code, code(refused)) == (422, "accounting.finding_step")
    assert "closed" in refused.json()["findings"][0]["en"]
    assert code(step(city, "enterprise_clerk", name, "answer", "a.clerk")) == "accounting.finding_step"


def test_only_the_finders_organisation_closes_and_only_the_owner_answers(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    with transaction(city.database, SYSTEM) as connection:
        drafts = [declare(f"v.{one}", "verifier", f"{one}审核公司", f"Verifier {one}") for one in ("a", "b")]
        append(connection, drafts, city.clock)
    city.work()
    name = attached(city, receipt, over="v.a")
    other = step(city, "verifier", name, "close", "v.b.person", "v.b")
    assert (other.status_code, code(other)) == (422, "accounting.finding_not_yours")
    assert code(step(city, "verifier", name, "close", "v.person")) == "accounting.finding_not_yours"
    assert code(step(city, "city_manager", name, "answer", "c.one")) == "accounting.finding_not_yours"
    assert step(city, "enterprise_clerk", name, "answer", "d.clerk", OTHER).status_code == 404
    assert step(city, "verifier", name, "close", "v.a.second", "v.a").status_code == 201


def test_the_city_answers_for_its_own_sum_but_not_who_found_it(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, public_receipt(demo_copy, "zj.city")
    nodes = city.signed_in("verifier").get(f"/api/receipts/{receipt}/findings").json()["nodes"]
    part = next(one["id"] for one in nodes if one["id"].startswith("part/"))
    name = attached(city, receipt, node=part)
    assert step(city, "city_manager", name, "answer", "c.one").status_code == 201
    assert states(city, receipt) == ["answered"]
    assert city.client().get(f"/api/receipts/{receipt}/findings").json()["findings"] == []


def test_who_raised_a_finding_does_not_answer_it_in_another_role(demo_copy: DemoCity) -> None:

    name = attached(demo_copy, things_of(demo_copy, OWN).receipt)
    with demo_copy.connection() as connection, pytest.raises(FindingError) as refused:
        verification.move(connection, name, "answered", "as metered", OWN, Actor("v.one"), demo_copy.clock)
    assert refused.value.findings[0].code == "accounting.finding_same_person"
    with demo_copy.connection() as connection, pytest.raises(FindingError) as own:
        receipt = things_of(demo_copy, OWN).receipt

        published, _ = open_receipt(connection, receipt)
        made = figure(connection, published.cell, published.size)
        verification.attach(
            connection, published, made, "figure", "improvement", "", "own", OWN, Actor("x"), demo_copy.clock
        )
    assert own.value.findings[0].code == "accounting.finding_own"


def test_nodes_are_those_of_the_receipt(demo_copy: DemoCity) -> None:
    city, thing = demo_copy, things_of(demo_copy, OWN)
    view = city.signed_in("verifier").get(f"/api/receipts/{thing.receipt}/findings").json()
    kinds = {one["id"].partition("/")[0] for one in view["nodes"]}
    assert kinds == {"figure", "input", "factor", "series"}
    series = f"series/{thing.series}"
    assert series in {one["id"] for one in view["nodes"]}
    for node in (f"{series}/2026-04-03", *(one["id"] for one in view["nodes"])):
        assert attach(city, thing.receipt, node=node).status_code == 201, node
    for node in (
        f"{series}/2026-05-01", f"{series}/2026-04-31", "series/demo.power-a/none", "factor/GWP/none",
        "document/" + "0" * 64, f"part/{OTHER}",
    ):  # fmt: skip
        refused = attach(city, thing.receipt, node=node)
        assert (refused.status_code, code(refused)) == (422, "accounting.finding_node"), node
    city.work()
    assert (
        "nodes" in view
        and city.signed_in("city_manager").get(f"/api/receipts/{thing.receipt}/findings").json()["nodes"]
        == []
    )


def test_a_document_of_the_firm_is_a_node(demo_copy: DemoCity) -> None:

    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    with transaction(city.database, SYSTEM) as connection:
        mine = register_document(connection, "bill.pdf", "application/pdf", b"bill", OWN, clock=city.clock)
        theirs = register_document(connection, "b.pdf", "application/pdf", b"other", OTHER, clock=city.clock)
    city.work()
    name = attached(city, receipt, node=mine.subject)
    (one,) = city.signed_in("verifier").get(f"/api/receipts/{receipt}/findings").json()["findings"]
    assert (one["id"], one["node"]["zh"]) == (name, "文件 bill.pdf")
    assert code(attach(city, receipt, node=theirs.subject)) == "accounting.finding_node"


def test_findings_as_of_an_earlier_size_are_those_known_then(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    with city.connection() as connection:
        before = size(connection)
    name = attached(city, receipt)
    with city.connection() as connection:
        opened = size(connection)
    step(city, "enterprise_clerk", name, "answer", "a.clerk")
    verifier = city.signed_in("verifier")

    def known(as_of: int) -> list[tuple[str, int]]:
        view = verifier.get(f"/api/receipts/{receipt}/findings", params={"as_of": as_of}).json()
        return [(one["state"], len(one["steps"])) for one in view["findings"]]

    assert (known(before), known(opened), known(opened + 1)) == ([], [("open", 1)], [("answered", 2)])


def test_from_a_past_point_nobody_is_offered_a_step(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    attached(city, receipt)
    with city.connection() as connection:
        opened = size(connection)
    verifier = city.signed_in("verifier", None, "v.one")
    for query, offered in (({"as_of": opened}, False), ({"known_on": "2026-05-21"}, True), ({}, True)):
        view = verifier.get(f"/api/receipts/{receipt}/findings", params=query).json()
        assert [bool(one["may"]) for one in view["findings"]] == [offered], query
        assert bool(view["nodes"]) is offered, query
        page = verifier.get(f"/en/receipts/{receipt}", params=query, headers=HTML).text
        assert "coal of two days" in page
        if "known_on" not in query:
            assert ("Attach a finding" in page) is offered, query


def test_homes_list_what_waits_for_whom(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    attached(city, receipt)

    def listed(role: str, over: str | None = None) -> list[list[str]]:
        found = city.signed_in(role, over).get("/api/home").json()["answer"]["findings"]
        return [one["may"] for one in found if one["receipt"] == receipt]

    assert listed("verifier") == [["close"]]
    assert listed("enterprise_clerk") == listed("enterprise_reviewer") == [["answer"]]
    assert listed("enterprise_clerk", OTHER) == []
    assert len(city.signed_in("county_manager").get("/api/findings").json()) == 1
    answered_by_other = city.signed_in("enterprise_clerk", OTHER).get("/api/findings").json()
    assert {one["subject"]["id"] for one in answered_by_other} == {OTHER}  # the demo's own


def test_managers_see_findings_by_unit_late_ones_first(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    attached(city, receipt, text="no deadline")
    attached(city, receipt, text="due later", deadline="2026-06-30")
    late = attached(city, receipt, text="due long ago", deadline="2026-05-20")
    attached(city, public_receipt(city, "zj.city"), text="about the sum")

    def units(role: str, over: str | None = None) -> list[tuple[str | None, int, list[str]]]:
        found = city.signed_in(role, over).get("/api/home").json()["answer"]["findings"]
        return [
            (
                one["unit"] and one["unit"]["id"],
                one["late"],
                [row["steps"][0]["said"][:13] for row in one["findings"]],
            )
            for one in found
        ]

    ours = ("zj.unit.dantu", 1, ["due long ago", "due later", "no deadline"])
    assert units("city_manager")[0] == ours and units("county_manager") == [ours]
    assert [unit for unit, _, _ in units("city_manager")] == ["zj.unit.dantu", None, "zj.unit.xinqu"]
    assert step(city, "enterprise_clerk", late, "answer", "a.clerk").status_code == 201
    assert units("county_manager")[0][1] == 0  # answered in the end: nobody is late any more
    waiting = city.signed_in("city_manager").get("/api/home").json()["answer"]["waiting"]
    assert {one["kind"] for one in waiting} & {"verification_finding", "hold"} == set()


def test_the_same_words_about_the_same_node_are_said_once_while_open(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    name = attached(city, receipt)
    again = attach(city, receipt)
    assert (again.status_code, code(again)) == (422, "accounting.finding_twice") and name in again.text
    assert attach(city, receipt, text="another matter").status_code == 201
    assert step(city, "verifier", name, "close", "v.one").status_code == 201
    assert attach(city, receipt).status_code == 201  # it came back


def test_a_finding_opened_again_may_carry_a_new_deadline(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    name = attached(city, receipt, deadline="2026-05-20")
    assert step(city, "enterprise_clerk", name, "answer", "a.clerk").status_code == 201
    verifier = city.signed_in("verifier", None, "v.one")
    wanted = {"text": "of which day?", "deadline": "2026-06-05"}
    assert verifier.post(f"/api/findings/{name}/reopen", json=wanted).status_code == 201
    city.work()
    (one,) = verifier.get(f"/api/receipts/{receipt}/findings").json()["findings"]
    assert (one["state"], one["deadline"], one["late"]) == ("reopened", "2026-06-05", False)
    assert one["organisation"]["name_zh"] == "镇江市"
    assert one["steps"][0]["role_zh"] == "技术审核机构"


def test_the_demo_has_a_finding_that_was_closed_and_one_that_waits(demo: DemoCity) -> None:
    verifier = demo.signed_in("verifier", VERIFIER)
    found = {one["state"]: one for one in verifier.get("/api/findings", params={"state": "all"}).json()}
    assert set(found) == {"open", "closed"}
    assert [one["step"] for one in found["closed"]["steps"]] == ["open", "answered", "closed"]
    assert (found["open"]["deadline"], found["open"]["late"]) == ("2026-05-28", False)
    assert all(one["synthetic"] and one["organisation"]["synthetic"] for one in found.values())
    assert all("演示" in row["said"] for one in found.values() for row in one["steps"])


def test_every_role_that_may_take_a_step_has_its_word_on_documents() -> None:
    findings = ("attach_finding", "answer_finding", "close_finding", "reopen_finding")
    holds = ("place_hold", "ask_hold_release", "confirm_hold_release")
    roles = {role for one in (*findings, *holds) for role in policy().rules[one].roles or ()}
    assert roles == ROLES
    for role in roles:
        assert words("zh")(f"role.{role}") == policy().roles[role].zh
        assert words("en")(f"role.{role}").lower() == policy().roles[role].en.lower()


def test_the_receipt_document_carries_the_forms_of_who_may(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    path = f"/en/receipts/{receipt}"
    verifier, clerk = (
        city.signed_in("verifier", None, "v.one"),
        city.signed_in("enterprise_clerk", None, "a.clerk"),
    )
    page = verifier.get(path, headers=HTML).text
    assert "Attach a finding" in page and "No verifier has raised a finding" in page
    assert "Attach a finding" not in clerk.get(path, headers=HTML).text
    sent = verifier.post(
        f"{path}/under", data={**form_token(page), "action": "attach", **CLAIM, "deadline": ""}
    )
    assert sent.status_code == 303, sent.text
    city.work()
    told = verifier.get(sent.headers["location"].partition("#")[0], headers=HTML).text
    assert (
        "Raised about this figure: 1; not closed: 1." in told
        and "Entered as entry" in told
        and "coal of two days" in told
    )
    page = clerk.get(path, headers=HTML).text
    (name,) = set(re.findall(r'name="id" value="(finding-[0-9a-f]+)"', page))
    answered = clerk.post(
        f"{path}/under", data={**form_token(page), "action": "answer", "id": name, "text": "<b>no</b>"}
    )
    assert answered.status_code == 303
    city.work()
    page = verifier.get(path, headers=HTML).text
    assert "&lt;b&gt;no&lt;/b&gt;" in page and "<b>no</b>" not in page
    closed = verifier.post(
        f"{path}/under", data={**form_token(page), "action": "close", "id": name, "text": "settled"}
    )
    assert closed.status_code == 303
    city.work()
    assert "Raised about this figure: 1; not closed: 0." in verifier.get(path, headers=HTML).text


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({"action": "delete"}, 422, "api.form_action"),
        (
            {"action": "attach", "node": "figure", "severity": "misstatement", "text": "x"},
            422,
            "api.text_short",
        ),
        (
            {"action": "attach", "node": "figure", "severity": "misstatement", "text": "x" * 4001},
            422,
            "api.field_range",
        ),
        ({"action": "close", "id": "finding-0", "text": "long", "deadline": "soon"}, 422, "api.field_form"),
        ({"action": "attach", "node": "figure", "severity": "crime", "text": "long"}, 422, "api.field_form"),
        ({"action": "answer", "id": "finding-0", "text": "as metered"}, 403, "api.role_refused"),
        ({"action": "close", "id": "finding-0", "text": "as metered"}, 404, "api.not_found"),
        ({"action": "hold", "text": "case 7"}, 403, "api.role_refused"),
    ],
)
def test_wrong_forms_are_told_what_is_wrong(
    data: dict[str, str], status: int, said: str, demo: DemoCity
) -> None:
    path = f"/zh/receipts/{things_of(demo, OWN).receipt}"
    verifier = demo.signed_in("verifier")
    token = form_token(verifier.get(path, headers=HTML).text)
    answer = verifier.post(f"{path}/under", data={**token, **data})
    assert (answer.status_code, code(answer)) == (status, said)
    assert code(verifier.post(f"{path}/under", data={**data, "form_token": "x"})) == "api.form_token"
    shown = verifier.post(f"{path}/under", data={**token, **data}, headers=HTML).text
    assert "未能办理" in shown and f'href="{path}">返回收据' in shown


def test_a_rebuild_gives_the_same_findings_and_holds(demo_copy: DemoCity) -> None:

    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    name = attached(city, receipt)
    step(city, "enterprise_clerk", name, "answer", "a.clerk")
    holder = city.signed_in("city_manager")
    assert holder.post("/api/holds", json={"receipt": receipt, "reason": "case 7"}).status_code == 201
    city.work()
    with city.connection() as connection:
        assert check_projections(connection, [one for one in projections() if one.name == "registry"]) == []


def test_a_deadline_is_a_day(demo: DemoCity) -> None:
    assert attach(demo, things_of(demo, OWN).receipt, deadline="soon").status_code == 422
