"""Received bytes become evidence: packed, closed into arrivals with their root, found again to the byte."""

import hashlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select, update

from tansuo.database.connect import SYSTEM, Database, owner_transaction, transaction
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.document import get_blob
from tansuo.evidence.entry import Actor, Entry
from tansuo.evidence.tables import blob
from tansuo.monitoring import intake
from tansuo.monitoring.intake import Received, pack, unpack
from tansuo.monitoring.record import split
from tansuo.monitoring.tables_intake import raw_chunk
from tansuo.quantity.finding import FindingError

NOW = 1_767_225_600_000
CLOCK = SimulatedClock(NOW)
FIRM = Actor("p-7", "enterprise_reporter")


def received(count: int, first: int = 0) -> list[Received]:
    """Frames as they might come in, one a second."""
    return [
        Received(NOW + 1000 * n, n, f"10.0.0.{n % 250}:4000", 1, b"##frame %d" % n)
        for n in range(first, first + count)
    ]


@pytest.fixture
def opened(connection: Connection) -> Connection:
    """A connection to a ledger with its genesis entry."""
    ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=CLOCK)
    return connection


def keep(connection: Connection, records: list[Received], channel: str = "hj212") -> None:
    intake.store_chunk(connection, channel, pack(records), len(records))


_received = st.builds(
    Received,
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**32 - 1),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=60),
    st.integers(0, 3),
    st.binary(max_size=200),
)


@given(st.lists(_received, max_size=10))
def test_packed_records_come_back(records: list[Received]) -> None:
    assert unpack(pack(records)) == records


def test_a_long_peer_name_is_cut_between_characters() -> None:
    [back] = unpack(pack([Received(1, 2, "名" * 200, 0, b"x")]))
    assert back.peer == "名" * 85
    assert back.data == b"x"


@given(st.binary(max_size=60))
def test_a_broken_batch_is_refused_and_nothing_else_happens(payload: bytes) -> None:
    try:
        records = unpack(payload)
    except ValueError:
        return
    assert sum(4 + len(part) for part in split(payload)) == len(payload)
    assert len(records) == len(list(split(payload)))


def test_chunks_become_one_arrival_and_are_gone(opened: Connection) -> None:
    keep(opened, received(3))
    keep(opened, received(2, first=3))
    [arrival] = intake.close_chunks(opened, CLOCK)
    assert arrival.type == "arrival"
    assert arrival.org == "city"
    assert arrival.body["channel"] == "hj212"
    assert arrival.body["count"] == 5
    assert (arrival.body["first_ms"], arrival.body["last_ms"]) == (NOW, NOW + 4000)
    assert intake.records(opened, arrival) == received(5)
    assert opened.scalar(select(func.count()).select_from(raw_chunk)) == 0
    assert intake.close_chunks(opened, CLOCK) == []
    assert intake.check_arrival(opened, arrival) == []


def test_the_root_is_that_of_rfc_9162_over_the_records_bytes(opened: Connection) -> None:
    """Computed here once more, from the text of the standard."""

    def leaf(one: Received) -> bytes:
        peer = one.peer.encode()
        head = struct.pack(">QIBB", one.received_ms, one.sequence, one.grade, len(peer))
        return hashlib.sha256(b"\x00" + head + peer + one.data).digest()

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + left + right).digest()

    a, b, c = (leaf(one) for one in received(3))
    keep(opened, received(3))
    [arrival] = intake.close_chunks(opened, CLOCK)
    assert arrival.body["root"] == node(node(a, b), c).hex()
    packed = get_blob(opened, str(arrival.body["blob"]))
    assert packed is not None
    assert zlib.decompress(packed) == pack(received(3))
    assert arrival.body["bytes"] == len(pack(received(3)))


