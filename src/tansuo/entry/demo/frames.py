"""The frames a demo device sends: HJ 212-2017, hourly amounts (2061) and live values (2011)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from tansuo.entry.demo.model import Firm, Hour, Source
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.quantity.decimals import plain, unscaled

PASSWORD = "123456"  # noqa: S105 - HJ 212's clear password is no secret and no authentication
ST = "31"


def hourly(hour: Hour) -> bytes:
    """The 2061 frame of one hour; QN is derived from the hour, so that a frame sent again is the same frame."""
    groups: list[Sequence[tuple[str, str]]] = []
    for source in hour.firm.sources:
        text = plain(unscaled(hour.values[source.id], source.decimals))
        groups.append(((f"{source.code}-Cou", text), (f"{source.code}-Flag", hour.flag)))
    if hour.flue_kg is not None:
        text = plain(unscaled(hour.flue_kg, 3))
        groups.append((("a05001-Cou", text), ("a05001-Flag", hour.flag)))
    sent = hour.start + timedelta(hours=1, seconds=20)
    return _frame(hour.firm, "2061", sent, hour.start, groups)


def live(firm: Firm, now: datetime, values: dict[str, Decimal], flag: str = "N") -> bytes:
    """A 2011 frame: the present rate an hour of every source."""
    groups = [
        ((f"{source.code}-Rtd", plain(values[source.id])), (f"{source.code}-Flag", flag))
        for source in firm.sources
    ]
    return _frame(firm, "2011", now, now, groups)


def live_value(source: Source, amount: int, wobble: int) -> Decimal:
    """The hour's amount as a rate, moved by `wobble` thousandths, in the source's decimals."""
    return unscaled(amount * (1000 + wobble) // 1000, source.decimals)


def _frame(
    firm: Firm, command: str, sent: datetime, label: datetime, groups: Sequence[Sequence[tuple[str, str]]]
) -> bytes:
    header = {
        "QN": f"{sent:%Y%m%d%H%M%S}000",
        "ST": ST,
        "CN": command,
        "PW": PASSWORD,
        "MN": firm.device,
        "Flag": "5",
    }
    return encode(header, [[("DataTime", f"{label:%Y%m%d%H%M%S}")], *groups])
