"""The demo laboratory: one report a month on the coal of each coal-fired power plant, kept as a document
with its hash."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from sqlalchemy import Connection

from tansuo.accounting.fuel_basis import Basis
from tansuo.accounting.fuel_tests import Analysis, LabReport, Result, Sample, drafts
from tansuo.accounting.local_factor import local_factor
from tansuo.entry.demo import bases
from tansuo.entry.demo.declare import BY, source_id
from tansuo.entry.demo.model import SEED, Firm, months_before
from tansuo.entry.demo.model import Source as Unit
from tansuo.evidence.clock import Clock
from tansuo.evidence.document import register_document
from tansuo.evidence.entry import Draft
from tansuo.evidence.ledger import append
from tansuo.quantity.decimals import plain, round_to, unscaled
from tansuo.registry.source import Source, Status


def _results(firm: Firm, month: date) -> tuple[Decimal, Decimal]:
    """Net calorific value in GJ/t and carbon content in t C/GJ of the month's composite sample. Invented."""
    chance = random.Random(f"{SEED}/lab/{firm.id}/{month:%Y-%m}")  # noqa: S311 - a demo's dice
    return unscaled(23_300 + chance.randint(-420, 420), 3), unscaled(2_590 + chance.randint(-22, 26), 5)


def _coal(firm: Firm) -> list[Unit]:
    """The sources that burn the coal of the composite sample."""
    return [source for source in firm.sources if source.indicator == "fuel_consumption"]


def _analysis(firm: Firm, month: date) -> tuple[Decimal, Decimal, Decimal]:
    """Air-dried carbon and both moistures (as received, air-dried) of the same sample in per cent; the carbon is
    what heat and carbon of heat come to. Invented."""
    chance = random.Random(f"{SEED}/lab/{firm.id}/{month:%Y-%m}/moisture")  # noqa: S311 - a demo's dice
    ncv, cc = _results(firm, month)
    received, dried = unscaled(980 + chance.randint(-90, 90), 2), unscaled(210 + chance.randint(-25, 25), 2)
    carbon = ncv * cc * 100 * (100 - dried) / (100 - received)
    return round_to(carbon, 2), received, dried


def report(firm: Firm, month: date) -> bytes:
    """The report's text. It says itself that it is synthetic."""
    ncv, cc = _results(firm, month)
    carbon, received, dried = _analysis(firm, month)
    return (
        "演示数据 SYNTHETIC — 不是真实检测报告 not a real test report\n"
        f"演示检测机构 Demo Laboratory · 报告 DEMO-LAB-{month:%Y%m}\n"
        f"委托单位 client: {firm.zh} {firm.en}\n"
        f"样品 sample: 入炉煤月综合样 monthly composite of coal as fired, {month:%Y-%m}\n"
        f"收到基低位发热量 net calorific value (as received): {plain(ncv)} GJ/t\n"
        f"单位热值含碳量 carbon content of heat: {plain(cc)} t C/GJ\n"
        f"空气干燥基元素碳 carbon, air-dried: {plain(carbon)} %\n"
        f"全水分 total moisture: {plain(received)} % · 内水 moisture, air-dried: {plain(dried)} %\n"
    ).encode()


def submit(connection: Connection, firms: Sequence[Firm], month: date, clock: Clock) -> None:
    """Register the reports of `month` on the coal of some firms, and state what they say."""
    stated = [draft for firm in firms for draft in _reported(connection, firm, month, clock)]
    append(connection, stated, clock)


def _reported(connection: Connection, firm: Firm, month: date, clock: Clock) -> Iterator[Draft]:
    """Register the report of `month` and state its two results for that month, for every source
    that burns the coal."""
    data = report(firm, month)
    name = f"DEMO-LAB-{month:%Y%m}.txt"
    document = register_document(
        connection,
        name,
        "text/plain",
        data,
        firm.id,
        by=BY,
        clock=clock,
        about=source_id(firm, _coal(firm)[0]),
    )
    yield from _statements(firm, month, name, str(document.body["blob"]))


def _statements(firm: Firm, month: date, name: str, digest: str) -> Iterator[Draft]:
    ncv, cc = _results(firm, month)
    cited = Source(f"{name}(演示数据 synthetic)", Status.EXAMPLE, document=digest)
    results = (("ncv", ncv, "GJ/t"), ("cc", cc, "t C/GJ"))
    for source, (column, value, unit) in product(_coal(firm), results):
        yield local_factor(
            source_id(firm, source),
            column,
            f"{month:%Y-%m}",
            value,
            unit,
            synthetic=True,
            issuer="demo.laboratory",
            source=cited,
            org=firm.id,
            by=BY,
        )
    if bases.tested(firm):
        for source in _coal(firm):
            yield from drafts(_sample(firm, source, month, digest), org=firm.id, by=BY)


def _sample(firm: Firm, source: Unit, month: date, digest: str) -> Analysis:
    """The analysis of the month's composite sample: carbon and moistures, as the report has them."""
    carbon, received, dried = _analysis(firm, month)
    last = months_before(month, -1) - timedelta(days=1)
    sample = Sample(f"{source.id}-{month:%Y%m}", month, last, True, month, last)
    test = LabReport(
        "demo.laboratory", f"DEMO-LAB-{month:%Y%m}(演示数据 synthetic)", last + timedelta(days=3), ("CMA",), digest,
        Status.EXAMPLE,
    )  # fmt: skip
    results = (
        Result("carbon", Basis.AD, carbon, "%"),
        Result("moisture", Basis.AR, received, "%"),
        Result("moisture", Basis.AD, dried, "%"),
    )
    return Analysis(source_id(firm, source), sample, test, results, synthetic=True)
