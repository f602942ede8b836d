"""Time stamps of RFC 3161 over signed heads: another clock than ours says when a head was there.

The raw response is kept: it is what a court's expert checks with `openssl ts`. A token is judged at the time it
states, so that a certificate which has run out since does not spoil it. What is stamped is the note as the log
signed it, without lines of witnesses.
"""

import logging
import tomllib
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.evidence import checkpoint
from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.clock import Clock
from tansuo.evidence.tables import time_stamp
from tansuo.quantity.finding import Finding, FindingError

log = logging.getLogger("tansuo.timestamp")

FILE = "timestamps.toml"
"""Names the authorities, in the home folder: ``[name]`` with ``address`` and ``roots`` (a PEM file beside it)."""

EVERY_MS = 3_600_000
TIMEOUT = 15.0
_LARGEST = 64_000


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamp authority: where it answers, and the root certificates it is judged by."""

    name: str
    address: str
    roots: tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp as kept. ``stamped_ms``: ms since 1970, as the authority states."""

    size: int
    authority: str
    stamped_ms: int
    response: bytes


class StampError(ValueError):
    """A response that stamps nothing for us; the message says why."""


def authorities_of(home: Path) -> list[Authority]:
    """The authorities an operator has named; none where there is no file.

    FindingError ``evidence.authorities_unreadable`` for a file or certificate that cannot be read.
    """
    file = home / FILE
    if not file.exists():
        return []
    try:
        named = tomllib.loads(file.read_text(encoding="utf-8"))
        return [
            Authority(name, str(one["address"]), roots_in((home / str(one["roots"])).read_bytes()))
            for name, one in named.items()
        ]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise FindingError(
            Finding("evidence.authorities_unreadable", {"file": str(file)}, {"what": str(problem)})
        ) from problem


def roots_in(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file; ValueError where there is none."""
    found = tuple(x509.load_pem_x509_certificates(pem))
    if not found:
        raise ValueError("no certificate in the file")
    return found


def judge(response: bytes, data: bytes, roots: Sequence[x509.Certificate], nonce: int | None = None) -> int:
    """The time (ms since 1970) a response puts on ``data``; StampError unless it holds.

    It must be granted, state the hash of ``data`` (SHA-256, -384 or -512) and, where given, the nonce asked
    for; its signer must be a time-stamping certificate that chains to ``roots`` at the time it states.
    """
    try:
        read: TimeStampResponse = decode_timestamp_response(response)
        builder = VerifierBuilder(nonce=nonce)
        for root in roots:
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(read, data)
    except (ValueError, VerificationError) as problem:
        raise StampError(str(problem)) from problem
    return int(read.tst_info.gen_time.replace(tzinfo=UTC).timestamp() * 1000)


def due(connection: Connection, authority: str, now_ms: int) -> Issued | None:
    """The newest head, where this authority has stamped nothing for an hour and not this head; else None."""
    newest = checkpoint.latest(connection)
    if newest is None:
        return None
    size, received = connection.execute(
        select(func.max(time_stamp.c.size), func.max(time_stamp.c.received)).where(
            time_stamp.c.authority == authority
        )
    ).one()
    if size is not None and (size >= newest.size or now_ms - received < EVERY_MS):
        return None
    return newest


def keep(connection: Connection, head: Issued, authority: Authority, response: bytes, clock: Clock) -> Stamp:
    """Keep a response for a head after judging it; StampError where it does not hold."""
    stamped = judge(response, head.note.encode(), authority.roots)
    row = {
        "size": head.size, "authority": authority.name, "stamped": stamped, "response": response,
        "received": clock.now_ms(),
    }  # fmt: skip
    connection.execute(insert(time_stamp).values(row).on_conflict_do_nothing())
    return Stamp(head.size, authority.name, stamped, response)


def stamps(connection: Connection, least: int = 0, most: int | None = None) -> list[Stamp]:
    """Kept stamps of heads of ``least`` to ``most`` entries, the smallest head first."""
    wanted = select(time_stamp).where(time_stamp.c.size >= least).order_by(time_stamp.c.size)
    if most is not None:
        wanted = wanted.where(time_stamp.c.size <= most)
    return [
        Stamp(row.size, row.authority, row.stamped, bytes(row.response)) for row in connection.execute(wanted)
    ]


def latest(connection: Connection) -> list[Stamp]:
    """The newest stamp of every authority, by name."""
    newest = (
        select(time_stamp.c.authority, func.max(time_stamp.c.size).label("size"))
        .group_by(time_stamp.c.authority)
        .subquery()
    )
    rows = connection.execute(
        select(time_stamp)
        .join(newest, (time_stamp.c.authority == newest.c.authority) & (time_stamp.c.size == newest.c.size))
        .order_by(time_stamp.c.authority)
    )
    return [Stamp(row.size, row.authority, row.stamped, bytes(row.response)) for row in rows]


def collect(
    database: Database, authorities: Sequence[Authority], clock: Clock, timeout: float = TIMEOUT
) -> dict[str, str]:
    """Have the newest head stamped by every authority that is due; what came of it, by name. Raises for none."""
    told: dict[str, str] = {}
    for one in authorities:
        try:
            with transaction(database, SYSTEM) as connection:
                head = due(connection, one.name, clock.now_ms())
            if head is None:
                continue
            response = ask(one, head.note.encode(), timeout)
            with transaction(database, SYSTEM) as connection:
                keep(connection, head, one, response, clock)
            told[one.name] = f"stamped {head.size}"
        except (OSError, ValueError) as problem:
            told[one.name] = str(problem)
    return told


def ask(authority: Authority, data: bytes, timeout: float = TIMEOUT) -> bytes:
    """The response of an authority for ``data``, judged. OSError, ValueError, StampError where there is none."""
    asked = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    response = _post(authority.address, asked.as_bytes(), timeout)
    judge(response, data, authority.roots, asked.nonce)
    return response


def _post(address: str, asked: bytes, timeout: float) -> bytes:
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"an authority's address begins with http:// or https://, not {address!r}")
    wanted = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        address, data=asked, method="POST", headers={"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(wanted, timeout=timeout) as answer:  # noqa: S310 - as above
        body: bytes = answer.read(_LARGEST)
    return body
