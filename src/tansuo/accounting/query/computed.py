"""Quantities of published methods as indicators: what is published of them, and what they come to as of a point.

A firm's quantity is over its own sources; a unit's or the city's is the sum over the enterprises that report
for it (重点企业合计), never the total of a place. The basis 口径 is the method's id.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.methods_store import Listing, StoredMethod, by_fingerprint, listings
from tansuo.accounting.query.question import LIMIT, Question
from tansuo.accounting.query.said import ACTUAL, PLATFORM, About, Said, Voice
from tansuo.accounting.receipt import Published, standing
from tansuo.accounting.rollup import IN_BETWEEN, LEAVES
from tansuo.accounting.wording import refuse
from tansuo.evidence.ledger import get
from tansuo.monitoring.plan import lines
from tansuo.quantity.decimals import parse_decimal
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance, State
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import Stage
from tansuo.registry.subject import Subject

RELATION = "reports_for"
"""By which relation a unit or the city is rolled up."""


@dataclass(frozen=True)
class Access:
    """Who computes: figures over a subject's own sources with the reader's access, sums with the city's.

    ``since``: from which day anything is monitored. ``until``: the civil day up to which the log tells.
    """

    own: Inventory
    whole: Inventory
    since: date | None
    until: date


@dataclass
class Computed:
    """The computed indicators as of a log size, and which editions of their methods are in force."""

    abouts: dict[str, About] = field(default_factory=dict)
    editions: dict[str, list[Listing]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def covers(self, method: str, period: Period) -> bool:
        """Whether an edition of the method holds for the whole period."""
        return any(one.covers(period) for one in self.editions.get(method, ()))


def computed(connection: Connection, as_of: int) -> Computed:
    """Quantities that have one value a subject and period, of every method published; latest edition's words."""
    made = Computed()
    for listing in listings(connection, as_of=as_of):
        made.editions.setdefault(listing.id, []).append(listing)
        method = by_fingerprint(connection, listing.fingerprint, as_of)
        made.sources[listing.fingerprint] = _source(method)
        for quantity in method.data.quantities.values():
            if quantity.over:
                continue
            names = method.words["terms"].get(quantity.symbol, {})
            code = f"{listing.id}.{quantity.symbol}"
            made.abouts[code] = About(
                code=code,
                name_zh=str(names.get("zh", quantity.symbol)),
                name_en=str(names.get("en", quantity.symbol)),
                unit=quantity.unit,
                additivity=quantity.additivity,
                decimals=quantity.places,
                method=listing.id,
                quantity=quantity.symbol,
                scope=quantity.scope,
                parents=quantity.parents,
                rounding=quantity.rounding,
                entry=listing.entry,
            )
    return made


def monitored_since(connection: Connection, as_of: int) -> date | None:
    """The first day of any monitoring plan the connection may read; None where there is none."""
    return min((one.valid_from for one in lines(connection, as_of)), default=None)


def figures(
    connection: Connection,
    question: Question,
    made: Computed,
    subjects: Mapping[str, Subject],
    as_of: int,
    access: Access | None,
) -> list[Said]:
    """Published and, with ``access``, provisional figures of the asked cells."""
    wanted = [made.abouts[code] for code in question.indicators if code in made.abouts]
    cells: dict[Cell, About] = {}
    for about in wanted:
        if (question.worlds and ACTUAL not in question.worlds) or (
            question.bases and about.method not in question.bases
        ):
            continue
        for name in question.subjects:
            if subjects[name].kind in LEAVES | IN_BETWEEN:
                for period in question.periods:
                    cells[cell_of(about, subjects[name], period)] = about
    said = _published(connection, question, cells, made, as_of)
    if access is not None:
        asked = {
            cell: about
            for cell, about in cells.items()
            if question.wants(ACTUAL, about.method, Stage.CALCULATED)
        }
        said += _provisional(asked, made, access)
    return said


def cell_of(about: About, subject: Subject, period: Period) -> Cell:
    """The cell of a computed indicator: over own sources, or the sum over who reports for the subject."""
    relation = None if subject.kind in LEAVES else RELATION
    return Cell(subject.id, about.quantity, period.text, about.method, relation)


def _published(
    connection: Connection,
    question: Question,
    cells: Mapping[Cell, About],
    made: Computed,
    as_of: int,
) -> list[Said]:
    found = [
        one
        for standing_ in standing(connection, list(cells), as_of).values()
        for one in standing_
        if question.wants(ACTUAL, one.cell.method, one.stage)
    ]
    issuers = _authorities(connection, {one.decision for one in found if one.decision is not None})
    return [_of_published(one, cells[one.cell], issuers, made) for one in found]


def _of_published(one: Published, about: About, issuers: Mapping[int, str], made: Computed) -> Said:
    state, value = State(one.body["state"]), one.body["value"]
    decided = issuers.get(one.decision, "") if one.decision is not None else PLATFORM
    number = None if value is None else parse_decimal(value)
    partial = one.body["partial"]
    return Said(
        indicator=about.code,
        subject=one.cell.subject,
        period=one.cell.period,
        voice=Voice("published", ACTUAL, one.cell.method, one.stage, decided),
        value=number,
        unit=one.unit,
        state=state,
        kinds=tuple(Provenance(kind) for kind in one.body["kind"]),
        synthetic=one.synthetic,
        complete=number is not None or state.adds_nothing,
        partial=None if partial is None or number is not None else parse_decimal(partial),
        exact=number if about.parents == "sum_published" else None,
        source=_method_source(made, one.cell.method, Period.parse(one.cell.period)),
        entry=one.entry,
        receipt=one.receipt,
        cell=one.cell,
    )


