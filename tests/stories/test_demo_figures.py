"""Fifty figures of the demo city, drawn by lot, followed down to stored frames and computed again by hand.

Published ones and provisional ones, of firms and of roll-ups: every reading under them is found in the bytes a
device sent, every sum is added up again, and the method's formula, written out in `demo_audit`, gives the very
string. Replay gives it too, from raw bytes; and where one stored byte was changed it says so.
"""

import json
import random
import zlib
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import pytest
from sqlalchemy import Connection, text

from demo_audit import (
    Books,
    books,
    civil,
    emission,
    firm_of,
    hours_of,
    last_day,
    months_of,
    source_of,
)
from demo_city import FIRMS, METHOD, OTHER, OWN, DemoCity
from demo_things import public_receipt, things_of
from tansuo.accounting.drilldown import amounts_of
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.raw import raw
from tansuo.accounting.receipt import Published, published
from tansuo.database.connect import SYSTEM, admit
from tansuo.entry.cli import main
from tansuo.evidence.ledger import size
from tansuo.monitoring.series import Reading, readings
from tansuo.quantity.state import State
from tansuo.registry.zhenjiang import CITY, UNITS

SEED = 20260521
DRAWN = 50
OWN_QUANTITIES = (
    "E_fuel", "E_indirect", "E_power", "E_heat", "E_power_national", "E_power_green", "T_national", "T_green",
)  # fmt: skip
PERIODS = ("2026-03", "2026-04", "2026-05", "2026-Q2")


class Audit:
    """The city's books and figures, each read once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.now = size(connection)
        own = [one for one in published(connection) if one.cell.method == METHOD]
        self.published = {one.receipt: one for one in own}
        self.books: Callable[[int], Books] = cache(lambda at: books(connection, at))
        self.inventory: Callable[[int], Inventory] = cache(lambda at: Inventory(connection, at))
        self.readings: Callable[[str, str, int], list[Reading]] = cache(
            lambda series, month, at: readings(
                connection, series, next(iter(hours_of(month))).date(), last_day(month), at
            )
        )

    def draw(self) -> list[tuple[Cell, int, str]]:
        """Cells with the log size they are asked at, and the receipt of those that are published."""
        pool = [(one.cell, one.size, one.receipt) for one in self.published.values()]
        pool += [
            (Cell(firm.id, quantity, period, METHOD), self.now, "")
            for firm in FIRMS
            for quantity in OWN_QUANTITIES
            for period in PERIODS
        ]
        pool += [
            (Cell(subject, quantity, period, METHOD, "reports_for"), self.now, "")
            for subject in (*UNITS, CITY)
            for quantity in ("E_fuel", "E_indirect", "T_national")
            for period in PERIODS
        ]
        return random.Random(SEED).sample(pool, DRAWN)

    def figure(self, cell: Cell, at: int) -> Figure:
        return self.inventory(at).figures([cell])[0]


@pytest.fixture(scope="module")
def audit(demo: DemoCity) -> "object":
    with demo.connection() as connection:
        yield Audit(connection)


def follow(audit: Audit, figure: Figure) -> int:
    """Follow a figure of a firm to every frame under it; how many readings were met."""
    found, firm, met = audit.books(figure.as_of), firm_of(figure.cell.subject), 0
    for amount in amounts_of(figure):
        activity = amount.activity
        if not activity.sums:
            continue
        (part,) = activity.sums
        source = source_of(firm, part.series)
        total = found.total(firm, source, activity.month)
        assert (part.partial, part.unit) == (total.known, source.unit)
        assert activity.known == total.known
        assert sum(hole.cells for hole in part.holes) == total.missing
        hours = found.hours(firm, source)
        for reading in audit.readings(part.series, activity.month, figure.as_of):
            met += 1
            at = civil(reading.start)
            assert reading.arrival < figure.as_of
            assert reading.value == found.amount(firm, source, at, hours[at])
            assert (reading.state is State.NOT_OPERATING) is (hours[at].flag == "F")
            if reading.entry == reading.arrival and not reading.superseded:
                sent = hours[at]
                assert (reading.arrival, reading.record, reading.flag) == (
                    sent.arrival,
                    sent.record,
                    sent.flag,
                )
    return met


def compare(audit: Audit, figure: Figure) -> int:
    """A figure against the hand's; roll-ups part by part. How many readings are under it."""
    if figure.cell.relation:
        below = [one for child in figure.children for one in child.figures]
        met = sum(compare(audit, one) for one in below)
        values = [one.value for one in below if one.value is not None]
        holes = [one for one in below if not one.completeness.complete]
        assert figure.value == (sum(values, Decimal()) if values and not holes else None)
        known = [one.partial for one in below if one.partial is not None]
        assert figure.partial == (sum(known, Decimal()) if known else None)
        return met
    firm = firm_of(figure.cell.subject)
    known, whole = emission(
        audit.books(figure.as_of), firm, figure.cell.quantity, months_of(figure.cell.period)
    )
    assert figure.text == (str(known) if whole and known is not None else None)
    assert (None if figure.partial is None else str(figure.partial)) == (
        None if known is None else str(known)
    )
    assert figure.completeness.complete is whole
    return follow(audit, figure)


