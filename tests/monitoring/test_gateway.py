"""The receiver's promises, over real TCP and a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import create_engine, text

from tansuo.database.connect import SYSTEM, Database, conninfo, owner_transaction, transaction
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.evidence.clock import SimulatedClock
from tansuo.monitoring.connectors.hj212.frame import decode, encode
from tansuo.monitoring.connectors.hj212.gateway import DEFAULT_LIMITS, Connection, Gateway, Limits
from tansuo.monitoring.promise import standing
from tansuo.monitoring.record import Grade, Received, unpack

NOW = 1_767_225_600_000
AWAY = "somewhere_later"


def frame(number: int, mn: str = "MN0001", flag: int = 5, **more: str) -> bytes:
    """A data frame of one device."""
    header = {"QN": f"{20260101000000000 + number}", "ST": "31", "CN": "2011", "PW": "123456", "MN": mn}
    header |= {"Flag": str(flag)} | more
    return encode(header, [[("DataTime", "20260101000000")], [("a05001-Rtd", "11.85"), ("a05001-Flag", "N")]])


def damaged(data: bytes) -> bytes:
    """The same frame with one byte changed on its way."""
    return data.replace(b"11.85", b"11.86")


def stored(database: Database) -> list[Received]:
    """Every record in the table of raw chunks, in order."""
    with transaction(database, SYSTEM) as connection:
        rows = connection.execute(text("SELECT payload, records FROM raw_chunk ORDER BY id")).all()
    found = [record for row in rows for record in unpack(bytes(row.payload))]
    assert len(found) == sum(row.records for row in rows)
    return found


class Sender:
    """A plain TCP client that speaks when told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> dict[str, str]:
        """The header of the next answer."""
        line = await asyncio.wait_for(self.reader.readline(), 10)
        decoded = decode(line)
        assert decoded.verdict == "accept"
        return decoded.header

    async def silent(self, seconds: float = 0.2) -> bool:
        """Whether nothing comes for a while."""
        try:
            return not await asyncio.wait_for(self.reader.read(1), seconds)
        except TimeoutError:
            return True

    async def ended(self) -> bool:
        """Whether the other side ends the connection without a word."""
        try:
            return await asyncio.wait_for(self.reader.read(), 10) == b""
        except ConnectionError:
            return True


@asynccontextmanager
async def running(address: str, limits: Limits = DEFAULT_LIMITS) -> AsyncIterator[Gateway]:
    gateway = Gateway(address, limits=limits, clock=SimulatedClock(NOW), grade=Grade.NETWORK)
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.stop(5)


async def connect(gateway: Gateway) -> Sender:
    return Sender(*await asyncio.open_connection(gateway.host, gateway.port))


