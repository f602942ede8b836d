"""Somebody of a firm who imports files in the browser: what tests of the API's imports share."""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import xlsxwriter

from demo_city import DemoCity
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.entry import Actor
from tansuo.monitoring.importing import staging
from tansuo.monitoring.importing.column_map import ColumnMap, Target, TimeColumns, compile_map
from tansuo.monitoring.importing.comparing import OUTCOMES
from tansuo.monitoring.importing.targets import owner_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PAPER = "demo.paper-e"
"""The firm that was silent for 41 hours in March."""


@dataclass
class Desk:
    """A signed-in person with the city they work in."""

    city: DemoCity
    role: str = "enterprise_clerk"
    subject: str | None = PAPER
    label: str = ""
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.city.signed_in(self.role, self.subject, self.label)
        session = self.client.get("/api/session").json()
        self.client.headers["X-Tansuo-Token"] = session["form_token"]

    def get(self, path: str, status: int = 200, **query: object) -> Any:
        """GET /api/imports<path> as JSON."""
        answer = self.client.get(f"/api/imports{path}", params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def download(self, path: str, **query: object) -> bytes:
        """GET /api/imports<path> as bytes."""
        answer = self.client.get(f"/api/imports{path}", params=query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"].startswith("attachment")
        return answer.content

    def post(self, path: str, body: object = None, status: int = 200) -> Any:
        """POST /api/imports<path>."""
        answer = self.client.post(f"/api/imports{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def begin(self, name: str, data: bytes, status: int = 201) -> Any:
        """Announce a file."""
        return self.post("", {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()}, status)

    def put(self, import_: str, number: int, data: bytes, status: int = 200) -> Any:
        """Send one part."""
        headers = {"content-type": "application/octet-stream"}
        answer = self.client.put(f"/api/imports/{import_}/parts/{number}", content=data, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def upload(self, name: str, data: bytes) -> str:
        """Send a whole file; its import's id."""
        begun = self.begin(name, data)
        size = begun["upload"]["part_bytes"]
        for number in range(1, begun["upload"]["parts"] + 1):
            self.put(begun["id"], number, data[(number - 1) * size : number * size])
        assert self.post(f"/{begun['id']}/complete")["state"] == "uploaded"
        return str(begun["id"])

    def map(self, import_: str, plan: Mapping[str, object], status: int = 200) -> Any:
        """Settle the map by columns."""
        answer = self.client.put(f"/api/imports/{import_}/map", json={"plan": plan})
        assert answer.status_code == status, answer.text
        return answer.json()

    def check(self, import_: str) -> Any:
        """Have it checked by the importer, and look."""
        self.post(f"/{import_}/check", status=202)
        self.city.work()
        return self.get(f"/{import_}")

    def commit(self, import_: str, reason: str | None = None) -> Any:
        """Have it received by the importer, and look."""
        self.post(f"/{import_}/commit", {"reason": reason}, status=202)
        self.city.work()
        return self.get(f"/{import_}")


def csv_of(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV in UTF-8."""
    return ("\n".join(",".join(row) for row in [header, *rows]) + "\n").encode()


def workbook_of(rows: Sequence[Sequence[object]], sheet: str = "数据") -> bytes:
    """A workbook of one sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def plan_of(
    columns: Mapping[str, str], *, unit: str = "MWh", time: str = "时间", **more: object
) -> dict[str, object]:
    """A map of single columns to series, all in one unit, with a time written as 2026-03-20 07:00."""
    return {
        "time": {"column": time, "formats": ["%Y-%m-%d %H:%M"]},
        "targets": [{"columns": [name], "series": series, "unit": unit} for name, series in columns.items()],
        **more,
    }


PART = b"ti"
_NUMBERS = itertools.count(1)
_STANDING = {
    "put_import_part": "uploading", "complete_import": "uploading", "commit_import": "checked",
    "get_import_moves": "committed",
}  # fmt: skip


def staged_by(city: DemoCity, firm: str, operation: str) -> str:
    """A file that somebody of a firm has staged, as far as ``operation`` needs it; its id."""
    state = _STANDING.get(operation, "mapped")
    data = PART if state == "uploading" else f"time,coal\n2026-03-01 00:00,{next(_NUMBERS)}\n".encode()
    by = Actor("test.somebody", "enterprise_clerk")
    counts = dict.fromkeys(("rows", "accepted", "partly", "refused", "left_out", "readings"), 1)
    declares = {"subjects": 0, "plan_lines": 0}
    judged: dict[str, object] = {
        **counts, "size": 1, "kept_findings": 0, "severities": {}, "codes": [], "totals": [], "series": [],
        "comparison": dict.fromkeys(OUTCOMES, 0), "declares": declares,
    }  # fmt: skip
    outcome: dict[str, object] = {
        **counts, "receipt": "R1-00000000", "arrival": 1, "already": False, "document": "", "enterprises": [],
        "declared": declares, "conflicts": 0, "waiting": 0, "before": 1, "after": 2, "series": [],
    }  # fmt: skip
    with transaction(city.database, SYSTEM) as connection:
        for old in staging.find(connection, firm):
            if old.state not in ("committing", "committed", "kept"):
                staging.discard(connection, old)
        digest = sha256(data).hexdigest()
        name = f"{next(_NUMBERS)}.csv"
        one = staging.begin(connection, firm, name, len(data), digest, by, city.clock)
        staging.put(connection, one, 1, data)
        if state != "uploading":
            columns = ColumnMap(TimeColumns("time"), [Target(["coal"], "t", f"{firm}/coal/hour")])
            staging.change(
                connection, one, city.clock, state=state, map_name="t.toml", judged=judged,
                map=compile_map(columns, owner_of(connection, firm), name),
                outcome=outcome if state == "committed" else None,
            )  # fmt: skip
    return one.id
