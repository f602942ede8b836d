"""The data side of a bundle: seals and segments, activity data from them, local values from statements."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from tansuo.evidence.tlog_proof import decode64
from tansuo.methods.document import Document, Json
from tansuo.methods.ladder import OVERRIDE
from tansuo.quantity.decimals import CONTEXT, parse_decimal, plain, unscaled
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance, State
from tansuo.quantity.unit import convert, parse_unit
from tansuo.verify.book import Book
from tansuo.verify.laboratory import UNITS, worked_out
from tansuo.verify.report import Refused, Report, otherwise, require

SEAL = "tansuo.seal/1"
_SEGMENT = re.compile(r"segments/(0|[1-9][0-9]*)-([0-9]+)\.csv", re.ASCII)
_LINE = re.compile(
    rf"(0|[1-9][0-9]{{0,11}}),(0|-?[1-9][0-9]{{0,17}})?,({'|'.join(State)})\.({'|'.join(Provenance)})(\.[!-~]+)?",
    re.ASCII,
)
_A_DAY, _AN_HOUR = 86_400, 3_600
_STATES = {state.value: state for state in State}
_OF_THE_PLAN = ("series", "unit", "decimals", "form", "step_s", "source", "indicator")
"""What a seal says of a series as the plan's line does."""


@dataclass(frozen=True)
class Segment:
    """The sealed readings of one series.

    ``seal`` its seal's body, ``span`` the seconds [first, last) it is of, ``row`` what the seal says of the series,
    ``rows`` (time, value, state) in order, ``lines`` as they are written.
    """

    seal: Json
    span: tuple[int, int]
    row: Json
    rows: Sequence[tuple[int, int | None, State]]
    lines: Sequence[str]


Segments = dict[tuple[int, int], Segment]
"""By entry of the seal and place in it."""


def read_segments(book: Book, report: Report) -> Segments:
    """Every segment of the bundle, found to be what its seal says."""
    report.now = "seals"
    found: Segments = {}
    for name in sorted(one for one in book.files if one.startswith("segments/")):
        named = _SEGMENT.fullmatch(name)
        if not named:
            raise Refused("a segment's file is named {}", name)
        found[int(named[1]), int(named[2])] = _segment(book, name, int(named[1]), int(named[2]))
    if found:
        count = sum(len(one.rows) for one in found.values())
        report.passed("{} readings in {} segments", count, len(found))
    else:
        report.skip("there are no sealed readings")
    return found


def _segment(book: Book, name: str, index: int, place: int) -> Segment:
    body, data = seal_body(book, index), book.files[name]
    with otherwise("seal {} has no such series", index, of=(LookupError, TypeError)):
        row, key = body["series"][place], decode64(body["key"])
    sealed = len(key) == 16 and sha256(key + data).hexdigest() == row.get("sha256")
    require(sealed, "{} is not what seal {} sealed", name, index)
    lines, rows = _rows(data, name)
    require(len(rows) == row.get("rows"), "{} has another number of rows than its seal says", name)
    even = row.get("expected") is None or row["expected"] == row["received"] + row["gap"]
    require(even, "in seal {} expected is not received + gap", index)
    begin, end = map(epoch, book.entries[index]["valid"])
    return Segment(body, (begin, end), row, rows, lines)


def seal_body(book: Book, index: int) -> Json:
    """The body of a seal, from the entry or from the document it names; Refused where it is none."""
    entry = book.entries.get(index)
    if entry is None or entry["type"] != "seal":
        raise Refused("entry {} is no seal", index)
    body: object = entry["body"]
    if "blob" in entry["body"]:
        with otherwise("the content of seal {}: {}", index):
            body = book.document(entry["body"]["blob"], "the content of seal {} is not in the bundle", index)
    if not isinstance(body, dict) or body.get("form") != SEAL or not isinstance(body.get("series"), list):
        raise Refused("seal {} is not of the form {}", index, SEAL)
    return body


def _rows(data: bytes, name: str) -> tuple[list[str], list[tuple[int, int | None, State]]]:
    lines = data.decode("ascii", "replace").split("\n")
    require(lines.pop() == "", "the last line of {} does not end", name)
    rows: list[tuple[int, int | None, State]] = []
    last = -1
    for line in lines:
        found = _LINE.fullmatch(line)
        if not found or _STATES[found[3]].has_value is (found[2] is None):
            raise Refused("a line of {}: {!r}", name, line)
        at, value = int(found[1]), None if found[2] is None else int(found[2])
        require(at > last, "times in {} do not rise", name)
        rows.append((at, value, _STATES[found[3]]))
        last = at
    return lines, rows


