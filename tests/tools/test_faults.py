"""./run faults can fail: the judge finds each broken promise that is put before it, and says nothing of a kept one."""

import asyncio
import base64
import json
import random
import zlib
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from faults import __main__ as program
from faults import report
from faults.frames import answered, crc16, frame, instant, is_whole, qn, series
from faults.judge import Edge, Judge, unpack
from faults.loggers import DataLogger, Fleet, Habits
from faults.storm import Outcome

from tansuo.evidence.tree import leaf_hash, root
from tansuo.monitoring.connectors.hj212 import crc as product_crc
from tansuo.monitoring.connectors.hj212.answer import answer, glance
from tansuo.monitoring.connectors.hj212.frame import decode
from tansuo.monitoring.connectors.hj212.stream import Kind, Splitter
from tansuo.monitoring.record import Grade, Received, pack

ROOT = Path(__file__).resolve().parents[2]


def received(number: int, device: int = 0, sequence: int | None = None) -> Received:
    at = 1_700_000_000_000 + number
    return Received(
        at, number if sequence is None else sequence, "127.0.0.1:9", Grade.NONE, frame(device, number)
    )


def arrival(records: list[Received]) -> tuple[dict[str, object], bytes]:
    """The body and the blob of an arrival entry, as the product makes them."""
    payload = pack(records)
    blob = zlib.compress(payload)
    digest = root([leaf_hash(record) for record in unpack(payload)])
    body = {"blob": sha256(blob).hexdigest(), "count": len(records), "root": digest.hex()}
    return body, blob


def fleet(whole: dict[int, int], acknowledged: set[int]) -> Fleet:
    one = Fleet(1, 0, 1.0, 0)
    one.devices[0].whole.update(whole)
    one.devices[0].acknowledged.update(dict.fromkeys(acknowledged, 0.0))
    return one


# the two sides are written apart and agree ---------------------------------------------------------------


def test_frames_made_here_are_good_frames_there() -> None:
    for device, number in ((0, 0), (5, 1), (7, 100_000)):
        data = frame(device, number)
        assert decode(data).verdict == "accept"
        assert decode(data).values["a05001"]["Cou"] == str(number)
        assert answered(answer(glance(data)).rstrip(b"\r\n")) == qn(device, number)
    chance = random.Random(16)
    for size in range(60):
        data = chance.randbytes(size)
        assert crc16(data) == product_crc.crc16(data)


def test_a_frame_is_whole_with_its_check_value_and_never_before() -> None:
    data = frame(1, 2)
    for end in range(len(data) + 1):
        whole = end >= len(data) - 2
        assert is_whole(data[:end]) == whole
        splitter = Splitter()
        pieces = splitter.feed(data[:end]) + splitter.close()
        assert any(kind is Kind.FRAME for kind, _ in pieces) == whole


@pytest.mark.parametrize("spoilt", [b"", b"##00", b"##0005hello0000", frame(0, 0) + frame(0, 1)])
def test_what_is_no_frame_is_not_whole(spoilt: bytes) -> None:
    assert not is_whole(spoilt)


def test_an_answer_with_a_wrong_check_value_acknowledges_nothing() -> None:
    good = answer(glance(frame(0, 3))).rstrip(b"\r\n")
    assert answered(good) == qn(0, 3)
    assert answered(good[:-1] + (b"0" if good[-1:] != b"0" else b"1")) is None
    assert answered(good[1:]) is None


def test_the_tree_is_that_of_the_standard() -> None:
    edge = Edge()
    leaves: list[bytes] = []
    assert edge.root() == root([])
    for number in range(70):
        leaves.append(b"%d" % number)
        edge.add(leaves[-1])
        assert edge.root() == root([leaf_hash(leaf) for leaf in leaves])


# the judge sees ------------------------------------------------------------------------------------------


