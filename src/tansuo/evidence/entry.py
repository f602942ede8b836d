"""An entry: the one unit of evidence, and its bytes.

The bytes are one canonical JSON object with the fields of ``docs/reference/ledger.md``; they are what is
hashed, proven and exported. An ``Entry`` is a reading of its bytes and never the other way round.
"""

import base64
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypedDict, cast

from tansuo.evidence import canonical, tree
from tansuo.quantity.finding import Finding, FindingError

VERSION = 1
LARGEST = 65_535
"""The longest entry in bytes: the length field of a C2SP entry bundle is a uint16."""

PUBLIC = "public"
FIELDS = frozenset({"v", "type", "org", "region", "subj", "valid", "rec", "sup", "why", "by", "body", "salt"})
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes an entry: a pseudonym, the role acted in, the session or certificate fingerprint, and a
    signature over the body where the person has a key. Never a name: personal data stay erasable."""

    id: str
    role: str = ""
    session: str = ""
    signature: str = ""

    def as_json(self) -> dict[str, object]:
        """The ``by`` field; what is empty is left out."""
        fields = {"id": self.id, "role": self.role, "session": self.session, "signature": self.signature}
        return {key: value for key, value in fields.items() if value}


SYSTEM_ACTOR = Actor("system", "service")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to state; ``append`` gives it index, recorded time and salt.

    ``subject`` is the stable key of the thing stated, such as ``factor/grid.ef/CN-EC``. ``org`` is the
    organisation whose rows it belongs to (``public`` for everybody). ``valid`` is half-open, ISO 8601, its
    end may be None; None where the statement has no time in the world. ``supersedes`` is the index of the
    entry of the same subject that this one replaces; then ``why`` is needed (reason code, text, document).
    """

    type: str
    subject: str
    body: Mapping[str, object]
    org: str = PUBLIC
    region: str = ""
    valid: tuple[str, str | None] | None = None
    supersedes: int | None = None
    why: Mapping[str, object] | None = None
    by: Actor = SYSTEM_ACTOR


@dataclass(frozen=True)
class Entry:
    """One entry of the ledger. ``index`` is its place, and the only order there is; ``recorded_ms`` is our
    clock's claim; ``data`` are the bytes that are evidence."""

    index: int
    type: str
    org: str
    region: str
    subject: str
    valid: tuple[str, str | None] | None
    recorded_ms: int
    supersedes: int | None
    why: Mapping[str, object] | None
    by: Actor
    body: Mapping[str, object]
    salt: str
    data: bytes = field(repr=False)

    @cached_property
    def leaf_hash(self) -> bytes:
        """The hash of this entry as a leaf of the tree."""
        return tree.leaf_hash(self.data)


def fresh_salt() -> str:
    """16 random bytes in base64: no hash of an entry can be guessed from a guess of its content."""
    return base64.b64encode(secrets.token_bytes(16)).decode()


def seal(draft: Draft, index: int, recorded_ms: int, salt: str) -> Entry:
    """The entry that ``draft`` becomes at ``index``; raises FindingError for a draft no ledger may hold.

    Findings: ``evidence.entry_not_canonical``, ``evidence.entry_too_long``, ``evidence.entry_field``,
    ``evidence.supersede_without_why``.
    """
    if problem := _problem(draft):
        raise FindingError(problem)
    fields: dict[str, object] = {
        "v": VERSION,
        "type": draft.type,
        "org": draft.org,
        "region": draft.region,
        "subj": draft.subject,
        "valid": draft.valid,
        "rec": recorded_ms,
        "sup": draft.supersedes,
        "why": draft.why,
        "by": draft.by.as_json(),
        "body": draft.body,
        "salt": salt,
    }
    where = {"subject": draft.subject, "type": draft.type}
    try:
        data = canonical.encode(fields)
    except canonical.CanonicalError as error:
        params = {"rule": error.rule, "place": error.where, "what": error.what}
        raise FindingError(Finding("evidence.entry_not_canonical", where, params)) from error
    if len(data) > LARGEST:
        raise FindingError(
            Finding("evidence.entry_too_long", where, {"bytes": len(data), "largest": LARGEST})
        )
    return read_entry(index, data)


