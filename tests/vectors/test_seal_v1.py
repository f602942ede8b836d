"""The segment text of seals is frozen: the vector was made from the written format, not by the product."""

import base64
import json
from pathlib import Path

from tansuo.monitoring.reading import Version
from tansuo.monitoring.segment_text import segment_hash, segment_text
from tansuo.quantity.state import Provenance, State

VECTOR = json.loads((Path(__file__).parent / "seal_v1.json").read_text(encoding="utf-8"))


def version(start: int, value: int | None, state: str, provenance: str, flag: str) -> Version:
    return Version(
        "s", start, value, State(state), Provenance(provenance), flag, False, 1, 0, 0, 1, None, "org"
    )


def test_the_text_and_its_hash_are_those_of_the_vector() -> None:
    versions = [version(**one) for one in VECTOR["readings"]]
    assert segment_text(versions) == VECTOR["text"]
    assert segment_text(reversed(versions)) == VECTOR["text"], "by time, however they come"
    assert segment_hash(base64.b64decode(VECTOR["key"]), VECTOR["text"]) == VECTOR["sha256"]
    assert segment_text([]) == ""
    assert segment_hash(base64.b64decode(VECTOR["key"]), "") == VECTOR["empty_sha256"]