def check_inputs(book: Book, method: Document, inputs: Json, held: Segments, report: Report) -> None:
    """Every amount that names where it comes from is that sum; the others are said."""
    report.now = "inputs"
    origins, checked = inputs["from"]["values"], 0
    for symbol, cells in origins.items():
        known = set(cells) <= set(inputs["values"].get(symbol, ()))
        require(known, "a source of {} is named for no amount of the inputs", symbol)
    for symbol, cells in inputs["values"].items():
        for place, given in cells.items():
            made = origins.get(symbol, {}).get(place)
            if made is None or isinstance(given, dict):
                report.skip("{} {} was not summed from sealed readings (see absent.json)", symbol, place)
                continue
            label = f"{symbol} {place}"
            total = plain(_amount(book, method.terms[symbol], label, made, held))
            require(total == given, "{}: the readings add up to {}, the inputs say {}", label, total, given)
            checked += 1
    report.skip("whether the list of sources is complete, and which share of a source counts")
    if checked:
        report.passed("{} amounts are the sums of readings", checked)


def _amount(book: Book, term: Json, label: str, made: Json, held: Segments) -> Decimal:
    source, _, month = label.partition(" ")[2].rpartition("/")
    share = parse_decimal(made["share"])
    total: Decimal | None = None
    lines = _plan_lines(book, made["parts"], source, term.get("indicator", ""), Period.parse(month))
    for part in made["parts"]:
        segments = [(index, held[index, row]) for index, row in part["seals"]]
        reached = segments[0][1].row["from"]
        line, last = lines.pop((part["series"], reached), (None, ""))
        if line is None:
            words = "{}: the plan has no such line, or it was taken already: {}"
            raise Refused(words, label, part["series"])
        number = 0
        for index, segment in segments:
            follows = segment.row["from"] == reached < segment.row["to"]
            require(follows, "{}: the days of the seals overlap or leave a gap at {}", label, reached)
            reached = segment.row["to"]
            number += _sum(index, segment, part, line, month)
        require(reached == last, "{}: the seals end on {}", label, reached)
        there = _converted(number, line, term["unit"])
        there = there if share == 1 else CONTEXT.multiply(there, share)
        total = there if total is None else CONTEXT.add(total, there)
    if lines or total is None:
        raise Refused("{}: a series of the plan is left out: {}", label, sorted(lines))
    return total


def _plan_lines(
    book: Book, parts: Sequence[Json], source: str, indicator: str, month: Period
) -> dict[tuple[str, str], tuple[Json, str]]:
    """Every line of the one plan that counts for an amount, by series and its first day in the month, with the day
    after its last.

    All of them must be added up, each once: an amount is neither some of its meters nor one of them twice.
    """
    named = {part["plan"] for part in parts}
    entry = book.known(named.pop(), "plan") if len(named) == 1 else None
    if entry is None:
        raise Refused("there is not one monitoring plan")
    found: dict[tuple[str, str], tuple[Json, str]] = {}
    start, end = month.start.isoformat(), month.end.isoformat()
    for line in entry["body"]["lines"]:
        until = line.get("valid_to")
        first, last = max(start, line["valid_from"]), end if until is None else min(end, until)
        counts = line["authoritative"] and (line["source"], line["indicator"]) == (source, indicator)
        if counts and first < last:
            adds = line["form"] in ("interval_amount", "rate", "register")
            require(adds, "{} is not summed", line["series"])
            found[line["series"], first] = line, last
    return found


def _sum(index: int, segment: Segment, part: Json, line: Json, month: str) -> int:
    """The integers of one segment; a hole in it, or a reading short, cannot make a total."""
    row, rows, register = segment.row, segment.rows, line["form"] == "register"
    agree = all(row[name] == line[name] for name in _OF_THE_PLAN) and row["plan"] == part["plan"]
    require(agree, "seal {} and the plan do not agree", index)
    require(f"{segment.seal['period']}-".startswith(f"{month}-"), "seal {} is not of {}", index, month)
    begin, end = segment.span
    within = all(begin <= at < end + register for at, _, _ in rows)
    require(within, "seal {} holds a reading of another period", index)
    present = sum(value is not None or state.adds_nothing for _, value, state in rows)
    counted = (register or present == row["received"]) and _expected(row)
    require(counted, "seal {} counts its readings wrongly", index)
    require(not row["gap"] and present == len(rows), "seal {} has a hole", index)
    values = [value for _, value, _ in rows if value is not None]
    if not register:
        return sum(values)
    whole = len(values) > 1 and (rows[0][0], rows[-1][0]) == (begin, end) and values == sorted(values)
    require(whole, "the register in seal {} does not run from end to end", index)
    return values[-1] - values[0]


