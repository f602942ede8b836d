"""The demo's verifier at work: one finding answered and closed, one that waits for its answer; and one hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from tansuo.accounting import verification
from tansuo.accounting.figure import Cell
from tansuo.accounting.inventory import figure
from tansuo.accounting.receipt import Published, published
from tansuo.entry.demo.history import Extent
from tansuo.entry.demo.model import months_before, published_month, publishing_day
from tansuo.entry.demo.people import VERIFIER
from tansuo.entry.demo.publishing import METHOD, QUANTITIES
from tansuo.entry.demo.scenes import scenes_of
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Actor, Entry
from tansuo.registry import hold

CHECKED, SOURCE = "demo.chemical-d", "coal"
"""The firm that is verified, whose reviewer has a sign-in link, and its boiler coal."""
HELD = "demo.paper-e"
"""The firm whose hours are missing."""
WHY_HELD = "41小时无数据,调查期间保全该月证据(演示) 41 hours without data: kept for the inquiry (demo)"
FINDER = Actor(f"{VERIFIER}.assessor", "verifier")
ANSWERER = Actor(f"{CHECKED}.reviewer", "enterprise_reviewer")
HOLDER = Actor("demo.audit", "audit_admin")
RAISED, ANSWERED, CLOSED = timedelta(days=4), timedelta(days=11), timedelta(days=13)
"""How long after its publication the figure of the month before last was questioned, explained and settled."""
OPEN_SINCE, HELD_SINCE, ANSWER_WITHIN = timedelta(days=3), timedelta(days=8), timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Verified:
    """One act of the verification of the demo, on its day."""

    month: date
    today: date
    what: str

    def __call__(self, connection: Connection, clock: Clock) -> Entry | None:
        """Do it; nothing where the figure it is about is not published in this extent."""
        firm = HELD if self.what == "held" else CHECKED
        found = _published(connection, firm, self.month)
        if found is None:
            return None
        if self.what == "held":
            return hold.place(
                connection, firm, found.org, WHY_HELD, HOLDER, clock, period=found.cell.period,
                receipt=found.receipt, figure=found.entry, synthetic=True,
            )  # fmt: skip
        if self.what in ("weighed", "calorific"):
            return self._raise(connection, found, clock)
        (standing,) = verification.findings(connection, receipt=found.receipt, organisation=VERIFIER)
        if self.what == "answered":
            said = "皮带秤校准证书已登记在该计量点名下(演示) the certificate is entered with the meter (demo)"
            return verification.move(connection, standing.id, "answered", said, CHECKED, ANSWERER, clock)
        said = "已核对证书与计量点,关闭(演示) certificate and meter agree; closed (demo)"
        return verification.move(connection, standing.id, "closed", said, VERIFIER, FINDER, clock)

    def _raise(self, connection: Connection, found: Published, clock: Clock) -> Entry:
        period = found.cell.period
        if self.what == "weighed":
            node = f"input/FC/{CHECKED}.{SOURCE}/{period}"
            claim = "未见皮带秤当期校准证书,请提供(演示) no calibration certificate of the belt weigher was seen (demo)"
            due = publishing_day(self.month) + RAISED + ANSWER_WITHIN
        else:
            node = f"factor/NCV/{CHECKED}.{SOURCE}/{period}"
            claim = (
                "低位发热量取缺省值,请提供当月检测记录或说明依据(演示) the default calorific value was taken: give the "
                "month's tests, or the ground for the default (demo)"
            )
            due = self.today - OPEN_SINCE + ANSWER_WITHIN
        made = figure(connection, found.cell, found.size)
        return verification.attach(
            connection, found, made, node, "nonconformity", "", claim, VERIFIER, FINDER, clock, deadline=due
        )


def of_day(day: date, extent: Extent, today: date) -> Iterator[Verified]:
    """What the verifier, the firm and the audit administrator do on a civil day."""
    earlier = months_before(published_month(today), 1)
    shown = publishing_day(earlier)
    silent = [one.first_day(today).replace(day=1) for one in scenes_of(HELD, "silent")]
    plan = [
        (shown + RAISED, earlier, "weighed"),
        (shown + ANSWERED, earlier, "answered"),
        (shown + CLOSED, earlier, "closed"),
        (today - OPEN_SINCE, published_month(today - OPEN_SINCE), "calorific"),
        *((today - HELD_SINCE, month, "held") for month in silent),
    ]
    for on, month, what in plan:
        if on == day and month >= extent.since:
            yield Verified(month, today, what)


def _published(connection: Connection, firm: str, month: date) -> Published | None:
    cell = Cell(firm, QUANTITIES[0], f"{month:%Y-%m}", METHOD)
    found = published(connection, cell=cell)
    return found[0] if found else None
