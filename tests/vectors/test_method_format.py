"""The format of method documents, frozen: fingerprints, and every figure with its value before rounding.

Three things are held against each other: the files (which change only with a new format), the product's
evaluator, and a second reading of the page in fractions. A change of any digit or fingerprint fails here.
"""

import json
import re
from dataclasses import fields
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from second_reading import Hole, Reading, text_of
from tansuo.evidence import canonical
from tansuo.methods.calculation import read_inputs
from tansuo.methods.evaluate import EVALUATOR, evaluate, from_document
from tansuo.methods.expression import nodes
from tansuo.methods.pack import load_pack, pack_paths
from tansuo.methods.paper import PARTS
from tansuo.methods.term import FORMAT, Declared, FactorRow, MethodData, Quantity, Rung
from tansuo.methods.tree_json import from_json, to_json
from tansuo.quantity.decimals import plain
from tansuo.quantity.state import Missing

FOLDER = Path(__file__).with_name("method_format")
PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/method-format.md").read_text("utf-8")
FILES = sorted(FOLDER.glob("*.json"))
VECTORS = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES if path.stem != "refused"}
CASES = [(name, number) for name, vector in VECTORS.items() for number in range(len(vector["cases"]))]
REFUSED = json.loads((FOLDER / "refused.json").read_text("utf-8"))


def found(name: str, number: int) -> dict[str, Any]:
    """What the product's evaluator gives for a case, in the form of the files."""
    vector = VECTORS[name]
    method = from_document(vector["document"])
    result = evaluate(method, *read_inputs(vector["cases"][number]["inputs"], method.data))

    def said(values: Any) -> dict[str, str]:
        return {_key(cell): plain(value) for cell, value in values.items() if isinstance(value, Decimal)}

    return {
        "published": said(result.quantities),
        "unrounded": said(result.unrounded),
        "missing": {
            _key(cell): list(value.names)
            for cell, value in result.quantities.items()
            if isinstance(value, Missing)
        },
        "branches": {_key(cell): branch for cell, branch in result.taken.items()},
        "rungs": {_key(cell): one.rung for cell, one in result.chosen.items()},
    }


def _key(cell: tuple[str, str]) -> str:
    return " ".join(cell).strip()


def same_numbers(one: dict[str, str], other: dict[str, str]) -> bool:
    return one.keys() == other.keys() and all(Decimal(one[key]) == Decimal(other[key]) for key in one)


@pytest.mark.parametrize("name", VECTORS)
def test_a_document_has_this_fingerprint(name: str) -> None:
    vector = VECTORS[name]
    assert vector["document"]["format"] == FORMAT == "tansuo.method/1"
    assert sha256(canonical.encode(vector["document"])).hexdigest() == vector["fingerprint"]
    assert from_document(vector["document"]).data.as_json() == vector["document"]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_the_evaluator_gives_these_figures(name: str, number: int) -> None:
    expected, made = VECTORS[name]["cases"][number], found(name, number)
    assert made["published"] == expected["published"] or same_numbers(
        made["published"], expected["published"]
    )
    assert same_numbers(made["unrounded"], expected["unrounded"])
    for part in ("missing", "branches"):
        assert made[part] == expected[part], part
    needed = {key: rung for key, rung in made["rungs"].items() if key in expected["rungs"]}
    assert needed == expected["rungs"]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_rounded_figures_are_the_same_text(name: str, number: int) -> None:
    vector = VECTORS[name]
    places = {one["symbol"]: one.get("places") for one in vector["document"]["quantities"]}
    made, expected = found(name, number)["published"], vector["cases"][number]["published"]
    rounded = [key for key in expected if places[key.split(" ")[0]] is not None]
    assert [made[key] for key in rounded] == [expected[key] for key in rounded]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_second_reading_of_the_page_in_fractions_agrees(name: str, number: int) -> None:
    vector = VECTORS[name]
    case = vector["cases"][number]
    reading = Reading(vector["document"], case["inputs"])
    for values, part in ((reading.published, "published"), (reading.unrounded, "unrounded")):
        numbers = {key: plain(text_of(value)) for key, value in values.items() if not isinstance(value, Hole)}
        assert same_numbers(numbers, case[part]), part
    missing = {key: value.names for key, value in reading.published.items() if isinstance(value, Hole)}
    assert (missing, reading.branches, reading.rungs) == (case["missing"], case["branches"], case["rungs"])


def test_the_vectors_have_every_kind_of_node_and_every_rounding_rule() -> None:
    kinds: set[object] = set()
    rules: set[str] = set()
    for vector in VECTORS.values():
        for made in from_document(vector["document"]).data.quantities.values():
            kinds |= {to_json(node)["node"] for node in nodes(made.expression)}
            rules |= {made.rounding} if made.places is not None else set()
    assert kinds == {
        "term", "number", "product", "quotient", "sum", "sum_over", "weighted_mean", "spread", "first_of", "bands",
        "piecewise", "weights", "first_order_decay",
    }  # fmt: skip
    assert rules == {"half_even", "half_up", "floor"}
    assert EVALUATOR == "tansuo.methods.evaluate/1"


@pytest.mark.parametrize("why", REFUSED)
def test_what_no_author_could_have_written_is_refused(why: str) -> None:
    document = json.loads(json.dumps(VECTORS["combustion"]["document"]))
    for path, value in REFUSED[why].items():
        *steps, last = path.split("/")
        at: Any = document
        for step in steps:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if value is None:
            del at[last]
        else:
            at[int(last) if isinstance(at, list) else last] = value
    with pytest.raises(ValueError, match=r"."):
        from_document(document)


def test_the_page_shows_every_node_as_it_is_written() -> None:
    blocks = [json.loads(text) for text in re.findall(r"^```json node\n(.*?)^```", PAGE, re.M | re.S)]
    assert [to_json(from_json(one)) for one in blocks] == blocks
    in_vectors = {
        to_json(node)["node"]
        for vector in VECTORS.values()
        for made in from_document(vector["document"]).data.quantities.values()
        for node in nodes(made.expression)
    }
    assert {one["node"] for one in blocks} == in_vectors and len(blocks) == len(in_vectors)


@pytest.mark.parametrize("record", [MethodData, Declared, Rung, FactorRow, Quantity])
def test_the_page_tells_of_every_field(record: type) -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))
    assert {one.name for one in fields(record)} - {"symbol"} <= told  # type: ignore[arg-type]


def test_the_page_tells_of_every_part_of_the_wording() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))
    words = load_pack(pack_paths()["general_combustion_and_power"]).wording()
    assert words["format"] == "tansuo.wording/1" and f"`{words['format']}`" in PAGE
    assert set(words) | set(PARTS) <= told


def test_the_head_on_the_page_is_a_document() -> None:
    (head,) = [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```", PAGE, re.M | re.S)]
    assert from_document(head).data.as_json() == head
