"""Homes of the three administrators: how their own work stands, in a few counts."""

from __future__ import annotations

from datetime import timedelta

from tansuo.api import access_log, people, sessions
from tansuo.api.health import health
from tansuo.api.home_shapes import AuditHome, SecurityHome, SystemHome
from tansuo.api.homes.here import Here
from tansuo.api.viewer import clock_of, summing
from tansuo.database.settings import home

DAY = timedelta(days=1)


def system_admin(here: Here) -> SystemHome:
    """Whether everything runs and keeps up."""
    with summing(here.request) as connection:
        found = health(connection, home())
    return SystemHome(
        running=sum(one.state == "running" for one in found.services),
        services=len(found.services),
        lag=max(found.lags.values(), default=found.ledger_size),
        unsigned=found.ledger_size - (found.checkpoint_size or 0),
        waiting_records=found.waiting_records,
        disk_bytes=found.disk_bytes,
        disk_free_bytes=found.disk_free_bytes,
    )


def security_admin(here: Here) -> SecurityHome:
    """Who is in, what waits, what failed."""
    clock = clock_of(here.request)
    with summing(here.request) as connection:
        found = people.people(connection, clock)
        links = people.waiting_links(connection, clock)
        counted = access_log.counts(connection, sessions.now(clock) - DAY)
    return SecurityHome(
        people=len({one.label for one in found}),
        open_sessions=sum(one.open_sessions for one in found),
        waiting_links=len(links),
        failures_last_day=counted["sign_in_failed"] + counted["refused"],
    )


def audit_admin(here: Here) -> AuditHome:
    """The last day by kinds of events, read with the administrator's own access."""
    since = sessions.now(clock_of(here.request)) - DAY
    return AuditHome(last_day=access_log.counts(here.connection, since))
