"""The ledger: one append-only log for life, opened by a genesis entry.

Entries, leaf hashes and full subtrees are added in the caller's transaction; nothing here commits. The
append lock is held until that transaction ends, so a reader never sees entry 2 before entry 1.

A transaction that appends and also brings projections forward appends first: two transactions that take
the two locks in different order would wait for each other (PostgreSQL then ends one of them).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from sqlalchemy import ARRAY, BigInteger, Connection, LargeBinary, Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from tansuo.evidence import second
from tansuo.evidence.clock import Clock, SystemClock
from tansuo.evidence.entry import Actor, Draft, Entry, fresh_salt, read_entry, seal
from tansuo.evidence.tables import entry, leaf, tree_node
from tansuo.evidence.tree import TILE_WIDTH, StoredNodes, completed_nodes, tree_root
from tansuo.quantity.finding import Finding, FindingError

GENESIS = "genesis"
FORMAT = 1
INTL, BOTH = "intl", "both"
SUITES = (INTL, BOTH)
"""``intl`` is a SHA-256 tree with Ed25519 notes; ``both`` has a second tree in SM3 besides, with SM2 signatures.
A log keeps the suite it was born with."""

_APPEND_LOCK = 0x7A6E_7300_0001
_PAGE = 1000
_RECEIPT = re.compile(r"R(?P<index>0|[1-9][0-9]{0,17})-(?P<hash>[0-9a-f]{8})")

_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=_APPEND_LOCK)
_ADD_ENTRIES = text(
    "INSERT INTO entry (index, type, org_id, region, subject, recorded, supersedes, leaf_hash, data)"
    " SELECT * FROM unnest(:index, :type, :org, :region, :subject, :recorded, :supersedes, :hash, :data)"
).bindparams(
    *(bindparam(name, type_=ARRAY(BigInteger)) for name in ("index", "recorded", "supersedes")),
    *(bindparam(name, type_=ARRAY(Text)) for name in ("type", "org", "region", "subject")),
    *(bindparam(name, type_=ARRAY(LargeBinary)) for name in ("hash", "data")),
)
_ADD_LEAVES = text(
    "INSERT INTO leaf (index, recorded, hash) SELECT * FROM unnest(:index, :recorded, :hash)"
).bindparams(
    bindparam("index", type_=ARRAY(BigInteger)),
    bindparam("recorded", type_=ARRAY(BigInteger)),
    bindparam("hash", type_=ARRAY(LargeBinary)),
)


def open_ledger(
    connection: Connection,
    city: str,
    zone: str,
    suite: str = INTL,
    *,
    demo: bool,
    clock: Clock | None = None,
) -> Entry:
    """Write the genesis entry, or return the one there is.

    ``city`` is the administrative code (GB/T 2260), ``zone`` the civil time zone of its days. A log of
    demonstration data says so in its name, in every checkpoint, for ever. Raises FindingError
    ``evidence.unknown_suite``, ``evidence.demo_for_ever`` when a log of demonstration data is to become a real one,
    or ``evidence.other_ledger`` when the log belongs to another city, zone, suite or purpose.
    """
    if suite not in SUITES:
        raise FindingError(
            Finding("evidence.unknown_suite", {}, {"suite": suite, "known": ", ".join(SUITES)})
        )
    stated: dict[str, object] = {
        "format": FORMAT, "suite": suite, "city": city, "zone": zone, "demo": demo,
    }  # fmt: skip
    connection.execute(_LOCK)
    first = get(connection, 0) if size(connection) else None
    if first is not None:
        if first.body.get("demo") is True and not demo:
            raise FindingError(
                Finding("evidence.demo_for_ever", {"entry": 0}, {"origin": str(first.body["origin"])})
            )
        for key, value in stated.items():
            if first.body.get(key) != value:
                params = {"field": key, "there": str(first.body.get(key)), "asked": str(value)}
                raise FindingError(Finding("evidence.other_ledger", {"entry": 0}, params))
        return first
    salt = fresh_salt()
    # Two logs of one city never share a name: part of the name is drawn by lot.
    lot = fresh_salt().encode().hex()[:8]
    stated["origin"] = f"tansuo{'-demo' if demo else ''}/{city}/{lot}"
    draft = Draft(GENESIS, f"ledger/{city}", stated, region=city, by=Actor("ledger", "service"))
    opened = seal(draft, 0, (clock or SystemClock()).now_ms(), salt)
    _insert(connection, [opened])
    if suite == BOTH:
        second.add(connection, 0, [opened.data])
    return opened


def append(
    connection: Connection, drafts: Sequence[Draft], clock: Clock, salts: Callable[[], str] = fresh_salt
) -> list[Entry]:
    """Add ``drafts`` to the log in their order and return the entries they became.

    Indexes are contiguous; recorded time is the clock's at each, but never below that of the entry before. All or none:
    FindingError for a draft the log may not hold (see ``entry.seal``), for ``evidence.ledger_not_open``,
    and for a replacement of an entry that is not there (``evidence.supersede_unknown``), is about another
    subject (``evidence.supersede_subject``) or has been replaced (``evidence.supersede_twice``).
    """
    if not drafts:
        return []
    connection.execute(_LOCK)
    last = connection.execute(
        select(leaf.c.index, leaf.c.recorded, second.KEPT).order_by(leaf.c.index.desc()).limit(1)
    ).one_or_none()
    if last is None:
        raise FindingError(Finding("evidence.ledger_not_open"))
    last_index, last_recorded, has_second = last
    recorded = last_recorded
    sealed: list[Entry] = []
    for index, draft in enumerate(drafts, last_index + 1):
        if draft.type == GENESIS:
            raise FindingError(Finding("evidence.second_genesis", {"subject": draft.subject}))
        recorded = max(clock.now_ms(), recorded)
        sealed.append(seal(draft, index, recorded, salts()))
    _judge_replacements(connection, sealed)
    _insert(connection, sealed)
    if has_second:
        second.add(connection, sealed[0].index, [one.data for one in sealed])
    return sealed


def hold(connection: Connection) -> None:
    """Take the append lock until the transaction ends: ``size`` is then the index of the caller's next entry."""
    connection.execute(_LOCK)


