"""Role × operation × scope: every endpoint, by each of the thirteen roles and by nobody, about a thing of the
own firm, of another firm, and one that does not exist.

Which role may call what is written in `test_policy`; the paths come from the application's own description. A
thing of others is answered like one that does not exist: 404, in the same words.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256

import pytest
from httpx import Response
from starlette.testclient import TestClient

from demo_city import OTHER, OWN, DemoCity
from demo_things import Things, nobody, things_of
from finding_things import found_by_verifiers, held_by_city
from import_desk import PART, staged_by
from personal_things import PROBED, asked_to_erase, kept_of
from probes import IMPORTS, METHOD, PROBES, correction
from tansuo.accounting.figure import Cell
from tansuo.accounting.replay import ReplayResult
from tansuo.api.policy import policy
from tansuo.api.routers import accounting, bundles
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.document import register_document

ANONYMOUS = "anonymous"
ROLES = [*sorted(policy().roles), ANONYMOUS]

REFUSED = {401, 403}
CASES = {"confirm_correction", "decline_correction"}
FINDINGS = {"answer_finding", "close_finding", "reopen_finding"}
ERASURES = {"confirm_erasure", "decline_erasure"}
HOLDS = {"ask_hold_release", "confirm_hold_release"}
ALWAYS = {
    "home",
    "language_home",
    "overview_page",
    "method_list_page",
    "factor_list_page",
    "ledger_page",
    "session_page",
    "sign_out",
}


@pytest.fixture(scope="module")
def targets(city: DemoCity) -> dict[str, Things]:
    found = {"own": things_of(city, OWN), "other": things_of(city, OTHER)}
    with transaction(city.database, SYSTEM) as connection:
        for thing in found.values():
            register_document(
                connection, "bill.txt", "text/plain", _bill(thing), thing.firm, clock=city.clock
            )
    city.work()
    return {**found, "nobody": nobody(city)}


@pytest.fixture(autouse=True)
def _quick_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What replay finds and a bundle holds is the subject of other tests; here only who may ask."""
    cell = Cell(OWN, "E_fuel", "2026-04", METHOD)
    result = ReplayResult("R1-00000000", cell, 1, "1.00", "1.00", True, (), None)
    monkeypatch.setattr(accounting, "replay", lambda connection, receipt: result)
    monkeypatch.setattr(bundles, "make_bundle", lambda *given: b"")


def described(city: DemoCity) -> Iterator[tuple[str, str, str]]:
    """Operation, verb and path of everything the application says it does."""
    names = {
        (str(method), str(getattr(route, "path", "")).replace(":path", "")): str(getattr(route, "name", ""))
        for part in _parts()
        for route in part.router.routes
        for method in getattr(route, "methods", ())
    }
    for path, verbs in city.app.openapi()["paths"].items():
        for verb in verbs:
            yield names[verb.upper(), path], verb.upper(), path


def _parts() -> tuple[object, ...]:
    from tansuo.api.app import PARTS

    return PARTS


def sees(role: str, target: str) -> bool:
    """Whether a role that is signed in over `OWN` (or its unit, or the city) may see a thing."""
    if role == ANONYMOUS or target == "nobody":
        return False
    reach = policy().roles[role].scope
    return reach == "city" or (reach in ("unit", "enterprise") and target == "own")


def expected(role: str, operation: str, target: str, path: str) -> int:
    """The status that the agreement asks for."""
    probe = PROBES[operation]
    if operation == "answer_finding" and role == "city_manager" and target != "nobody":
        return 422  # the city answers for its own sums, never for a firm
    if not policy().rules[operation].allows("public" if role == ANONYMOUS else role):
        return 401 if role == ANONYMOUS else 403
    if target == "nobody" and probe.absent is not None:
        return probe.absent
    seen = sees(role, target)
    if operation in IMPORTS and "{name}" in path:
        seen = seen and policy().roles[role].scope == "enterprise"
    if probe.hidden is not None and not seen:
        return probe.hidden
    return probe.success


def filled(city: DemoCity, operation: str, path: str, thing: Things, target: str) -> str:
    """The path with the ids of a thing in it."""
    named = operation in IMPORTS or operation in CASES | FINDINGS | HOLDS | ERASURES
    case, token = "nosuchimport" if operation in IMPORTS else "correction-000000000000", "no-such-link"
    case = "finding-000000000000" if operation in FINDINGS else case
    if target != "nobody":
        if operation in CASES:
            case = _asked(city, thing)
        if operation in FINDINGS:
            case = found_by_verifiers(city, thing, answered=operation == "reopen_finding")
        if operation in HOLDS:
            case = held_by_city(city, thing, asked=operation == "confirm_hold_release")
        if operation in ERASURES:
            case = asked_to_erase(city)
        if operation in IMPORTS and "{name}" in path:
            case = staged_by(city, thing.firm, operation)
        if operation in ("sign_in", "sign_in_page"):
            token = city.link("investor")
    link, person = "0" * 16, "nobody.at-all"
    if operation == "withdraw_link" and target != "nobody":
        link = sha256(city.link("investor").encode()).hexdigest()[:16]
    if operation == "end_sessions" and target != "nobody":
        city.signed_in("investor", label="test.visitor")
        person = "test.visitor"
    if operation in ("get_personal_data", "put_personal_data") and target != "nobody":
        person = kept_of(city, PROBED)
    names = {
        "language": "zh", "link": link, "label": person,
        "name": case if named else thing.firm,
        "receipt": thing.receipt, "series": thing.series, "day": "2026-04-03",
        "other": thing.method,
        "arrival": str(thing.arrival), "number": str(1 if named else thing.record),
        "index": str(thing.entry), "token": token, "fingerprint": thing.method, "path": "overview",
        "form": "csv", "pack": "no_such_pack" if target == "nobody" else METHOD,
        "digest": "0" * 64 if target == "nobody" else sha256(_bill(thing)).hexdigest(),
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], path)


