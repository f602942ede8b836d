"""Holds 证据保全: while one stands, nothing under it is erased or pruned; a second person lifts it.

A hold is a case of kind ``hold`` over a receipt, or over a subject with or without a period. It is the case of the
organisation whose data it keeps, so that the organisation sees that its data are held, by whom and why.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Actor, Entry
from tansuo.evidence.ledger import append
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.registry import case
from tansuo.registry.case import Case
from tansuo.registry.wording import refuse

KIND, PREFIX = "hold", "hold-"
HELD, RELEASE_ASKED, RELEASED = "held", "release_asked", "released"
_WORDS = {
    HELD: ("保全中", "under hold"),
    RELEASE_ASKED: ("已申请解除、待另一人确认", "waiting for another person to confirm its release"),
    RELEASED: ("已解除", "released"),
}


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold at its latest step. ``receipt`` and ``period`` are empty where it is not bound to one; ``asker`` asked
    for its release, empty while nobody did."""

    id: str
    subject: str
    period: str
    receipt: str
    figure: int | None
    reason: str
    placed_by: str
    placed_role: str
    asker: str
    said: str
    state: str
    synthetic: bool
    org: str
    entry: int

    @property
    def stands(self) -> bool:
        """Whether it holds; a release that was only asked for lifts nothing."""
        return self.state != RELEASED

    def covers(self, subject: str, period: str, receipt: str) -> bool:
        """Whether a figure of ``subject`` and ``period``, published as ``receipt``, lies under it."""
        if self.receipt:
            return self.receipt == receipt
        return self.subject == subject and (not self.period or _overlap(self.period, period))


def place(
    connection: Connection,
    subject: str,
    org: str,
    reason: str,
    by: Actor,
    clock: Clock,
    *,
    period: str = "",
    receipt: str = "",
    figure: int | None = None,
    synthetic: bool = False,
) -> Entry:
    """Hold what is known of ``subject``, whose data are those of ``org``; the entry.

    FindingError ``registry.hold_reason`` without a reason, ``registry.bad_period`` for no period,
    ``registry.hold_twice`` where a hold over the same with the same reason stands already.
    """
    if not reason.strip():
        raise refuse("hold_reason")
    if period:
        _period(period)
    for one in _standing(connection, org):
        body = case.said_in(one)
        said = body["notes"]
        scope = (body["subject"], said["period"], said["receipt"], said["reason"])
        if scope == (subject, period, receipt, reason):
            raise refuse("hold_twice", hold=body["id"], by=said["placed_by"])
    notes = {
        "receipt": receipt, "figure": figure, "period": period, "reason": reason,
        "placed_by": by.id, "placed_role": by.role, "asker": "", "said": reason,
    }  # fmt: skip
    draft = case.step(
        f"{PREFIX}{secrets.token_hex(6)}", KIND, subject, "证据保全", "Evidence hold", step=HELD, role="",
        notes=notes, synthetic=synthetic, org=org, by=by,
    )  # fmt: skip
    return append(connection, [draft], clock)[0]


def ask_release(connection: Connection, hold: str, reason: str, by: Actor, clock: Clock) -> Entry:
    """Ask for the release of a hold; it stands until another person confirms.

    FindingError ``registry.no_hold``, ``registry.hold_reason``, ``registry.hold_step``.
    """
    if not reason.strip():
        raise refuse("hold_reason")
    standing = _latest(connection, hold)
    if standing.body["step"] != HELD:
        raise _wrong_step(standing)
    change = {"asker": by.id, "said": reason}
    return append(
        connection, [case.follow(standing, step=RELEASE_ASKED, role="", notes=change, by=by)], clock
    )[0]


def confirm_release(connection: Connection, hold: str, by: Actor, clock: Clock) -> Entry:
    """Release a hold whose release somebody else asked for; the entry.

    FindingError ``registry.no_hold``, ``registry.hold_step``, ``registry.hold_second_person``.
    """
    standing = _latest(connection, hold)
    notes: Mapping[str, Any] = standing.body["notes"]  # type: ignore[assignment]
    if standing.body["step"] != RELEASE_ASKED:
        raise _wrong_step(standing)
    if notes["asker"] == by.id:
        raise refuse("hold_second_person", hold=hold, person=by.id)
    return append(connection, [case.follow(standing, step=RELEASED, role="", notes={}, by=by)], clock)[0]


def holds(
    connection: Connection, *, org: str | None = None, standing: bool = False, as_of: int | None = None
) -> list[Hold]:
    """Holds that the reader may see at a log size, those that stand first, the oldest of them first."""
    found = [_hold(one) for one in case.find(connection, kind=KIND, as_of=as_of)]
    kept = [one for one in found if (org is None or one.org == org) and (one.stands or not standing)]
    return sorted(kept, key=lambda one: (not one.stands, one.entry))


def refuse_if_held(connection: Connection, org: str, what: str) -> None:
    """FindingError ``registry.held`` where a hold stands over data of ``org``; ``what`` was to be erased.

    Asked of the log itself: a hold that is not yet in the projection holds.
    """
    for entry in _standing(connection, org):
        body: Mapping[str, Any] = entry.body
        notes = body["notes"]
        who = f"{notes['placed_by']} ({notes['placed_role']})"
        raise refuse("held", what=what, hold=body["id"], org=entry.org, reason=notes["reason"], by=who)


def _standing(connection: Connection, org: str) -> list[Entry]:
    """The latest steps of holds of ``org`` that are not released, from the log."""
    found = case.newest_steps(connection, KIND, PREFIX, org)
    return [one for one in found if one.body["step"] != RELEASED]


def _latest(connection: Connection, hold: str) -> Entry:
    found = case.newest_step(connection, hold, KIND)
    if found is None:
        raise refuse("no_hold", hold=hold)
    return found


def _wrong_step(standing: Entry) -> FindingError:
    body: Mapping[str, Any] = standing.body
    zh, en = _WORDS[body["step"]]
    return refuse("hold_step", hold=str(body["id"]), now_zh=zh, now_en=en)


def _hold(one: Case) -> Hold:
    notes = one.body["notes"]
    return Hold(
        id=one.id,
        subject=one.subject,
        period=notes["period"],
        receipt=notes["receipt"],
        figure=notes["figure"],
        reason=notes["reason"],
        placed_by=notes["placed_by"],
        placed_role=notes["placed_role"],
        asker=notes["asker"],
        said=notes["said"],
        state=one.step,
        synthetic=one.synthetic,
        org=one.org,
        entry=one.entry,
    )


def _period(period: str) -> Period:
    try:
        return Period.parse(period)
    except (ValueError, OverflowError):
        raise refuse("bad_period", period=period) from None


def _overlap(one: str, other: str) -> bool:
    first, second = Period.parse(one), Period.parse(other)
    return first.start < second.end and second.start < first.end
