"""Findings, holds and forms of pages without script, as tests make them."""

import re
from itertools import count

from demo_city import DemoCity
from demo_things import NOBODY, Things


def form_token(page: str) -> dict[str, str]:
    """The field that every form of a signed-in page carries."""
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None
    return {"form_token": found[1]}


_numbers = count(1)


def finding() -> dict[str, object]:
    """A finding like no other: the same said twice of one part is refused."""
    text = f"the sum is not the report's, page {next(_numbers)}"
    return {"node": "figure", "severity": "nonconformity", "clause": "5.3", "text": text}


def hold(city: DemoCity, thing: Things) -> dict[str, object]:
    """Over a unit: over a firm it would stop the other probes from discarding the firm's files."""
    return {
        "subject": NOBODY if thing.firm == NOBODY else "zj.unit.xinqu",
        "reason": f"case {next(_numbers)} of the court",
    }


def found_by_verifiers(city: DemoCity, thing: Things, *, answered: bool) -> str:
    """A finding of the verifiers of the city about a figure of the thing's firm."""
    finder = city.signed_in("verifier", label="test.finder")
    made = finder.post(f"/api/receipts/{thing.receipt}/findings", json=finding())
    assert made.status_code == 201, made.text
    name = str(made.json()["id"])
    if answered:
        firm = city.signed_in("enterprise_clerk", thing.firm, label="test.answerer")
        assert firm.post(f"/api/findings/{name}/answer", json={"text": "as metered"}).status_code == 201
    return name


def held_by_city(city: DemoCity, thing: Things, *, asked: bool) -> str:
    """A hold over the thing's firm that somebody else has placed, and asked to release."""
    placer = city.signed_in("city_manager", label="test.holder")
    made = placer.post("/api/holds", json=hold(city, thing))
    assert made.status_code == 201, made.text
    name = str(made.json()["id"])
    if asked:
        assert placer.post(f"/api/holds/{name}/release", json={"reason": "over"}).status_code == 201
    return name
