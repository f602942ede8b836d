"""An entry is its bytes."""

import json
from base64 import b64encode

import pytest

from tansuo.evidence.canonical import CanonicalError, encode
from tansuo.evidence.entry import Actor, Draft, Entry, fresh_salt, read_entry, seal, strict_entry
from tansuo.evidence.tree import leaf_hash
from tansuo.quantity.finding import FindingError

SALT = b64encode(bytes(range(16))).decode()
FULL = Draft(
    type="factor",
    subject="factor/grid.ef/CN-EC",
    body={"value": "0.5810", "unit": "t CO2/MWh", "note": "华东", "rows": ("a", None)},
    org="public",
    region="321100",
    valid=("2026-01-01T00:00:00+08:00", None),
    supersedes=7,
    why={"code": "republished", "text": "更正", "document": "ab" * 32},
    by=Actor("p-7", "city_manager", "s-1"),
)


def test_the_bytes_of_an_entry_are_its_fields_in_canonical_form() -> None:
    one = seal(FULL, 9, 1_767_225_600_000, SALT)
    assert one.data.decode() == (
        '{"body":{"note":"华东","rows":["a",null],"unit":"t CO2/MWh","value":"0.5810"},'
        '"by":{"id":"p-7","role":"city_manager","session":"s-1"},"org":"public","rec":1767225600000,'
        '"region":"321100","salt":"AAECAwQFBgcICQoLDA0ODw==","subj":"factor/grid.ef/CN-EC","sup":7,'
        '"type":"factor","v":1,"valid":["2026-01-01T00:00:00+08:00",null],'
        '"why":{"code":"republished","document":"' + "ab" * 32 + '","text":"更正"}}'
    )
    assert one.leaf_hash == leaf_hash(one.data)


def test_what_append_returns_is_what_reading_gives() -> None:
    one = seal(FULL, 9, 1, SALT)
    assert one == read_entry(9, one.data) == strict_entry(9, one.data)
    assert one.body["rows"] == ["a", None]
    assert one.by == Actor("p-7", "city_manager", "s-1")
    assert one.valid == ("2026-01-01T00:00:00+08:00", None)


def test_the_smallest_entry() -> None:
    one = seal(Draft("say", "kettle", {}), 1, 0, SALT)
    assert json.loads(one.data) == {
        "v": 1, "type": "say", "org": "public", "region": "", "subj": "kettle", "valid": None, "rec": 0,
        "sup": None, "why": None, "by": {"id": "system", "role": "service"}, "body": {}, "salt": SALT,
    }  # fmt: skip
    assert strict_entry(1, one.data) == one


def test_salts_differ_and_have_sixteen_bytes() -> None:
    assert len({fresh_salt() for _ in range(1000)}) == 1000
    strict_entry(1, seal(Draft("say", "kettle", {}), 1, 0, fresh_salt()).data)


@pytest.mark.parametrize(
    ("draft", "code", "named"),
    [
        (Draft("say", "kettle", {"deep": {"value": 0.5}}), "entry_not_canonical", "body.deep.value"),
        (Draft("say", "kettle", {"big": 2**53}), "entry_not_canonical", "integer_range"),
        (Draft("say", "e\u0301", {}), "entry_not_canonical", "subj"),
        (Draft("say", "kettle", {"text": "x" * 65_400}), "entry_too_long", "65535"),
        (Draft("Say", "kettle", {}), "entry_field", "type"),
        (Draft("", "kettle", {}), "entry_field", "type"),
        (Draft("say", "", {}), "entry_field", "subject"),
        (Draft("say", "ket\x00tle", {}), "entry_field", "subject"),
        (Draft("say", "kettle", {}, org=""), "entry_field", "org"),
        (Draft("say", "kettle", {}, org="a\nb"), "entry_field", "org"),
        (Draft("say", "kettle", {}, region="\t"), "entry_field", "region"),
        (Draft("say", "kettle", {}, by=Actor("")), "entry_field", "by"),
        (Draft("say", "kettle", {}, valid=("", None)), "entry_field", "valid"),
        (Draft("say", "kettle", {}, supersedes=-1, why={"text": "x"}), "entry_field", "supersedes"),
        (Draft("say", "kettle", {}, supersedes=1), "supersede_without_why", "1"),
        (Draft("say", "kettle", {}, supersedes=1, why={}), "supersede_without_why", "1"),
    ],
)
def test_a_draft_no_ledger_may_hold_is_refused_by_name(draft: Draft, code: str, named: str) -> None:
    with pytest.raises(FindingError) as refused:
        seal(draft, 3, 0, SALT)
    [finding] = refused.value.findings
    assert finding.code == f"evidence.{code}"
    assert named in str(finding)
    assert finding.where["subject"] == draft.subject


def test_an_entry_may_have_65535_bytes_and_not_one_more() -> None:
    def of_length(extra: int) -> Entry:
        return seal(Draft("say", "kettle", {"text": "x" * extra}), 1, 0, SALT)

    room = 65_535 - len(of_length(0).data)
    assert len(of_length(room).data) == 65_535
    with pytest.raises(FindingError, match=r"65536 bytes.*put_blob"):
        of_length(room + 1)


def altered(**fields: object) -> bytes:
    stated = json.loads(seal(FULL, 9, 1, SALT).data) | fields
    return encode({key: value for key, value in stated.items() if value is not ...})


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"v": 2}, "v"),
        ({"v": ...}, "set of fields"),
        ({"w": 1}, "set of fields"),
        ({"type": "Factor"}, "type"),
        ({"type": 1}, "type"),
        ({"org": ""}, "org"),
        ({"org": None}, "org"),
        ({"region": None}, "region"),
        ({"region": "\x00"}, "region"),
        ({"subj": ""}, "subj"),
        ({"subj": "a\nb"}, "subj"),
        ({"valid": ["2026"]}, "valid"),
        ({"valid": [None, None]}, "valid"),
        ({"valid": "2026"}, "valid"),
        ({"rec": -1}, "rec"),
        ({"rec": True}, "rec"),
        ({"rec": "1"}, "rec"),
        ({"sup": "7"}, "sup"),
        ({"why": None}, "why"),
        ({"why": {}}, "why"),
        ({"why": "because"}, "why"),
        ({"by": {}}, "by"),
        ({"by": {"id": "p-7", "name": "王"}}, "by"),
        ({"by": {"id": 7}}, "by"),
        ({"body": []}, "body"),
        ({"salt": ""}, "salt"),
        ({"salt": "AAEC"}, "salt"),
        ({"salt": "?" * 24}, "salt"),
        ({"salt": None}, "salt"),
    ],
)
def test_bytes_nobody_vouches_for_are_read_strictly(fields: dict[str, object], named: str) -> None:
    with pytest.raises(CanonicalError) as refused:
        strict_entry(9, altered(**fields))
    assert (refused.value.rule, refused.value.what) == (
        "entry_field",
        named if named != "set of fields" else "the set of fields",
    )


def test_what_is_no_object_is_no_entry() -> None:
    with pytest.raises(CanonicalError, match="entry_field"):
        strict_entry(0, b"[]")
    with pytest.raises(CanonicalError, match="not_canonical"):
        strict_entry(0, altered() + b" ")
