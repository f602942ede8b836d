"""What strangers send may be anything; it must not stop those who read what devices sent."""

import random
from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import Connection, select

from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.projection import catch_up
from tansuo.monitoring import intake
from tansuo.monitoring.connectors.hj212.answer import glance
from tansuo.monitoring.connectors.hj212.crc import crc16
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.monitoring.intake import Received, pack
from tansuo.monitoring.plan import PlanLine, plan_draft
from tansuo.monitoring.projection import PROJECTION
from tansuo.monitoring.tables import reading

NOW = 1_767_225_600_000
CLOCK = SimulatedClock(NOW)
LINE = PlanLine(
    series="s1", org="firm", source="stack", meter="", indicator="flue_gas", channel="hj212", device="MN1",
    stream="2061:a05001:Cou", form="interval_amount", step_s=3600, label="start", zone="Asia/Shanghai",
    unit="kg", decimals=0, authoritative=True, required=True, valid_from=date(2026, 1, 1),
)  # fmt: skip


def framed(segment: str | bytes) -> bytes:
    data = segment.encode() if isinstance(segment, str) else segment
    return b"##%04d%b%04X\r\n" % (len(data), data, crc16(data))


def hourly(hour: int) -> bytes:
    header = {
        "QN": f"202601150000{hour:02d}000",
        "ST": "31",
        "CN": "2061",
        "PW": "1",
        "MN": "MN1",
        "Flag": "5",
    }
    return encode(header, [[("DataTime", f"20260115{hour:02d}0000")], [("a05001-Cou", str(hour))]])


def data(mn: str = "MN1", qn: str = "1", key: str = "a05001-Cou", value: str = "5", **more: str) -> bytes:
    """An hourly frame of 23 o'clock with one thing wrong in it."""
    time, flag = more.get("time", "20260115230000"), more.get("flag", "N")
    head = f"QN={qn};ST=31;CN={more.get('cn', '2061')};PW=1;MN={mn};Flag={more.get('bits', '5')}"
    numbers = f";PNUM={more['pnum']};PNO={more['pno']}" if "pnum" in more else ""
    return framed(f"{head}{numbers};CP=&&DataTime={time};{key}={value},a05001-Flag={flag}&&")


HOSTILE = [
    data(mn="M\x00N"), data(mn="M" * 5000), data(mn="设" * 1000), data(mn="../../etc/passwd"),
    data(qn="\x00"), data(qn="9" * 5000), data(qn="'; DROP TABLE reading; --"),
    data(key="a\x00-Cou"), data(key="a" * 5000 + "-Cou"), data(key="-Cou"), data(key="a-"),
    data(key="a\n-Cou"),
    data(value="\x00"), data(value="9" * 5000), data(value="-" * 100), data(value="1e999"), data(value="NaN"),
    data(flag="\x00"), data(flag="F" * 5000), data(flag="\u202e"),
    data(time="\x00" * 14), data(time="00010101000000"), data(time="99991231235959"), data(time="9" * 5000),
    data(bits="7", pnum="9" * 4000, pno="1"), data(bits="7", pnum="99", pno="0" * 4000),
    data(bits="7", pnum="\x00", pno="\x00"), data(cn="20\x0061"), data(cn="2061" * 1000),
    framed(b""), framed(b"\x00" * 100), framed(b"CP=&&&&"), framed(b"\xff\xfe;CP=&&a=1&&"),
    framed("QN=1;ST=31;CN=2061;MN=MN1;Flag=7;PNUM=2;PNO=2;CP=&&a05001-Cou=1&&"),
    b"##", b"##9999", b"\x00" * 1000, b"##0005hello0000\r\n",
]  # fmt: skip


def mutants(count: int) -> list[bytes]:
    """Sound envelopes around damaged segments: their check value is right, so they are read."""
    chance = random.Random(212)
    made = []
    for _ in range(count):
        segment = bytearray(hourly(chance.randrange(24))[6:-6])
        for _ in range(chance.randrange(1, 6)):
            segment[chance.randrange(len(segment))] = chance.randrange(256)
        made.append(framed(bytes(segment)))
    return made


def arrive(connection: Connection, frames: Sequence[bytes]) -> None:
    records = [Received(NOW, number, "203.0.113.9:1", 0, one) for number, one in enumerate(frames)]
    intake.store_chunk(connection, "hj212", pack(records), len(records))
    while intake.close_chunks(connection, CLOCK):
        pass


@pytest.fixture
def opened(connection: Connection) -> Connection:
    ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=CLOCK)
    ledger.append(connection, [plan_draft("firm", [LINE])], CLOCK)
    return connection


@pytest.mark.parametrize("hostile", [HOSTILE, mutants(1500)], ids=["by hand", "damaged at random"])
def test_good_readings_pass_between_hostile_frames(opened: Connection, hostile: list[bytes]) -> None:
    arrive(opened, [hourly(0), *hostile, hourly(1)])
    arrive(opened, [hourly(2), *reversed(hostile), hourly(3)])
    catch_up(opened, [PROJECTION])
    found = opened.execute(select(reading.c.value).where(reading.c.series == "s1").order_by(reading.c.start))
    assert {0, 1, 2, 3} <= {row.value for row in found}


def test_no_answer_repeats_what_would_not_fit_it() -> None:
    assert glance(data(mn="M" * 24)).wants_answer
    assert not glance(data(mn="M" * 5000)).wants_answer
    assert not glance(data(qn="9" * 5000)).wants_answer
