"""The importer: checks and receives staged files in the background, one at a time, and survives being killed.

A job is a staged file in the state "checking" or "committing"; there is no other queue. Whoever works on one
holds an advisory lock in a transaction of its own, so that a second importer passes it by, and so that the job
of one that died is free at once. A job that ended its importer three times is given up with a finding.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select, text

from tansuo.database.connect import SYSTEM, TROUBLES, Database, transaction, trouble
from tansuo.evidence.clock import Clock
from tansuo.evidence.projection import Projection
from tansuo.monitoring.connectors.workbook import judge, read_mapping
from tansuo.monitoring.importing import checking, staging
from tansuo.monitoring.importing.receiving import File, Imported, bring_up, import_readings
from tansuo.monitoring.importing.staging import Staged
from tansuo.monitoring.tables_import import staged_file
from tansuo.quantity.finding import Finding, FindingError

log = logging.getLogger("tansuo.importer")

INTERVAL = 0.3
ATTEMPTS = 3
_TELL_EVERY_S = 0.25
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended('staged/' || :file, 0))")


class Importer:
    """Works off the staged files of one database."""

    def __init__(self, database: Database, projections: Sequence[Projection], clock: Clock) -> None:
        self.database = database
        self.projections = projections
        self.clock = clock

    def step(self) -> int:
        """Work on every job there is and nobody else has; how many were worked on."""
        worked = 0
        for name, org in self._waiting():
            with self._claim(name, org) as one:
                if one is not None:
                    self._work(one)
                    worked += 1
        return worked

    def _waiting(self) -> list[tuple[str, str]]:
        table = staged_file
        query = select(table.c.id, table.c.org_id).where(table.c.state.in_(staging.AT_WORK))
        with transaction(self.database, SYSTEM) as connection:
            return [(row.id, row.org_id) for row in connection.execute(query.order_by(table.c.changed))]

    @contextmanager
    def _claim(self, name: str, org: str) -> Iterator[Staged | None]:
        """The job, if it is free and still one, for as long as the block lasts."""
        with transaction(self.database, SYSTEM) as holding:
            if not holding.execute(_LOCK, {"file": name}).scalar_one():
                yield None
                return
            with transaction(self.database, SYSTEM) as connection:
                one = staging.get(connection, name, org)
                if one is not None and one.state in staging.AT_WORK:
                    one = staging.change(connection, one, self.clock, attempts=one.attempts + 1)
                else:
                    one = None
            yield one

    def _work(self, one: Staged) -> None:
        if one.attempts > ATTEMPTS:
            self._stop(one, [Finding("monitoring.import_gave_up", {"file": one.name}, {"times": ATTEMPTS})])
            return
        try:
            self._check(one) if one.state == "checking" else self._receive(one)
        except FindingError as refused:
            self._stop(one, list(refused.findings))
        except TROUBLES:
            raise  # the database is gone: the job stays, and is taken up again
        except Exception:
            log.exception("the file %s cannot be worked on", one.id)
            self._stop(one, [Finding("monitoring.import_broken", {"file": one.name})])

    def _check(self, one: Staged) -> None:
        bring_up(self.database, self.projections)
        with transaction(self.database, SYSTEM) as connection:
            data = staging.data_of(connection, one)
            found = checking.check(
                connection, one.org, one.name, data, one.map_name or "", one.map or b"", one.by,
                progress=_Teller(self, one, 5, 90), now_s=self.clock.now_ms() // 1000,
            )  # fmt: skip
        unreadable = found.judged.rows == 0 or any(
            finding.code == "monitoring.import_foreign_enterprise" for finding in found.findings
        )
        state: staging.State = "refused" if unreadable or not found.judged.readings else "checked"
        with transaction(self.database, SYSTEM) as connection:
            held = staging.get(connection, one.id, one.org, hold=True)
            if held is None or held.state != "checking" or held.map != one.map:
                return  # thrown away or mapped anew meanwhile
            staging.clear_findings(connection, one)
            checking.keep_findings(connection, one, found)
            staging.change(
                connection, one, self.clock, state=state, judged=found.as_json(), problem=None, attempts=0,
                done=100, of=100, what="",
            )  # fmt: skip

    def _receive(self, one: Staged) -> None:
        with transaction(self.database, SYSTEM) as connection:
            data = staging.data_of(connection, one)
        map_name, map_data = one.map_name or "", one.map or b""
        mapping = read_mapping(map_data, map_name)
        judged = judge(data, one.name, mapping, progress=_Teller(self, one, 5, 70))
        imported = import_readings(
            self.database, self.projections, self.clock, File(one.name, data, map_name, map_data), mapping,
            judged, by=one.by, reason=one.reason, org=one.org, progress=_Teller(self, one, 70, 99),
        )  # fmt: skip
        with transaction(self.database, SYSTEM) as connection:
            outcome = outcome_of(imported)
            staging.forget_parts(connection, one)
            staging.change(
                connection, one, self.clock, state="committed", outcome=outcome, problem=None, attempts=0,
                done=100, of=100, what="",
            )  # fmt: skip

    def _stop(self, one: Staged, findings: Sequence[Finding]) -> None:
        problem = [finding.as_json() for finding in findings]
        with transaction(self.database, SYSTEM) as connection:
            if staging.get(connection, one.id, one.org, hold=True) is not None:
                staging.change(
                    connection, one, self.clock, state="refused", problem=problem, attempts=0, done=0, of=0,
                    what="",
                )  # fmt: skip

    def tell(self, one: Staged, done: int, what: str) -> None:
        """Write down how far a job has come, of 100."""
        with transaction(self.database, SYSTEM) as connection:
            if staging.get(connection, one.id, one.org) is not None:
                staging.change(connection, one, self.clock, done=done, of=100, what=what)


def outcome_of(imported: Imported) -> dict[str, object]:
    """What receiving a file did, as plain data.

    Between the log sizes ``before`` and ``after`` lie its declarations and its arrival, and nothing else.
    """
    arrival = imported.arrival
    return {
        "receipt": imported.receipt,
        "arrival": arrival.index,
        "already": not imported.fresh,
        "document": arrival.body["document"],
        "enterprises": imported.declared.orgs or [arrival.org],
        "declared": {"subjects": imported.declared.subjects, "plan_lines": imported.declared.lines},
        "readings": imported.judged.readings,
        "rows": imported.judged.rows,
        "accepted": imported.judged.accepted,
        "partly": imported.judged.partly,
        "refused": imported.judged.refused,
        "left_out": imported.judged.left_out,
        "conflicts": imported.conflicts,
        "waiting": imported.waiting,
        "before": arrival.index - len(imported.declared.drafts) if imported.fresh else arrival.index + 1,
        "after": arrival.index + 1,
        "series": sorted(imported.judged.found),
    }


class _Teller:
    """Progress of one stage, spread over a part of the whole, and not written more often than people can see."""

    def __init__(self, importer: Importer, one: Staged, first: int, last: int) -> None:
        self._importer = importer
        self._one = one
        self._first = first
        self._last = last
        self._told = 0.0

    def __call__(self, done: int, of: int, what: str) -> None:
        now = time.monotonic()
        if now - self._told < _TELL_EVERY_S:
            return
        self._told = now
        share = (self._last - self._first) * done // max(1, of)
        self._importer.tell(self._one, self._first + share, what)


def run(importer: Importer, stop: threading.Event, interval: float = INTERVAL) -> None:
    """Work until ``stop`` is set; a trouble with the database is said once and tried again."""
    last = ""
    while not stop.wait(interval if not last else 10 * interval):
        try:
            importer.step()
            now = ""
        except TROUBLES as problem:
            now = trouble(problem)
        except FindingError as refused:
            now = f"standing still: {refused}"
        if now and now != last:
            log.error(now)
        last = now
