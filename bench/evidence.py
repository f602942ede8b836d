"""What trust costs and how fast it is checked: the share of hashing and signing in the intake's CPU, audit, proofs.

The overhead is that of the real path (gateway, worker with every projection, signer), at the rate of a stress and at
that of a city. The audit is the check of `tansuo ledger check` over arrivals read back from PostgreSQL. Proofs are of
a log of a million entries. Bundles are in ``bundles``.
"""

import random
import statistics
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import cast

import bundles
import gateway
import psycopg
from harness import Bar, Figure, cpu, folder, own_database, say
from minute_firm import FUELS, TEN, Kind, MinuteCity
from sqlalchemy import Connection, text

from tansuo.database.connect import SYSTEM, Database, admit, conninfo, transaction
from tansuo.evidence import ledger
from tansuo.evidence.check import check
from tansuo.evidence.document import get_blob
from tansuo.evidence.entry import Draft, Entry
from tansuo.evidence.proof import make_consistency, make_inclusion, verify_consistency, verify_inclusion
from tansuo.evidence.tree import TILE_WIDTH, StoredNodes, leaf_hash, root, tree_root
from tansuo.monitoring.intake import ARRIVAL, check_arrival, close_chunks
from tansuo.monitoring.record import split

OVERHEAD = Bar("at most", 5.0)
AUDIT = Bar("at least", 1.0)
AUDITED = 3e6
HASH_US = 0.36
"""What SHA-256 of 60 bytes took on the machine for which ``AUDITED`` readings a second of CPU were asked."""
PROOF = Bar("at most", 1.0)
FIRST = datetime(2026, 1, 5)  # noqa: DTZ001 - devices label in civil time
LOG = 1_000_000


def measure(quick: bool) -> Iterator[Figure]:
    """Overhead, audit, proofs, bundles."""
    with folder() as home, own_database(home) as database:
        city = MinuteCity(database, home)
        names = [f"bench-{number:02d}" for number in range(20)]
        for name in names:
            city.firm(name, TEN)
        city.worker.step()
        yield from _overhead(city, names, quick)
        city.signer.close()
    yield from _audits(quick)
    yield from _proofs(quick)
    yield from bundles.measure(quick)


class Spent:
    """CPU of a path by its parts, in seconds of our own processes; PostgreSQL's is on neither side."""

    def __init__(self) -> None:
        self.receive = self.work = self.sign = self.trust = 0.0
        self.readings = 0

    @property
    def whole(self) -> float:
        """All of it."""
        return self.receive + self.work + self.sign

    @property
    def share(self) -> float:
        """Percent of it that there would not be without the ledger's hashes and signatures."""
        return 100 * (self.trust + self.sign) / self.whole


def _overhead(city: MinuteCity, names: Sequence[str], quick: bool) -> Iterator[Figure]:
    frames = list(city.frames(names, TEN, FIRST, 100 if quick else 500))
    runs = [
        gateway.one("gateway", conninfo(city.database.url_app), frames, 1.5 if quick else 4.0)
        for _ in range(1 if quick else 3)
    ]
    each = statistics.median(run.cpu_us for run in runs) / 1e6
    with transaction(city.database, SYSTEM) as connection:
        connection.execute(text("DELETE FROM raw_chunk"))
    stress = [
        _path(city, frames, 10_000, each) for frames in _some(city, names, 30, 10_000, 1 if quick else 5)
    ]
    yield Figure(
        "evidence", "trust, of the intake's CPU at 10,000 frames a batch", tuple(one.share for one in stress),
        OVERHEAD, "%", notes=(_told(stress),),
    )  # fmt: skip
    calm = [_path(city, frames, 17, each) for frames in _some(city, names, 90, 170, 2 if quick else 12)]
    yield Figure(
        "evidence", "trust at 17 frames a second, a batch a second, a head every ten",
        tuple(10 * (one.trust + one.sign) for one in calm), None, "% of one core",
        notes=(_told(calm), f"of the intake's CPU, nearly all of it fixed a batch: {_half(calm, 'share'):.1f} %"),
    )  # fmt: skip