@pytest.mark.parametrize("number", range(DRAWN))
def test_a_figure_drawn_by_lot_rests_on_stored_frames_and_on_nothing_else(number: int, audit: Audit) -> None:
    cell, at, receipt = audit.draw()[number]
    figure = audit.figure(cell, at)
    met = compare(audit, figure)
    assert met or (figure.missing is not None and figure.missing.state is State.NOT_OCCURRING)
    assert figure.synthetic
    if receipt:
        said: Published = audit.published[receipt]
        assert (said.value, said.unit, said.body["input_digest"]) == (
            figure.text,
            figure.unit,
            figure.input_digest,
        )
        assert said.entry >= said.size


def test_the_lot_holds_published_and_provisional_figures_of_firms_and_of_sums(audit: Audit) -> None:
    drawn = audit.draw()
    kinds = {(bool(receipt), bool(cell.relation)) for cell, _, receipt in drawn}
    assert kinds == {(False, False), (False, True), (True, False), (True, True)}
    figures = [audit.figure(cell, at) for cell, at, _ in drawn]
    assert {one.cell.quantity for one in figures} == {*OWN_QUANTITIES}
    assert sum(one.value is not None for one in figures) > 20
    assert any(not one.completeness.complete for one in figures)


def test_the_last_click_gives_the_bytes_the_device_sent(audit: Audit) -> None:
    """From sixty readings drawn by lot to the stored record itself, checked against its batch."""
    found, chance = audit.books(audit.now), random.Random(SEED)
    for _ in range(60):
        firm = chance.choice(FIRMS)
        source, month = chance.choice(firm.sources), chance.choice(("2026-03", "2026-04", "2026-05"))
        reading = chance.choice(audit.readings(f"{firm.id}/{source.id}/hour", month, audit.now))
        seen = raw(audit.connection, reading.arrival, reading.record)
        assert seen.findings == ()
        if seen.channel == "correction":
            continue
        sent = found.hours(firm, source)[civil(reading.start)]
        assert (seen.entry.index, seen.position) == (sent.arrival, sent.record)
        assert f"{source.code}-Cou={sent.text},{source.code}-Flag={sent.flag}".encode() in seen.data
        assert f"MN={firm.device};".encode() in seen.data


def test_a_corrected_hour_keeps_the_frame_it_corrects(audit: Audit) -> None:
    """One hour of steam came in ten times too high; two people put it right after April was published."""
    firm = firm_of(OTHER)
    series = f"{OTHER}/heat/hour"
    (revised,) = [one for one in audit.readings(series, "2026-04", audit.now) if one.superseded]
    (before,) = revised.superseded
    assert before.value is not None and revised.value == (before.value / 10).quantize(Decimal("0.01"))
    source = source_of(firm, series)
    sent = audit.books(audit.now).hours(firm, source)[civil(revised.start)]
    assert (before.arrival, before.record, str(before.value)) == (sent.arrival, sent.record, sent.text)
    correction = raw(audit.connection, revised.arrival, revised.record)
    assert correction.channel == "correction" and correction.cells["second_by"] == "demo.chemical-d.reviewer"
    first = next(
        one
        for one in audit.published.values()
        if (one.cell.subject, one.cell.quantity, one.cell.period) == (OTHER, "E_heat", "2026-04")
        or (one.cell.subject, one.cell.quantity, one.cell.period) == (OTHER, "E_indirect", "2026-04")
    )
    assert first.size <= revised.entry
    assert first.value is not None and Decimal(first.value) > Decimal(
        str(audit.figure(first.cell, audit.now).text)
    )


