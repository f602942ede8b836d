"""What a bundle says for people about its meters, and the two papers a court's file asks for.

``meters.json`` tells of every meter whose sealed readings were summed: its line of the monitoring plan, the
calibration that was valid then, how surely its sender was known, how long its messages were under way, what was
declared to have happened to its register, and the marks of its readings. The catalogue (证据目录) lists every file
with its SHA-256; the extraction record (提取固定笔录) has what is known filled in and the rest left to be written by
hand. No verifier reads them: each line names the entry or file it is taken from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib import resources
from statistics import median
from typing import Any

from sqlalchemy import Connection

from tansuo.evidence.checkpoint import Issued
from tansuo.monitoring.lookup import line_of
from tansuo.monitoring.record import Grade, Received
from tansuo.monitoring.registers import life_events
from tansuo.quantity.decimals import plain, unscaled
from tansuo.registry import subject
from tansuo.reporting.bundle_inputs import Inputs, Sealed
from tansuo.reporting.bundle_words import KINDS_OF_FILES

METERS = "tansuo.meters/1"
CATALOGUE, RECORD = "catalogue.txt", "extraction-record.txt"
_SENT = re.compile(rb"(?<![A-Za-z])QN=(\d{17})")
_CALIBRATION = ("calibrated_on", "calibration_due", "certificate", "accuracy_class")


@dataclass(frozen=True, slots=True)
class Meters:
    """``document``: meters.json; ``entries``: those it is taken from; ``absent``: what no entry says."""

    document: dict[str, Any]
    entries: set[int]
    absent: list[tuple[str, str]]


def meters_of(connection: Connection, inputs: Inputs, drawn: Mapping[str, Sequence[Received]]) -> Meters:
    """The meters of the sealed segments used; ``drawn``: by series the raw frames that were drawn."""
    made = Meters({"form": METERS, "meters": []}, set(), [])
    for series in sorted({str(one.row["series"]) for one in inputs.sealed.values()}):
        sealed = [one for one in inputs.sealed.values() if one.row["series"] == series]
        made.document["meters"].append(_meter(connection, made, series, sealed, drawn.get(series, ())))
    return made


def _meter(
    connection: Connection, made: Meters, series: str, sealed: Sequence[Sealed], frames: Sequence[Received]
) -> dict[str, Any]:
    size = max(int(str(one.seal.body["size"])) for one in sealed)
    line = line_of(connection, series, size)
    first = min(str(one.row["from"]) for one in sealed)
    last = max(str(one.row["to"]) for one in sealed)
    marks = Counter(text.split(",")[2] for one in sealed for text in one.text.splitlines())
    return {
        "series": series,
        "meter": line.meter,
        "source": line.source,
        "plan": line.entry,
        "from": first,
        "to": last,
        "calibration": _calibration(connection, made, line.meter, date.fromisoformat(first), size),
        "events": [
            {
                "at": datetime.fromtimestamp(one.at, UTC).isoformat(),
                "kind": one.kind,
                "last": plain(unscaled(one.last, line.decimals)),
                "first": plain(unscaled(one.first, line.decimals)),
                "unit": line.unit,
            }
            for one in life_events(connection, [series], size).get(series, ())
        ],
        "marks": dict(sorted(marks.items())),
        "grades": dict(sorted(Counter(Grade(one.grade).name.lower() for one in frames).items())),
        "clock": _clock(made, series, frames, line.zone),
    }


def _calibration(
    connection: Connection, made: Meters, meter: str, on: date, size: int
) -> list[dict[str, object]]:
    found = [
        one
        for one in subject.attributes(connection, [meter], as_of=size, on=on)
        if one.name in _CALIBRATION or one.name.startswith("calibration")
    ]
    if not found:
        made.absent.append((f"{meter} {on.isoformat()}", "calibration"))
    made.entries.update(one.entry for one in found)
    return [
        {
            "name": one.name,
            "value": one.value,
            "entry": one.entry,
            "document": one.source.document if one.source and one.source.document else None,
        }
        for one in found
    ]


def _clock(made: Meters, series: str, frames: Sequence[Received], zone: str) -> dict[str, int] | None:
    """Milliseconds from the sender's own stamp (QN) to our clock, over the drawn frames that state one."""
    from zoneinfo import ZoneInfo

    late = []
    for one in frames:
        sent = _SENT.search(one.data)
        if sent:
            try:
                at = datetime.strptime(sent[1][:14].decode(), "%Y%m%d%H%M%S").replace(tzinfo=ZoneInfo(zone))
            except ValueError:
                continue
            late.append(one.received_ms - int(at.timestamp()) * 1000 - int(sent[1][14:]))
    if not late:
        made.absent.append((f"{series} QN", "no_stamp"))
        return None
    return {"frames": len(late), "least_ms": min(late), "median_ms": int(median(late)), "most_ms": max(late)}


def papers(
    files: Mapping[str, bytes], origin: str, receipt: str, head: Issued, program: str
) -> dict[str, bytes]:
    """Catalogue and extraction record of these files; ``program``: name and version of what made the bundle."""
    known = {"origin": origin, "receipt": receipt, "size": str(head.size), "program": program}
    known["root"] = head.note.split("\n")[2]
    known["signed"] = datetime.fromtimestamp(head.created_ms / 1000, UTC).isoformat(timespec="seconds")
    rows = [
        f"{number:>4}  {path}\n      {_kind(path)}  {len(data)} 字节 bytes\n      SHA-256 {sha256(data).hexdigest()}"
        for number, (path, data) in enumerate(sorted(files.items()), start=1)
    ]
    known["files"] = "\n".join(rows)
    known["count"] = str(len(rows))
    return {CATALOGUE: _filled("catalogue.txt", known), RECORD: _filled("extraction-record.txt", known)}


def _kind(path: str) -> str:
    kind = KINDS_OF_FILES.get(path) or KINDS_OF_FILES.get(path.partition("/")[0] + "/")
    return " ".join(kind) if kind else "—"


def _filled(name: str, known: Mapping[str, str]) -> bytes:
    text = resources.files("tansuo").joinpath("verify", name).read_text(encoding="utf-8")
    for word, value in known.items():
        text = text.replace("{" + word + "}", value)
    return text.encode()
