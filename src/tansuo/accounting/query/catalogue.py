"""What can be asked: indicators, subjects with their tree, worlds, bases, stages, first and last period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from tansuo.accounting import tables as accounting_tables
from tansuo.accounting.query.answer import registered
from tansuo.accounting.query.computed import Computed, computed
from tansuo.accounting.query.said import ACTUAL, About
from tansuo.accounting.rollup import IN_BETWEEN, LEAVES
from tansuo.evidence.as_of import visible
from tansuo.quantity.period import Period
from tansuo.registry import tables
from tansuo.registry.relation import relations
from tansuo.registry.statement import Stage
from tansuo.registry.subject import KINDS, Subject, find

WORLDS: Mapping[str, tuple[str, str]] = {
    "actual": ("实际", "actual"),
    "forecast": ("预测", "forecast"),
    "target": ("目标", "target"),
    "commitment": ("承诺", "commitment"),
}
"""Names of worlds; a scenario is named by its own id."""

BASES: Mapping[str, tuple[str, str]] = {
    "": ("未注明口径", "basis not stated"),
    "demo": ("演示口径", "demonstration basis"),
}
"""Names of bases that are no method."""

STAGES_EN: Mapping[Stage, str] = {
    Stage.FLASH: "flash report",
    Stage.PRELIMINARY: "preliminary",
    Stage.CALCULATED: "calculated",
    Stage.APPROVED: "approved",
    Stage.PUBLISHED: "published",
}


def stage_names(stage: Stage) -> tuple[str, str]:
    """A stage in Chinese and English."""
    return stage.zh, STAGES_EN[stage]


_UPWARDS = ("reports_for", "part_of", "belongs_to", "lies_in")
_ASKED = frozenset(LEAVES | IN_BETWEEN) - {"emission_source", "facility"}


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its names."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Askable:
    """An indicator, over which periods and grains something is said of it, and by which bases and stages."""

    about: About
    first: str | None
    last: str | None
    grains: tuple[str, ...]
    bases: tuple[str, ...]
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A subject and the nearest subject above it that can be asked for too."""

    subject: Subject
    parent: str | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that can be asked, as of one log size, within what the connection may read."""

    indicators: tuple[Askable, ...]
    subjects: tuple[Node, ...]
    worlds: tuple[Named, ...]
    bases: tuple[Named, ...]
    stages: tuple[Named, ...]
    first: str | None
    last: str | None
    as_of: int


@dataclass
class _Extent:
    """What is said of one indicator."""

    starts: date | None = None
    ends: date | None = None
    grains: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()

    def add(self, period: Period, basis: str, stage: str) -> None:
        """Widen by one statement."""
        self.starts = period.start if self.starts is None else min(self.starts, period.start)
        self.ends = period.end if self.ends is None else max(self.ends, period.end)
        self.grains |= {period.grain}
        self.bases |= {basis}
        self.stages |= {stage}


def catalogue(connection: Connection, as_of: int, monitored: tuple[date | None, date] | None) -> Catalogue:
    """What a reader may ask. ``monitored``: first day of monitoring and the present day, for who may compute."""
    made = computed(connection, as_of)
    extents, worlds, spoken = _stated(connection, as_of)
    for code, extent in _figures(connection, as_of, made).items():
        extents[code] = extent
    if monitored is not None and monitored[0] is not None:
        for about in made.abouts.values():
            extent = extents.setdefault(about.code, _Extent())
            for month in (monitored[0], monitored[1]):
                extent.add(Period.of_month(month.year, month.month), about.method, Stage.CALCULATED.value)
    known = {**registered(connection, as_of), **made.abouts}
    askable = [_askable(about, extents[code]) for code, about in known.items() if code in extents]
    bases = sorted({basis for one in extents.values() for basis in one.bases})
    firsts = [one.first for one in askable if one.first is not None]
    lasts = [one.last for one in askable if one.last is not None]
    return Catalogue(
        indicators=tuple(sorted(askable, key=lambda one: (bool(one.about.method), one.about.code))),
        subjects=_nodes(connection, as_of, spoken),
        worlds=tuple(_world(name) for name in sorted(worlds | {ACTUAL})),
        bases=tuple(_basis(name, made) for name in bases),
        stages=tuple(Named(one.value, *stage_names(one)) for one in Stage),
        first=min(firsts, default=None),
        last=max(lasts, default=None),
        as_of=as_of,
    )


def _stated(connection: Connection, as_of: int) -> tuple[dict[str, _Extent], set[str], set[str]]:
    """Extents by indicator, worlds, and the subjects of which anything is stated."""
    table = tables.statement
    columns = (table.c.indicator, table.c.period, table.c.world, table.c.basis, table.c.stage)
    extents: dict[str, _Extent] = {}
    worlds: set[str] = set()
    for row in connection.execute(select(*columns).where(visible(table, as_of)).distinct()):
        extents.setdefault(row.indicator, _Extent()).add(Period.parse(row.period), row.basis, row.stage)
        worlds.add(row.world)
    subjects = select(table.c.subject).where(visible(table, as_of)).distinct()
    return extents, worlds, set(connection.scalars(subjects))


def _figures(connection: Connection, as_of: int, made: Computed) -> dict[str, _Extent]:
    """Extents of what is published of computed indicators."""
    table = accounting_tables.figure
    columns = (table.c.method, table.c.quantity, table.c.period, table.c.stage)
    extents: dict[str, _Extent] = {}
    for row in connection.execute(select(*columns).where(visible(table, as_of)).distinct()):
        code = f"{row.method}.{row.quantity}"
        if code in made.abouts:
            extents.setdefault(code, _Extent()).add(Period.parse(row.period), row.method, row.stage)
    return extents


def _askable(about: About, extent: _Extent) -> Askable:
    first = last = None
    if extent.starts is not None and extent.ends is not None:
        first = f"{extent.starts:%Y-%m}"
        last = Period.of_month(extent.ends.year, extent.ends.month).previous().text
    return Askable(
        about, first, last, _grains(about, extent.grains), tuple(sorted(extent.bases)), _ranked(extent.stages)
    )


def _grains(about: About, stated: Iterable[str]) -> tuple[str, ...]:
    """Grains at which something can be shown: those stated, and for what adds over time all above them."""
    order = ("month", "quarter", "year")
    here = [one for one in order if one in set(stated)]
    if not here:
        return ()
    if about.method or about.additivity == "flow":
        return order[order.index(here[0]) :]
    return tuple(here)


def _ranked(stages: Iterable[str]) -> tuple[str, ...]:
    here = set(stages)
    return tuple(one.value for one in Stage if one.value in here)


def _world(name: str) -> Named:
    zh, en = WORLDS.get(name, (name, name))
    if name.startswith("scenario:"):
        zh, en = f"情景 {name[9:]}", f"scenario {name[9:]}"
    return Named(name, zh, en)


def _basis(name: str, made: Computed) -> Named:
    editions = made.editions.get(name)
    if editions:
        return Named(name, editions[-1].title_zh, editions[-1].title_en)
    zh, en = BASES.get(name, (name, name))
    return Named(name, zh, en)


def _nodes(connection: Connection, as_of: int, spoken: set[str]) -> tuple[Node, ...]:
    """Subjects that carry figures or of which something is stated, and what stands above them."""
    everything = {one.id: one for one in find(connection, as_of=as_of)}
    shown = {name for name, one in everything.items() if one.kind in _ASKED or name in spoken}
    above: dict[str, str] = {}
    for relation in _UPWARDS:
        for link in relations(connection, relation, as_of=as_of):
            if link.valid_to is None and link.a in everything and link.b in everything:
                above.setdefault(link.a, link.b)
    nodes: list[Node] = []
    for name in sorted(shown):
        nodes.append(Node(_plain(everything[name]), _nearest(name, above, shown)))
    return tuple(nodes)


def _plain(one: Subject) -> Subject:
    """The subject without its shape, which a catalogue does not need."""
    return replace(one, geometry=None)


def _nearest(name: str, above: Mapping[str, str], shown: Sequence[str] | set[str]) -> str | None:
    seen = {name}
    here = above.get(name)
    while here is not None and here not in seen:
        if here in shown:
            return here
        seen.add(here)
        here = above.get(here)
    return None


def kind(name: str) -> Named:
    """A kind of subject with its names."""
    return Named(name, *KINDS.get(name, (name, name)))
