"""HJ 212 frames a second on one core: full decode with every check, against the "fold" parser.

The fold parser is the fastest published pure-Python way known to us: check value by folding halves through
tables of M^k (log2 n translations), then nothing but splitting into two dictionaries. Bar: decode ≥ 0.5 × it.
"""

import random
import statistics
from collections.abc import Callable, Iterator

from harness import Bar, Figure, cpu, interleaved, ratios

from tansuo.monitoring.connectors.hj212.crc import crc16
from tansuo.monitoring.connectors.hj212.frame import decode, encode
from tansuo.monitoring.connectors.hj212.stream import Splitter

BAR = Bar("at least", 0.5)
CODES = ("a34013", "a21026", "a21002", "a19001", "a01011", "a01012", "a01013", "a01014", "a05001", "a00000")


def generate(count: int, devices: int = 500, seed: int = 3) -> list[bytes]:
    """Real-time frames (CN 2011, ten signals with flags, about 450 bytes) of ``devices`` in turn."""
    chance = random.Random(seed)
    frames = []
    for number in range(count):
        minute, device = divmod(number, devices)
        moment = f"20240101{minute // 60 % 24:02d}{minute % 60:02d}00"
        header = {
            "QN": f"{moment}{number % 1000:03d}", "ST": "31", "CN": "2011", "PW": "123456",
            "MN": f"3211{device:020d}", "Flag": "5",
        }  # fmt: skip
        groups = [[("DataTime", moment)]]
        for code in CODES:
            flag = "N" if chance.random() < 0.98 else "D"
            groups.append([(f"{code}-Rtd", f"{chance.uniform(1, 500):.3f}"), (f"{code}-Flag", flag)])
        frames.append(encode(header, groups))
    return frames


def crc_table() -> list[int]:
    """What eight shifts of the check value of HJ 212 make of every byte."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return table


def fold_parser() -> Callable[[bytes], tuple[dict[bytes, bytes], dict[bytes, bytes]]]:
    """The comparison: check by folding halves, then split; raises ValueError for a wrong check value."""
    table = crc_table()
    upper = bytes(value >> 8 for value in table)
    powers, width = {1: upper}, 1
    while width < 8192:
        powers[2 * width] = powers[width].translate(powers[width])
        width *= 2
    whole = int.from_bytes

    def check(body: bytes) -> int:
        count = len(body) - 1
        size = 1 << max(0, (count - 1).bit_length())
        row = bytes(size - count) + bytes((body[0] ^ 0xFF,)) + body[1:count]
        while size > 1:
            size >>= 1
            folded = whole(row[:size].translate(powers[size]), "little") ^ whole(row[size:], "little")
            row = folded.to_bytes(size, "little")
        return table[upper[row[0]] ^ body[count]]

    def parse(frame: bytes) -> tuple[dict[bytes, bytes], dict[bytes, bytes]]:
        body = frame[6:-6]
        if len(body) != int(frame[2:6]) or check(body) != int(frame[-6:-2], 16):
            raise ValueError("check value")
        head, _, region = body.partition(b";CP=&&")
        header = dict([item.split(b"=", 1) for item in head.split(b";")])
        values = {}
        for group in region[:-2].split(b";"):
            for item in group.split(b","):
                key, _, value = item.partition(b"=")
                values[key] = value
        return header, values

    return parse


def measure(quick: bool) -> Iterator[Figure]:
    """Decode against the reference, CPU seconds."""
    frames = generate(4_000 if quick else 20_000)
    fold = fold_parser()
    wrong = [
        frame for frame in frames[:200]
        if decode(frame).verdict != "accept" or fold(frame)[0][b"QN"] != decode(frame).header["QN"].encode()
    ]  # fmt: skip
    ways: dict[str, Callable[[], float]] = {
        "fold parser": lambda: cpu(lambda: [fold(frame) for frame in frames]),
        "decode": lambda: cpu(lambda: [decode(frame).values for frame in frames]),
        "check value alone": lambda: cpu(lambda: [crc16(frame[6:-6]) for frame in frames]),
        "stream to frames": lambda: cpu(lambda: Splitter().feed(b"".join(frames))),
    }
    taken = interleaved(ways, 3 if quick else 15)
    speeds = [f"{name} {len(frames) / statistics.median(times):,.0f}" for name, times in taken.items()]
    yield Figure(
        "frames",
        "decoded, of the fold parser's rate",
        ratios(taken["fold parser"], taken["decode"]),
        BAR,
        notes=(f"frames a second of CPU: {'; '.join(speeds)}",),
        faults=(f"{len(wrong)} of 200 frames read wrongly",) if wrong else (),
    )
