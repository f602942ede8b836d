"""T7: a frame that came is made not to have come: before it is logged, after it, or in what is said of the day."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import pytest
from sqlalchemy import Connection, text

from attacked import FIRM, MONTH, Platform, Root
from bundled_town import KEY
from second_verifier import Judges
from tansuo.accounting.replay import recompute, replay
from tansuo.evidence import ledger
from tansuo.evidence.comparing import compare_heads
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import append
from tansuo.evidence.tlog_proof import TlogProof
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.monitoring.intake import Received, close_chunks, pack, store_chunk, unpack
from tansuo.monitoring.record import pack_one
from tansuo.monitoring.seals import body_of, draft, parts_of, read_seal, segments, subject_of
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.reporting.frame_receipt import prove_frame
from town import COAL, POWER

DROPPED = 9
JANUARY = Period.parse(MONTH)


def frames() -> list[bytes]:
    """January's coal, a frame a day, as the firm's own computer sent and kept them."""
    sent = []
    for day in JANUARY.days():
        at = datetime.combine(day, datetime.min.time()).strftime("%Y%m%d%H%M%S")
        header = {"QN": f"{at}000", "ST": "31", "CN": "2031", "PW": "123456", "MN": f"MN-{FIRM}", "Flag": "5"}
        value = [(f"{COAL.code}-Cou", "100.125"), (f"{COAL.code}-Flag", "N")]
        sent.append(encode(header, [[("DataTime", at)], value]))
    return sent


def receive(platform: Platform, sent: list[bytes], lose: Callable[[Connection], None] | None = None) -> Entry:
    """Frames are committed and acknowledged, then closed into an arrival; ``lose`` happens between the two."""
    with platform.act() as town:
        received = [Received(town.clock.now_ms(), n, "10.1.1.1:9", 0, frame) for n, frame in enumerate(sent)]
        store_chunk(town.connection, "hj212", pack(received), len(received))
    if lose is not None:
        with platform.act() as town:
            lose(town.connection)
    with platform.act() as town:
        (entry,) = close_chunks(town.connection, town.clock)
        town.follow()
        town.days(FIRM, POWER, MONTH, "10")
    return entry


def without_one(payload: bytes) -> tuple[bytes, int]:
    """A packed batch without the frame of the tenth day."""
    kept = [one for n, one in enumerate(unpack(payload)) if n != DROPPED]
    return b"".join(
        pack_one(one.received_ms, one.sequence, one.grade, one.peer.encode(), one.data) for one in kept
    ), len(kept)


def lose_from_chunk(connection: Connection) -> None:
    """The gateway, or whoever holds the table, drops one frame that was acknowledged."""
    (chunk, payload) = connection.execute(text("SELECT id, payload FROM raw_chunk")).one()
    rest, count = without_one(bytes(payload))
    connection.execute(text("DELETE FROM raw_chunk WHERE id = :id"), {"id": chunk})
    store_chunk(connection, "hj212", rest, count)


def sealed(platform: Platform, series: str = f"{FIRM}/coal") -> dict[str, object]:
    """What the last seal of January says of a series."""
    with platform.reading() as connection:
        entry = ledger.history(connection, subject_of(FIRM, JANUARY))[-1]
        return next(dict(one) for one in read_seal(connection, entry)["series"] if one["series"] == series)


def test_a_frame_dropped_before_it_is_logged_is_missed_by_its_sender(
    platform: Platform, root: Root, judges: Judges
) -> None:
    sent = frames()
    arrival = receive(platform, sent, lose_from_chunk)
    platform.account()
    platform.head()
    platform.cosigned()
    # Not caught: by anything that looks at the ledger. It never held the frame.
    assert platform.check().sound
    # The seal says that one of 31 is not there, and the month is no total.
    said = sealed(platform)
    assert (said["expected"], said["received"], said["gap"]) == (31, 30, 1)
    with platform.reading() as connection:
        platform.town.connection = connection
        assert platform.town.figure(FIRM, "E_fuel", MONTH).text is None
    # The sender compares what it sent with what its receipts are of, and finds which one: there is none of it.
    count = int(str(arrival.body["count"]))
    receipts = [receipt_of(platform, arrival, number).written.encode() for number in range(count)]
    shown = set()
    for number, receipt in enumerate(receipts):
        frame = sent[number + (number >= DROPPED)]
        assert judges.ask(receipt, platform.policy, frame)["verdict"] == "verified"
        shown.add(frame)
    with pytest.raises(FindingError):
        receipt_of(platform, arrival, count)
    assert [number for number, frame in enumerate(sent) if frame not in shown] == [DROPPED]
    # The acknowledgement of HJ 212 (9014) is signed by nobody: before the receipt, the sender has its word alone.


@pytest.fixture
def logged(platform: Platform) -> Entry:
    """The whole month arrived, was accounted, sealed and witnessed."""
    arrival = receive(platform, frames())
    platform.account()
    platform.head()
    platform.cosigned()
    return arrival


def receipt_of(platform: Platform, arrival: Entry, number: int) -> TlogProof:
    with platform.reading() as connection:
        return prove_frame(connection, arrival, number, platform.read_policy())


def test_a_frame_dropped_from_the_stored_bytes_is_found_by_the_check(
    platform: Platform, root: Root, logged: Entry
) -> None:
    with platform.reading() as connection:
        name = str(logged.body["blob"])
        data = bytes(connection.scalar(text("SELECT data FROM blob WHERE sha256 = :n"), {"n": name}))
    rest = zlib.compress(without_one(zlib.decompress(data))[0])
    change = f"UPDATE blob SET data = '\\x{rest.hex()}', size = {len(rest)}"
    root.run(f"{change} WHERE sha256 = '{name}'")
    assert {"evidence.blob_hash", "monitoring.arrival_bytes_differ"} <= codes(platform)
    root.run(f"{change}, sha256 = '{sha256(rest).hexdigest()}' WHERE sha256 = '{name}'")
    assert {"evidence.blob_missing", "monitoring.arrival_bytes_missing"} <= codes(platform)


def codes(platform: Platform) -> set[str]:
    return {one.code for one in platform.check().findings}


def test_a_frame_dropped_with_all_of_history_is_proven_by_its_receipt(
    platform: Platform, root: Root, logged: Entry, judges: Judges
) -> None:
    """The log is rewritten from before the month, without the frame, and signed; the firm kept its receipts."""
    frame = frames()[DROPPED]
    receipt = receipt_of(platform, logged, DROPPED).written
    whole = platform.size

    def again() -> Entry:
        sent = [one for number, one in enumerate(frames()) if number != DROPPED]
        arrival = receive(platform, sent)
        platform.account()
        return arrival

    root.rewrite(logged.index, again)
    assert platform.size == whole and platform.check().sound  # not caught: inside everything agrees
    # The receipt is judged by both verifiers, without the platform: the frame was in the witnessed log.
    said = judges.ask(receipt.encode(), platform.policy, frame)
    assert said["verdict"] == "verified"
    other = frames()[DROPPED + 1]
    assert judges.ask(receipt.encode(), platform.policy, other)["verdict"] == "refused"
    # Its head and the platform's present one cannot both be of one log: proof that can be published.
    kept = TlogProof.parse(receipt).note
    assert compare_heads(kept, platform.note(), [platform.key]).verdict == "two_heads"
    # And the witnesses refuse the second history.
    assert {platform.ask(one).status for one in platform.witnesses.values()} == {409}


def forged_seal(platform: Platform, **counts: int) -> None:
    """A seal of January in which one of the readings is left out of the text, with counts to suit."""
    with platform.act() as town:
        connection, size = town.connection, town.size
        made = segments(connection, parts_of(connection, FIRM, JANUARY, size), size)
        first = next(one for one in made if one.part.line.series == f"{FIRM}/coal")
        lines = first.text.splitlines(keepends=True)
        left = "".join(line for number, line in enumerate(lines) if number != DROPPED)
        facts = {**first.facts, "rows": len(lines) - 1, **counts}
        body = body_of(JANUARY, size, KEY, [])
        series = [(replace(one, text=left, facts=facts) if one is first else one).item(KEY) for one in made]
        body = {**body, "series": series}
        append(connection, [draft(connection, FIRM, JANUARY, "Asia/Shanghai", body)], town.clock)
        town.follow()


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({"received": 30, "gap": 1, "late": 30}, {"monitoring.seal_differs"}),
        ({"received": 30, "gap": 0, "late": 30}, {"monitoring.seal_differs", "monitoring.seal_counts"}),
        ({}, {"monitoring.seal_differs"}),
    ],
    ids=["said to be a gap", "counts that do not add up", "counts left as they were"],
)
def test_a_reading_left_out_of_a_seal_is_found(
    platform: Platform, judges: Judges, counts: dict[str, int], found: set[str]
) -> None:
    receive(platform, frames())
    forged_seal(platform, **counts)
    with platform.act():
        receipt = platform.bundled.publish(FIRM, "E_fuel")
    platform.head()
    platform.cosigned()
    # ledger check: the seal is made again from the readings, and is another.
    assert codes(platform) == found
    # Both verifiers: no sealed reading stands behind the coal any more, and the verdict says so in words.
    said = judges.ask(platform.bundle(receipt), platform.policy)
    unchecked = [one["en"] for one in said["not_checked"]]
    assert any("FC a.coal/2026-01 was not summed from sealed readings" in one for one in unchecked)
    # Not caught: by whoever reads the word "verified" and not what was not checked.
    assert said["verdict"] == "verified"


def test_a_reading_taken_from_the_tables_before_all_is_said_of_it(
    platform: Platform, root: Root, judges: Judges
) -> None:
    """The frames are in the ledger; the operator edits the readings made of them, then account and seal are made."""
    receive(platform, frames())
    root.run("UPDATE reading SET value = value - 50000 WHERE series = 'a/coal'")
    receipt = platform.account()["E_fuel"]
    platform.head()
    platform.cosigned()
    # ledger check: the tables do not follow from the entries.
    assert "evidence.projection_differs" in codes(platform)
    # Both verifiers: a signed head drew the rows, and a frame in the bundle says another value than was sealed.
    said = judges.ask(platform.bundle(receipt), platform.policy)
    assert (said["verdict"], said["steps"][-1]["step"]) == ("refused", "samples")
    assert "100125,value.measured.N, the seal says" in said["steps"][-1]["en"]
    assert ",50125,value.measured.N" in said["steps"][-1]["en"]
    # Replay: from the raw frames another figure comes out.
    with platform.reading() as connection:
        assert not replay(connection, receipt).equal
        assert recompute(connection, receipt).equal  # not caught: by whoever asks the same tables again


def test_what_was_never_sent_or_never_true_is_caught_by_nobody(platform: Platform, judges: Judges) -> None:
    """The limit of every ledger: a false first measurement is kept as faithfully as a true one."""
    with platform.act() as town:
        town.days(FIRM, COAL, MONTH, "50.000")  # the meter was tampered with: 100 was burnt
        town.days(FIRM, POWER, MONTH, "10")
    receipt = platform.account()["E_fuel"]
    platform.head()
    platform.cosigned()
    assert platform.check().sound
    said = judges.ask(platform.bundle(receipt), platform.policy)
    assert said["verdict"] == "verified"
    # Said in every verdict.
    assert any("anything before receipt" in one["en"] for one in said["not_checked"])