def _expected(row: Json) -> bool:
    """Whether a seal expects of a series what its step makes of its days; summer time may add or take an hour."""
    days = (date.fromisoformat(row["to"]) - date.fromisoformat(row["from"])).days
    step, expected = row["step_s"], row["expected"]
    if step == _A_DAY:
        return bool(expected == days)
    if step <= 0:  # irregular, or once a month
        return bool(expected == (1 if step else None))
    return expected is not None and bool(abs(expected * step - days * _A_DAY) <= _AN_HOUR)


def epoch(text: str) -> int:
    """The second since 1970 that an instant in ISO 8601 names."""
    return int(datetime.fromisoformat(text).timestamp())


def midnights(period: Period) -> tuple[int, int]:
    """The seconds [first, last) of a period in UTC."""
    return epoch(f"{period.start}T00:00:00+00:00"), epoch(f"{period.end}T00:00:00+00:00")


def _converted(number: int, line: Json, unit: str) -> Decimal:
    """Stored integers as an amount in ``unit``; a rate times its step, multiplied first and divided once."""
    own, decimals = str(line["unit"]), line["decimals"]
    if line["form"] != "rate":
        return convert(unscaled(number, decimals), own, unit)
    over, slash, _ = own.rpartition("/")
    amount = str(line.get("attributes", {}).get("amount_unit") or (over if slash else own + "h"))
    times = parse_unit(own).scale * parse_unit("s").scale * line["step_s"] / parse_unit(amount).scale
    product, divisor = number * times.numerator, times.denominator * 10**decimals
    whole = times.denominator == 1
    there = unscaled(product, decimals) if whole else CONTEXT.divide(Decimal(product), Decimal(divisor))
    return convert(there, amount, unit)


def check_local(book: Book, method: Document, inputs: Json, report: Report) -> None:
    """Every local value is what its statement says, or what the laboratory results it names give."""
    report.now = "local"
    origins, checked = inputs["from"]["local"], 0
    require(len(origins) == len(inputs["local"]), "local values and their sources do not match")
    for at, given in enumerate(inputs["local"]):
        made = origins[at]
        label = " ".join(str(given[name]) for name in ("symbol", "source", "month") if given.get(name))
        entry = book.known(made["statement"], "statement") if made else None
        if entry is None:
            report.skip("{}: no statement is here", label)
            continue
        ladder = method.terms[given["symbol"]].get("ladder", ())
        column = [step["column"] for step in ladder if "column" in step][:1]
        columns = [f"factor.{one}" for one in (*column, given["symbol"])]
        if made.get("tested"):
            _laboratory(book, columns, given, made["tested"], label)
            report.skip("whether there are other laboratory results than those used")
        else:
            body = entry["body"]
            same = all(body[name] == given[name] for name in ("value", "unit", "provenance"))
            by_hand = (given["rung"] == OVERRIDE) is (body["basis"] == OVERRIDE)
            right = same and by_hand and body["indicator"] in columns
            require(right, "{} is not what its statement says", label, made["statement"])
        checked += 1
    checked += _attributes(book, inputs, report)
    if checked:
        report.passed("{} local values and attributes are stated", checked)
    report.skip("from which subject above an attribute was taken was not followed")


def _laboratory(book: Book, columns: Sequence[str], given: Json, tested: Sequence[int], label: str) -> None:
    """A value from laboratory results is what they give for its month."""
    measured = given["rung"] == "measured"
    entries = [book.known(index, "statement") for index in tested]
    bodies = [one["body"] for one in entries if one and one["body"]["indicator"].startswith("test.")]
    with otherwise("{}: the laboratory results give none ({})", label, of=(LookupError, ArithmeticError)):
        column, *_ = (one for one in UNITS if f"factor.{one}" in columns)
        unit = UNITS[column]
        found = plain(worked_out(bodies, column, Period.parse(given["month"]), measured))
    stated = (given["value"], given["unit"], given["provenance"], len(bodies))
    same = stated == (found, unit, "measured" if measured else "declared", len(tested))
    words = "{}: the laboratory results give {} {}, not {} {}"
    require(same, words, label, found, unit, given["value"], given["unit"])


def _attributes(book: Book, inputs: Json, report: Report) -> int:
    """How many attributes are what the entries say that gave them."""
    origins, checked = inputs["from"]["attributes"], 0
    given = {one["id"]: one["attributes"] for one in (inputs["enterprise"], *inputs["sources"])}
    for subject, named in origins.items():
        for name, at in named.items():
            entry = book.known(at, "subject")
            body = entry["body"] if entry else {}
            if body.get("op") == "declare":
                told = body.get("attributes", {}).get(name)
            else:
                told = body.get("value") if body.get("name") == name else None
            right = name in given.get(subject, {}) and told == given[subject][name]
            require(right, "{} of {} is not what entry {} says", name, subject, at)
            checked += 1
    for subject, attributes in given.items():
        for name in sorted(set(attributes) - set(origins.get(subject, {}))):
            report.skip("no entry states {} of {}", name, subject)
    return checked
