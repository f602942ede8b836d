"""One value, one string of bytes, or a refusal by name."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tansuo.evidence.canonical import CanonicalError, decode, encode, parse

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(
    lambda text: unicodedata.normalize("NFC", text)
)
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=25,
)


def code_units(text: str) -> list[int]:
    raw = text.encode("utf-16-be")
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]


def by_the_book(value: object) -> str:
    """RFC 8785 §3.2 written out by hand, for the values of our profile."""
    if isinstance(value, dict):
        members = (f"{by_the_book(key)}:{by_the_book(value[key])}" for key in sorted(value, key=code_units))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(by_the_book, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(map(escaped, value)) + '"'
    names = {None: "null", True: "true", False: "false"}
    return str(value) if type(value) is int else names[value]


SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def escaped(character: str) -> str:
    return SHORT.get(character) or (f"\\u{ord(character):04x}" if character < " " else character)


@given(VALUES)
@settings(max_examples=500)
def test_the_bytes_are_those_of_rfc_8785_and_state_the_value(value: object) -> None:
    data = encode(value)
    assert data == by_the_book(value).encode()
    assert decode(data) == value
    assert encode(decode(data)) == data


@given(VALUES)
def test_where_keys_are_plain_the_standard_library_gives_the_same_bytes(value: object) -> None:
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    if max(map(ord, plain.decode()), default=0) < 0xD800:
        assert encode(value) == plain


@given(VALUES, st.sampled_from([" ", "\n", "\t"]))
def test_another_layout_is_read_but_is_not_canonical(value: object, space: str) -> None:
    loose = space + json.dumps(value, ensure_ascii=True)
    assert parse(loose.encode()) == value
    with pytest.raises(CanonicalError, match="not_canonical"):
        decode(loose.encode())


@given(st.binary(max_size=40))
@settings(max_examples=300)
def test_any_bytes_are_refused_by_name_or_are_canonical(data: bytes) -> None:
    try:
        value = decode(data)
    except CanonicalError as refused:
        assert refused.rule
    else:
        assert encode(value) == data


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"1.0", "float"),
        (b"1e3", "float"),
        (b"-0.0", "float"),
        (b"NaN", "float"),
        (b"-Infinity", "float"),
        (b'{"a":1,"a":1}', "duplicate_key"),
        (b'{"a":{"b":1,"b":2}}', "duplicate_key"),
        (b"9007199254740992", "integer_range"),
        (b"-9007199254740992", "integer_range"),
        (b"9" * 100_000, "integer_range"),
        (b'"\\ud800"', "lone_surrogate"),
        (b'{"\\udfff":1}', "lone_surrogate"),
        ('"e\u0301"'.encode(), "not_nfc"),
        ('{"e\u0301":1}'.encode(), "not_nfc"),
        (b"\xff", "not_utf8"),
        (b'"\xed\xa0\x80"', "not_utf8"),
        (b"\xef\xbb\xbf1", "not_json"),
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"1 2", "not_json"),
        (b'"\n"', "not_json"),
        (b"[1,]", "not_json"),
        (b"[" * 100 + b"]" * 100, "too_deep"),
        (b"[" * 100_000, "too_deep"),
        (b"-0", "not_canonical"),
        (b"[1, 2]", "not_canonical"),
        (b'{"b":1,"a":2}', "not_canonical"),
        (b'"\\u0041"', "not_canonical"),
        (b'"\\/"', "not_canonical"),
        (b'"\\u001F"', "not_canonical"),
        (b'"\\u000a"', "not_canonical"),
        (b"1\n", "not_canonical"),
    ],
)
def test_what_is_refused_and_why(data: bytes, rule: str) -> None:
    with pytest.raises(CanonicalError) as refused:
        decode(data)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("value", "rule", "where"),
    [
        ({"body": {"lines": [1, {"unit": 0.5}]}}, "float", "body.lines[1].unit"),
        ({"a": [[2**53]]}, "integer_range", "a[0][0]"),
        ({"a": "\ud800"}, "lone_surrogate", "a"),
        ({"a": {1: 2}}, "key_type", "a"),
        ({"a": b"bytes"}, "type", "a"),
        ({"a": {1, 2}}, "type", "a"),
        ([float("nan")], "float", "[0]"),
        (1e400, "float", ""),
    ],
)
def test_a_refusal_says_where(value: object, rule: str, where: str) -> None:
    with pytest.raises(CanonicalError) as refused:
        encode(value)
    assert (refused.value.rule, refused.value.where) == (rule, where)
    assert rule in str(refused.value) and where in str(refused.value)


def test_depth_has_one_limit_for_writing_and_reading() -> None:
    deep: object = 1
    for _ in range(64):
        deep = [deep]
    assert decode(encode(deep)) == deep
    with pytest.raises(CanonicalError, match="too_deep"):
        encode([deep])


def test_keys_are_ordered_by_utf_16_code_units_not_by_code_points() -> None:
    # U+1F600 is D83D DE00 in UTF-16 and so comes before U+FF21, though its code point is larger.
    assert encode({"\uff21": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\uff21":1}'.encode()


def test_tuples_and_mappings_are_arrays_and_objects() -> None:
    assert encode({"span": ("2026-01-01", None)}) == b'{"span":["2026-01-01",null]}'


def test_vectors_of_rfc_8785(shared_data) -> None:
    folder: Path = shared_data("jcs_rfc8785")
    arrays, expected = ((folder / f"arrays.{kind}.json").read_bytes() for kind in ("input", "expected"))
    assert encode(parse(arrays)) == expected
    assert encode(decode(expected)) == expected


def test_vectors_with_float_tokens_are_refused_by_name(shared_data) -> None:
    """The RFC writes 56.0 as 56 and 1E30 as 1e+30; our profile takes neither token."""
    folder: Path = shared_data("jcs_rfc8785")
    for name, token in (("structures", "56.0"), ("values", "333333333.33333329")):
        with pytest.raises(CanonicalError) as refused:
            parse((folder / f"{name}.input.json").read_bytes())
        assert refused.value.rule == "float"
        assert token in str(refused.value)
    structures = (folder / "structures.expected.json").read_bytes()
    assert encode(decode(structures)) == structures
    with pytest.raises(CanonicalError, match=r"float.*1e\+30|float.*333333333\.3333333"):
        parse((folder / "values.expected.json").read_bytes())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff", "not_utf8: byte 0"),
        (b'"ab\xff"', "not_utf8: byte 3"),
        (b"[1,]", "not_json: character 3"),
        (b"", "not_json: character 0"),
        (b"[" * 100_000, "too_deep: more than 64 levels"),
        (b"1.5", "float: 1.5; state it as a decimal string"),
        (b'{"a":NaN}', "float: NaN; state it as a decimal string"),
        (b"9007199254740992", "integer_range: an integer of 2^53 or more; state it as text"),
        (b"9" * 18, "integer_range: an integer of 2^53 or more; state it as text"),
        # Of a number too long to be read it is not known where it stands.
        (b'{"a":' + b"9" * 17 + b"}", "integer_range at a: an integer of 2^53 or more; state it as text"),
        (b'{"a":' + b"9" * 18 + b"}", "integer_range: an integer of 2^53 or more; state it as text"),
        (b'{"a":1,"b":2,"a":3}', "duplicate_key: 'a'"),
        (b'{"\\u00e9":1,"\\u00e9":3}', "duplicate_key: '\\xe9'"),
        (b"[ ]", "not_canonical: the bytes are not those that encode gives"),
        (b'["x",{"a":"\\ud800"}]', "lone_surrogate at [1].a: '\\ud800'"),
        (b'{"e\\u0301":1}', "not_nfc: 'e\\u0301'"),
        (b'[["e\\u0301"]]', "not_nfc at [0][0]: 'e\\u0301'"),
    ],
)
def test_what_a_refusal_says(data: bytes, said: str) -> None:
    with pytest.raises(CanonicalError) as refused:
        decode(data)
    assert str(refused.value) == said
    assert refused.value.args == (refused.value.rule,)
    if "not_canonical" not in said:
        with pytest.raises(CanonicalError) as again:
            parse(data)
        assert str(again.value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.5, "float: 0.5; state it as a decimal string"),
        (2**53, "integer_range: an integer of 2^53 or more; state it as text"),
        (-(2**53), "integer_range: an integer of 2^53 or more; state it as text"),
        ({"a": {5: 1}}, "key_type at a: int"),
        ({"a": [b"x"]}, "type at a[0]: bytes"),
        ([{"a": {"b": [None, {1}]}}], "type at [0].a.b[1]: set"),
        ({"a": {"\udfff": 1}}, "lone_surrogate at a: '\\udfff'"),
    ],
)
def test_what_a_refusal_to_write_says(value: object, said: str) -> None:
    with pytest.raises(CanonicalError) as refused:
        encode(value)
    assert str(refused.value) == said


def test_a_refusal_by_its_rule_alone() -> None:
    error = CanonicalError("type")
    assert (error.rule, error.what, error.where, str(error)) == ("type", "", "", "type")
    assert str(error.under("[1]")) == "type at [1]"
    assert str(error.under("a")) == "type at a[1]"
    assert str(error.under("b")) == "type at b.a[1]"
    assert error.under("c") is error


def test_the_limits_of_what_is_written_and_read() -> None:
    for number in (2**53 - 1, -(2**53 - 1), 0):
        assert decode(encode(number)) == number
    assert parse(b"-9007199254740991") == -(2**53 - 1)
    with pytest.raises(CanonicalError, match="integer_range"):
        parse(b"-9007199254740992")
    deep: object = "x"
    for _ in range(64):
        deep = {"a": deep}
    assert decode(encode(deep)) == parse(encode(deep)) == deep
    with pytest.raises(CanonicalError, match="too_deep"):
        parse(b"[" * 65 + b"]" * 65)
    with pytest.raises(CanonicalError) as refused:
        encode({"a": deep})
    assert str(refused.value) == f"too_deep at {'.'.join('a' * 64)}: more than 64 levels"
    with pytest.raises(CanonicalError, match="too_deep"):
        encode([[deep]])


def test_the_form_of_what_is_written() -> None:
    assert encode({"b": [1, {"é": None}, True], "a": ()}) == '{"a":[],"b":[1,{"é":null},true]}'.encode()
    assert parse(b' { "b" : 1 , "a" : [ "\\u00e9" ] } ') == {"b": 1, "a": ["é"]}
    assert (
        encode({"é": 1, "z": 2, "\ue000": 3, "\U00010000": 4})
        == '{"z":2,"é":1,"\U00010000":4,"\ue000":3}'.encode()
    )
    assert encode({"\ud7ff": 1, "\ue000": 2}) == '{"\ud7ff":1,"\ue000":2}'.encode()
    with pytest.raises(CanonicalError, match="lone_surrogate"):
        encode("\ud800")
    with pytest.raises(CanonicalError, match="lone_surrogate"):
        encode("é\udfff")
    same = {"a": [1]}
    assert encode([same, same]) == b'[{"a":[1]},{"a":[1]}]'
