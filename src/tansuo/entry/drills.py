"""Drills: every night published figures are computed again from raw bytes, and the ledger says with what result."""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.accounting.replay import ReplayResult, replay_all
from tansuo.database.connect import SYSTEM, TROUBLES, Database, admit, transaction
from tansuo.entry.restoring import DRILL, SAMPLE, drawn
from tansuo.evidence import ledger
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Actor, Draft
from tansuo.evidence.moment import zone_of
from tansuo.quantity.finding import FindingError

log = logging.getLogger("tansuo.drills")

REPLAY = "drill/replay"
HOUR = 2
"""The civil hour of the city in which figures are replayed: the quietest."""
LOOK_SECONDS = 300.0
_ONCE_A_NIGHT = timedelta(hours=20)


def replay_some(database: Database, sample: int, clock: Clock) -> list[ReplayResult]:
    """Replay ``sample`` published figures (all, where there are no more) and state the result in the ledger."""
    begun = time.monotonic()
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        admit(connection, SYSTEM)
        size = ledger.size(connection)
        results = replay_all(connection, drawn(connection, sample))
        connection.rollback()
    equal = sum(one.equal for one in results)
    body = {
        "form": "tansuo.drill/1",
        "kind": "replay",
        "size": size,
        "replayed": len(results),
        "equal": equal,
        "differing": [one.receipt for one in results if not one.equal][:50],
        "sound": equal == len(results),
        "milliseconds": int((time.monotonic() - begun) * 1000),
    }
    with transaction(database, SYSTEM) as connection:
        ledger.append(connection, [Draft(DRILL, REPLAY, body, by=Actor("drills", "service"))], clock)
    return results


def due(connection: Connection, clock: Clock) -> bool:
    """Whether it is the hour and no replay was stated this night; never in a log that has not been opened."""
    if not ledger.size(connection):
        return False
    now = datetime.fromtimestamp(clock.now_ms() // 1000, UTC)
    if now.astimezone(ZoneInfo(zone_of(connection))).hour != HOUR:
        return False
    last = ledger.newest(connection, [REPLAY]).get(REPLAY)
    return last is None or now.timestamp() - last.recorded_ms / 1000 > _ONCE_A_NIGHT.total_seconds()


def run(database: Database, stop: threading.Event, clock: Clock) -> None:
    """Replay a sample every night until ``stop`` is set; what differs or fails is logged."""
    while not stop.wait(LOOK_SECONDS):
        try:
            with transaction(database, SYSTEM) as connection:
                wanted = due(connection, clock)
            if wanted:
                results = replay_some(database, SAMPLE, clock)
                wrong = [one.receipt for one in results if not one.equal]
                if wrong:
                    log.error(
                        "replay: %s of %s figures differ: %s", len(wrong), len(results), ", ".join(wrong[:9])
                    )
        except (FindingError, *TROUBLES) as problem:
            log.error("replay: %s", problem)
