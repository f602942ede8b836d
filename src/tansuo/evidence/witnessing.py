"""Our side of witnessing: ask the witnesses of the policy, keep what they answer, say how far we are witnessed.

An answer is believed only where the witness's key, as the policy names it, has signed our very head. Witnesses
that cannot be reached are asked with a file (``request``) and answer with one (``accept``).
"""

import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from tansuo.database.connect import SYSTEM, TROUBLES, Database, transaction
from tansuo.evidence import checkpoint, ledger, timestamp
from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.clock import Clock
from tansuo.evidence.note import NoteError, VerifierKey, open_note, with_lines
from tansuo.evidence.policy import Known, Policy, PolicyError, read_policy
from tansuo.evidence.proof import make_consistency
from tansuo.evidence.tables import checkpoint as issued
from tansuo.evidence.tables import cosignature
from tansuo.evidence.witness import request_text
from tansuo.quantity.finding import Finding, FindingError

log = logging.getLogger("tansuo.witnessing")

FILE = "policy.txt"
"""The policy's name in the home folder."""

TIMEOUT = 10.0
INTERVAL = 300.0
COSIGNED = "cosigned"
_LONGEST_ANSWER = 10_000
_REMEMBERS_MORE = (
    "409: it has seen {} entries of this log, which is more than there are: the log was set back"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one witness has followed: the largest size it cosigned and when, both None before the first.

    ``counted``: the quorum counts it; others are shown and count for nothing.
    """

    name: str
    key: VerifierKey
    counted: bool
    size: int | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The largest head that the quorum has cosigned, by whom and since when; None while there is none."""

    size: int
    by: Mapping[str, int]

    @property
    def since(self) -> int:
        """Seconds since 1970 at which the last of them signed."""
        return max(self.by.values())


def policy_of(home: Path) -> Policy:
    """The policy of an installation; an empty one (no quorum) where the operator has set none.

    FindingError ``evidence.policy_unreadable`` with the line that is wrong.
    """
    file = home / FILE
    if not file.exists():
        return Policy()
    try:
        return read_policy(file.read_text(encoding="utf-8"))
    except (PolicyError, UnicodeDecodeError) as problem:
        raise FindingError(
            Finding("evidence.policy_unreadable", {"file": str(file)}, {"what": str(problem)})
        ) from problem


def request(connection: Connection, key: VerifierKey, remembered: int | None = None) -> str | None:
    """What the newest head asks of a witness; None where it has cosigned that already.

    ``remembered``: the size the witness says it holds, where it is not the one we know of.
    """
    newest = checkpoint.latest(connection)
    if newest is None:
        return None
    known, _ = _last(connection, key)
    old = remembered if remembered is not None else 0 if known is None else known
    if old > newest.size or (old == newest.size and remembered is None):
        return None
    proof = (
        make_consistency(ledger.stored_nodes(connection), old, newest.size) if 0 < old < newest.size else []
    )
    return request_text(old, proof, newest.note)


def accept(connection: Connection, policy: Policy, answer: str, clock: Clock) -> list[str]:
    """Keep the cosignature lines of ``answer`` that a witness of the policy made of one of our last heads.

    Returns the names. FindingError ``evidence.cosignature_unknown`` where a line is of no such witness or head.
    """
    names: list[str] = []
    keys = {one.key: one.name for one in policy.witnesses.values()}
    for line in filter(None, answer.split("\n")):
        found = next(_fitting(connection, list(keys), line), None)
        if found is None:
            raise FindingError(Finding("evidence.cosignature_unknown", {}, {"line": line[:120]}))
        head, key, seconds = found
        row = {
            "size": head.size, "key": str(key), "seconds": seconds, "line": line, "received": clock.now_ms(),
        }  # fmt: skip
        connection.execute(insert(cosignature).values(row).on_conflict_do_nothing())
        names.append(keys[key])
    return names


def _fitting(
    connection: Connection, keys: list[VerifierKey], line: str
) -> Iterator[tuple[Issued, VerifierKey, int]]:
    """The head and witness that a line fits; younger heads are tried first."""
    heads = connection.execute(select(issued).order_by(issued.c.size.desc()).limit(200)).all()
    for size, note, created in heads:
        head = Issued(size, note, created)
        try:
            signed = with_lines(note, [line])
            for key, seconds in open_note(signed, keys).signed_by.items():
                if seconds is not None:
                    yield head, key, seconds
        except NoteError:
            continue


def _last(connection: Connection, key: VerifierKey) -> tuple[int | None, int | None]:
    row = connection.execute(
        select(cosignature.c.size, cosignature.c.seconds)
        .where(cosignature.c.key == str(key))
        .order_by(cosignature.c.size.desc())
        .limit(1)
    ).one_or_none()
    return (None, None) if row is None else (row.size, row.seconds)


def standings(connection: Connection, policy: Policy) -> list[Standing]:
    """Every witness of the policy and how far it has followed, in the policy's order."""
    counted = policy.counted()
    return [
        Standing(one.name, one.key, one.name in counted, *_last(connection, one.key))
        for one in policy.witnesses.values()
    ]


def lines_of(connection: Connection, size: int) -> list[str]:
    """The cosignature lines there are for the head of ``size``."""
    wanted = select(cosignature.c.line).where(cosignature.c.size == size).order_by(cosignature.c.key)
    return list(connection.scalars(wanted))


def witnessed(connection: Connection, policy: Policy, below: int | None = None) -> Witnessed | None:
    """The largest head (of at most ``below`` entries) that meets the quorum; None without a quorum."""
    if policy.quorum is None:
        return None
    keys = {str(one.key): one.name for one in policy.witnesses.values()}
    wanted = select(cosignature).where(cosignature.c.key.in_(keys)).order_by(cosignature.c.size.desc())
    if below is not None:
        wanted = wanted.where(cosignature.c.size <= below)
    by: dict[str, int] = {}
    at = 0
    for row in connection.execute(wanted):
        if row.size != at:
            at, by = row.size, {}
        by[keys[row.key]] = row.seconds
        if policy.met_by(tuple(by)):
            rest = connection.execute(select(cosignature).where(cosignature.c.size == at)).all()
            whole = {keys[one.key]: one.seconds for one in rest if one.key in keys}
            return Witnessed(at, whole)
    return None


def count(connection: Connection) -> int:
    """How many different keys have ever cosigned."""
    return int(connection.execute(select(func.count(cosignature.c.key.distinct()))).scalar_one())


def collect(database: Database, policy: Policy, clock: Clock, timeout: float = TIMEOUT) -> dict[str, str]:
    """Ask every witness that has an address to cosign the newest head; returns what came of it, by name.

    A witness that remembers another size than we know of is asked again from that size. What cannot be
    reached or refuses is told and tried again the next time; nothing here raises for it.
    """
    told: dict[str, str] = {}
    for one in policy.witnesses.values():
        if one.address:
            try:
                told[one.name] = _ask(database, policy, one, clock, timeout)
            except (OSError, FindingError, ValueError) as problem:
                told[one.name] = str(problem)
    return {name: what for name, what in told.items() if what}


def run(
    database: Database, home: Path, stop: threading.Event, clock: Clock, interval: float = INTERVAL
) -> None:
    """Have the newest head cosigned every ``interval`` seconds, and stamped every hour, until ``stop`` is set.

    Policy and authorities are read each time.

    What a witness refuses or cannot be reached for is logged when it first happens.
    """
    last: dict[str, str] = {}
    while True:
        try:
            told = collect(database, policy_of(home), clock)
            told |= timestamp.collect(database, timestamp.authorities_of(home), clock)
        except (FindingError, *TROUBLES) as problem:
            told = {"": str(problem)}
        for name, what in told.items():
            if last.get(name) != what:
                good = what == COSIGNED or what.startswith("stamped")
                log.log(logging.INFO if good else logging.ERROR, "%s: %s", name or "policy", what)
        last = told
        if stop.wait(interval):
            return


def _ask(database: Database, policy: Policy, one: Known, clock: Clock, timeout: float) -> str:
    remembered: int | None = None
    for _ in range(2):
        with transaction(database, SYSTEM) as connection:
            asked = request(connection, one.key, remembered)
        if asked is None:
            return "" if remembered is None else _REMEMBERS_MORE.format(remembered)
        status, body = _post(one.address, asked, timeout)
        if status == 200:
            with transaction(database, SYSTEM) as connection:
                accept(connection, policy, body, clock)
            return COSIGNED
        if status != 409 or not body.strip().isdigit() or int(body) == remembered:
            return f"{status}: {body.strip()[:200]}"
        remembered = int(body)
    return f"409: {remembered}"


def _post(address: str, asked: str, timeout: float) -> tuple[int, str]:
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"the address of a witness begins with http:// or https://, not {address!r}")
    wanted = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        address.rstrip("/") + "/add-checkpoint", data=asked.encode(), method="POST"
    )
    try:
        with urllib.request.urlopen(wanted, timeout=timeout) as answer:  # noqa: S310 - as above
            return answer.status, answer.read(_LONGEST_ANSWER).decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(_LONGEST_ANSWER).decode("utf-8", "replace")
