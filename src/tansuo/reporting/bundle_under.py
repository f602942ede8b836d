"""What lies under a figure, as a bundle carries it: findings 不符合项, holds 证据保全 and corrected values 更正值.

As known at the signed head. Of a corrected reading both versions are told as a seal's lines, and the raw frame of the
older one goes into the bundle where there is one.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from tansuo.accounting import verification
from tansuo.accounting.corrected import Corrected, corrected
from tansuo.accounting.figure import Figure
from tansuo.accounting.receipt import Published
from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.ledger import history
from tansuo.monitoring import plan
from tansuo.monitoring.reading import Version
from tansuo.monitoring.segment_text import segment_text
from tansuo.registry import hold
from tansuo.reporting.bundle_samples import audit_path, batch

if TYPE_CHECKING:
    from tansuo.reporting.bundle import Parts

FORM = "tansuo.under/1"
FRAMES = 30
"""Of how many corrected readings, the oldest first, the frame of what stood before is put in."""


def put_under(parts: Parts, published: Published, figure: Figure | None, head: Issued) -> None:
    """``under.json`` and its entries, as far as the reader may see them.

    ``figure``: the published one computed again; None where the reader may not, or of a roll-up: then corrections
    are said to be absent.
    """
    connection, cell, size = parts.connection, published.cell, head.checkpoint.size
    names = [one.id for one in verification.findings(connection, receipt=published.receipt, as_of=size)]
    names += [
        one.id
        for one in hold.holds(connection, as_of=size)
        if one.covers(cell.subject, cell.period, published.receipt)
    ]
    cases = {
        name: [one.index for one in history(connection, f"case/{name}") if one.index < size] for name in names
    }
    parts.every(index for steps in cases.values() for index in steps)
    found = [] if figure is None else corrected(connection, figure, size)
    if figure is None:
        parts.lack("corrections", "below" if cell.relation else "hidden")
    parts.json("under.json", {"form": FORM, "cases": cases, "corrections": _corrections(parts, found)})


def _corrections(parts: Parts, found: list[Corrected]) -> list[dict[str, Any]]:
    batches = cache(lambda arrival: batch(parts, arrival))
    lines = {line.series: line.entry for line in plan.lines(parts.connection)}
    listed: list[dict[str, Any]] = []
    for one in found:
        parts.entry(one.entry)
        if one.versions is None:
            assert one.before_entry is not None
            parts.entry(one.before_entry)
            listed.append({"entry": one.entry, "before": {"entry": one.before_entry}})
            continue
        planned = lines.get(one.what)
        if planned is not None:
            parts.entry(planned)
        old, new = one.versions
        before = None if old is None else {"entry": old.entry, "line": segment_text([old]).rstrip("\n")}
        if before is not None and old is not None and len(listed) < FRAMES:
            before |= _frame(parts, old, batches(old.arrival))
        listed.append(
            {
                "entry": one.entry,
                "series": one.what,
                "before": before,
                "now": segment_text([new]).rstrip("\n"),
            }
        )
    return listed


def _frame(parts: Parts, old: Version, found: list[tuple[bytes, bytes]]) -> Mapping[str, Any]:
    """The raw frame of a version with its place in its arrival; nothing where it came otherwise."""
    if old.record >= len(found) or any(parts.entry(one) is None for one in (old.arrival, old.entry)):
        return {}
    path = audit_path([leaf for leaf, _ in found], old.record)
    return {
        "arrival": old.arrival, "record": old.record, "frame": base64.b64encode(found[old.record][1]).decode(),
        "path": [base64.b64encode(one).decode() for one in path],
    }  # fmt: skip