def test_a_sound_arrival_gives_no_finding() -> None:
    judge = Judge()
    records = [received(number) for number in range(20)]
    judge._arrival(*arrival(records))
    judge.sent(fleet(dict.fromkeys(range(20), 1), set(range(20))))
    assert judge.findings.sound
    assert (judge.findings.arrivals, judge.findings.records, judge.findings.rubbish) == (1, 20, 0)
    assert set(judge.stored) == {frame(0, number).rstrip() for number in range(20)}


def test_one_changed_byte_in_a_record_is_seen() -> None:
    body, blob = arrival([received(1), received(2)])
    payload = bytearray(zlib.decompress(blob))
    payload[-10] ^= 1
    changed = zlib.compress(bytes(payload))
    with pytest.raises(ValueError, match="other records"):
        Judge()._arrival({**body, "blob": sha256(changed).hexdigest()}, changed)
    with pytest.raises(ValueError, match="another hash"):
        Judge()._arrival(body, changed)


def test_a_batch_that_breaks_off_is_seen() -> None:
    _, blob = arrival([received(1)])
    with pytest.raises(ValueError, match="broken at byte 0"):
        unpack(zlib.decompress(blob)[:-1])


def test_one_reception_in_two_arrivals_is_seen() -> None:
    judge = Judge()
    judge._arrival(*arrival([received(1), received(2)]))
    judge._arrival(*arrival([received(2)]))
    assert judge.findings.doubled == 1
    assert not judge.findings.sound


def test_a_frame_sent_twice_is_two_receptions_and_no_finding() -> None:
    judge = Judge()
    judge._arrival(*arrival([received(1), received(1, sequence=7)]))
    judge.sent(fleet({1: 2}, {1}))
    assert judge.findings.sound


def test_a_frame_that_stands_there_more_often_than_it_was_sent_is_seen() -> None:
    judge = Judge()
    judge._arrival(*arrival([received(1), received(1, sequence=7)]))
    judge.sent(fleet({1: 1}, {1}))
    assert "stands 2 times" in judge.findings.other[0]


def test_a_half_that_became_whole_is_seen() -> None:
    judge = Judge()
    judge._arrival(*arrival([received(4)]))
    one = fleet({}, set())
    one.devices[0].torn.add(4)
    judge.sent(one)
    assert "was sent 0 times and stands 1 times" in judge.findings.other[0]


def note(size: int, digest: bytes, tail: str = "") -> str:
    return f"log\n{size}\n{base64.b64encode(digest).decode()}\n\n— log x{tail}\n"


def test_heads_of_this_log_pass_and_others_are_seen() -> None:
    judge = Judge()
    for number in range(5):
        judge.edge.add(b"%d" % number)
        judge.roots[judge.edge.size] = judge.edge.root()
    judge.heads({(3, note(3, judge.roots[3])), (5, note(5, judge.roots[5]))})
    assert judge.findings.sound
    judge.heads({(3, note(3, judge.roots[4]))})
    assert len(judge.findings.other) == 1
    judge.heads({(9, note(9, judge.roots[4]))})
    assert "size 9" in judge.findings.other[1]
    judge.heads({(5, note(5, judge.roots[5])), (5, note(5, judge.roots[5], "y"))})
    assert "two heads of size 5" in judge.findings.other[2]


def test_readings_that_lack_double_or_come_from_nowhere_are_seen() -> None:
    expected = {(series(0), instant(number), number) for number in range(4)}
    judge = Judge()
    judge.readings(Counter(expected), expected)
    assert judge.findings.sound
    one = (series(0), instant(1), 1)
    for found in (
        Counter(expected - {one}),
        Counter(expected) + Counter([one]),
        Counter(expected) + Counter([(series(0), instant(9), 9)]),
        Counter(expected - {one}) + Counter([(series(0), instant(1), 2)]),
    ):
        judge = Judge()
        judge.readings(found, expected)
        assert not judge.findings.sound


# the loggers see -----------------------------------------------------------------------------------------