def play(
    database: Database, story: Callable[[Gateway], Awaitable[None]], limits: Limits = DEFAULT_LIMITS
) -> None:
    """Run a story against a gateway on the test's database."""

    async def whole() -> None:
        async with running(conninfo(database.url_app), limits) as gateway:
            await story(gateway)

    asyncio.run(whole())


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something has become true; the test's patience ends with its runner's."""
    while not condition():
        await asyncio.sleep(0.01)


def test_a_frame_is_answered_when_it_is_in_the_database(database: Database) -> None:
    async def story(gateway: Gateway) -> None:
        sender = await connect(gateway)
        await sender.send(frame(1))
        header = await sender.answer()
        assert header == {
            "QN": "20260101000000001", "ST": "91", "CN": "9014", "PW": "123456", "MN": "MN0001", "Flag": "4",
        }  # fmt: skip
        record = stored(database)[0]
        assert record.data == frame(1)
        assert (record.received_ms, record.grade) == (NOW, Grade.NETWORK)
        assert record.peer.startswith("127.0.0.1:")

    play(database, story)


def test_the_answer_keeps_the_version_and_names_the_packet(database: Database) -> None:
    async def story(gateway: Gateway) -> None:
        sender = await connect(gateway)
        await sender.send(frame(1, flag=9) + frame(2, flag=7, PNUM="2", PNO="1") + frame(3, flag=1))
        answers = [await sender.answer() for _ in range(3)]
        assert [one["Flag"] for one in answers] == ["8", "6", "0"]
        assert (answers[1]["PNUM"], answers[1]["PNO"]) == ("2", "1")
        assert "PNO" not in answers[0]

    play(database, story)


def test_a_notice_is_answered_as_a_notice(database: Database) -> None:
    async def story(gateway: Gateway) -> None:
        sender = await connect(gateway)
        await sender.send(
            encode({"QN": "1", "ST": "31", "CN": "1013", "PW": "1", "MN": "M", "Flag": "5"}, [])
        )
        assert (await sender.answer())["CN"] == "9013"

    play(database, story)


@pytest.mark.parametrize(
    "quiet",
    [
        frame(1, flag=4),
        encode({"ST": "31", "CN": "2011", "PW": "1", "MN": "M"}, [[("a05001-Rtd", "1")]]),
        encode({"ST": "31", "CN": "2011", "PW": "1", "MN": "M", "Flag": "5"}, [[("a05001-Rtd", "1")]]),
        encode({"QN": "1", "ST": "91", "CN": "9014", "PW": "1", "MN": "M", "Flag": "5"}, []),
        damaged(frame(1)),
    ],
    ids=["no answer wanted", "no flag", "no QN", "an answer itself", "wrong check value"],
)
def test_stored_but_not_answered(database: Database, quiet: bytes) -> None:
    async def story(gateway: Gateway) -> None:
        sender = await connect(gateway)
        await sender.send(quiet + frame(2))
        assert (await sender.answer())["QN"] == "20260101000000002"
        assert [record.data for record in stored(database)] == [quiet, frame(2)]

    play(database, story)


def test_rubbish_is_evidence_too(database: Database) -> None:
    async def story(gateway: Gateway) -> None:
        sender = await connect(gateway)
        await sender.send(b"GET / HTTP/1.1\r\n\r\n" + frame(1) + frame(2)[:60])
        await sender.answer()
        sender.writer.close()
        await until(lambda: gateway.commit.records == 3)
        assert [record.data for record in stored(database)] == [
            b"GET / HTTP/1.1\r\n\r\n", frame(1), frame(2)[:60],
        ]  # fmt: skip

    play(database, story)


def test_while_the_database_is_away_nothing_is_promised_and_afterwards_everything_is(
    server: PostgresServer, template: str
) -> None:
    async def story() -> None:
        async with running(conninfo(server.url(AWAY))) as gateway:
            sender = await connect(gateway)
            await sender.send(b"".join(frame(number) for number in range(20)))
            assert await sender.silent()
            assert (gateway.commit.records, gateway.commit.waiting_records) == (0, 20)
            with admin.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {AWAY} TEMPLATE {template}"))
            answers = [(await sender.answer())["QN"] for _ in range(20)]
            assert answers == [f"{20260101000000000 + number}" for number in range(20)]

    admin = create_engine(server.url("postgres", OWNER), isolation_level="AUTOCOMMIT")
    try:
        asyncio.run(story())
        later = Database(server.url(AWAY, OWNER), server.url(AWAY))
        assert [record.data for record in stored(later)] == [frame(number) for number in range(20)]
        later.close()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {AWAY} WITH (FORCE)"))
        admin.dispose()


def test_a_full_queue_stops_reading_and_drops_nothing(server: PostgresServer, template: str) -> None:
    total = 4_000

    async def story() -> None:
        limits = Limits(queue_records=100)
        async with running(conninfo(server.url(AWAY)), limits) as gateway:
            sender = await connect(gateway)
            sending = asyncio.create_task(sender.send(b"".join(frame(number) for number in range(total))))
            await until(lambda: gateway.full)
            waiting = gateway.commit.waiting_records
            await asyncio.sleep(0.2)
            assert gateway.commit.waiting_records == waiting < total
            late = await connect(gateway)
            await late.send(frame(total, mn="MN0002"))
            assert await late.silent()
            with admin.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {AWAY} TEMPLATE {template}"))
            answers = [(await sender.answer())["QN"] for _ in range(total)]
            assert answers == [f"{20260101000000000 + number}" for number in range(total)]
            assert (await late.answer())["MN"] == "MN0002"
            await sending

    admin = create_engine(server.url("postgres", OWNER), isolation_level="AUTOCOMMIT")
    try:
        asyncio.run(story())
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {AWAY} WITH (FORCE)"))
        admin.dispose()


def test_a_clean_stop_commits_and_answers_what_was_read(database: Database) -> None:
    async def story() -> None:
        gateway = Gateway(conninfo(database.url_app), clock=SimulatedClock(NOW))
        await gateway.start()
        sender = await connect(gateway)
        await sender.send(b"".join(frame(number) for number in range(50)) + frame(50)[:30])
        await until(lambda: gateway.commit.waiting_records + gateway.commit.records == 50)
        assert await gateway.stop()
        answers = [(await sender.answer())["QN"] for _ in range(50)]
        assert answers == [f"{20260101000000000 + number}" for number in range(50)]
        assert await sender.ended()

    asyncio.run(story())
    assert [record.data for record in stored(database)] == [frame(n) for n in range(50)] + [frame(50)[:30]]


def test_who_sends_no_frame_in_time_or_falls_silent_is_cut_off(database: Database) -> None:
    async def story(gateway: Gateway) -> None:
        mute, halting, talker = [await connect(gateway) for _ in range(3)]
        await halting.send(frame(1)[:50])
        await talker.send(frame(2))
        await talker.answer()
        assert await mute.ended()
        assert await halting.ended()
        assert await talker.ended()

    play(database, story, Limits(first_frame=0.2, idle=0.6))


def test_ever_more_bytes_without_a_frame_end_the_connection(database: Database) -> None:
    async def story(gateway: Gateway) -> None:
        sender = await connect(gateway)
        with pytest.raises(ConnectionError):
            for _ in range(1_000):
                await sender.send(b"nothing that is a frame\r\n" * 100)
                await asyncio.sleep(0.001)

    play(database, story)


def test_connections_of_one_address_are_counted(database: Database) -> None:
    async def story(gateway: Gateway) -> None:
        first, second, third = [await connect(gateway) for _ in range(3)]
        assert await third.ended()
        first.writer.close()
        await until(lambda: len(gateway._connections) == 1)
        fourth = await connect(gateway)
        for number, sender in enumerate((second, fourth)):
            await sender.send(frame(number))
            await sender.answer()

    play(database, story, Limits(per_address=2))


def test_a_device_that_connects_again_replaces_its_oldest_connection(database: Database) -> None:
    async def story(gateway: Gateway) -> None:
        senders = [await connect(gateway) for _ in range(3)]
        for number, sender in enumerate(senders):
            await sender.send(frame(number))
            await sender.answer()
        assert await senders[0].ended()
        for number, sender in enumerate(senders[1:], 10):
            await sender.send(frame(number))
            await sender.answer()

    play(database, story, Limits(per_device=2))


def test_a_sender_that_does_not_read_its_answers_is_given_up() -> None:
    gateway = Gateway("", clock=SimulatedClock(NOW))
    connection = Connection(gateway)
    limits = Limits(write=5)
    connection.last_frame = connection.opened
    connection.pause_writing()
    assert connection.stalled is not None
    assert connection.overdue(connection.stalled + 4, limits) is None
    assert connection.overdue(connection.stalled + 6, limits) == "does not read its answers"
    connection.resume_writing()
    assert connection.overdue(connection.opened + 6, limits) is None


def test_how_long_senders_waited_is_measured_beside_the_work(database: Database) -> None:
    async def story(gateway: Gateway) -> None:
        sender = await connect(gateway)
        for number in range(3):
            await sender.send(frame(number))
            await sender.answer()

    play(database, story)
    with transaction(database, SYSTEM) as connection:
        found = {one.kind: one.count for one in standing(connection, NOW).measured if one.days == 1}
    assert found == {"acknowledged": 3, "signed": 0}


def test_delays_that_cannot_be_stored_cost_nobody_an_answer(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with owner_transaction(database) as owner:
        owner.exec_driver_sql("ALTER TABLE promise RENAME TO another")

    async def story(gateway: Gateway) -> None:
        sender = await connect(gateway)
        for number in range(3):
            await sender.send(frame(number))
            assert (await sender.answer())["CN"] == "9014"

    play(database, story)
    assert "delays not stored" in caplog.text
    assert len(stored(database)) == 3
