"""Findings 不符合项 and holds 证据保全 on the receipt document: what stands, by whom, and forms for those who may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.accounting import verification
from tansuo.accounting.figure import Figure
from tansuo.accounting.verification import SEVERITIES
from tansuo.evidence.moment import zone_of
from tansuo.registry import case, hold, subject
from tansuo.reporting.cells import Seen
from tansuo.reporting.html import Language, Page, words


@dataclass(frozen=True, slots=True)
class Ways:
    """What a reader may do: by id of a finding or hold the steps, whether to attach a finding or place a hold.
    ``done`` is the entry that the reader's last form became."""

    steps: Mapping[str, Sequence[str]] = field(default_factory=dict)
    attach: bool = False
    place: bool = False
    done: int | None = None


NOTHING = Ways()
ROLES = frozenset(
    {"verifier", "enterprise_clerk", "enterprise_reviewer", "city_manager", "city_approver", "audit_admin"}
)
"""Who may take a step; each has its words."""


def under_view(
    connection: Connection,
    page: Page,
    figure: Figure,
    receipt: str,
    seen: Seen,
    as_of: int | None,
    ways: Ways,
) -> dict[str, Any]:
    """Findings and holds of a receipt that the reader is shown; counts in words."""
    t = words(page.language)
    zone = ZoneInfo(zone_of(connection))
    remarks = [
        one for one in verification.findings(connection, receipt=receipt, as_of=as_of) if seen.shows(one.org)
    ]
    holds = [
        one
        for one in hold.holds(connection, as_of=as_of)
        if one.covers(figure.cell.subject, figure.cell.period, receipt) and seen.shows(one.org)
    ]
    opened = sum(not one.closed for one in remarks)
    steps = {one.id: _steps(connection, page, one.id, zone, as_of, "finding") for one in remarks}
    steps |= {one.id: _steps(connection, page, one.id, zone, as_of, "hold") for one in holds}
    entered = "" if ways.done is None else str(ways.done)
    shown = any(row["entry"] == entered for rows in steps.values() for row in rows)
    today = date.fromisoformat(page.as_of_day)
    return {
        "action": f"/{page.language}/receipts/{receipt}/under",
        "form_token": page.form_token,
        "count": t("findings_count", all=len(remarks), open=opened) if remarks else "",
        "done": t("entered_as" if shown else "entered_soon", entry=entered) if entered else "",
        "again": "" if shown else f"/{page.language}/receipts/{receipt}?done={entered}#under",
        "findings": [
            {
                "id": one.id,
                "node": one.node.zh if page.language == "zh" else one.node.en,
                "severity": t(f"severity.{one.severity}"),
                "clause": one.clause,
                "organisation": _named(connection, one.organisation, page.language),
                "state": t(f"finding_state.{one.state}"),
                "closed": one.closed,
                "due": one.deadline.isoformat() if one.deadline else "",
                "late": ways is not NOTHING and one.late(today),
                "steps": steps[one.id],
                "ways": [(way, t(f"finding_way.{way}")) for way in ways.steps.get(one.id, ())],
            }
            for one in remarks
        ],
        "holds": [
            {
                "id": one.id,
                "scope": _scope(connection, one, page.language),
                "state": t(f"hold_state.{one.state}"),
                "stands": one.stands,
                "steps": steps[one.id],
                "ways": [(way, t(f"hold_way.{way}")) for way in ways.steps.get(one.id, ())],
            }
            for one in holds
        ],
        "nodes": [
            (one.id, one.zh if page.language == "zh" else one.en) for one in verification.nodes_of(figure)
        ]
        if ways.attach
        else [],
        "severities": [(one, t(f"severity.{one}")) for one in SEVERITIES],
        "place": ways.place,
    }


def _named(connection: Connection, name: str, language: Language) -> str:
    found = subject.get(connection, name)
    return name if found is None else found.name_zh if language == "zh" else found.name_en


def _scope(connection: Connection, one: hold.Hold, language: Language) -> str:
    t = words(language)
    if one.receipt:
        return t("hold_scope.receipt", receipt=one.receipt)
    about = _named(connection, one.subject, language)
    if one.period:
        return t("hold_scope.period", subject=about, period=one.period)
    return t("hold_scope.subject", subject=about)


def _steps(
    connection: Connection, page: Page, name: str, zone: ZoneInfo, as_of: int | None, kind: str
) -> list[dict[str, str]]:
    t = words(page.language)
    return [
        {
            "what": t(f"{kind}_step.{case.said_in(entry)['step']}"),
            "by": entry.by.id,
            "role": t(f"role.{entry.by.role}") if entry.by.role in ROLES else entry.by.role,
            "when": f"{datetime.fromtimestamp(entry.recorded_ms / 1000, zone):%Y-%m-%d %H:%M}",
            "said": case.said_in(entry)["notes"]["said"],
            "entry": str(entry.index),
            "href": page.link(f"ledger/{entry.index}", as_of=None),
        }
        for entry in case.steps(connection, name, as_of)
    ]
