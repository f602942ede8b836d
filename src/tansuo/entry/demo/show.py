"""Scenes for showing the running demo: `tansuo demo scene NAME`. Each prints what happened and where to look."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from sqlalchemy import Connection

from tansuo.accounting.drilldown import amounts_of, day_by_readings
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.raw import raw
from tansuo.accounting.receipt import Published, history_of, published
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.database.settings import home
from tansuo.entry import compose, services
from tansuo.entry.demo import publishing
from tansuo.entry.demo.declare import LIVE_STEP, series_id
from tansuo.entry.demo.frames import hourly
from tansuo.entry.demo.history import owed
from tansuo.entry.demo.live import Memory, civil_now
from tansuo.entry.demo.model import Firm, firms
from tansuo.entry.demo.scenes import scenes
from tansuo.entry.demo.trips import Trips
from tansuo.evidence import ledger
from tansuo.monitoring.connectors.hj212.device import Device
from tansuo.monitoring.reading import PeriodSum, Reading
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding, FindingError

Lines = Iterator[str]
DELIVERY_SECONDS = 30.0
USUAL_FIRM = "demo.power-l"


def run(arguments: argparse.Namespace) -> int:
    """Play one scene; FindingError where the log is no demo's, or the demo does not run that has to."""
    database = compose.open_database(migrate=False)
    need_demo(database)
    for line in SCENES[arguments.scene][0](database, arguments):
        print(line, flush=True)
    return 0


def need_demo(database: Database) -> None:
    """FindingError ``entry.scene_needs_demo`` for a log that is not a demo's: nothing is played on real data."""
    with transaction(database, SYSTEM) as connection:
        genesis = ledger.get(connection, 0) if ledger.size(connection) else None
    if genesis is None or not genesis.body.get("demo"):
        origin = "—" if genesis is None else str(genesis.body["origin"])
        raise FindingError(Finding("entry.scene_needs_demo", params={"origin": origin}))


def _reached(name: str) -> tuple[str, int]:
    found = services.reached(name)
    if found is None:
        raise FindingError(Finding("entry.demo_not_running"))
    return found


def _base() -> str:
    """The pages' address; a path alone where nothing serves them."""
    found = services.reached("api")
    return "" if found is None else f"http://{found[0]}:{found[1]}"


def _memory() -> Memory:
    return Memory(home() / "demo" / "devices.json")


def _firm(name: str) -> Firm:
    for firm in firms():
        if name in (firm.id, firm.id.removeprefix("demo.")):
            return firm
    raise FindingError(Finding("entry.no_demo_firm", params={"name": name}))


def listed(database: Database, arguments: argparse.Namespace) -> Lines:
    """What can be shown."""
    for name, (_, zh, en) in SCENES.items():
        yield f"  {name:<16} {zh} {en}"


def trip(database: Database, arguments: argparse.Namespace) -> Lines:
    """A device reports from now on, for some minutes, that its firm stands still (flag F)."""
    _reached("gateway")
    firm = _firm(arguments.firm or USUAL_FIRM)
    now = civil_now().replace(microsecond=0)
    until = now + timedelta(minutes=arguments.minutes)
    Trips(home() / "demo" / "trips.json").add(firm.id, now, until)
    yield f"{firm.zh} {firm.en}: F 停运 stopped {now:%H:%M:%S} – {until:%H:%M:%S}"
    yield f"  最迟 {LIVE_STEP} 秒后可见 seen within {LIVE_STEP} s"
    yield f"  {_base()}/zh/enterprises/{firm.id}"
    yield f"  {_base()}/zh/app/enterprises/{firm.id}?tab=live"


def late(database: Database, arguments: argparse.Namespace) -> Lines:
    """The hours of three days ago that a device kept in its memory are sent now."""
    host, port = _reached("gateway")
    today = _memory().loaded or civil_now().date()
    for scene in (one for one in scenes() if one.kind == "owed"):
        firm = _firm(scene.firm)
        kept = list(owed(firm, today))
        asyncio.run(asyncio.wait_for(_deliver(host, port, [hourly(said) for said in kept]), DELIVERY_SECONDS))
        day = scene.first_day(today)
        yield f"{firm.zh} {firm.en}: {len(kept)} 帧迟到 late frames, {day} {kept[0].start:%H}–{kept[-1].start:%H} h"
        yield "  再发一次不产生变化 sending them again changes nothing (same QN)"
        page = f"{_base()}/zh/series/{series_id(firm, firm.sources[0])}/{day}"
        yield f"  昨天所知 as known yesterday {page}?known_on={today - timedelta(days=1)}"
        yield f"  现在 now {page}"
        yield f"  {_base()}/zh/app/enterprises/{firm.id}?tab=history&kind=late"


async def _deliver(host: str, port: int, frames: list[bytes]) -> None:
    await Device(host, port).deliver(frames)


def first_published(database: Database, arguments: argparse.Namespace) -> Lines:
    """Figures that moved after publication: as first published, and as now known."""
    with transaction(database, SYSTEM) as connection:
        for cell in _moved(connection, _memory().loaded or civil_now().date()):
            yield from _compared(connection, cell)
    if arguments.restate:
        with transaction(database, SYSTEM) as connection:
            yield from _restated(connection, _memory().loaded or civil_now().date())