@pytest.fixture
def command(demo_copy: DemoCity, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """``tansuo figure …`` over a copy of the city."""
    monkeypatch.setattr("tansuo.entry.commands.figure.open_database", lambda: demo_copy.database)
    return lambda *words: main(["figure", *words])


def test_replay_of_published_receipts_gives_the_identical_strings(
    demo_copy: DemoCity, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    receipts = [
        things_of(demo_copy, OWN).receipt,
        public_receipt(demo_copy, CITY, "E_indirect"),
        public_receipt(demo_copy, "zj.unit.jurong", "E_fuel", "2026-03"),
    ]
    with demo_copy.connection() as connection:
        said = {one.receipt: one for one in published(connection)}
    for receipt in receipts:
        assert command(receipt, "--replay", "--json") == 0
        found = json.loads(capsys.readouterr().out)
        assert found["equal"] is True and found["findings"] == []
        assert found["replayed"] == found["published"] == said[receipt].value
        assert found["as_of"].endswith(f"@{said[receipt].size}")


def alter_a_frame(connection: Connection, receipt: Published) -> None:
    """In the stored bytes of one frame under the receipt, one digit of one value; the batch packed again."""
    entry = connection.scalar(
        text("SELECT max(index) FROM entry WHERE type = 'arrival' AND index < :size"),
        {"size": receipt.size - 60},
    )
    found = connection.execute(
        text("SELECT data FROM entry WHERE index = :index"), {"index": entry}
    ).scalar_one()
    name = json.loads(bytes(found))["body"]["blob"]
    packed = connection.execute(
        text("SELECT data FROM blob WHERE sha256 = :name"), {"name": name}
    ).scalar_one()
    payload = zlib.decompress(bytes(packed))
    at = payload.index(b"f01001-Cou=") + len(b"f01001-Cou=")
    digit = b"1" if payload[at : at + 1] != b"1" else b"2"
    changed = zlib.compress(payload[:at] + digit + payload[at + 1 :])
    connection.execute(
        text("UPDATE blob SET data = :data WHERE sha256 = :name"), {"data": changed, "name": name}
    )


def alter_the_entry(connection: Connection, receipt: Published) -> None:
    """In the figure's own entry, the last digit of the value."""
    data = bytes(
        connection.execute(text("SELECT data FROM entry WHERE index = :i"), {"i": receipt.entry}).scalar_one()
    )
    value = str(receipt.value)
    other = value[:-1] + ("1" if value[-1] != "1" else "2")
    changed = data.replace(f'"value":"{value}"'.encode(), f'"value":"{other}"'.encode())
    assert changed != data
    connection.execute(
        text("UPDATE entry SET data = :d WHERE index = :i"), {"d": changed, "i": receipt.entry}
    )


def alter_a_row(connection: Connection, receipt: Published) -> None:
    """In the table of published figures, the value alone."""
    connection.execute(
        text("UPDATE figure SET value = '1.00' WHERE entry = :entry"), {"entry": receipt.entry}
    )


def alter_a_daily_sum(connection: Connection, receipt: Published) -> None:
    """In the manifest of closed days, the sum of one day under the receipt."""
    done = connection.execute(
        text(
            "UPDATE segment_day SET sum_measured = sum_measured + 1 WHERE series = :series AND day = '2026-04-03'"
            " AND reopened_at IS NULL"
        ),
        {"series": f"{OWN}/coal/hour"},
    )
    assert done.rowcount == 1


@pytest.mark.parametrize(
    ("alter", "code"),
    [
        (alter_a_frame, "monitoring.arrival_bytes_differ"),
        (alter_the_entry, "accounting.entry_altered"),
        (alter_a_row, "accounting.row_altered"),
        (alter_a_daily_sum, "accounting.live_differs"),
    ],
    ids=["a raw frame", "the figure's entry", "the figure's row", "a day's sum"],
)
def test_one_altered_value_makes_the_replay_fail(
    alter: Callable[[Connection, Published], None],
    code: str,
    demo_copy: DemoCity,
    command: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    receipt = things_of(demo_copy, OWN).receipt
    with demo_copy.connection() as connection:
        (said,) = [one for one in published(connection, subject=OWN) if one.receipt == receipt]
    with demo_copy.database.owner_engine.begin() as connection:
        admit(connection, SYSTEM)
        alter(connection, said)
    assert command(receipt, "--replay", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert code in {one["code"] for one in found["findings"]}