def _authorities(connection: Connection, decisions: set[int]) -> dict[int, str]:
    """Who decided: the authority of each decision the connection may read."""
    found: dict[int, str] = {}
    for index in sorted(decisions):
        entry = get(connection, index)
        if entry is not None:
            found[index] = str(entry.body.get("role", ""))
    return found


def _method_source(made: Computed, method: str, period: Period) -> Source | None:
    """The standard that the method in force for a period follows, with the method's fingerprint as its page."""
    fitting = [one for one in made.editions.get(method, ()) if one.covers(period)]
    return made.sources[fitting[-1].fingerprint] if fitting else None


def _source(method: StoredMethod) -> Source:
    """The standard a method names as its source, in the words and with the standing its pack gives it."""
    key = method.data.source
    facts, said = method.data.sources.get(key, {}), method.words["sources"].get(key, {})
    title = " ".join(str(said[name]) for name in ("title_zh", "title_en") if name in said) or key
    status = Status(facts.get("status", Status.SECONDARY.value))
    page = f"{method.id} {method.data.edition} {method.fingerprint}"
    return Source(title, status, page)


def _provisional(cells: Mapping[Cell, About], made: Computed, access: Access) -> list[Said]:
    said = [_cannot(cell, about, made, access) for cell, about in cells.items()]
    open_ = [cell for cell, refused in zip(cells, said, strict=True) if refused is None]
    rolled = [cell for cell in open_ if cell.relation]
    tree = access.whole.tree(RELATION, sorted({cell.subject for cell in rolled})) if rolled else None
    empty: dict[Cell, Said] = {}
    work = len(open_) - len(rolled)
    for cell in rolled:
        assert tree is not None
        period = Period.parse(cell.period)
        below = tree.leaves(cell.subject, period)
        work += len(below) * len(period.by_month())
        if not below:
            params = {"subject": cell.subject, "period": cell.period}
            empty[cell] = _nothing(cell, cells[cell], "nobody_reports", State.NOT_ESTIMATED, params)
    if work > LIMIT:
        raise refuse("too_much_to_compute", months=work, limit=LIMIT)
    own = [cell for cell in open_ if not cell.relation]
    sums = [cell for cell in rolled if cell not in empty]
    figures_ = [*access.own.figures(own), *access.whole.figures(sums)]
    found = {one.cell: _of_figure(one, cells[one.cell], made) for one in figures_}
    return [refused or empty.get(cell) or found[cell] for cell, refused in zip(cells, said, strict=True)]


def _cannot(cell: Cell, about: About, made: Computed, access: Access) -> Said | None:
    """Why a cell cannot be computed at all; None where it can."""
    period = Period.parse(cell.period)
    if not made.covers(cell.method, period):
        params = {"method": cell.method, "period": cell.period}
        return _nothing(cell, about, "no_method", State.NOT_ESTIMATED, params)
    if period.start > access.until:
        params = {"period": cell.period, "until": access.until.isoformat()}
        return _nothing(cell, about, "not_begun", State.NOT_ESTIMATED, params)
    if access.since is None or period.end <= access.since:
        since = "—" if access.since is None else access.since.isoformat()
        return _nothing(
            cell, about, "not_monitored", State.NOT_ESTIMATED, {"period": cell.period, "since": since}
        )
    if cell.relation and about.additivity != "flow":
        params = {"quantity": about.quantity, "method": about.method}
        return _nothing(cell, about, "not_additive", State.NOT_ESTIMATED, params)
    return None


def _nothing(cell: Cell, about: About, code: str, state: State, params: Mapping[str, str | int]) -> Said:
    return Said(
        indicator=about.code,
        subject=cell.subject,
        period=cell.period,
        voice=Voice("provisional", ACTUAL, about.method, Stage.CALCULATED, PLATFORM),
        value=None,
        unit=about.unit,
        state=state,
        why=Finding(f"accounting.{code}", params=params, severity="info"),
    )


def _of_figure(one: Figure, about: About, made: Computed) -> Said:
    why = None
    if not one.completeness.complete:
        holes = [*one.completeness.incomplete_months, *one.completeness.other_holes]
        named = ", ".join(holes[:12]) + (f" … ({len(holes)})" if len(holes) > 12 else "")
        why = Finding("accounting.figure_holes", params={"holes": named}, severity="info")
    return Said(
        indicator=about.code,
        subject=one.cell.subject,
        period=one.cell.period,
        voice=Voice("provisional", ACTUAL, about.method, Stage.CALCULATED, PLATFORM),
        value=one.value,
        unit=one.unit,
        state=State.VALUE if one.missing is None else one.missing.state,
        kinds=tuple(sorted(one.kinds)),
        synthetic=one.synthetic,
        complete=one.completeness.complete,
        partial=one.partial if one.value is None else None,
        exact=one.value if about.parents == "sum_published" else one.unrounded,
        why=why,
        source=_method_source(made, about.method, Period.parse(one.cell.period)),
        cell=one.cell,
    )
