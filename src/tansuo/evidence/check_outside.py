"""Checking what outsiders said of our heads: cosignatures and time stamps, held against the heads they are kept for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from hashlib import new

from rfc3161_client import decode_timestamp_response
from sqlalchemy import Connection, select

from tansuo.evidence import checkpoint
from tansuo.evidence.note import NoteError, VerifierKey, open_note, with_lines
from tansuo.evidence.tables import cosignature, time_stamp
from tansuo.evidence.timestamp import Authority, StampError, judge
from tansuo.quantity.finding import Finding

_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


def check_outside(connection: Connection, authorities: Sequence[Authority] = ()) -> list[Finding]:
    """What is wrong with the cosignatures and time stamps that are kept; [] where each is of one of our heads.

    ``authorities`` judge their stamps with their root certificates; a stamp of another authority is held against
    the hash and the time it states, and its signature is not looked at. What was deleted cannot be missed here:
    only those who gave it know.
    """
    notes = {one.size: one.note for one in checkpoint.every(connection)}
    return [*_cosignatures(connection, notes), *_stamps(connection, notes, authorities)]


def _cosignatures(connection: Connection, notes: Mapping[int, str]) -> Iterator[Finding]:
    for row in connection.execute(select(cosignature).order_by(cosignature.c.size, cosignature.c.key)):
        try:
            key = VerifierKey.parse(row.key)
            signed = with_lines(notes.get(row.size, ""), [row.line])
            stated = open_note(signed, [key]).signed_by[key]
            what = "" if stated == row.seconds else f"seconds {row.seconds}, signed {stated}"
        except NoteError as problem:
            what = str(problem) if row.size in notes else "no such head"
        if what:
            where: dict[str, str | int] = {"checkpoint": row.size}
            name = row.key.partition("+")[0]
            yield Finding("evidence.cosignature_row", where, {"witness": name, "what": what})


def _stamps(
    connection: Connection, notes: Mapping[int, str], authorities: Sequence[Authority]
) -> Iterator[Finding]:
    roots = {one.name: one.roots for one in authorities}
    for row in connection.execute(select(time_stamp).order_by(time_stamp.c.size, time_stamp.c.authority)):
        note, response = notes.get(row.size, "").encode(), bytes(row.response)
        try:
            stated = (
                judge(response, note, roots[row.authority])
                if row.authority in roots
                else _stated(response, note)
            )
            what = "" if stated == row.stamped else f"stamped {row.stamped}, token {stated}"
        except StampError as problem:
            what = str(problem) if note else "no such head"
        if what:
            where: dict[str, str | int] = {"checkpoint": row.size}
            yield Finding("evidence.time_stamp_row", where, {"authority": row.authority, "what": what})


def _stated(response: bytes, data: bytes) -> int:
    """The time a response states for ``data``, its signature not looked at; StampError for other data."""
    try:
        token = decode_timestamp_response(response).tst_info
    except ValueError as problem:
        raise StampError(str(problem)) from problem
    name = _HASHES.get(token.message_imprint.hash_algorithm.dotted_string)
    if name is None or new(name, data).digest() != token.message_imprint.message:
        raise StampError("it stamps other bytes")
    return int(token.gen_time.replace(tzinfo=UTC).timestamp() * 1000)
