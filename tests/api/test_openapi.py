"""The application's own description: whole, consistent, and honest about problems."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tansuo.api.app import create_app
from tansuo.api.policy import policy
from tansuo.database.connect import Database

PROBLEM = {"$ref": "#/components/schemas/ProblemBody"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Database("", "")).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            yield path, verb, operation


def references(value: object) -> Iterator[str]:
    """Every ``$ref`` in a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield str(inner)
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_operation_is_named_once_and_said_in_words(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids)) == len(policy().rules)
    for _, _, operation in operations(document):
        assert operation["description"].endswith((".", "…"))
        assert operation["tags"]


def test_every_place_in_a_path_is_declared(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        declared = {one["name"]: one for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert set(re.findall(r"\{(\w+)\}", path)) == declared.keys(), path
        assert all(one["required"] for one in declared.values())


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert PROBLEM["$ref"] in found
    for reference in found:
        at: Any = document
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]
        assert at


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        for status in ("4XX", "5XX"):
            content = operation["responses"][status]["content"]
            assert content == {"application/problem+json": {"schema": PROBLEM}}, path
        assert "422" not in operation["responses"]  # the framework's own form of errors is not ours
    schema = document["components"]["schemas"]["ProblemBody"]
    assert set(schema["required"]) == {"type", "title", "title_zh", "status", "instance", "findings"}


def test_whatever_can_be_asked_of_the_past_takes_a_point_in_the_ledger(document: dict[str, Any]) -> None:
    timeless = {
        "/", "/{language}", "/{language}/session", "/{language}/sign-in/{token}", "/api/session", "/api/health",
        "/api/loading", "/api/live", "/api/live/now", "/api/ledger", "/api/ledger/proofs/consistency",
        "/{language}/app", "/{language}/app/{path}", "/assets/{name}", "/verify.html", "/api/receipts/{receipt}/bundle",
        "/api/receipts/{receipt}/sheet.pdf",
        "/api/receipts/{receipt}", "/api/methods/{fingerprint}", "/api/arrivals/{arrival}/records/{number}",
        "/api/arrivals/{arrival}/records/{number}/proof", "/api/ledger/entries/{index}/proof",
        "/api/administration/system", "/api/administration/people", "/api/administration/directory",
        "/api/administration/actions", "/api/administration/events",
    }  # fmt: skip
    for path, verb, operation in operations(document):
        asked = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        # What waits is not in the ledger yet, what can be erased never will be.
        if verb == "get" and not path.startswith(("/api/imports", "/api/personal")):
            assert ({"as_of", "known_on"} <= asked) is (path not in timeless), path


def test_every_model_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    """Two models of one name would be told apart by their modules, and change the client's names of both."""
    assert [name for name in document["components"]["schemas"] if "__" in name] == []


def test_the_description_is_served_without_signing_in(document: dict[str, Any], demo: object) -> None:
    assert demo.client().get("/api/docs.json").json() == document  # type: ignore[attr-defined]
