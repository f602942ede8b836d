"""What the receiver's hot path needs of a frame: who sends it, and the answer 9014 it may wait for."""

import re
from typing import NamedTuple

from tansuo.monitoring.connectors.hj212.crc import crc16

_USUAL = re.compile(
    rb"##[0-9]{4}QN=([^;]*);ST=([^;]*);CN=([^;]*);PW=([^;]*);MN=([^;]*);Flag=([0-9]{1,3});"
    rb"(?:PNUM=([^;]*);PNO=([^;]*);)?CP=&&"
)
_FLAG = re.compile(rb"[0-9]{1,3}")
_QN = re.compile(rb"[0-9]{1,17}")

_LONGEST = 512  # of what an answer repeats: it must fit a segment itself

DATA_ANSWER = b"9014"
NOTICE_ANSWER = b"9013"
_NOTICES = frozenset({b"1013"})  # the device reports its clock wrong: answered as a notice
SYSTEM = b"91"  # ST of the exchanges between the two systems: answers, never answered themselves


class Glance(NamedTuple):
    """The header fields of a frame as raw bytes, empty where absent; ``flag`` None where it is no number."""

    qn: bytes
    st: bytes
    cn: bytes
    pw: bytes
    mn: bytes
    flag: int | None
    pnum: bytes
    pno: bytes
    closed: bool

    @property
    def wants_answer(self) -> bool:
        """The sender waits for an answer and the frame carries what an answer needs (a numeric QN,
        a closed CP, no names of absurd length)."""
        return bool(
            self.flag is not None
            and self.flag & 1
            and self.closed
            and self.st != SYSTEM
            and _QN.fullmatch(self.qn)
            and len(self.mn) + len(self.pw) + len(self.pnum) + len(self.pno) <= _LONGEST
        )


def glance(frame: bytes) -> Glance:
    """The header of a frame whose length and check value are right; fields in any order, none is required."""
    usual = _USUAL.match(frame)
    closed = frame.endswith((b"&&", b"&&\r\n"), 0, _end_of_segment(frame))
    if usual:
        qn, st, cn, pw, mn, flag, pnum, pno = usual.groups(b"")
        return Glance(qn, st, cn, pw, mn, int(flag), pnum, pno, closed)
    head, found, _ = frame[6:].partition(b"CP=&&")
    fields = dict.fromkeys((b"QN", b"ST", b"CN", b"PW", b"MN", b"Flag", b"PNUM", b"PNO"), b"")
    for item in head.split(b";"):
        key, equals, value = item.partition(b"=")
        if equals and key in fields:
            fields[key] = value
    qn, st, cn, pw, mn, flag, pnum, pno = fields.values()
    number = int(flag) if _FLAG.fullmatch(flag) else None
    return Glance(qn, st, cn, pw, mn, number, pnum, pno, closed and bool(found))


def _end_of_segment(frame: bytes) -> int:
    return len(frame) - (6 if frame.endswith(b"\r\n") else 4)


def answer(seen: Glance) -> bytes:
    """The answer to a frame: same QN, PW and MN, ST 91, CN 9014 (9013 to a notice), the Flag's version bits.

    A packet of a split message (PNUM, PNO) is answered with its numbers and the Flag bit that announces them,
    because its QN alone would not say which of the packets has arrived (HJ 212-2017 §6.3.3).
    """
    kind = NOTICE_ANSWER if seen.cn in _NOTICES else DATA_ANSWER
    flag = (seen.flag & ~3) if seen.flag is not None else 4
    if seen.pno:
        segment = b"QN=%b;ST=91;CN=%b;PW=%b;MN=%b;Flag=%d;PNUM=%b;PNO=%b;CP=&&&&" % (
            seen.qn, kind, seen.pw, seen.mn, flag | 2, seen.pnum, seen.pno,
        )  # fmt: skip
    else:
        segment = b"QN=%b;ST=91;CN=%b;PW=%b;MN=%b;Flag=%d;CP=&&&&" % (seen.qn, kind, seen.pw, seen.mn, flag)
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc16(segment))
