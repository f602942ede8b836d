"""An open ledger that the registry follows: ``enter`` appends drafts and brings the tables forward."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Draft, Entry
from tansuo.evidence.ledger import append, open_ledger
from tansuo.evidence.projection import catch_up
from tansuo.registry.projection import PROJECTION

Enter = Callable[..., list[Entry]]


@pytest.fixture
def enter(connection: Connection) -> Enter:
    """``enter(*drafts)`` on a ledger of Zhenjiang opened on 1 March 2026; returns the entries."""
    clock = SimulatedClock(1_772_323_200_000)
    open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)

    def write(*drafts: Draft) -> list[Entry]:
        entries = append(connection, drafts, clock)
        catch_up(connection, [PROJECTION])
        return entries

    return write