def size(connection: Connection) -> int:
    """The number of entries in the log, those the reader may not open among them."""
    last = connection.scalar(select(func.max(leaf.c.index)))
    return 0 if last is None else int(last) + 1


def get(connection: Connection, index: int) -> Entry | None:
    """The entry at ``index``; None where there is none, or none that this reader may open."""
    data = connection.scalar(select(entry.c.data).where(entry.c.index == index))
    return None if data is None else read_entry(index, bytes(data))


def get_many(connection: Connection, indexes: Iterable[int]) -> dict[int, Entry]:
    """The entries at these indexes, by index, in one query; without those that this reader may not open."""
    query = select(entry.c.index, entry.c.data).where(entry.c.index.in_(sorted(indexes)))
    return {index: read_entry(index, bytes(data)) for index, data in connection.execute(query)}


def recorded_many(connection: Connection, indexes: Iterable[int]) -> dict[int, int]:
    """When the entries at these indexes were recorded, in Unix milliseconds, in one query; without those not there."""
    query = select(leaf.c.index, leaf.c.recorded).where(leaf.c.index.in_(sorted(set(indexes))))
    return {index: recorded for index, recorded in connection.execute(query)}  # noqa: C416 - Row is no pair


def read(
    connection: Connection, start: int, stop: int, types: Collection[str] | None = None
) -> Iterator[Entry]:
    """Entries start … stop-1 in index order, of ``types`` only if given, fetched page by page.

    Entries that the reader may not open are left out: row-level security decides.
    """
    while start < stop:
        wanted = (
            select(entry.c.index, entry.c.data)
            .where(entry.c.index >= start, entry.c.index < stop)
            .order_by(entry.c.index)
            .limit(_PAGE)
        )
        if types is not None:
            wanted = wanted.where(entry.c.type.in_(sorted(types)))
        page = connection.execute(wanted).all()
        for index, data in page:
            yield read_entry(index, bytes(data))
            start = index + 1
        if len(page) < _PAGE:
            return


def history(connection: Connection, subject: str) -> list[Entry]:
    """Every entry about one subject, oldest first."""
    wanted = select(entry.c.index, entry.c.data).where(entry.c.subject == subject).order_by(entry.c.index)
    return [read_entry(index, bytes(data)) for index, data in connection.execute(wanted)]


def newest(connection: Connection, subjects: Collection[str]) -> dict[str, Entry]:
    """The last entry about each of the subjects that has one, with one statement for all."""
    wanted = (
        select(entry.c.subject, entry.c.index, entry.c.data)
        .ext(distinct_on(entry.c.subject))
        .where(entry.c.subject.in_(subjects))
        .order_by(entry.c.subject, entry.c.index.desc())
    )
    return {subject: read_entry(index, bytes(data)) for subject, index, data in connection.execute(wanted)}


def is_demo(connection: Connection) -> bool:
    """Whether the log is one of demonstration data, as its genesis entry says for ever."""
    genesis = get(connection, 0)
    return genesis is not None and genesis.body.get("demo") is True


