"""Stops on demand: a file that `tansuo demo scene trip` writes and the living devices read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from tansuo.entry.demo.numbers import Said

HOUR = timedelta(hours=1)


class Trips:
    """When which firm stands still on demand: civil spans by firm; the file is written whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.spans: dict[str, list[tuple[datetime, datetime]]] = {}
        self._seen = 0
        self.look()

    def look(self) -> bool:
        """Read the file where it has changed; whether it has."""
        changed = self.path.stat().st_mtime_ns if self.path.is_file() else 0
        if changed == self._seen:
            return False
        self._seen = changed
        stored = json.loads(self.path.read_text("utf-8"))
        self.spans = {
            firm: [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in spans]
            for firm, spans in stored.items()
        }
        return True

    def add(self, firm: str, start: datetime, end: datetime) -> None:
        """Have a firm stand still from ``start`` to ``end``."""
        self.spans.setdefault(firm, []).append((start, end))
        state = {
            name: [(first.isoformat(), last.isoformat()) for first, last in spans]
            for name, spans in self.spans.items()
        }
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(state))
        fresh.replace(self.path)
        self._seen = self.path.stat().st_mtime_ns

    def stands(self, firm: str, now: datetime) -> bool:
        """Whether the firm stands still at a civil instant."""
        return any(start <= now < end for start, end in self.spans.get(firm, ()))

    def applied(self, said: Said) -> Said:
        """What a device says of an hour in which it stood still for some of the time: less, or F when for all.

        The count of a register is left as it is.
        """
        seconds = self._seconds(said.firm.id, said.start)
        if not seconds:
            return said
        values, flags = dict(said.values), dict(said.flags)
        for source in said.firm.sources:
            if not source.register:
                values[source.id] = values[source.id] * (3600 - seconds) // 3600
                flags[source.id] = "F" if seconds == 3600 else flags[source.id]
        flue = None if said.flue_kg is None else said.flue_kg * (3600 - seconds) // 3600
        return replace(said, values=values, flags=flags, flue_kg=flue)

    def _seconds(self, firm: str, hour: datetime) -> int:
        spans = [
            (max(start, hour), min(end, hour + HOUR))
            for start, end in self.spans.get(firm, ())
            if start < hour + HOUR and hour < end
        ]
        return min(3600, sum(int((end - start).total_seconds()) for start, end in spans))
