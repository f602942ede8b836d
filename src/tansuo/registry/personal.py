"""Personal data 个人信息: a short list of particulars of a person, documents that bear such, and their erasure.

Entries know a person by the pseudonym alone. Particulars are committed to by an entry and kept where they can be
erased (``evidence.erasable``); a new version replaces the one before, which stays until both are erased. Erasure is
a case of kind ``erasure``: one person asks with the legal basis, another one confirms; a hold refuses it.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, text

from tansuo.evidence import canonical
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.erasable import PERSONAL, erase, keep, kept_entry, open_, redactions
from tansuo.evidence.ledger import append, history, read, size
from tansuo.registry import case
from tansuo.registry.case import Case
from tansuo.registry.hold import refuse_if_held
from tansuo.registry.wording import identifier, refuse

FIELDS = ("name", "position", "phone", "email", "certificate")
"""姓名、职务、电话、电子邮箱、证书编号（如检验员证）: nothing else of a person is kept."""
LONGEST = 200
PERSON_FORM = "tansuo.person/1"

BASES = ("pipl-47-1", "pipl-47-2", "pipl-47-3", "pipl-47-4", "pipl-47-5")
"""个人信息保护法（2021）第四十七条第一款第（一）至（五）项: purpose reached or no longer needed; service ended or
period of keeping over; consent withdrawn; processed against law or agreement; other cases of laws and regulations."""

KIND = "erasure"
ASKED, ERASED, DECLINED = "asked", "erased", "declined"


@dataclass(frozen=True, slots=True)
class Item:
    """One commitment: of a person (a version of the particulars) or a document of an organisation.

    ``redacted`` is the ``redact`` entry once it is erased; ``current`` is False for a version that was replaced.
    """

    entry: int
    recorded_ms: int
    commitment: str
    person: str
    org: str
    by: str
    current: bool
    redacted: Entry | None
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is stored about a person, with what opens the commitment of its entry."""

    entry: int
    recorded_ms: int
    fields: Mapping[str, str]
    commitment: str
    salt: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request at its latest step. ``entries`` are the ``personal`` entries it is about, ``redacted`` those that
    erased them; ``said`` are the last words."""

    id: str
    entries: tuple[int, ...]
    redacted: tuple[int, ...]
    person: str
    basis: str
    reason: str
    asker: str
    said: str
    state: str
    org: str
    entry: int


def store(
    connection: Connection, person: str, org: str, fields: Mapping[str, str], by: Actor, clock: Clock
) -> Entry:
    """Keep the particulars of ``person``, a pseudonym, as rows of ``org``; the entry that commits to them.

    Equal particulars are kept once. FindingError ``registry.personal_field``, ``registry.personal_empty``.
    """
    stated = _judged(fields)
    subject = f"person/{identifier(person)}"
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": subject})
    before = versions(connection, person)
    standing = opened(connection, before)
    if standing and before[-1].index == standing[-1].entry and standing[-1].fields == stated:
        return before[-1]
    last = before[-1].index if before else None
    why = None if last is None else {"code": "new_version"}
    draft = Draft(PERSONAL, subject, {"kind": "person"}, org=org, supersedes=last, why=why, by=by)
    data = canonical.encode({"form": PERSON_FORM, **stated})
    return keep(connection, draft, data, clock, person=person)


def versions(connection: Connection, person: str) -> list[Entry]:
    """The entries that commit to particulars of a person, oldest first, of those that the reader may see."""
    return [one for one in history(connection, f"person/{person}") if one.type == PERSONAL]


def opened(connection: Connection, entries: Sequence[Entry]) -> list[Particulars]:
    """What is stored of these versions, with the access of that person or of the security administrator; none for
    another reader."""
    found = []
    for one in entries:
        here = open_(connection, str(one.body["commitment"]))
        if here is not None:
            data = cast("dict[str, str]", canonical.decode(here.data))
            fields = {name: data[name] for name in FIELDS if name in data}
            found.append(
                Particulars(one.index, one.recorded_ms, fields, here.commitment, here.salt, here.data)
            )
    return found


def keep_document(
    connection: Connection,
    name: str,
    media_type: str,
    data: bytes,
    org: str,
    by: Actor,
    clock: Clock,
    *,
    about: str = "",
    kind: str = "",
) -> Entry:
    """Keep a document that mixes personal data (a scan with signatures), sealed, its name with it; the entry.

    ``about`` and ``kind`` are stated in the entry: never a person's name.
    """
    head = canonical.encode({"media_type": media_type, "name": name})
    body: dict[str, object] = {
        "kind": "document", "media_type": media_type, "bytes": len(data), "about": about, "of": kind,
    }  # fmt: skip
    subject = f"personal/{secrets.token_hex(16)}"
    draft = Draft(PERSONAL, subject, body, org=org, by=by)
    return keep(connection, draft, head + b"\n" + data, clock)


def open_document(connection: Connection, commitment: str) -> tuple[str, bytes] | None:
    """Name and bytes of a sealed document; None where it is erased, or not for this reader."""
    opened = open_(connection, commitment)
    if opened is None:
        return None
    head, _, data = opened.data.partition(b"\n")
    return str(cast("dict[str, str]", canonical.decode(head))["name"]), data


def items(connection: Connection) -> list[Item]:
    """Everything that was ever committed to and that the reader may see the entry of, oldest first."""
    entries = _entries(connection)
    gone = redactions(connection, [str(one.body["commitment"]) for one in entries])
    replaced = {one.supersedes for one in entries}
    return [
        Item(
            entry=one.index,
            recorded_ms=one.recorded_ms,
            commitment=str(one.body["commitment"]),
            person=str(one.body["person"]),
            org=one.org,
            by=one.by.id,
            current=one.index not in replaced,
            redacted=gone.get(str(one.body["commitment"])),
            body=one.body,
        )
        for one in entries
    ]


def _entries(connection: Connection) -> list[Entry]:
    return list(read(connection, 0, size(connection), {PERSONAL}))


def ask(
    connection: Connection,
    basis: str,
    reason: str,
    by: Actor,
    clock: Clock,
    *,
    person: str = "",
    entry: int | None = None,
) -> Entry:
    """Ask for the erasure of everything stored about ``person``, or of the one ``entry``; another person confirms.

    FindingError ``registry.erasure_basis``, ``registry.erasure_reason``, ``registry.erasure_reason_names`` (the
    reason would keep for ever what is to be erased), ``registry.nothing_to_erase``.
    """
    if basis not in BASES:
        raise refuse("erasure_basis", basis=basis, known=", ".join(BASES))
    wanted = [
        one for one in items(connection)
        if one.redacted is None and (one.person == person if person else one.entry == entry)
    ]  # fmt: skip
    if not wanted:
        raise refuse("nothing_to_erase", what=person or f"#{entry}")
    _judge_words(connection, reason, {one.person for one in wanted})
    notes = {
        "entries": [one.entry for one in wanted], "redacted": [], "person": wanted[0].person, "basis": basis,
        "reason": reason, "asker": by.id, "said": reason,
    }  # fmt: skip
    draft = _step(
        f"{KIND}-{secrets.token_hex(6)}", wanted[0].person or wanted[0].org, ASKED, notes, wanted[0].org, by
    )
    return append(connection, [draft], clock)[0]


def confirm(connection: Connection, name: str, by: Actor, clock: Clock) -> Entry:
    """Erase what somebody else asked to be erased; the step's entry, whose notes name the ``redact`` entries.

    FindingError ``registry.no_erasure``, ``registry.erasure_step``, ``registry.erasure_second_person``,
    ``registry.held``, ``evidence.already_redacted``, ``evidence.personal_missing``.
    """
    standing, notes = _open(connection, name)
    if notes["asker"] == by.id:
        raise refuse("erasure_second_person", erasure=name, person=by.id)
    redacted = []
    for index in notes["entries"]:
        kept = kept_entry(connection, index)
        if kept is None:
            raise refuse("nothing_to_erase", what=f"#{index}")
        further = {"asked_by": notes["asker"], "case": name}
        redacted.append(erase(connection, kept, notes["basis"], notes["reason"], by, clock, **further).index)
    # Asked under the append lock: no hold is placed beside us; what was erased above comes back with the refusal.
    refuse_if_held(connection, standing.org, name)
    return _next(
        connection, name, standing, ERASED, {"redacted": redacted, "said": notes["reason"]}, by, clock
    )


def decline(connection: Connection, name: str, reason: str, by: Actor, clock: Clock) -> Entry:
    """Refuse a request with a reason, such as a period of keeping that is not over (第四十七条第二款); the entry.

    FindingError ``registry.no_erasure``, ``registry.erasure_step``, ``registry.erasure_reason``,
    ``registry.erasure_reason_names``.
    """
    standing, notes = _open(connection, name)
    _judge_words(connection, reason, {notes["person"]})
    return _next(connection, name, standing, DECLINED, {"said": reason}, by, clock)


def erasures(connection: Connection, *, waiting: bool = False, person: str | None = None) -> list[Erasure]:
    """Requests that the reader may see, those that wait first, the youngest of each first."""
    found = [_erasure(one) for one in case.find(connection, kind=KIND)]
    kept = [
        one for one in found
        if (one.state == ASKED or not waiting) and (person is None or one.person == person)
    ]  # fmt: skip
    return sorted(kept, key=lambda one: (one.state != ASKED, -one.entry))


def _open(connection: Connection, name: str) -> tuple[Entry, Mapping[str, Any]]:
    """The step of a request that waits, from the log; the request is locked until the transaction ends."""
    key = f"case/{name}"
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    steps = history(connection, key)
    if not steps or steps[-1].body["kind"] != KIND:
        raise refuse("no_erasure", erasure=name)
    if steps[-1].body["step"] != ASKED:
        raise refuse("erasure_step", erasure=name, now=str(steps[-1].body["step"]))
    notes: Mapping[str, Any] = steps[-1].body["notes"]  # type: ignore[assignment]
    return steps[-1], notes


def _next(
    connection: Connection,
    name: str,
    standing: Entry,
    step: str,
    change: Mapping[str, object],
    by: Actor,
    clock: Clock,
) -> Entry:
    body: Mapping[str, Any] = standing.body
    draft = _step(name, body["subject"], step, {**body["notes"], **change}, standing.org, by)
    return append(connection, [draft], clock)[0]


def _step(name: str, about: str, step: str, notes: Mapping[str, Any], org: str, by: Actor) -> Draft:
    return case.step(
        name, KIND, about, "个人信息删除", "Erasure of personal data", step=step, role="", notes=notes, org=org,
        by=by,
    )  # fmt: skip


def _erasure(one: Case) -> Erasure:
    notes = one.body["notes"]
    return Erasure(
        id=one.id,
        entries=tuple(notes["entries"]),
        redacted=tuple(notes["redacted"]),
        person=notes["person"],
        basis=notes["basis"],
        reason=notes["reason"],
        asker=notes["asker"],
        said=notes["said"],
        state=one.step,
        org=one.org,
        entry=one.entry,
    )


def _judged(fields: Mapping[str, str]) -> dict[str, str]:
    stated: dict[str, str] = {}
    for name, value in fields.items():
        clean = unicodedata.normalize("NFC", value.strip())
        if name not in FIELDS or len(clean) > LONGEST or any(character < " " for character in clean):
            raise refuse("personal_field", field=name, known=", ".join(FIELDS), longest=LONGEST)
        if clean:
            stated[name] = clean
    if not stated:
        raise refuse("personal_empty", known=", ".join(FIELDS))
    return stated


def _judge_words(connection: Connection, reason: str, people: Collection[str]) -> None:
    """What goes into an entry stays for ever: it may not say what is to be erased."""
    if not reason.strip():
        raise refuse("erasure_reason")
    for person in sorted(people):
        for one in opened(connection, versions(connection, person)) if person else ():
            for name, value in one.fields.items():
                if len(value) > 1 and name != "position" and value in reason:
                    raise refuse("erasure_reason_names", field=name)
