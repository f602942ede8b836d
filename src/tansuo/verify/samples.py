"""Self-drawn samples: raw frames that a signed head chose, shown to be in the arrivals they name and read again."""

from hashlib import sha256

from tansuo.methods.document import Json
from tansuo.verify.book import Book, hashes, open_head
from tansuo.verify.frame import arrived, line_of
from tansuo.verify.report import Report, otherwise, require
from tansuo.verify.sources import Segments

_FILE = "frames/samples.json"
_A_MONTH, _A_DAY = 30, 1


def drawn(head: str, series: str, period: str, number: int, rows: int) -> int:
    """Which row of ``rows`` the head draws as sample ``number``: nobody knew its root when the seal was made."""
    text = f"{head}{series}\n{period}\n{number}\n"
    return int.from_bytes(sha256(text.encode()).digest()[:16], "big") % rows


def check_samples(book: Book, held: Segments, report: Report) -> None:
    """Every sample is the row that was drawn, and its frame is in the arrival that is in the log."""
    report.now = "samples"
    if _FILE not in book.files:
        report.skip("no raw frames were drawn")
        return
    given = book.formed(_FILE, "tansuo.samples/1")
    with otherwise("the samples do not hold: {}", of=(KeyError, TypeError)):
        note, samples = given["head"], given["samples"]
        head = open_head(note, book.keys)
        late = all(head.size > one["seal"] for one in samples)
        require(late, "the drawing head is older than a seal")
        head.begins(book.head, hashes(given["consistency"]))
        places = [(one["seal"], one["row"], one["number"]) for one in samples]
        require(places == sorted(set(places)), "samples are numbered twice or out of order")
        text = note.rpartition("\n\n")[0] + "\n"
        read = sum(_check(book, held, text, one) for one in samples)
    count = len(samples)
    report.passed("{} drawn frames are in their arrivals; {} of them say what was sealed", count, read)
    if read < count:
        words = "{} drawn frames were not read (a change of clocks, monthly, in packets, or not HJ 212)"
        report.skip(words, count - read)
    report.skip("whether the drawing head was the first after the seals")


def _check(book: Book, held: Segments, head: str, one: Json) -> bool:
    """Whether the frame of a sample was read, and says what was sealed."""
    seal, number = one["seal"], one["number"]
    segment = held[seal, one["row"]]
    period = segment.seal["period"]
    most = _A_MONTH if len(period) == 7 else _A_DAY
    require(0 <= number < most, "seal {} has no drawing {}", seal, number)
    row = drawn(head, segment.row["series"], period, number, len(segment.rows))
    require(segment.lines[row] == one["line"], "another row of seal {} was drawn", seal)
    told = line_of(book, segment, arrived(book.entries[one["arrival"]], one["frame"], one))
    require(told in (None, one["line"]), "a drawn frame says {}, the seal says {}", told, one["line"])
    return told is not None
