"""What was promised of receiving, and how it is kept, as data."""

from __future__ import annotations

from pydantic import BaseModel

from tansuo.monitoring.promise import Standing


class KeptPromise(BaseModel):
    """One promise over the last `days`: of `count` things received, 99 of 100 within `promised_ms` (`kept`, null where
    nothing was measured). `p50_ms` and `p99_ms` are upper bounds; `late` took longer than promised."""

    kind: str
    promised_ms: int
    days: int
    count: int
    p50_ms: int | None
    p99_ms: int | None
    worst_ms: int | None
    late: int
    kept: bool | None


class ReceivingPromise(BaseModel):
    """Both promises (`acknowledged`, `signed`), over a day and a week; `waiting_ms`: how long the oldest thing that
    no head covers has waited by now; `broken`: one of them is not kept, or is being broken."""

    measured: list[KeptPromise]
    waiting_ms: int | None
    broken: bool


def receiving_promise(found: Standing) -> ReceivingPromise:
    """The same as data."""
    return ReceivingPromise(
        measured=[
            KeptPromise(
                kind=one.kind,
                promised_ms=one.promised,
                days=one.days,
                count=one.count,
                p50_ms=one.p50,
                p99_ms=one.p99,
                worst_ms=one.worst,
                late=one.beyond,
                kept=one.kept,
            )
            for one in found.measured
        ],
        waiting_ms=found.waiting_ms,
        broken=found.broken,
    )
