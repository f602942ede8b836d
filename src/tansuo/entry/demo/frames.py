"""The frames a demo device sends, HJ 212-2017: amounts by the hour (2061) and day (2031), live values (2011)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from tansuo.entry.demo.model import Firm
from tansuo.entry.demo.numbers import Said
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.quantity.decimals import plain, unscaled

PASSWORD = "123456"  # noqa: S105 - HJ 212's clear password is no secret and no authentication
ST = "31"
SENT_AFTER = timedelta(seconds=20)
"""How long after the end of its hour or day a device sends the frame."""

Groups = Sequence[Sequence[tuple[str, str]]]


def hourly(said: Said) -> bytes:
    """The 2061 frame of one hour; QN is derived from the hour, so that a frame sent again is the same frame."""
    return _amounts(said, "2061", timedelta(hours=1))


def daily(said: Said) -> bytes:
    """The 2031 frame of one day, likewise."""
    return _amounts(said, "2031", timedelta(days=1))


def live(firm: Firm, now: datetime, values: Mapping[str, Decimal], flags: Mapping[str, str]) -> bytes:
    """A 2011 frame: the present rate an hour of every source."""
    groups = [
        ((f"{source.code}-Rtd", plain(values[source.id])), (f"{source.code}-Flag", flags[source.id]))
        for source in firm.sources
    ]
    return _frame(firm, "2011", now, now, groups)


def live_value(amount: int, decimals: int, wobble: int) -> Decimal:
    """The hour's amount as a rate, moved by ``wobble`` thousandths, with the source's decimals."""
    return unscaled(amount * (1000 + wobble) // 1000, decimals)


def _amounts(said: Said, command: str, span: timedelta) -> bytes:
    groups = []
    for source in said.firm.sources:
        text = _written(said.values[source.id], source.decimals)
        groups.append(((f"{source.code}-Cou", text), (f"{source.code}-Flag", said.flags[source.id])))
    if said.flue_kg is not None and said.firm.flue is not None:
        flag = said.flags[said.firm.flue.source]
        groups.append((("a05001-Cou", _written(said.flue_kg, 3)), ("a05001-Flag", flag)))
    return _frame(said.firm, command, said.start + span + SENT_AFTER, said.start, groups)


def _written(number: int, decimals: int) -> str:
    """A whole number of 10^-decimals, not negative, as a decimal text."""
    whole, part = divmod(number, 10**decimals)
    return f"{whole}.{part:0{decimals}d}"


def _frame(firm: Firm, command: str, sent: datetime, label: datetime, groups: Groups) -> bytes:
    header = {
        "QN": f"{_compact(sent)}000",
        "ST": ST,
        "CN": command,
        "PW": PASSWORD,
        "MN": firm.device,
        "Flag": "5",
    }
    return encode(header, [[("DataTime", _compact(label))], *groups])


def _compact(moment: datetime) -> str:
    """yyyyMMddHHmmss."""
    return moment.isoformat(timespec="seconds").translate(_NO_MARKS)


_NO_MARKS = str.maketrans("", "", "-:T")
