"""Findings of verifiers 不符合项: attached to a node of a receipt, answered by its owner, closed by the finder.

A finding is a case of kind ``verification_finding``, so that every step is an entry and all of them stay. Whoever
found it never answers, and only the finder's organisation closes or opens it again. What a step may follow is judged
by the log itself, not by the projection.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection

from tansuo.accounting.figure import Figure
from tansuo.accounting.receipt import Published
from tansuo.accounting.wording import refuse
from tansuo.evidence.clock import Clock
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import Actor, Entry
from tansuo.evidence.ledger import append, history
from tansuo.methods.lineage import leaves
from tansuo.methods.render import name
from tansuo.quantity.period import Period
from tansuo.registry import case
from tansuo.registry.case import Case

KIND, PREFIX = "verification_finding", "finding-"
Severity = Literal["misstatement", "nonconformity", "improvement"]
SEVERITIES: tuple[Severity, ...] = ("misstatement", "nonconformity", "improvement")
"""错报, 不符合, 改进建议: the vocabulary of verification reports."""
Step = Literal["answered", "closed", "reopened"]
OPEN, ANSWERED, CLOSED, REOPENED = "open", "answered", "closed", "reopened"
_AFTER: Mapping[str, frozenset[str]] = {
    ANSWERED: frozenset({OPEN, REOPENED}),
    CLOSED: frozenset({OPEN, ANSWERED, REOPENED}),
    REOPENED: frozenset({ANSWERED, CLOSED}),
}
"""Which steps a step may follow."""
WORDS: Mapping[str, tuple[str, str]] = {
    OPEN: ("已提出，未答复", "open"),
    ANSWERED: ("已答复", "answered"),
    CLOSED: ("已关闭", "closed"),
    REOPENED: ("已重新打开", "reopened"),
}
_DO = {ANSWERED: "答复", CLOSED: "关闭", REOPENED: "重新打开"}
_DAY = re.compile(r"series/(.+)/(\d{4}-\d\d-\d\d)", re.ASCII)
_DOCUMENT = re.compile(r"document/[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Node:
    """A place of a receipt that a finding can be about."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding at its latest step. ``said`` is that step's text, ``claim`` what was found."""

    id: str
    receipt: str
    figure: int
    node: Node
    severity: str
    clause: str
    claim: str
    organisation: str
    finder: str
    state: str
    said: str
    subject: str
    deadline: date | None
    synthetic: bool
    org: str
    entry: int

    @property
    def closed(self) -> bool:
        """Whether nobody has to act any more."""
        return self.state == CLOSED

    def late(self, today: date) -> bool:
        """Whether an answer is due and its day has gone by."""
        return self.deadline is not None and self.deadline < today and self.state in (OPEN, REOPENED)


def nodes_of(figure: Figure) -> list[Node]:
    """The nodes of a figure: itself, its parts, or its inputs, factors and series. Days and documents are named below
    them: ``series/<series>/<day>``, ``document/<sha256>``."""
    found = {"figure": Node("figure", "本数", "the figure")}
    for child in figure.children:
        one = Node(f"part/{child.subject}", f"组成 {child.name_zh}", f"part {child.name_en}")
        found[one.id] = one
    if figure.bound is None:
        return list(found.values())
    evaluation = figure.evaluation
    for symbol, place in leaves(evaluation, figure.result_cell):
        factor = (symbol, place) in evaluation.chosen
        kind, zh, en = ("factor", "因子", "factor") if factor else ("input", "活动数据", "input")
        where = _where(figure, place)
        named = {one: name(symbol, one, figure.method.words) for one in ("zh", "en")}
        node = Node(
            f"{kind}/{symbol}/{place}".rstrip("/"),
            f"{zh} {named['zh']}（{where[0]}）".replace("（）", ""),
            f"{en} {named['en']} ({where[1]})".replace(" ()", ""),
        )
        found[node.id] = node
        activity = figure.bound.activities.get((symbol, place))
        for item in activity.sums if activity is not None else ():
            key = f"series/{item.series}"
            found[key] = Node(key, f"序列 {item.series}", f"series {item.series}")
    return list(found.values())


def _where(figure: Figure, place: str) -> tuple[str, str]:
    """``source/month`` in words of both languages."""
    assert figure.bound is not None
    head, _, rest = place.partition("/")
    source = figure.bound.sources.get(head)
    if source is None:
        return place, place
    return f"{source.name_zh} {rest}".rstrip(), f"{source.name_en} {rest}".rstrip()


def node_of(connection: Connection, figure: Figure, wanted: str) -> Node:
    """The node of that name; FindingError ``accounting.finding_node`` where the receipt has none."""
    known = {one.id: one for one in nodes_of(figure)}
    if wanted in known:
        return known[wanted]
    day = _DAY.fullmatch(wanted)
    if day is not None and f"series/{day[1]}" in known and _within(figure, day[2]):
        return Node(wanted, f"序列 {day[1]} {day[2]}", f"series {day[1]} {day[2]}")
    if _DOCUMENT.fullmatch(wanted):
        for entry in history(connection, wanted):
            if entry.org in (figure.org, "public"):
                said = str(entry.body.get("name", ""))
                return Node(wanted, f"文件 {said}", f"document {said}")
    raise refuse("finding_node", node=wanted, nodes=", ".join(list(known)[:6]))


def _within(figure: Figure, day: str) -> bool:
    period = Period.parse(figure.cell.period)
    try:
        return period.start <= date.fromisoformat(day) < period.end
    except ValueError:
        return False


