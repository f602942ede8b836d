"""Frames already taken: a frame that a device sends again has no effect, and a changed one is noticed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from tansuo.database.bulk import insert_rows, text_array
from tansuo.monitoring.reading import Measurement
from tansuo.quantity.finding import Finding

CITY = "city"
_COLUMNS = ("frame", "digest", "record", "org_id", "entry")
_KNOWN = text(
    "SELECT frame, digest, record, entry FROM unnest(CAST(:frames AS text[])) AS wanted(frame)"
    " JOIN frame_seen USING (frame)"
)


class FramesSeen:
    """Which frame keys are taken, with the digest, record and arrival of the bytes that took them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seen: dict[str, tuple[str, int, int]] = {}
        self._new: dict[str, tuple[str, int, int]] = {}
        self._packets = False

    def fresh(
        self, found: Sequence[Measurement], entry: int
    ) -> tuple[list[tuple[int, Measurement]], list[Finding]]:
        """The measurements that do not come from a frame sent again, each with its place in the arrival.

        A frame that comes under a known key with other bytes is looked at like a new one (what differs in it
        becomes a conflict), and gives a finding `monitoring.frame_changed`.
        """
        self._load({one.frame for one in found if one.frame})
        fresh: list[tuple[int, Measurement]] = []
        changed: dict[tuple[str, int], Finding] = {}
        for place, one in enumerate(found):
            if one.frame:
                mine = (one.digest, one.record, entry)
                first = self._seen.get(one.frame)
                if first is None:
                    self._seen[one.frame] = self._new[one.frame] = mine
                    self._packets = self._packets or not one.frame.endswith("/")
                elif first[0] != one.digest:
                    where: dict[str, str | int] = {"device": one.device, "entry": entry, "frame": one.record}
                    params: dict[str, str | int] = {"key": one.frame, "first_entry": first[2]}
                    changed[one.frame, one.record] = Finding(
                        "monitoring.frame_changed", where, params, "warning"
                    )
                elif first != mine:
                    continue
            fresh.append((place, one))
        return fresh, list(changed.values())

    def _load(self, frames: set[str]) -> None:
        unknown = sorted(frames - self._seen.keys())
        if unknown:
            for frame, *rest in self._connection.execute(_KNOWN, {"frames": text_array(unknown)}):
                self._seen[frame] = (rest[0], rest[1], rest[2])

    @property
    def packets(self) -> bool:
        """Whether a packet of a split message is among the frames not yet written."""
        return self._packets

    def write(self) -> None:
        """Remember the frames that were new."""
        # In the order of the key, which its index takes in faster.
        rows = [
            (frame, digest, record, CITY, entry)
            for frame, (digest, record, entry) in sorted(self._new.items())
        ]
        if rows:
            insert_rows(self._connection, "frame_seen", _COLUMNS, rows)
        self._new = {}
        self._packets = False