def converse(habits: Habits, *, answers: bool) -> DataLogger:
    """A logger that has talked to a careless receiver: it answers whatever begins as a frame, or nothing."""
    told: list[float] = []

    async def go() -> DataLogger:
        async def careless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen = b""
            done: set[bytes] = set()
            while data := await reader.read(1024):
                seen += data
                for piece in seen.split(b"##")[1:]:
                    name = piece[7:24]
                    if len(name) == 17 and name.isdigit() and name not in done:
                        done.add(name)
                        text = b"QN=%b;ST=91;CN=9014;PW=123456;MN=MN0000;Flag=4;CP=&&&&" % name
                        if answers:
                            writer.write(b"##%04d%b%04X\r\n" % (len(text), text, crc16(text)))

        server = await asyncio.start_server(careless, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        device = DataLogger(0, port, 0.005, random.Random(9), told.append, habits)
        running = asyncio.create_task(device.run())
        while len(told) < 100 and len(device.phantoms) < 3 and device._number < 150:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        server.close()
        return device

    return asyncio.run(asyncio.wait_for(go(), 60))


def test_a_half_that_is_acknowledged_is_seen() -> None:
    device = converse(Habits(torn=0.5), answers=True)
    assert device.phantoms
    assert set(device.phantoms) <= device.torn
    judge = Judge()
    one = fleet({}, set())
    one.devices[0] = device
    judge.sent(one)
    assert any("never sent whole" in what for what in judge.findings.other)


def test_without_an_answer_nothing_leaves_the_spool() -> None:
    device = converse(Habits(torn=0, late=0), answers=False)
    assert not device.acknowledged
    assert set(device.spool) == set(range(device._number))


# the verdict ---------------------------------------------------------------------------------------------


def outcome(**fields: object) -> Outcome:
    one = Outcome("storm", 1, kills=Counter({"gateway": 2}))
    for name, value in fields.items():
        setattr(one, name, value)
    return one


@pytest.mark.parametrize(
    ("storm", "control", "good"),
    [
        ({}, {"lost": 3}, True),
        ({"lost": 1}, {"lost": 3}, False),
        ({"doubled": 1}, {"lost": 3}, False),
        ({"wrong_heads": 1}, {"lost": 3}, False),
        ({"wrong": ["ledger check finds something"]}, {"lost": 3}, False),
        ({}, {"lost": 0}, False),
    ],
)
def test_any_loss_ends_in_1_and_so_does_a_control_that_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    storm: dict[str, object],
    control: dict[str, object],
    good: bool,
) -> None:
    monkeypatch.setattr(
        program, "_storm", lambda _, durability, *__: outcome(**(storm if durability == "on" else control))
    )
    monkeypatch.setattr(program, "_disk", lambda *_: None)
    assert program.main(["--kills", "5", "--seed", "1"]) == (0 if good else 1)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.endswith(f"{'sound' if good else 'NOT SOUND'} (seed 1)")
    assert program.main(["--kills", "5", "--seed", "1", "--json"]) == (0 if good else 1)
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] == good
    assert told["storms"][0]["kills"] == {"gateway": 2}
    assert bool(told["faults"]) != good


@pytest.mark.parametrize("durability", ["off", "hasty"])
def test_with_durability_off_the_storm_itself_is_judged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], durability: str
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(program, "_storm", lambda _, kind, *__: asked.append(kind) or outcome(lost=2))
    assert program.main(["--durability", durability]) == 1
    assert asked == [durability]
    assert "2 lost" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["--kills", "0"],
        ["--kills", "many"],
        ["--seconds", "-1"],
        ["--pace", "x"],
        ["--pause", "0"],
        ["--durability", "x"],
    ],
)
def test_wrong_words_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(words)
    assert ended.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_the_reference_names_everyone_who_is_killed() -> None:
    page = (ROOT / "docs/reference/faults.md").read_text(encoding="utf-8")
    for who in report.WHO.values():
        assert who.partition(",")[0].partition(" (")[0] in page
    assert "./run faults" in page