def _some(
    city: MinuteCity, names: Sequence[str], after: int, count: int, times: int
) -> Iterator[Sequence[bytes]]:
    """``times`` lots of ``count`` frames that no other lot has, from ``after`` days on."""
    first = FIRST + timedelta(days=after)
    frames = list(city.frames(names, TEN, first, -(-count * times // len(names))))
    for at in range(times):
        yield frames[at * count : (at + 1) * count]


def _half(found: Sequence[Spent], part: str) -> float:
    return statistics.median(float(getattr(one, part)) for one in found)


def _told(found: Sequence[Spent]) -> str:
    parts = {"receiving": "receive", "worker": "work", "of that trust": "trust", "signer": "sign"}
    each = [
        f"{label} {1e6 * statistics.median(getattr(one, part) / one.readings for one in found):.2f}"
        for label, part in parts.items()
    ]
    return f"µs of CPU a reading, ten a frame: {'; '.join(each)}"


def _path(city: MinuteCity, frames: Sequence[bytes], a_batch: int, each: float) -> Spent:
    """Frames through the worker in batches, then one head; the trust part done once more, alone, and timed."""
    spent = Spent()
    before = _size(city.database)
    for at in range(0, len(frames), a_batch):
        with transaction(city.database, SYSTEM) as connection:
            city.store(connection, frames[at : at + a_batch])
        spent.work += cpu(city.worker.step)
        city.clock.advance(1000)
    spent.sign = cpu(city.signer.step)
    spent.receive = each * len(frames)
    spent.readings = 10 * len(frames)
    with transaction(city.database, SYSTEM) as connection:
        arrivals = list(ledger.read(connection, before, _size(city.database), {ARRIVAL}))
        kept = [get_blob(connection, str(one.body["blob"])) or b"" for one in arrivals]
        assert sum(int(str(one.body["count"])) for one in arrivals) == len(frames)
    for arrival, blob in zip(arrivals, kept, strict=True):
        spent.trust += _trust(city, arrival, blob)
    return spent


def _trust(city: MinuteCity, arrival: Entry, blob: bytes) -> float:
    """CPU seconds of what an arrival costs for the ledger's sake: hashes, root, blob's name, entry, tiles."""
    payload = zlib.decompress(blob)

    def again() -> None:
        digest = root([leaf_hash(one) for one in split(payload)])
        assert (digest.hex(), sha256(blob).hexdigest()) == (arrival.body["root"], arrival.body["blob"])

    draft = Draft(arrival.type, arrival.subject, arrival.body, org=arrival.org, by=arrival.by)
    with city.database.engine.connect() as connection:
        admit(connection, SYSTEM)
        entered = cpu(lambda: ledger.append(connection, [draft], city.clock))
        connection.rollback()
    return cpu(again) + entered


def _size(database: Database) -> int:
    with transaction(database, SYSTEM) as connection:
        return ledger.size(connection)


def _audits(quick: bool) -> Iterator[Figure]:
    """The audit over arrivals alone, in a database of their own."""
    with folder() as home, own_database(home) as database:
        city = MinuteCity(database, home)
        city.signer.close()
        for what, kinds, bar in (
            ("frames of ten readings", TEN, AUDIT),
            ("frames of three readings", FUELS, None),
        ):
            say(f"evidence: audit of {what} …")
            yield _audit(city, what, kinds, bar, quick)


def _audit(city: MinuteCity, what: str, kinds: Sequence[Kind], bar: Bar | None, quick: bool) -> Figure:
    """Readings a second of CPU, from the database to the last byte: entries, heads, blobs, batch roots."""
    count = 20_000 if quick else 100_000
    frames = list(city.frames([f"bench-{number:03d}" for number in range(100)], kinds, FIRST, count // 100))
    with city.database.engine.connect() as connection:
        admit(connection, SYSTEM)
        for at in range(0, count, 10_000):
            city.store(connection, frames[at : at + 10_000])
        held = 0
        while made := close_chunks(connection, city.clock):
            held += sum(int(str(one.body["count"])) for one in made)
        faults = [] if held == count else [f"{held} frames in arrivals, {count} sent"]
        elapsed: list[float] = []

        def audit() -> None:
            begun = time.perf_counter()
            report = check(connection, hooks={ARRIVAL: check_arrival})
            elapsed.append(time.perf_counter() - begun)
            faults.extend(str(one) for one in report.findings)

        taken, hashed = [], [_hash_us()]
        for _ in range(3 if quick else 9):
            taken.append(cpu(audit))
            hashed.append(_hash_us())
        largest = connection.scalars(
            text("SELECT length(data) FROM blob ORDER BY length(data) DESC LIMIT 1")
        ).one()
        connection.rollback()
    mean = sum(map(len, frames)) / count
    half = statistics.median(taken)
    rates = [len(kinds) * count / one for one in taken]
    return Figure(
        "evidence",
        f"audit, {what}, of {AUDITED / 1e6:g} million readings a second where SHA-256 of 60 bytes takes {HASH_US} µs",
        tuple(
            rate / AUDITED * statistics.mean(pair) / HASH_US
            for rate, pair in zip(rates, pairwise(hashed), strict=True)
        ),
        bar,
        notes=(
            f"{statistics.median(rates) / 1e6:.2f} million readings a second of CPU ({min(rates) / 1e6:.2f} to"
            f" {max(rates) / 1e6:.2f}); SHA-256 of 60 bytes: {statistics.median(hashed):.2f} µs",
            f"{count:,} frames of {mean:.0f} bytes in 10 arrivals of at most {largest / 1e6:.2f} MB, from PostgreSQL,"
            f" unpacked, every frame hashed, every root compared: {count / half:,.0f} frames a second of CPU,"
            f" {statistics.median(elapsed):.2f} s elapsed",
        ),
        faults=tuple(dict.fromkeys(faults)),
    )  # fmt: skip


def _hash_us(times: int = 50_000) -> float:
    """Microseconds of CPU that SHA-256 of 60 bytes takes here and now."""
    data = bytes(60)
    return 1e6 * cpu(lambda: [sha256(data).digest() for _ in range(times)]) / times


def _proofs(quick: bool) -> Iterator[Figure]:
    """Inclusion and consistency in a log of a million entries, from tiles held in memory and from PostgreSQL."""
    say(f"evidence: a log of {LOG:,} leaves …")
    leaves = [sha256(number.to_bytes(8, "big")).digest() for number in range(LOG)]
    rows = [leaves]
    while len(rows[-1]) >= TILE_WIDTH:
        row = rows[-1]
        whole = len(row) - len(row) % TILE_WIDTH
        rows.append([root(row[at : at + TILE_WIDTH]) for at in range(0, whole, TILE_WIDTH)])
    head = root(leaves)

    def tiles(level: int, start: int, stop: int) -> Sequence[bytes]:
        return rows[level][start:stop]

    yield from _timed("tiles in memory", lambda: tiles, head, PROOF, 200 if quick else 1000)
    with folder() as home, own_database(home) as database, database.engine.connect() as connection:
        admit(connection, SYSTEM)
        _fill(connection, rows)
        yield from _timed(
            "PostgreSQL, nothing read before", lambda: ledger.stored_nodes(connection), head, None,
            50 if quick else 300,
        )  # fmt: skip
        connection.rollback()


def _fill(connection: Connection, rows: Sequence[Sequence[bytes]]) -> None:
    driver = cast("psycopg.Connection[object]", connection.connection.driver_connection)
    with driver.cursor() as cursor:
        with cursor.copy("COPY leaf (index, recorded, hash) FROM STDIN") as copy:
            for index, digest in enumerate(rows[0]):
                copy.write_row((index, 0, digest))
        with cursor.copy("COPY tree_node (level, index, hash) FROM STDIN") as copy:
            for level, row in enumerate(rows[1:], 1):
                for index, digest in enumerate(row):
                    copy.write_row((level, index, digest))


def _timed(
    where: str, reader: Callable[[], StoredNodes], head: bytes, bar: Bar | None, repeats: int
) -> Iterator[Figure]:
    chance = random.Random(20261126)
    made: dict[str, list[float]] = {"inclusion": [], "consistency": []}
    checked: dict[str, list[float]] = {"inclusion": [], "consistency": []}
    for _ in range(repeats):
        index, old = chance.randrange(LOG), chance.randrange(1, LOG)
        begun = time.perf_counter()
        path = make_inclusion(reader(), index, LOG)
        made["inclusion"].append(1000 * (time.perf_counter() - begun))
        begun = time.perf_counter()
        proof = make_consistency(reader(), old, LOG)
        made["consistency"].append(1000 * (time.perf_counter() - begun))
        read = reader()
        (leaf,), before = read(0, index, index + 1), tree_root(read, old)
        begun = time.perf_counter()
        verify_inclusion(leaf, index, LOG, path, head)
        checked["inclusion"].append(1000 * (time.perf_counter() - begun))
        begun = time.perf_counter()
        verify_consistency(old, LOG, proof, before, head)
        checked["consistency"].append(1000 * (time.perf_counter() - begun))
    for kind, times in made.items():
        yield Figure(
            "evidence", f"{kind} proof of {LOG:,} entries made, {where}", tuple(times), bar, "ms",
            notes=(
                f"99 of 100 within {sorted(times)[int(0.99 * len(times))]:.2f} ms;"
                f" verified in {statistics.median(checked[kind]):.3f} ms, all {repeats} of them",
            ),
        )  # fmt: skip