def _moved(connection: Connection, today: date) -> list[Cell]:
    """The cells of firms that late data or a correction of the history moved."""
    touched = [one for one in scenes() if one.kind in ("correction", "late")]
    found = []
    for scene in touched:
        period = f"{scene.first_day(today):%Y-%m}"
        for quantity in publishing.QUANTITIES:
            cell = Cell(scene.firm, quantity, period, publishing.METHOD)
            said = history_of(connection, cell)
            if said and _now(connection, cell) != said[0].value:
                found.append(cell)
    return found


def _now(connection: Connection, cell: Cell) -> str | None:
    return Inventory(connection).figures([cell])[0].text


def _compared(connection: Connection, cell: Cell) -> Lines:
    firm, said, now = _firm(cell.subject), history_of(connection, cell), _now(connection, cell)
    yield f"{firm.zh} {firm.en} · {cell.quantity} · {cell.period}"
    yield _line("首次发布 first published", said[0])
    for later in said[1:]:
        yield _line("再次发布 published again", later)
    if now != said[-1].value:
        query = f"subject={cell.subject}&quantity={cell.quantity}&period={cell.period}&method={cell.method}"
        yield f"  现在(未发布) as now known, not published   {now} {said[0].unit}"
        yield f"    {_base()}/zh/figures?{query}"
    if said[0].value is not None and now is not None:
        yield f"  {_base()}/zh/receipts/{said[0].receipt}#why"


def _line(words: str, one: Published) -> str:
    value = "不完整 incomplete" if one.value is None else f"{one.value} {one.unit}"
    return f"  {words}   {value}   {one.receipt} @{one.size}\n    {_base()}/zh/receipts/{one.receipt}"


def _restated(connection: Connection, today: date) -> Lines:
    """Publish again what the correction moved; the reason stands in the new entry."""
    for scene in (one for one in scenes() if one.kind == "correction"):
        month, firm = scene.first_day(today).replace(day=1), _firm(scene.firm)
        reason = "更正后重新发布(演示) published again after a correction (demo)"
        for entry in publishing.publish_again(connection, month, firm, reason, compose.system_clock()):
            yield f"  {ledger.receipt_id(entry)}   {_base()}/zh/receipts/{ledger.receipt_id(entry)}"


def receipt(database: Database, arguments: argparse.Namespace) -> Lines:
    """One receipt's way down to a frame: formula, amount, series, day, reading, record, bytes."""
    with transaction(database, SYSTEM) as connection:
        one = _chosen(connection, arguments.receipt)
        yield from _way_down(connection, one)


def _chosen(connection: Connection, name: str | None) -> Published:
    found = [
        one
        for one in published(connection, subject=None if name else USUAL_FIRM)
        if (one.receipt == name if name else one.cell.quantity == "E_fuel" and one.value is not None)
    ]
    if not found:
        raise FindingError(Finding("entry.no_such_receipt", params={"receipt": name or USUAL_FIRM}))
    return found[-1]


def _way_down(connection: Connection, one: Published) -> Lines:
    base = _base()
    yield f"收据 receipt      {one.receipt} · {one.cell.subject} · {one.cell.quantity} · {one.cell.period}"
    yield f"                  {base}/zh/receipts/{one.receipt}"
    yield f"数值 value        {one.value} {one.unit} @{one.size}"
    figure = Inventory(connection, one.size).figures([one.cell])[0]
    yield f"方法 method       {base}/zh/methods/{figure.method_fingerprint}"
    parts = [(amount.activity, part) for amount in amounts_of(figure) for part in amount.activity.sums]
    if not parts:
        yield "合计 sum          " + ", ".join(child.subject for child in figure.children)
        return
    activity, part = next(((a, p) for a, p in parts if p.partial), parts[0])
    known = "—" if part.partial is None else plain(part.partial)
    yield f"活动数据 amount   {activity.source} {activity.month}: {known} {part.unit}"
    day, reading = _reading(connection, figure, part)
    assert reading.value is not None
    yield f"日 day            {base}/zh/series/{part.series}/{day}"
    yield f"读数 reading      {reading.start:%Y-%m-%dT%H:%MZ} {plain(reading.value)} {part.unit}"
    yield f"到达 arrival      {base}/zh/ledger/{reading.arrival} · {base}/zh/frames/{reading.arrival}/{reading.record}"
    yield f"报文 frame        {raw(connection, reading.arrival, reading.record).text.strip()}"


def _reading(connection: Connection, figure: Figure, part: PeriodSum) -> tuple[date, Reading]:
    """A reading of the last day of the month on which the series has one."""
    for day in reversed(part.period.days()):
        told = [
            one.reading for one in day_by_readings(connection, figure, part.series, day) if one.reading.value
        ]
        if told:
            return day, told[len(told) // 2]
    raise FindingError(Finding("entry.no_such_receipt", params={"receipt": part.series}))


SCENES: dict[str, tuple[Callable[[Database, argparse.Namespace], Lines], str, str]] = {
    "list": (listed, "列出", "what can be shown"),
    "trip": (trip, "机组停运:在线设备发停运标记", "a living device says that its firm stands still"),
    "late": (late, "迟到报文:三天前的小时数据现在才到", "the hours of three days ago arrive now"),
    "first-published": (first_published, "首次发布与现在", "as first published against as now known"),
    "receipt": (receipt, "一张收据追到一条报文", "one receipt's way down to a frame"),
}
