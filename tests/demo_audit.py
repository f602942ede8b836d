"""An auditor of the demo city who trusts nothing but stored bytes: frames read by a pattern, factors written down
by hand, sums in plain Decimal, products in Fraction.

Nothing of `methods`, `accounting` or the projections of `monitoring` is used here; what they say is compared.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import Connection

from demo_city import FIRMS
from tansuo.entry.demo.model import Firm, Source
from tansuo.evidence.document import get_blob
from tansuo.evidence.ledger import read
from tansuo.monitoring.intake import records

CIVIL = timedelta(hours=8)  # Zhenjiang keeps UTC+8 the year round

# Table A.1 of the guideline, as printed: GJ/t or GJ/万Nm3, t C/GJ, oxidation; and 44/12 by molar masses.
FUELS = {
    "烟煤": ("23.736", "0.02618", "0.99"),
    "柴油": ("42.652", "0.02020", "0.98"),
    "天然气": ("389.31", "0.01532", "0.99"),
}
MOLAR = Fraction(44, 12)
# The notice of 2023, the latest published: Jiangsu, the country, the country without market-traded non-fossil.
PROVINCE, COUNTRY, REST = Fraction("0.5827"), Fraction("0.5306"), Fraction("0.6096")
HEAT = Fraction("0.11")


class Sent(NamedTuple):
    """One number of one hour as a device sent it: its text, its flag, and where the frame is stored."""

    text: str
    flag: str
    arrival: int
    record: int


class Total(NamedTuple):
    """A month of a series: the sum of what may be counted (None where nothing may), and how many hours lack."""

    known: Decimal | None
    missing: int

    @property
    def whole(self) -> bool:
        """Whether every hour is there."""
        return not self.missing


@dataclass
class Books:
    """Everything that stored bytes below one log size say: by device, code and civil hour."""

    size: int
    sent: dict[tuple[str, str], dict[datetime, Sent]] = field(default_factory=dict)
    corrected: dict[tuple[str, datetime], Decimal] = field(default_factory=dict)
    tested: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def hours(self, firm: Firm, source: Source) -> Mapping[datetime, Sent]:
        """What the device of a firm said of a source."""
        return self.sent.get((firm.device, source.code), {})

    def total(self, firm: Firm, source: Source, month: str) -> Total:
        """The month of a source. Flag N counts, F stands still and adds nothing, D says nothing usable."""
        known: Decimal | None = None
        missing = 0
        hours = self.hours(firm, source)
        for hour in hours_of(month):
            amount = self.amount(firm, source, hour, hours.get(hour))
            if amount is not None:
                known = amount if known is None else known + amount
            elif hour not in hours or hours[hour].flag == "D":
                missing += 1
        return Total(known, missing)

    def amount(self, firm: Firm, source: Source, hour: datetime, sent: Sent | None) -> Decimal | None:
        """What one hour counts for; None where it stands still or nothing usable is known."""
        put_right = self.corrected.get((f"{firm.id}/{source.id}/hour", hour))
        if put_right is not None:
            return put_right
        return Decimal(sent.text) if sent is not None and sent.flag == "N" else None


def hours_of(month: str) -> Iterable[datetime]:
    """The civil hours of a month."""
    hour = datetime.fromisoformat(f"{month}-01T00:00:00")
    while hour.strftime("%Y-%m") == month:
        yield hour
        hour += timedelta(hours=1)


FRAME = re.compile(rb"##(\d{4})(QN=.*;CN=2061;.*;MN=(\w+);.*CP=&&DataTime=(\d{14});(.*)&&)[0-9A-F]{4}\r\n")
VALUE = re.compile(rb"(\w+)-Cou=([\d.]+),\1-Flag=(\w)")


def books(connection: Connection, size: int) -> Books:
    """Read every arrival, correction and laboratory report below `size`."""
    found = Books(size)
    for entry in read(connection, 0, size, {"arrival", "correction", "document"}):
        if entry.type == "arrival":
            for number, record in enumerate(records(connection, entry)):
                _read_frame(found, record.data, entry.index, number)
        elif entry.type == "correction":
            start = datetime.fromisoformat(str(entry.body["start"])).astimezone(UTC).replace(tzinfo=None)
            found.corrected[str(entry.body["series"]), start + CIVIL] = Decimal(str(entry.body["value"]))
        else:
            _read_report(found, entry.org, get_blob(connection, str(entry.body["blob"])) or b"")
    return found


def _read_frame(found: Books, data: bytes, arrival: int, number: int) -> None:
    frame = FRAME.fullmatch(data)
    if frame is None:
        raise AssertionError(f"no hourly frame at {arrival}/{number}: {data!r}")
    length, segment, device, label, values = frame.groups()
    assert int(length) == len(segment)
    hour = datetime.fromisoformat(f"{label[:8].decode()}T{label[8:].decode()}")
    for code, text, flag in VALUE.findall(values):
        said = found.sent.setdefault((device.decode(), code.decode()), {})
        assert hour not in said, f"two frames for one hour of {device.decode()}"
        said[hour] = Sent(text.decode(), flag.decode(), arrival, number)


def _read_report(found: Books, org: str, data: bytes) -> None:
    text = data.decode("utf-8")
    month = re.search(r"DEMO-LAB-(\d{4})(\d{2})", text)
    heat, carbon = (
        re.search(r"as received\): ([\d.]+) GJ/t", text),
        re.search(r"of heat: ([\d.]+) t C/GJ", text),
    )
    assert month and heat and carbon
    found.tested[org, f"{month[1]}-{month[2]}"] = (heat[1], carbon[1])


def half_even(value: Fraction, places: int) -> Decimal:
    """Rounded once to `places` decimals, half to even, by integers."""
    scaled = value * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    if twice > scaled.denominator or (twice == scaled.denominator and whole % 2):
        whole += 1
    return Decimal(whole).scaleb(-places)


Part = tuple[Decimal | None, bool]
"""An amount (None: nothing to add) and whether it is whole."""


def emission(found: Books, firm: Firm, quantity: str, months: Iterable[str]) -> Part:
    """A quantity of a firm over months by hand: what is known of it, and whether that is all of it."""
    months = list(months)
    return {
        "E_fuel": _fuel, "E_power": _power, "E_heat": _heat, "E_power_national": _power_national,
        "E_power_green": _power_green, "E_indirect": _indirect, "T_national": _national, "T_green": _green,
    }[quantity](found, firm, months)  # fmt: skip


def _joined(*parts: Part) -> Part:
    amounts = [amount for amount, _ in parts if amount is not None]
    whole = all(is_whole for _, is_whole in parts)
    return (sum(amounts, Decimal()) if amounts else None), whole


def _each(
    found: Books, firm: Firm, months: list[str], families: set[str], factor: Mapping[str, Fraction]
) -> Part:
    """Source by source and month by month, each product rounded to two decimals."""
    parts: list[Part] = []
    for source in firm.sources:
        if source.family not in families:
            continue
        for month in months:
            total = found.total(firm, source, month)
            amount = None
            if total.known is not None:
                amount = half_even(Fraction(total.known) * factor[source.family], 2)
            parts.append((amount, total.whole))
    return _joined(*parts)


def _fuel(found: Books, firm: Firm, months: list[str]) -> Part:
    parts: list[Part] = []
    for source in firm.sources:
        if source.family not in ("solid_liquid", "gas"):
            continue
        for month in months:
            heat, carbon, burnt = FUELS[source.fuel]
            if source is firm.sources[0]:
                heat, carbon = found.tested.get((firm.id, month), (heat, carbon))
            total = found.total(firm, source, month)
            amount = None
            if total.known is not None:
                fuel = half_even(Fraction(total.known), 2)
                each = Fraction(fuel) * Fraction(heat) * Fraction(carbon) * Fraction(burnt) * MOLAR
                amount = half_even(each, 2)
            parts.append((amount, total.whole))
    return _joined(*parts)


def _power(found: Books, firm: Firm, months: list[str]) -> Part:
    return _each(found, firm, months, {"electricity"}, {"electricity": PROVINCE})


def _heat(found: Books, firm: Firm, months: list[str]) -> Part:
    return _each(found, firm, months, {"heat"}, {"heat": HEAT})


def _indirect(found: Books, firm: Firm, months: list[str]) -> Part:
    return _joined(_power(found, firm, months), _heat(found, firm, months))


def _monthly(found: Books, firm: Firm, months: list[str], less: str, factor: Fraction) -> Part:
    """Bought electricity of all supplies of a month, less another family, as one product a month."""
    parts: list[Part] = []
    for month in months:
        amount: Decimal | None = None
        whole = True
        for source in firm.sources:
            if source.family not in ("electricity", less):
                continue
            total = found.total(firm, source, month)
            whole = whole and total.whole
            if total.known is not None:
                signed = total.known if source.family == "electricity" else -total.known
                amount = signed if amount is None else amount + signed
        parts.append((None if amount is None else half_even(Fraction(amount) * factor, 2), whole))
    return _joined(*parts)


def _power_national(found: Books, firm: Firm, months: list[str]) -> Part:
    return _monthly(found, firm, months, "", COUNTRY)


def _power_green(found: Books, firm: Firm, months: list[str]) -> Part:
    return _monthly(found, firm, months, "green_electricity", REST)


def _national(found: Books, firm: Firm, months: list[str]) -> Part:
    return _joined(*(one(found, firm, months) for one in (_fuel, _power_national, _heat)))


def _green(found: Books, firm: Firm, months: list[str]) -> Part:
    return _joined(*(one(found, firm, months) for one in (_fuel, _power_green, _heat)))


def firm_of(name: str) -> Firm:
    """The invented firm of that id."""
    return next(one for one in FIRMS if one.id == name)


def source_of(firm: Firm, series: str) -> Source:
    """The source whose hourly amounts a series keeps."""
    return next(one for one in firm.sources if f"{firm.id}/{one.id}/hour" == series)


def civil(moment: datetime) -> datetime:
    """A UTC time as the city's clocks show it."""
    return moment.astimezone(UTC).replace(tzinfo=None) + CIVIL


def months_of(period: str) -> list[str]:
    """The months of `2026-04` or `2026-Q2`."""
    year, _, rest = period.partition("-")
    if rest.startswith("Q"):
        first = 3 * int(rest[1]) - 2
        return [f"{year}-{month:02d}" for month in range(first, first + 3)]
    return [period]


def last_day(month: str) -> date:
    """The day after the last of a month."""
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=32)).replace(day=1)