def read_entry(index: int, data: bytes) -> Entry:
    """The entry that stored bytes state. Layout is not judged here; ``strict_entry`` does that."""
    return _from_fields(index, cast(_Stated, json.loads(data)), data)


def strict_entry(index: int, data: bytes) -> Entry:
    """The same, for bytes nobody vouches for: canonical, all fields and no other, each of its type.

    Raises CanonicalError (``rule`` is ``entry_field`` for a field that is missing, unknown or mistyped).
    """
    value = canonical.decode(data)
    if not isinstance(value, dict) or set(value) != FIELDS:
        raise canonical.CanonicalError("entry_field", "the set of fields")
    valid, why, by, body, sup = (value[key] for key in ("valid", "why", "by", "body", "sup"))
    right = {
        "v": value["v"] == VERSION,
        "type": isinstance(value["type"], str) and _WORD.fullmatch(value["type"]) is not None,
        "org": _is_line(value["org"]),
        "region": value["region"] == "" or _is_line(value["region"]),
        "subj": _is_line(value["subj"]),
        "valid": valid is None or _is_span(valid),
        "rec": _is_count(value["rec"]),
        "sup": sup is None or _is_count(sup),
        "why": (why is None and sup is None) or (isinstance(why, dict) and why != {}),
        "by": isinstance(by, dict) and set(by) <= {"id", "role", "session", "signature"} and "id" in by
        and all(isinstance(part, str) for part in by.values()),
        "body": isinstance(body, dict),
        "salt": _is_salt(value["salt"]),
    }  # fmt: skip
    for name, fits in right.items():
        if not fits:
            raise canonical.CanonicalError("entry_field", name)
    return _from_fields(index, cast(_Stated, value), data)


def _from_fields(index: int, fields: "_Stated", data: bytes) -> Entry:
    valid = fields["valid"]
    return Entry(
        index=index,
        type=fields["type"],
        org=fields["org"],
        region=fields["region"],
        subject=fields["subj"],
        valid=None if valid is None else (valid[0], valid[1]),
        recorded_ms=fields["rec"],
        supersedes=fields["sup"],
        why=fields["why"],
        by=Actor(**fields["by"]),
        body=fields["body"],
        salt=fields["salt"],
        data=data,
    )


class _Stated(TypedDict):
    v: int
    type: str
    org: str
    region: str
    subj: str
    valid: tuple[str, str | None] | None
    rec: int
    sup: int | None
    why: dict[str, object] | None
    by: dict[str, str]
    body: dict[str, object]
    salt: str


def _problem(draft: Draft) -> Finding | None:
    where = {"subject": draft.subject, "type": draft.type}
    wrong = {
        "type": _WORD.fullmatch(draft.type) is None,
        "subject": not _is_line(draft.subject),
        "org": not _is_line(draft.org),
        "region": draft.region != "" and not _is_line(draft.region),
        "by": not draft.by.id,
        "valid": draft.valid is not None and not _is_span(list(draft.valid)),
        "supersedes": draft.supersedes is not None and not _is_count(draft.supersedes),
    }
    for name, bad in wrong.items():
        if bad:
            return Finding("evidence.entry_field", where, {"field": name})
    if draft.supersedes is not None and not draft.why:
        return Finding("evidence.supersede_without_why", where, {"supersedes": draft.supersedes})
    return None


def _is_line(value: object) -> bool:
    """Text without control characters, not empty: it stands in a column and on one line of a page."""
    return isinstance(value, str) and value != "" and not any(character < " " for character in value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_span(value: object) -> bool:
    """[start, end] with end later than start as text of one form, or open."""
    if not isinstance(value, list) or len(value) != 2:
        return False
    start, end = value
    return isinstance(start, str) and start != "" and (end is None or (isinstance(end, str) and end != ""))


def _is_salt(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return len(base64.b64decode(value, validate=True)) == 16
    except ValueError:
        return False
