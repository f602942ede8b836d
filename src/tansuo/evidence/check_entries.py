"""The walk over all entries: each is read, hashed and held against everything that is stored about it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, LargeBinary, func, literal, select, union_all

from tansuo.evidence.canonical import CanonicalError
from tansuo.evidence.checkpoint import KEY
from tansuo.evidence.entry import Entry, strict_entry
from tansuo.evidence.ledger import GENESIS
from tansuo.evidence.tables import blob, entry, leaf, tree_node
from tansuo.evidence.tree import TILE_HEIGHT, TILE_WIDTH, Frontier, leaf_hash
from tansuo.quantity.finding import Finding, FindingError

EntryCheck = Callable[[Connection, Entry], Iterable[Finding]]
"""What a package adds to the check of its own entries, such as the batch root of an arrival."""

_PAGE = 500
_HASH = re.compile(rb'"([0-9a-f]{64})"')
_BLOB = re.compile(rb'"blob":"([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Place:
    """What is stored about one index; None where the entry, or its leaf, is not there."""

    index: int
    type: str | None
    org_id: str | None
    region: str | None
    subject: str | None
    recorded: int | None
    supersedes: int | None
    data: bytes | None
    entry_hash: bytes | None
    leaf_hash: bytes | None
    leaf_recorded: int | None
    replaced_subject: str | None


@dataclass
class Walk:
    """Goes over the log once; ``findings`` is filled as it goes.

    ``roots`` are the tree heads, recomputed, at the sizes asked for. Where one stored hash of an entry
    differs from its bytes, the tree is continued with what two of three agree on, so that one altered byte
    is one finding and not a landslide. From a place where nothing is left of an entry the tree is not
    continued, and a finding says so.
    """

    connection: Connection
    hooks: Mapping[str, EntryCheck]
    wanted: frozenset[int]
    findings: list[Finding] = field(default_factory=list)
    roots: dict[int, bytes] = field(default_factory=dict)
    genesis: Entry | None = None
    keys: list[Entry] = field(default_factory=list)
    nodes: int = 0
    _frontier: Frontier = field(default_factory=Frontier)
    _broken: bool = False
    _recorded: int = 0
    _replaced: dict[int, int] = field(default_factory=dict)
    _strange: set[tuple[str, str]] = field(default_factory=set)

    def run(self, top: int, progress: Callable[[int], None]) -> None:
        """Check entries 0 … top-1 and the stored nodes above them."""
        self._note_root()
        expected = 0
        for page in _pages(self.connection, top):
            made: list[tuple[int, int, bytes]] = []
            read: list[Entry] = []
            for place in page:
                if place.index > expected:
                    self._gap(expected, place.index)
                expected = place.index + 1
                made += self._one(place, read)
            self._compare_nodes(made)
            self._blobs(read)
            progress(expected)
        if expected < top:
            self._gap(expected, top)
        self._surplus_nodes(top)
        self._strange_blobs()

    def _one(self, place: Place, read: list[Entry]) -> list[tuple[int, int, bytes]]:
        """One entry: its bytes, its hashes, its columns, its rules; returns the nodes it completes."""
        index = place.index
        computed = None if place.data is None else leaf_hash(place.data)
        stated = {"entry_bytes": computed, "entry_hash": place.entry_hash, "leaf_hash": place.leaf_hash}
        hashes = [digest for digest in stated.values() if digest is not None]
        agreed = max(hashes, key=hashes.count)
        for name, digest in stated.items():
            if digest is not None and digest != agreed:
                self._say(name, index)
        if place.data is None:
            self._say("entry_missing", index, last=index)
        else:
            self._content(place, place.data, read)
        if place.leaf_hash is None:
            self._say("leaf_missing", index)
        if self._broken:
            return []
        completed = self._frontier.add(agreed)
        self._note_root()
        return completed

    def _content(self, place: Place, data: bytes, read: list[Entry]) -> None:
        try:
            one = strict_entry(place.index, data)
        except CanonicalError as problem:
            self._say("entry_malformed", place.index, rule=problem.rule, place=problem.where or problem.what)
            return
        columns = {
            "type": (place.type, one.type),
            "org_id": (place.org_id, one.org),
            "region": (place.region, one.region),
            "subject": (place.subject, one.subject),
            "recorded": (place.recorded, one.recorded_ms),
            "supersedes": (place.supersedes, one.supersedes),
        }
        if place.leaf_hash is not None:
            columns["leaf.recorded"] = (place.leaf_recorded, one.recorded_ms)
        for column, (stored, states) in columns.items():
            if stored != states:
                self._say("entry_column", one.index, column=column, stored=str(stored), states=str(states))
        if one.recorded_ms < self._recorded:
            self._say("time_backwards", one.index, recorded=one.recorded_ms, before=self._recorded)
        self._recorded = max(self._recorded, one.recorded_ms)
        if (one.type == GENESIS) != (one.index == 0):
            self._say("genesis_place", one.index, type=one.type)
        self._replacement(one, place.replaced_subject)
        self._hook(one)
        if one.index == 0:
            self.genesis = one
        if one.type == KEY:
            self.keys.append(one)
        read.append(one)

    def _hook(self, one: Entry) -> None:
        hook = self.hooks.get(one.type)
        if hook is None:
            return
        try:
            self.findings += hook(self.connection, one)
        except FindingError as problem:
            self.findings += problem.findings
        except (KeyError, TypeError, ValueError) as problem:
            self._say(
                "entry_unreadable", one.index, type=one.type, what=f"{type(problem).__name__} {problem}"
            )

    def _replacement(self, one: Entry, subject: str | None) -> None:
        old = one.supersedes
        if old is None:
            return
        if old >= one.index or subject is None:
            self._say("bad_replacement", one.index, replaces=old, why="not an earlier entry")
        elif subject != one.subject:
            self._say("bad_replacement", one.index, replaces=old, why="about another subject")
        elif old in self._replaced:
            self._say("bad_replacement", one.index, replaces=old, why=f"replaced by {self._replaced[old]}")
        self._replaced.setdefault(old, one.index)

    def _gap(self, first: int, stop: int) -> None:
        self._say("entry_missing", first, last=stop - 1)
        if not self._broken:
            self._broken = True
            self._say("tree_broken", first)

    def _compare_nodes(self, made: Sequence[tuple[int, int, bytes]]) -> None:
        self.nodes += len(made)
        for level in sorted({level for level, _, _ in made}):
            own = {index: digest for at, index, digest in made if at == level}
            rows = self.connection.execute(
                select(tree_node.c.index, tree_node.c.hash).where(
                    tree_node.c.level == level, tree_node.c.index.between(min(own), max(own))
                )
            )
            stored = {index: bytes(digest) for index, digest in rows}
            for index, digest in own.items():
                if index not in stored:
                    self._say("node_missing", index << TILE_HEIGHT * level, node=f"{level}/{index}")
                elif stored[index] != digest:
                    self._say("node_hash", index << TILE_HEIGHT * level, node=f"{level}/{index}")

    def _surplus_nodes(self, top: int) -> None:
        rows = self.connection.execute(
            select(tree_node.c.level, tree_node.c.index)
            .where((tree_node.c.index + 1) * func.power(TILE_WIDTH, tree_node.c.level) > top)
            .order_by(tree_node.c.level, tree_node.c.index)
        )
        for level, index in rows:
            self._say("node_unexpected", index << TILE_HEIGHT * level, node=f"{level}/{index}")

    def _blobs(self, read: Sequence[Entry]) -> None:
        """Blobs that entries name are there, and kept for nobody but the organisations whose entries name them."""
        named: dict[str, set[str]] = {}
        for one in read:
            for name in _HASH.findall(one.data):
                named.setdefault(name.decode(), set()).add(one.org)
        if not named:
            return
        rows = self.connection.execute(
            select(blob.c.sha256, blob.c.org_id).where(blob.c.sha256.in_(named))
        ).all()
        there = {name for name, _ in rows}
        for one in read:
            for name in dict.fromkeys(_BLOB.findall(one.data)):
                if name.decode() not in there:
                    self._say("blob_missing", one.index, blob=name.decode())
        self._strange |= {(name, org) for name, org in rows if org not in named[name]}

    def _strange_blobs(self) -> None:
        """Of blobs that an entry of another organisation names: is there one of theirs that does?"""
        for name, org in sorted(self._strange):
            holds = entry.c.data.op("LIKE")(literal(f"%{name}%".encode(), LargeBinary))
            theirs = select(entry.c.index).where(entry.c.org_id == org, holds)
            if self.connection.execute(theirs.limit(1)).first() is None:
                self.findings.append(Finding("evidence.blob_org", {"blob": name}, {"org": org}))

    def _note_root(self) -> None:
        if self._frontier.size in self.wanted:
            self.roots[self._frontier.size] = self._frontier.root()

    def _say(self, name: str, index: int, **params: str | int) -> None:
        self.findings.append(Finding(f"evidence.{name}", {"entry": index}, params))


def log_top(connection: Connection) -> int:
    """One more than the highest index that an entry or a leaf has."""
    indexes = union_all(select(entry.c.index), select(leaf.c.index), select(literal(-1))).subquery()
    return int(connection.execute(select(func.max(indexes.c[0]))).scalar_one()) + 1


def _pages(connection: Connection, top: int) -> Iterator[list[Place]]:
    """Entries and leaves side by side in index order; an index of which nothing is left is passed over."""
    for start in range(0, top, _PAGE):
        stop = min(top, start + _PAGE)
        ours = select(entry).where(entry.c.index >= start, entry.c.index < stop).subquery()
        spine = select(leaf).where(leaf.c.index >= start, leaf.c.index < stop).subquery()
        old = entry.alias()
        index = func.coalesce(ours.c.index, spine.c.index)
        columns = [ours.c[name] for name in ("type", "org_id", "region", "subject", "recorded", "supersedes")]
        hashes = [ours.c.data, ours.c.leaf_hash, spine.c.hash, spine.c.recorded]
        rows = connection.execute(
            select(index, *columns, *hashes, old.c.subject)
            .select_from(ours.join(spine, ours.c.index == spine.c.index, full=True))
            .join(old, old.c.index == ours.c.supersedes, isouter=True)
            .order_by(index)
        )
        yield [Place(*tuple(row)) for row in rows]