def attach(
    connection: Connection,
    published: Published,
    figure: Figure,
    node: str,
    severity: Severity,
    clause: str,
    claim: str,
    organisation: str,
    by: Actor,
    clock: Clock,
    *,
    deadline: date | None = None,
) -> Entry:
    """Attach a finding of ``organisation`` to a node of a published figure; the entry.

    ``figure`` is the same figure computed at its own log size. ``deadline``: when an answer is due. FindingError
    ``accounting.finding_node``; ``accounting.finding_own`` where the figure is the finder's own organisation's;
    ``accounting.finding_twice`` where the organisation has said the same of this node and it is not closed.
    """
    owner = figure.org
    if organisation == owner:
        raise refuse("finding_own", organisation=organisation)
    place = node_of(connection, figure, node)
    for one in case.newest_steps(connection, KIND, PREFIX, owner):
        said = case.said_in(one)["notes"]
        same = (said["receipt"], said["node"]["id"], said["claim"]) == (published.receipt, place.id, claim)
        if same and said["organisation"] == organisation and one.body["step"] != CLOSED:
            raise refuse("finding_twice", finding=str(one.body["id"]), entry=one.index)
    notes = {
        "receipt": published.receipt,
        "figure": published.entry,
        "node": {"id": place.id, "zh": place.zh, "en": place.en},
        "severity": severity,
        "clause": clause,
        "claim": claim,
        "organisation": organisation,
        "finder": by.id,
        "said": claim,
    }
    draft = case.step(
        f"{PREFIX}{secrets.token_hex(6)}", KIND, published.cell.subject, f"不符合项：{place.zh}",
        f"Finding: {place.en}", step=OPEN, role=_owner_role(owner), deadline=deadline, notes=notes,
        synthetic=published.synthetic, org=owner, by=by,
    )  # fmt: skip
    return append(connection, [draft], clock)[0]


def move(
    connection: Connection,
    finding: str,
    step: Step,
    said: str,
    organisation: str,
    by: Actor,
    clock: Clock,
    *,
    deadline: date | None = None,
) -> Entry:
    """Answer, close or open again as ``organisation``; the entry.

    ``deadline`` is of an opening again: when the next answer is due.
    FindingError ``accounting.no_finding``, ``accounting.finding_step`` (not after the step it stands at),
    ``accounting.finding_not_yours`` (the owner answers, the finder's organisation closes and opens again),
    ``accounting.finding_same_person``. Two who act at once wait for one another.
    """
    standing = latest(connection, finding)
    body: Mapping[str, Any] = standing.body
    notes: Mapping[str, Any] = body["notes"]
    may = standing.org if step == ANSWERED else notes["organisation"]
    if organisation != may:
        raise refuse("finding_not_yours", {}, finding=finding, organisation=may, **_step_words(step))
    if step == ANSWERED and by.id == notes["finder"]:
        raise refuse("finding_same_person", finding=finding, person=by.id)
    if body["step"] not in _AFTER[step]:
        now = WORDS[body["step"]]
        told = {"now_zh": now[0], "now_en": now[1], **_step_words(step)}
        raise refuse("finding_step", {}, finding=finding, **told)
    role = {ANSWERED: "verifier", CLOSED: "", REOPENED: _owner_role(standing.org)}[step]
    due = deadline if step == REOPENED else None
    draft = case.follow(standing, step=step, role=role, deadline=due, notes={"said": said}, by=by)
    return append(connection, [draft], clock)[0]


def _step_words(step: Step) -> dict[str, str | int]:
    return {"step_zh": _DO[step], "step_en": WORDS[step][1]}


def latest(connection: Connection, finding: str) -> Entry:
    """The newest step of a finding, from the log, locked; FindingError ``accounting.no_finding``."""
    found = case.newest_step(connection, finding, KIND)
    if found is None:
        raise refuse("no_finding", finding=finding)
    return found


def _owner_role(owner: str) -> str:
    return "city_manager" if owner == CITY else "enterprise_clerk"


def findings(
    connection: Connection,
    *,
    receipt: str | None = None,
    figures: frozenset[int] | None = None,
    subject: str | None = None,
    organisation: str | None = None,
    org: str | None = None,
    as_of: int | None = None,
) -> list[Remark]:
    """Findings that the reader may see at a log size, the oldest of those still open first, closed ones last.

    ``figures``: of these figures' entries; ``organisation``: the finder's; ``org``: the one that answers.
    """
    found = [_remark(one) for one in case.find(connection, kind=KIND, subject=subject, as_of=as_of)]
    kept = [
        one
        for one in found
        if (receipt is None or one.receipt == receipt)
        and (figures is None or one.figure in figures)
        and (organisation is None or one.organisation == organisation)
        and (org is None or one.org == org)
    ]
    return sorted(kept, key=lambda one: (one.closed, one.entry))


def _remark(one: Case) -> Remark:
    notes = one.body["notes"]
    node = notes["node"]
    return Remark(
        id=one.id,
        receipt=notes["receipt"],
        figure=notes["figure"],
        node=Node(node["id"], node["zh"], node["en"]),
        severity=notes["severity"],
        clause=notes["clause"],
        claim=notes["claim"],
        organisation=notes["organisation"],
        finder=notes["finder"],
        state=one.step,
        said=notes["said"],
        subject=one.subject,
        deadline=one.deadline,
        synthetic=one.synthetic,
        org=one.org,
        entry=one.entry,
    )
