"""What the first reader would wait for is evaluated when the application starts: the months the cockpit shows.

Nothing is kept that a request would not keep (see ``accounting.memory``), and nothing depends on it: where it
fails, the first request does the work and says what is wrong.
"""

from __future__ import annotations

import logging
import threading
import time

from fastapi import FastAPI

from tansuo.accounting.cockpit import cockpit
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.overview import METHOD
from tansuo.accounting.shipped import shelf
from tansuo.api.loading import told
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.moment import civil, zone_of
from tansuo.quantity.period import Period
from tansuo.registry import subject

PAUSE = 1.0

log = logging.getLogger("tansuo.api")


def begin(app: FastAPI) -> threading.Thread:
    """Warm in a thread of its own, which does not keep the process from ending."""
    thread = threading.Thread(target=_run, args=(app,), name="warming", daemon=True)
    thread.start()
    return thread


def warm(app: FastAPI) -> int:
    """Evaluate the last month over of every city and what it is compared with; how many cities there are."""
    with transaction(app.state.database, SYSTEM) as connection:
        today = civil(app.state.clock.now_ms(), zone_of(connection)).date()
        month = Period.of_month(today.year, today.month).previous()
        cities = subject.find(connection, kind="city")
        for city in cities:
            inventory = Inventory(connection, None, app.state.memory)
            cockpit(connection, inventory, city.id, month, METHOD, today)
    return len(cities)


def _run(app: FastAPI) -> None:
    while told() is not None:  # a load behind the pages needs the processor more than we do
        time.sleep(PAUSE)
    try:
        warm(app)
        shelf()  # the packs are read once; the browser of methods then lists them at once
    except Exception:
        log.warning("what readers ask for first could not be evaluated beforehand", exc_info=True)
