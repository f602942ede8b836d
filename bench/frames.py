"""HJ 212 frames a second on one core: full decode with every check, against the "fold" parser.

The fold parser is the fastest published pure-Python way known to us: check value by folding halves through
tables of M^k (log2 n translations), then nothing but splitting into two dictionaries. Bar: decode ≥ 0.5 × it.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence

from tansuo.monitoring.connectors.hj212.crc import crc16
from tansuo.monitoring.connectors.hj212.frame import decode, encode
from tansuo.monitoring.connectors.hj212.stream import Splitter

BAR = 0.5
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


def fold_parser() -> Callable[[bytes], tuple[dict[bytes, bytes], dict[bytes, bytes]]]:
    """The comparison: check by folding halves, then split; raises ValueError for a wrong check value."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
        table.append(value)
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


def seconds(work: Callable[[Sequence[bytes]], object], frames: Sequence[bytes]) -> float:
    """CPU seconds of one pass."""
    start = time.process_time()
    work(frames)
    return time.process_time() - start


def main(argv: Sequence[str] | None = None) -> int:
    """Interleaved repeats, medians of CPU seconds; exit 1 below the bar."""
    parser = argparse.ArgumentParser(prog="bench frames", description=__doc__)
    parser.add_argument("--frames", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args(argv)
    frames = generate(options.frames)
    fold = fold_parser()
    assert all(fold(frame)[0][b"QN"] == decode(frame).header["QN"].encode() for frame in frames[:200])
    assert all(decode(frame).verdict == "accept" for frame in frames[:200])
    ways: dict[str, Callable[[Sequence[bytes]], object]] = {
        "fold check + split (reference)": lambda some: [fold(frame) for frame in some],
        "decode: check, header, values, problems": lambda some: [decode(frame).values for frame in some],
        "check value alone": lambda some: [crc16(frame[6:-6]) for frame in some],
        "stream to frames (length + check)": lambda some: Splitter().feed(b"".join(some)),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.repeats):
        for name, work in ways.items():
            taken[name].append(seconds(work, frames))
    rates = {name: len(frames) / statistics.median(times) for name, times in taken.items()}
    for name, rate in rates.items():
        print(f"{name:42s} {rate:12,.0f} frames/s of CPU")
    reference, ours = list(rates.values())[:2]
    print(f"decode / reference = {ours / reference:.2f} (bar {BAR})")
    return 0 if ours >= BAR * reference else 1


if __name__ == "__main__":
    raise SystemExit(main())