def _bill(thing: Things) -> bytes:
    """A document of the thing's firm."""
    return f"electricity bill of {thing.firm}".encode()


def _asked(city: DemoCity, thing: Things) -> str:
    """A correction that somebody else has asked for."""
    clerk = city.signed_in("city_manager", label="test.asker")
    answer = clerk.post("/api/corrections", json=correction(city, thing))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["case"])


Asked = tuple[str, dict[str, str], object]
"""Where an operation is asked, with what query and body."""


def asked(city: DemoCity, operation: str, path: str, thing: Things, target: str) -> Asked:
    """What is asked of an operation about a thing; makes the case it is about, where it needs one."""
    probe = PROBES[operation]
    where = filled(city, operation, path, thing, target)
    query = {key: str(value) for key, value in probe.query(city, thing).items()}
    return where, query, None if probe.body is None else probe.body(city, thing)


def call(browser: TestClient, operation: str, verb: str, given: Asked) -> Response:
    """Ask the operation."""
    where, query, body = given
    data: dict[str, str] | None = None
    if operation == "sign_out":
        page = browser.get("/zh/session").text
        found = re.search(r'name="form_token" value="([^"]+)"', page)
        data = {"form_token": found[1]} if found else {}
    if operation == "put_import_part":
        return browser.put(where, content=PART, headers={"content-type": "application/octet-stream"})
    return browser.request(verb, where, params=query, json=body, data=data)


@pytest.fixture(scope="module")
def spare() -> dict[tuple[str, str], Asked]:
    """What was asked by somebody who may not: it was not used up and can be asked by the next one."""
    return {}


def test_every_operation_is_probed(city: DemoCity) -> None:
    assert {operation for operation, _, _ in described(city)} == PROBES.keys() == policy().rules.keys()


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_to_whose(
    role: str, city: DemoCity, targets: dict[str, Things], spare: dict[tuple[str, str], Asked]
) -> None:
    wrong = []
    ends_a_session = ("sign_in", "sign_out")
    browser = city.signed_in(role)
    for operation, verb, path in described(city):
        for target, thing in targets.items():
            probe = PROBES[operation]
            if target != "own" and probe.hidden is None and probe.absent is None:
                continue
            asking = city.signed_in(role) if operation in ends_a_session else browser
            wanted = expected(role, operation, target, path)
            given = spare.get((operation, target)) if wanted in REFUSED else None
            given = given or asked(city, operation, path, thing, target)
            if wanted in REFUSED:
                spare[operation, target] = given
            answer = call(asking, operation, verb, given)
            if answer.status_code != wanted:
                said = answer.text[:160].replace("\n", " ")
                wrong.append(f"{operation} {target}: {answer.status_code}, not {wanted}: {said}")
    assert wrong == []


@pytest.mark.parametrize("role", ["county_manager", "enterprise_clerk", "enterprise_reviewer"])
def test_what_belongs_to_others_is_told_like_what_does_not_exist(
    role: str, city: DemoCity, targets: dict[str, Things]
) -> None:
    browser = city.signed_in(role)
    checked = 0
    for operation, verb, path in described(city):
        if PROBES[operation].hidden is None or expected(role, operation, "other", path) != 404:
            continue
        said = [
            _shape(
                call(browser, operation, verb, asked(city, operation, path, targets[target], target)),
                targets[target],
            )
            for target in ("other", "nobody")
        ]
        assert said[0] == said[1], operation
        checked += 1
    assert checked >= 8


def _shape(answer: Response, thing: Things) -> object:
    """An answer without the names that were asked for."""
    text = json.dumps(answer.json(), ensure_ascii=False, sort_keys=True)
    record = (f"{thing.arrival}/{thing.record}", f"{thing.arrival}/records/{thing.record}")
    text = re.sub(r"(?<![A-Za-z0-9])[A-Za-z0-9]{12}(?=[\"/ 。])", "…", text)
    for name in (thing.series, thing.firm, thing.receipt, *record):
        text = text.replace(name, "…")
    text = re.sub(rf"(?<![0-9A-Za-z]){thing.entry}(?![0-9A-Za-z])", "…", text)
    return re.sub(r"correction-[0-9a-f]{12}|[0-9a-f]{64}", "…", text)


def test_a_page_of_others_reads_like_one_that_is_not_there(
    city: DemoCity, targets: dict[str, Things]
) -> None:
    browser = city.signed_in("enterprise_clerk")
    said = [
        browser.get(f"/zh/enterprises/{targets[name].firm}", headers={"accept": "text/html"})
        for name in ("other", "nobody")
    ]
    assert [one.status_code for one in said] == [404, 404]
    first, second = (
        one.text.replace(targets[name].firm, "…") for one, name in zip(said, ("other", "nobody"), strict=True)
    )
    assert first == second