def suite(connection: Connection) -> str:
    """The suite of the log, from its genesis entry; FindingError ``evidence.ledger_not_open`` without one."""
    first = get(connection, 0)
    if first is None:
        raise FindingError(Finding("evidence.ledger_not_open"))
    return str(first.body["suite"])


def origin(connection: Connection) -> str:
    """The name of the log, from its genesis entry; FindingError ``evidence.ledger_not_open`` without one."""
    first = get(connection, 0)
    if first is None:
        raise FindingError(Finding("evidence.ledger_not_open"))
    return str(first.body["origin"])


def stored_nodes(connection: Connection) -> StoredNodes:
    """The reader of stored hashes that ``tree`` and ``proof`` work with; it reads each tile once.

    What it has read never goes stale: rows are only added, and a tile it knows too few hashes of is read
    again.
    """
    tiles: dict[tuple[int, int], list[bytes]] = {}

    def read_hashes(level: int, start: int, stop: int) -> list[bytes]:
        tile, offset = divmod(start, TILE_WIDTH)
        wanted = stop - start
        held = tiles.get((level, tile), [])
        if len(held) < offset + wanted:
            held = tiles[level, tile] = _tile(connection, level, tile)
        return held[offset : offset + wanted]

    return read_hashes


def _tile(connection: Connection, level: int, tile: int) -> list[bytes]:
    table = tree_node if level else leaf
    start = tile * TILE_WIDTH
    wanted = select(table.c.index, table.c.hash).where(
        table.c.index >= start, table.c.index < start + TILE_WIDTH
    )
    if level:
        wanted = wanted.where(tree_node.c.level == level)
    rows = connection.execute(wanted.order_by(table.c.index)).all()
    # A row that is gone ends the tile here: hashes must never slip into another's place.
    return [bytes(digest) for at, (index, digest) in enumerate(rows, start) if index == at]


def root_at(connection: Connection, at: int) -> bytes:
    """The tree head over the first ``at`` entries, from the stored hashes; TreeError where some are gone."""
    return tree_root(stored_nodes(connection), at)


def receipt_id(one: Entry) -> str:
    """``R{index}-{first 8 hex of the leaf hash}``: short enough to read out, and wrong when mistyped."""
    return f"R{one.index}-{one.leaf_hash.hex()[:8]}"


def find_receipt(connection: Connection, receipt: str) -> Entry | None:
    """The entry that a receipt id names; None where there is none, or its hash is another."""
    named = _RECEIPT.fullmatch(receipt)
    found = get(connection, int(named["index"])) if named else None
    return found if found is not None and receipt_id(found) == receipt else None


def _insert(connection: Connection, sealed: Sequence[Entry]) -> None:
    indexes = [one.index for one in sealed]
    times = [one.recorded_ms for one in sealed]
    hashes = [one.leaf_hash for one in sealed]
    made = completed_nodes(stored_nodes(connection), indexes[0], hashes)
    connection.execute(
        _ADD_ENTRIES,
        {
            "index": indexes,
            "type": [one.type for one in sealed],
            "org": [one.org for one in sealed],
            "region": [one.region for one in sealed],
            "subject": [one.subject for one in sealed],
            "recorded": times,
            "supersedes": [one.supersedes for one in sealed],
            "hash": hashes,
            "data": [one.data for one in sealed],
        },
    )
    connection.execute(_ADD_LEAVES, {"index": indexes, "recorded": times, "hash": hashes})
    if made:
        rows = [{"level": level, "index": index, "hash": digest} for level, index, digest in made]
        connection.execute(tree_node.insert(), rows)


def _judge_replacements(connection: Connection, sealed: Sequence[Entry]) -> None:
    replacing = [(one, one.supersedes) for one in sealed if one.supersedes is not None]
    if not replacing:
        return
    named = [old for _, old in replacing]
    known = connection.execute(select(entry.c.index, entry.c.subject).where(entry.c.index.in_(named)))
    subjects: dict[int, str] = {index: subject for index, subject in known}  # noqa: C416 - Row is no pair
    subjects |= {one.index: one.subject for one in sealed}
    replaced = set(connection.scalars(select(entry.c.supersedes).where(entry.c.supersedes.in_(named))))
    for one, old in replacing:
        if old not in subjects or old >= one.index:
            problem = "evidence.supersede_unknown"
        elif subjects[old] != one.subject:
            problem = "evidence.supersede_subject"
        elif old in replaced:
            problem = "evidence.supersede_twice"
        else:
            replaced.add(old)
            continue
        where: dict[str, str | int] = {"entry": one.index, "type": one.type}
        raise FindingError(Finding(problem, where, {"supersedes": old, "subject": one.subject}))