def test_channels_are_not_mixed_and_order_is_kept(
    opened: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(intake.PARSERS, "mqtt", "mqtt-1")
    keep(opened, received(2))
    keep(opened, received(1, first=2), "mqtt")
    keep(opened, received(2, first=3))
    arrivals = intake.close_chunks(opened, CLOCK)
    assert [one.body["channel"] for one in arrivals] == ["hj212", "mqtt", "hj212"]
    assert [one.index for one in arrivals] == [1, 2, 3]
    assert [record for one in arrivals for record in intake.records(opened, one)] == received(5)


def test_chunks_apart_are_an_arrival_each_at_the_time_the_clock_gives_it(opened: Connection) -> None:
    for number in range(3):
        keep(opened, received(2, 2 * number))
    clock = SimulatedClock(NOW)

    class Hours:
        def now_ms(self) -> int:
            clock.set(clock.now_ms() + 3_600_000)
            return clock.now_ms()

    arrivals = intake.close_chunks(opened, Hours(), apart=True)
    assert [one.body["count"] for one in arrivals] == [2, 2, 2]
    assert [one.recorded_ms - NOW for one in arrivals] == [3_600_000, 7_200_000, 10_800_000]
    assert intake.close_chunks(opened, CLOCK, apart=True) == []


def test_an_arrival_has_bounds_and_a_large_chunk_is_still_taken(
    opened: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH_RECORDS", 4)
    for first, count in ((0, 2), (2, 2), (4, 1), (5, 6), (11, 1)):
        keep(opened, received(count, first))
    arrivals = intake.close_chunks(opened, CLOCK)
    assert [one.body["count"] for one in arrivals] == [4, 1, 6, 1]
    assert [record for one in arrivals for record in intake.records(opened, one)] == received(12)


def test_a_chunk_that_cannot_be_told_apart_stops_the_closing(opened: Connection) -> None:
    intake.store_chunk(opened, "hj212", pack(received(2))[:-1], 2)
    with pytest.raises(FindingError) as refused:
        intake.close_chunks(opened, CLOCK)
    assert refused.value.findings[0].code == "monitoring.chunk_broken"


def test_the_same_chunk_sent_twice_by_a_receiver_is_one_chunk(database: Database) -> None:
    import psycopg

    from tansuo.database.connect import conninfo
    from tansuo.monitoring.group_commit import INSERT_CHUNK

    with psycopg.connect(conninfo(database.url_app), autocommit=True) as driver:
        driver.execute("SELECT set_config('tansuo.scope', 'all', false)")
        for serial in (1, 1, 2):
            driver.execute(INSERT_CHUNK, ("receiver-a", serial, "hj212", 1, pack(received(1))))
    with transaction(database, SYSTEM) as connection:
        assert connection.scalar(select(func.count()).select_from(raw_chunk)) == 2


def test_no_chunk_is_seen_without_the_platforms_scope(database: Database) -> None:
    with transaction(database, SYSTEM) as connection:
        keep(connection, received(1))
    with database.engine.begin() as stranger:
        assert stranger.scalar(select(func.count()).select_from(raw_chunk)) == 0


def receive(connection: Connection, data: bytes = b"t,v\n1,2\n", reason: str | None = None) -> Entry | None:
    return intake.receive_file(
        connection, "readings.csv", data, b"[map]", "steel.toml", "firm-1", FIRM, reason, clock=CLOCK
    )


def test_a_file_and_its_map_are_kept_and_their_arrival_stated(opened: Connection) -> None:
    arrival = receive(opened)
    assert arrival is not None
    assert (arrival.org, arrival.by) == ("firm-1", FIRM)
    assert arrival.body["channel"] == "file"
    assert arrival.body["name"] == "readings.csv"
    assert arrival.body["reason"] is None
    assert get_blob(opened, str(arrival.body["map"])) == b"[map]"
    [record] = intake.records(opened, arrival)
    assert record.data == b"t,v\n1,2\n"
    assert intake.check_arrival(opened, arrival) == []


def test_a_file_is_received_once_unless_a_new_reason_comes_with_it(opened: Connection) -> None:
    assert receive(opened) is not None
    assert receive(opened) is None
    assert receive(opened, reason="meter was misread") is not None
    assert receive(opened, reason="meter was misread") is None
    assert receive(opened, data=b"t,v\n1,3\n") is not None


def forge(database: Database, arrival: Entry, data: bytes) -> None:
    """What somebody with the owner's rights could do to a blob."""
    with owner_transaction(database) as owner:
        owner.execute(update(blob).where(blob.c.sha256 == arrival.body["blob"]).values(data=data))


@pytest.mark.parametrize(
    ("forged", "what"),
    [
        (zlib.compress(pack(received(2))), "sha256"),
        (b"no zlib at all", "sha256"),
    ],
)
def test_altered_bytes_are_noticed(database: Database, forged: bytes, what: str) -> None:
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=CLOCK)
        keep(connection, received(3))
        [arrival] = intake.close_chunks(connection, CLOCK)
    forge(database, arrival, forged)
    with transaction(database, SYSTEM) as connection:
        [finding] = intake.check_arrival(connection, arrival)
        assert (finding.code, finding.params["what"]) == ("monitoring.arrival_bytes_differ", what)
        with pytest.raises(FindingError):
            intake.records(connection, arrival)


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        (zlib.compress(pack(received(3))[:-1]), "bytes"),
        (zlib.compress(pack(received(3)) + b"more"), "bytes"),
        (b"no zlib at all", "zlib"),
        (zlib.compress(b"\x00" * len(pack(received(3)))), "packing"),
        (zlib.compress(pack(received(2, first=1)) + pack(received(1))), "root"),
    ],
)
def test_an_arrival_that_never_stated_its_bytes_is_noticed(
    opened: Connection, payload: bytes, what: str
) -> None:
    """An entry whose own statements do not hold, as only a faulty program could have written it."""
    keep(opened, received(3))
    [right] = intake.close_chunks(opened, CLOCK)
    name = hashlib.sha256(payload).hexdigest()
    opened.execute(insert(blob).values(sha256=name, org_id="city", size=len(payload), data=payload))
    [wrong] = ledger.append(
        opened,
        [intake.Draft("arrival", "arrival/hj212", dict(right.body) | {"blob": name}, org="city")],
        CLOCK,
    )
    found = intake.check_arrival(opened, wrong)
    assert [finding.params["what"] for finding in found] == [what]


def test_missing_bytes_are_noticed(opened: Connection) -> None:
    keep(opened, received(1))
    [right] = intake.close_chunks(opened, CLOCK)
    [wrong] = ledger.append(
        opened,
        [intake.Draft("arrival", "arrival/hj212", dict(right.body) | {"blob": "00" * 32}, org="city")],
        CLOCK,
    )
    [finding] = intake.check_arrival(opened, wrong)
    assert finding.code == "monitoring.arrival_bytes_missing"
