"""The simulated device keeps a frame until it is acknowledged, whatever the other side does."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tansuo.monitoring.connectors.hj212.answer import answer, glance
from tansuo.monitoring.connectors.hj212.device import Device
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.monitoring.connectors.hj212.stream import Kind, Splitter


def frame(number: int, **more: str) -> bytes:
    header = {
        "QN": f"{20260101000000000 + number}",
        "ST": "31",
        "CN": "2061",
        "PW": "1",
        "MN": "M",
        "Flag": "5",
    }
    return encode(header | more, [[("a05001-Cou", str(number))]])


class Receiver:
    """A receiver that forgets, hangs up and answers as it is told."""

    def __init__(self, forget: int = 0, hang_up_after: int = 0) -> None:
        self.seen: list[bytes] = []
        self._forget = forget
        self._hang_up_after = hang_up_after
        self.port = 0

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        splitter, here = Splitter(), 0
        while data := await reader.read(4096):
            for kind, piece in splitter.feed(data):
                assert kind is Kind.FRAME
                self.seen.append(piece)
                here += 1
                if self._hang_up_after and here > self._hang_up_after:
                    self._hang_up_after = 0
                    writer.close()
                    return
                if self._forget:
                    self._forget -= 1
                else:
                    writer.write(answer(glance(piece)))
        writer.close()


def delivered(receiver: Receiver, frames: list[bytes], timeout: float = 0.1) -> tuple[list[bytes], Device]:
    """Deliver ``frames``; those acknowledged in their order, and the device."""
    told: list[bytes] = []

    async def story() -> Device:
        server = await receiver.start()
        device = Device("127.0.0.1", receiver.port, timeout=timeout, retry=0.02, acknowledged=told.append)
        async with server:
            await asyncio.wait_for(device.deliver(frames), 20)
        return device

    device = asyncio.run(story())
    return told, device


def test_every_frame_is_delivered_in_order() -> None:
    frames = [frame(number) for number in range(200)]
    receiver = Receiver()
    told, device = delivered(receiver, frames)
    assert told == receiver.seen == frames
    assert not device.spool


def test_what_is_not_answered_is_sent_again_with_the_same_bytes() -> None:
    frames = [frame(number) for number in range(20)]
    receiver = Receiver(forget=5)
    told, device = delivered(receiver, frames)
    assert sorted(told) == frames
    assert device.resent >= 5
    assert set(receiver.seen) == set(frames)
    assert len(receiver.seen) >= 25


def test_a_broken_connection_loses_nothing() -> None:
    frames = [frame(number) for number in range(50)]
    told, _ = delivered(Receiver(hang_up_after=7), frames)
    assert sorted(told) == frames


def test_packets_of_one_message_are_answered_one_by_one() -> None:
    frames = [frame(1, Flag="7", PNUM="2", PNO=number) for number in ("1", "2")]
    receiver = Receiver(forget=1)
    told, _ = delivered(receiver, frames)
    assert sorted(told) == frames


def test_a_frame_that_asks_for_no_answer_never_enters_the_spool() -> None:
    async def story() -> None:
        with pytest.raises(ValueError, match="answer"):
            Device("127.0.0.1", 1).send(frame(1, Flag="4"))

    asyncio.run(story())


def test_frames_that_come_while_it_runs_and_before_anybody_listens() -> None:
    async def coming() -> AsyncIterator[bytes]:
        for number in range(10):
            await asyncio.sleep(0.005)
            yield frame(number)

    async def story() -> list[bytes]:
        receiver = Receiver()
        closed = await receiver.start()
        closed.close()
        await closed.wait_closed()
        device = Device("127.0.0.1", lambda: receiver.port, timeout=0.2, retry=0.02)
        delivering = asyncio.create_task(device.deliver(coming()))
        await asyncio.sleep(0.05)
        async with await receiver.start():
            await asyncio.wait_for(delivering, 20)
        return receiver.seen

    assert asyncio.run(story()) == [frame(number) for number in range(10)]
