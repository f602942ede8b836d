"""The data side of a bundle: seals and segments, activity data from them, local values from statements."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from tansuo.evidence import canonical
from tansuo.methods.document import Document, Json
from tansuo.methods.ladder import OVERRIDE
from tansuo.quantity.decimals import CONTEXT, parse_decimal, plain, unscaled
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance, State
from tansuo.quantity.unit import convert, parse_unit
from tansuo.verify.book import Book
from tansuo.verify.laboratory import UNITS, worked_out
from tansuo.verify.report import Refused, Report

SEAL = "tansuo.seal/1"
_SEGMENT = re.compile(r"segments/(0|[1-9][0-9]*)-([0-9]+)\.csv", re.ASCII)
_LINE = re.compile(
    r"(0|[1-9][0-9]{0,11}),(0|-?[1-9][0-9]{0,17})?,([a-z_]+)\.([a-z]+)(?:\.([!-~]+))?", re.ASCII
)
_HOUR, _DAY = 3_600, 86_400
_STATES = {state.value: state for state in State}
_KINDS = {one.value for one in Provenance}


@dataclass(frozen=True)
class Segment:
    """The sealed readings of one series: its row of the seal, (time, value, state) in order, and the raw lines."""

    entry: Json
    row: Json
    rows: Sequence[tuple[int, int | None, State]]
    lines: Sequence[str]


def read_segments(book: Book, report: Report) -> dict[tuple[int, int], Segment]:
    """Every segment of the bundle, found to be what its seal says, by (seal, place in it)."""
    report.now = "seals"
    found: dict[tuple[int, int], Segment] = {}
    for name in sorted(book.files):
        if not name.startswith("segments/"):
            continue
        named = _SEGMENT.fullmatch(name)
        if not named:
            raise Refused(f"读数文件名 {name}", f"a segment's file is named {name}")
        index, place = int(named[1]), int(named[2])
        body = seal_body(book, index)
        try:
            row = body["series"][place]
            key = base64.b64decode(body["key"], validate=True)
        except (IndexError, KeyError, TypeError, binascii.Error, ValueError):
            raise Refused(f"封存 {index} 没有这个序列", f"seal {index} has no such series") from None
        if len(key) != 16 or sha256(key + book.files[name]).hexdigest() != row.get("sha256"):
            raise Refused(f"{name} 不是封存 {index} 所封的读数", f"{name} is not what seal {index} sealed")
        lines, rows = _rows(book.files[name], name)
        if len(rows) != row.get("rows"):
            raise Refused(f"{name} 的行数与封存不符", f"{name} has another number of rows than its seal says")
        if row.get("expected") is not None and row["expected"] != row["received"] + row["gap"]:
            raise Refused(
                f"封存 {index} 的应到≠实到＋缺失", f"in seal {index} expected is not received + gap"
            )
        found[index, place] = Segment(book.entries[index], row, rows, lines)
    if found:
        count = sum(len(one.rows) for one in found.values())
        report.passed(
            f"{len(found)} 段共 {count} 个读数与封存相符", f"{count} readings in {len(found)} segments"
        )
    else:
        report.skip("没有封存的读数", "there are no sealed readings")
    return found


def seal_body(book: Book, index: int) -> Json:
    """The body of a seal, from the entry or from the document it names; Refused where it is none."""
    entry = book.entries.get(index)
    if entry is None or entry["type"] != "seal":
        raise Refused(f"条目 {index} 不是封存", f"entry {index} is no seal")
    body: Any = entry["body"]
    if "blob" in body:
        data = book.document(body["blob"])
        if data is None or sha256(data).hexdigest() != body["blob"]:
            raise Refused(f"封存 {index} 的内容不在包内", f"the content of seal {index} is not in the bundle")
        try:
            body = canonical.decode(data)
        except canonical.CanonicalError as problem:
            raise Refused(f"封存 {index} 的内容不规范", f"the content of seal {index}: {problem}") from None
    if not isinstance(body, dict) or body.get("form") != SEAL or not isinstance(body.get("series"), list):
        raise Refused(f"封存 {index} 不是 {SEAL}", f"seal {index} is not of the form {SEAL}")
    return body


def _rows(data: bytes, name: str) -> tuple[list[str], list[tuple[int, int | None, State]]]:
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        lines = [""]
    if lines.pop() != "":
        raise Refused(f"{name} 末行不完整", f"the last line of {name} does not end")
    rows: list[tuple[int, int | None, State]] = []
    last = -1
    for line in lines:
        found = _LINE.fullmatch(line)
        state = _STATES.get(found[3]) if found else None
        if not found or state is None or found[4] not in _KINDS or state.has_value is (found[2] is None):
            raise Refused(f"{name} 中的一行 {line!r}", f"a line of {name}: {line!r}")
        at = int(found[1])
        if at <= last:
            raise Refused(f"{name} 的时间没有递增", f"times in {name} do not rise")
        last = at
        rows.append((at, None if found[2] is None else int(found[2]), state))
    return lines, rows


def check_inputs(
    book: Book, method: Document, inputs: Json, held: Mapping[Any, Segment], report: Report
) -> None:
    """Every amount that names where it comes from is that sum; the others are said."""
    report.now = "inputs"
    origins = inputs["from"]["values"]
    checked = 0
    for symbol, cells in origins.items():
        if not set(cells) <= set(inputs["values"].get(symbol, ())):
            raise Refused(
                f"{symbol} 的来源没有对应的数据", f"a source of {symbol} is named for no amount of the inputs"
            )
    for symbol, cells in inputs["values"].items():
        for place, given in cells.items():
            made = origins.get(symbol, {}).get(place)
            if made is None or isinstance(given, dict):
                report.skip(
                    f"{symbol} {place}：未由封存的读数重算（见 absent.json）",
                    f"{symbol} {place} was not summed from sealed readings (see absent.json)",
                )
                continue
            total = _amount(book, method, symbol, place, made, held)
            if plain(total) != given:
                raise Refused(
                    f"{symbol} {place}：读数合计为 {plain(total)}，数据写 {given}",
                    f"{symbol} {place}: the readings add up to {plain(total)}, the inputs say {given}",
                )
            checked += 1
    report.skip(
        "排放源清单是否齐全、各源归属份额",
        "whether the list of sources is complete, and which share of a source counts",
    )
    if checked:
        report.passed(f"{checked} 个活动数据等于读数之和", f"{checked} amounts are the sums of readings")


def _amount(
    book: Book, method: Document, symbol: str, place: str, made: Json, held: Mapping[Any, Segment]
) -> Decimal:
    term = method.terms[symbol]
    source, _, month = place.rpartition("/")
    share = parse_decimal(made["share"])
    total: Decimal | None = None
    lines = _plan_lines(book, made["parts"], source, term.get("indicator", ""), Period.parse(month))
    for part in made["parts"]:
        segments = [held[index, row] for index, row in part["seals"]]
        line = lines.pop((part["series"], segments[0].row["from"]), None)
        if line is None:
            raise Refused(
                f"{symbol} {place}：监测计划没有 {part['series']} 这一行，或已用过",
                f"{symbol} {place}: the plan has no such line, or it was taken already: {part['series']}",
            )
        _whole(symbol, place, segments, line, Period.parse(month))
        number = sum(_sum(book, index, held[index, row], part, line, month) for index, row in part["seals"])
        there = convert(_in_amounts(number, line), _amount_unit(line), term["unit"])
        there = there if share == 1 else CONTEXT.multiply(there, share)
        total = there if total is None else CONTEXT.add(total, there)
    if lines or total is None:
        raise Refused(
            f"{symbol} {place}：监测计划中还有序列未计入",
            f"{symbol} {place}: a series of the plan is left out: {sorted(lines)}",
        )
    return total


def _plan_lines(
    book: Book, parts: Sequence[Json], source: str, indicator: str, month: Period
) -> dict[tuple[str, str], Json]:
    """Every line of the one plan that counts for an amount, by series and its first day in the month.

    All of them must be added up, each once: an amount is neither some of its meters nor one of them twice.
    """
    named = {part["plan"] for part in parts}
    entry = book.known(named.pop(), "plan") if len(named) == 1 else None
    if entry is None:
        raise Refused("没有唯一的监测计划", "there is not one monitoring plan")
    found: dict[tuple[str, str], Json] = {}
    for line in entry["body"]["lines"]:
        first, last = _span(line, month)
        if (
            line["authoritative"]
            and (line["source"], line["indicator"]) == (source, indicator)
            and first < last
        ):
            if line["form"] not in ("interval_amount", "rate", "register"):
                raise Refused(f"{line['series']} 不能求和", f"{line['series']} is not summed")
            found[line["series"], first.isoformat()] = line
    return found


def _span(line: Json, month: Period) -> tuple[date, date]:
    """The days [first, last) of a month on which a line is valid."""
    first, last = date.fromisoformat(line["valid_from"]), line.get("valid_to")
    return max(month.start, first), month.end if last is None else min(month.end, date.fromisoformat(last))


def _whole(symbol: str, place: str, segments: Sequence[Segment], line: Json, month: Period) -> None:
    """The segments lie one after the other from the first day of the line in the month to its last."""
    reached, last = _span(line, month)
    for segment in segments:
        first, until = (date.fromisoformat(segment.row[name]) for name in ("from", "to"))
        if first != reached or until <= first:
            raise Refused(
                f"{symbol} {place}：封存的日子有重复或间断（{reached}）",
                f"{symbol} {place}: the days of the seals overlap or leave a gap at {reached}",
            )
        reached = until
    if reached != last:
        raise Refused(
            f"{symbol} {place}：封存只到 {reached}", f"{symbol} {place}: the seals end on {reached}"
        )


def _sum(book: Book, index: int, segment: Segment, part: Json, line: Json, month: str) -> int:
    """The integers of one segment; a hole in it, or a reading short, cannot make a total."""
    row, rows = segment.row, segment.rows
    stated = {
        name: line[name] for name in ("series", "unit", "decimals", "form", "step_s", "source", "indicator")
    }
    if {name: row[name] for name in stated} != stated or row["plan"] != part["plan"]:
        raise Refused(f"封存 {index} 与监测计划不一致", f"seal {index} and the plan do not agree")
    period = seal_body(book, index)["period"]
    if period != month and not period.startswith(f"{month}-"):
        raise Refused(f"封存 {index} 不属于 {month}", f"seal {index} is not of {month}")
    begin, end = (epoch(text) for text in segment.entry["valid"])
    register = line["form"] == "register"
    if any(not begin <= at < end + register for at, _, _ in rows):
        raise Refused(f"封存 {index} 含期外读数", f"seal {index} holds a reading of another period")
    present = sum(value is not None or state.adds_nothing for _, value, state in rows)
    if (not register and present != row["received"]) or not _expected(row):
        raise Refused(f"封存 {index} 的应到或实到不对", f"seal {index} counts its readings wrongly")
    if row["gap"] or present < len(rows):
        raise Refused(f"封存 {index} 有缺失读数", f"seal {index} has a hole")
    values = [value for _, value, _ in rows if value is not None]
    if not register:
        return sum(values)
    if len(values) < 2 or (rows[0][0], rows[-1][0]) != (begin, end) or values != sorted(values):
        raise Refused(
            f"封存 {index} 的表底不连续", f"the register in seal {index} does not run from end to end"
        )
    return values[-1] - values[0]


def _expected(row: Json) -> bool:
    """Whether a seal expects of a series what its step makes of its days; summer time may add or take an hour."""
    days = (date.fromisoformat(row["to"]) - date.fromisoformat(row["from"])).days
    step, expected = row["step_s"], row["expected"]
    if step == 0 or expected is None:
        return step == 0 and expected is None
    if step < 0 or step == _DAY:
        return bool(expected == (days if step > 0 else 1))
    return bool(abs(expected * step - days * _DAY) <= _HOUR)


def epoch(text: str) -> int:
    """The second since 1970 that an instant in ISO 8601 names."""
    return int(datetime.fromisoformat(text).timestamp())


def _amount_unit(line: Json) -> str:
    if line["form"] != "rate":
        return str(line["unit"])
    over, slash, _ = line["unit"].rpartition("/")
    return str(line.get("attributes", {}).get("amount_unit") or (over if slash else line["unit"] + "h"))


def _in_amounts(number: int, line: Json) -> Decimal:
    """Stored integers as an amount; a rate times its step, multiplied first and divided once."""
    if line["form"] != "rate":
        return unscaled(number, line["decimals"])
    times = (
        (parse_unit(line["unit"]) * parse_unit("s")).scale
        * line["step_s"]
        / parse_unit(_amount_unit(line)).scale
    )
    if times.denominator == 1:
        return unscaled(number * times.numerator, line["decimals"])
    return CONTEXT.divide(
        Decimal(number * times.numerator), Decimal(times.denominator * 10 ** line["decimals"])
    )


def check_local(book: Book, method: Document, inputs: Json, report: Report) -> None:
    """Every local value is what its statement says, or what the laboratory results it names give."""
    report.now = "local"
    origins = inputs["from"]["local"]
    if len(origins) != len(inputs["local"]):
        raise Refused("实测因子与来源不一一对应", "local values and their sources do not match")
    checked = 0
    for given, made in zip(inputs["local"], origins, strict=True):
        label = " ".join(str(given[name]) for name in ("symbol", "source", "month") if given.get(name))
        entry = book.known(made["statement"], "statement") if made else None
        if entry is None:
            report.skip(f"{label}：无陈述可查", f"{label}: no statement is here")
            continue
        if made.get("tested"):
            _laboratory(book, method, given, made["tested"], label)
            report.skip("化验结果是否齐全", "whether there are other laboratory results than those used")
            checked += 1
            continue
        body, column = entry["body"], _column(method, given["symbol"])
        wanted = (given["value"], given["unit"], given["provenance"])
        if (
            (body["value"], body["unit"], body["provenance"]) != wanted
            or body["indicator"] not in column
            or (given["rung"] == OVERRIDE) is not (body["basis"] == OVERRIDE)
        ):
            raise Refused(
                f"{label} 与条目 {made['statement']} 的陈述不同", f"{label} is not what its statement says"
            )
        checked += 1
    for subject, named in inputs["from"]["attributes"].items():
        for name, at in named.items():
            checked += _attribute(book, inputs, subject, name, at)
    for one in (inputs["enterprise"], *inputs["sources"]):
        for name in sorted(set(one["attributes"]) - set(inputs["from"]["attributes"].get(one["id"], {}))):
            report.skip(f"{one['id']} 的属性 {name} 没有条目可查", f"no entry states {name} of {one['id']}")
    if checked:
        report.passed(
            f"{checked} 个因子与属性有陈述为据", f"{checked} local values and attributes are stated"
        )
    report.skip(
        "属性由哪个上级对象取得，未逐级核对",
        "from which subject above an attribute was taken was not followed",
    )


def _laboratory(book: Book, method: Document, given: Json, tested: Sequence[int], label: str) -> None:
    """A value from laboratory results is what they give for its month."""
    columns = _column(method, given["symbol"])
    measured = given["rung"] == "measured"
    entries = [book.known(index, "statement") for index in tested]
    try:
        column = next(one for one in UNITS if f"factor.{one}" in columns)
        bodies = [
            one["body"] for one in entries if one is not None and one["body"]["indicator"].startswith("test.")
        ]
        found = plain(worked_out(bodies, column, Period.parse(given["month"]), measured))
    except (LookupError, ValueError, ZeroDivisionError, StopIteration) as problem:
        raise Refused(
            f"{label}：化验结果不能得出", f"{label}: the laboratory results give none ({problem})"
        ) from None
    wanted = (found, UNITS[column], "measured" if measured else "declared", len(entries))
    if (given["value"], given["unit"], given["provenance"], len(bodies)) != wanted:
        raise Refused(
            f"{label}：化验结果得出 {found} {UNITS[column]}，数据写 {given['value']} {given['unit']}",
            f"{label}: the laboratory results give {found} {UNITS[column]}, not {given['value']} {given['unit']}",
        )


def _column(method: Document, symbol: str) -> set[str]:
    columns = [step["column"] for step in method.terms[symbol].get("ladder", ()) if "column" in step][:1]
    return {f"factor.{one}" for one in (*columns, symbol)}


def _attribute(book: Book, inputs: Json, subject: str, name: str, at: int) -> int:
    given = {one["id"]: one["attributes"] for one in (inputs["enterprise"], *inputs["sources"])}
    entry = book.known(at, "subject")
    body = entry["body"] if entry else {}
    said = (
        body.get("attributes", {}) if body.get("op") == "declare" else {body.get("name"): body.get("value")}
    )
    if name not in given.get(subject, {}) or said.get(name) != given[subject][name]:
        raise Refused(
            f"{subject} 的属性 {name} 与条目 {at} 不同", f"{name} of {subject} is not what entry {at} says"
        )
    return 1
