"""Canonical JSON: one value, one string of bytes, or a refusal by name (a profile of RFC 8785).

The profile takes null, booleans, integers with |x| < 2^53, NFC text without lone surrogates, arrays and
objects whose keys are NFC text, ordered by UTF-16 code units. It takes no float: quantities are decimal
strings beside a unit, so that "0.5810" and "0.581" stay different statements of precision.

Standard library only: an offline verifier carries this file unchanged.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping

SAFE_INTEGER = 2**53
DEEPEST = 64


class CanonicalError(ValueError):
    """A value or a string of bytes outside the profile.

    ``rule`` is the rule it breaks: ``float``, ``integer_range``, ``not_nfc``, ``lone_surrogate``, ``type``,
    ``key_type``, ``duplicate_key``, ``too_deep``, ``not_utf8``, ``not_json``, ``not_canonical``.
    ``where`` is the path to it, such as ``body.lines[3].unit``; empty for the whole.
    """

    def __init__(self, rule: str, what: str = "") -> None:
        super().__init__(rule)
        self.rule = rule
        self.what = what
        self.where = ""

    def under(self, step: str) -> "CanonicalError":
        """The same error seen from one level further out."""
        self.where = step + ("" if self.where.startswith("[") or not self.where else ".") + self.where
        return self

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.rule}{place}" + (f": {self.what}" if self.what else "")


def encode(value: object) -> bytes:
    """The canonical UTF-8 bytes of ``value``; raises CanonicalError for anything outside the profile.

    Tuples are written as arrays; every Mapping as an object. Equal values give equal bytes.
    """
    return _WRITER.encode(_ordered(value, 0)).encode()


def parse(data: bytes) -> object:
    """The value that ``data`` (UTF-8 JSON in any layout and key order) states, within the profile.

    Raises CanonicalError: ``not_utf8``, ``not_json``, ``duplicate_key``, ``float`` (every token with a point
    or an exponent, ``56.0`` too), or any rule that ``encode`` knows.
    """
    value = _read(data)
    _ordered(value, 0)
    return value


def decode(data: bytes) -> object:
    """The value of canonical bytes; ``parse`` and, besides, ``not_canonical`` where ``encode`` differs."""
    value = _read(data)
    if encode(value) != data:
        raise CanonicalError("not_canonical", "the bytes are not those that encode gives")
    return value


def _read(data: bytes) -> object:
    try:
        return _READER.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CanonicalError("not_utf8", f"byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise CanonicalError("not_json", f"character {error.pos}") from None
    except RecursionError:
        raise CanonicalError("too_deep", f"more than {DEEPEST} levels") from None


def _ordered(value: object, depth: int) -> object:
    """``value`` checked, with every object's keys in canonical order, made of plain dicts and lists."""
    if isinstance(value, str):
        return value if value.isascii() else _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if not -SAFE_INTEGER < value < SAFE_INTEGER:
            raise CanonicalError("integer_range", "an integer of 2^53 or more; state it as text")
        return value
    if isinstance(value, float):
        raise CanonicalError("float", f"{value!r}; state it as a decimal string")
    if depth >= DEEPEST:
        raise CanonicalError("too_deep", f"more than {DEEPEST} levels")
    if isinstance(value, Mapping):
        return _members(value, depth + 1)
    if isinstance(value, list | tuple):
        return _items(value, depth + 1)
    raise CanonicalError("type", type(value).__name__)


def _members(value: Mapping[object, object], depth: int) -> dict[str, object]:
    members: dict[str, object] = {}
    for key in _keys(value):
        try:
            members[key] = _ordered(value[key], depth)
        except CanonicalError as error:
            raise error.under(key) from None
    return members


def _keys(value: Mapping[object, object]) -> list[str]:
    keys: list[str] = []
    for key in value:
        if not isinstance(key, str):
            raise CanonicalError("key_type", type(key).__name__)
        keys.append(key)
    # Code units and code points order text alike until a character beyond U+FFFF meets one above U+D7FF.
    if "".join(keys).isascii():
        return sorted(keys)
    return sorted(map(_text, keys), key=_code_units)


def _items(value: list[object] | tuple[object, ...], depth: int) -> list[object]:
    items: list[object] = []
    for position, item in enumerate(value):
        try:
            items.append(_ordered(item, depth))
        except CanonicalError as error:
            raise error.under(f"[{position}]") from None
    return items


def _text(value: str) -> str:
    if value.isascii():
        return value
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise CanonicalError("lone_surrogate", ascii(value))
    if not unicodedata.is_normalized("NFC", value):
        raise CanonicalError("not_nfc", ascii(value))
    return value


def _code_units(key: str) -> bytes:
    return key.encode("utf-16-be")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise CanonicalError("duplicate_key", ascii(key))
    return members


def _integer(token: str) -> int:
    # The length is looked at first: a million digits are refused without being read as a number.
    if len(token) > 17:
        raise CanonicalError("integer_range", "an integer of 2^53 or more; state it as text")
    return int(token)


def _refuse_float(token: str) -> object:
    raise CanonicalError("float", f"{token}; state it as a decimal string")


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_READER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_refuse_float, parse_constant=_refuse_float, parse_int=_integer
)
