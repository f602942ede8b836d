"""What lies under a figure at the head: findings 不符合项, holds 证据保全 and corrected values 更正值."""

from collections.abc import Sequence
from typing import Any

from tansuo.methods.document import Json
from tansuo.quantity.period import Period
from tansuo.verify.book import Book
from tansuo.verify.frame import arrived, line_of
from tansuo.verify.report import Report, require
from tansuo.verify.sources import Segments, epoch, midnights

_FILE = "under.json"
_ZONES = 14 * 3_600
"""By how much a day of any zone begins before or after the same day of UTC, in seconds."""
_AFTER = {
    "open": {""}, "answered": {"open", "reopened"}, "closed": {"open", "answered", "reopened"},
    "reopened": {"answered", "closed"}, "held": {""}, "release_asked": {"held"}, "released": {"release_asked"},
}  # fmt: skip
"""Which steps a step of a finding or of a hold may follow."""
_KEPT = {
    "verification_finding": ["receipt", "figure", "node", "severity", "clause", "claim", "organisation", "finder"],
    "hold": ["receipt", "figure", "period", "reason", "placed_by", "placed_role"],
}  # fmt: skip
"""What every step of a case repeats."""
_LISTED = ("before entry", "before entry now series")
_BEFORE = ("", "entry", "entry line", "arrival entry frame line path record")
"""What is said of a correction, and of what stood before, by name."""


def check_under(book: Book, held: Segments, report: Report) -> None:
    """Every finding, hold and correction that is listed is what its entries state, and every one there is listed."""
    report.now = "under"
    if _FILE not in book.files:
        report.skip("findings, holds and corrections: a bundle of this age does not carry them")
        return
    given = book.formed(_FILE, "tansuo.under/1")
    corrections = given["corrections"]
    listed = {index for steps in given["cases"].values() for index in steps}
    cases = {index for index, one in book.entries.items() if one["type"] == "case"}
    there = listed == cases and all(one["entry"] in book.entries for one in corrections)
    require(there, "{} does not agree with the entries", _FILE)
    bodies = [_case(book, name, steps, report) for name, steps in sorted(given["cases"].items())]
    standing = sum(one["kind"] == "hold" and one["step"] != "released" for one in bodies)
    open_ = sum(one["kind"] != "hold" and one["step"] != "closed" for one in bodies)
    since = sum(one["entry"] >= book.figure["size"] for one in corrections)
    chains: dict[tuple[str, str], list[Json]] = {}
    count, shown = len(corrections), sum(_corrected(book, held, one, chains, report) for one in corrections)
    _sealed(held, chains)
    words = (
        "at {} entries: {} open findings, {} standing holds; "
        "{} corrected values, {} of them since publication and not in the figure"
    )
    report.passed(words, book.head.size, open_, standing, count, since)
    if shown < count:
        words = "of {} corrected values no frame shows what stood before: the platform says it"
        report.skip(words, count - shown)
    report.skip(
        "whether there are findings, holds, corrections or later steps beyond those listed (its maker may not see all)"
    )


def _case(book: Book, name: str, steps: list[int], report: Report) -> Json:
    """The last step of a case, after steps in an order that a case may take, all about this figure."""
    before, last = "", -1
    first: Json = book.entries[steps[0]]
    for index in steps:
        entry = book.entries[index]
        body, notes = entry["body"], entry["body"]["notes"]
        same = (body["id"], body["kind"], entry["org"]) == (name, first["body"]["kind"], first["org"])
        same = same and all(notes[one] == first["body"]["notes"][one] for one in _KEPT[body["kind"]])
        require(same, "step {} is not of the case {}", index, name)
        follows = last < index and before in _AFTER.get(body["step"], ())
        require(follows, "step {} of {} is out of order", index, name)
        other = {"answered": notes.get("finder"), "released": notes.get("asker")}.get(body["step"])
        words = "step {} of {} was taken by the same person"
        require(entry["by"]["id"] != other, words, index, name)
        before, last = body["step"], index
    hold = body["kind"] == "hold"
    _about(book, name, first["body"], hold)
    if hold:
        report.note("hold {}", f"{name}: {notes['reason']} ({notes['placed_by']}) [{before}]")
    else:
        told = " ".join(notes[one] for one in ("severity", "clause", "claim"))
        told = f"{name}: {told} ({notes['organisation']}) [{before}]"
        report.note("finding {} {}", notes["node"]["en"], told, notes["node"]["zh"])
    return body  # type: ignore[no-any-return]


def _about(book: Book, name: str, body: Json, hold: bool) -> None:
    notes, cell = body["notes"], book.figure["cell"]
    about = (notes["receipt"], notes["figure"]) == (book.manifest["receipt"], book.manifest["figure"])
    if hold and not notes["receipt"]:
        period = notes["period"] or cell["period"]
        about = body["subject"] == cell["subject"] and _overlap(period, cell["period"])
    require(about, "{} is not about this figure", name)


def _overlap(one: str, other: str) -> bool:
    first, second = Period.parse(one), Period.parse(other)
    return first.start < second.end and second.start < first.end


def _named(one: Json, forms: Sequence[str]) -> bool:
    return " ".join(sorted(one)) in forms


def _corrected(book: Book, held: Segments, one: Json, chains: Any, report: Report) -> bool:
    """Whether entries or a frame show what stood before a corrected value; ``chains`` takes up those of a reading."""
    index, old, entry = one["entry"], one["before"], book.entries[one["entry"]]
    full = _named(one, _LISTED) and _named(old or {}, _BEFORE)
    require(full, "a correction in {} lacks something, or says more", _FILE)
    body = entry["body"]
    reason, second = (entry["why"] or body).get("reason") or "", body.get("second_by")
    who = entry["by"]["id"] + (f" + {second}" if second else "")
    if entry["type"] == "statement":
        former = book.entries[old["entry"]]
        about = _overlap(body["period"], book.figure["cell"]["period"]) and old["entry"] < index
        shown = about and (former["type"], former["subj"]) == ("statement", entry["subj"])
        require(shown, "{} replaces no such statement", entry["subj"])
        before, now = (of["body"]["value"] or of["body"]["state"] for of in (former, entry))
        what = f"{body['indicator']} {body['subject']} {body['period']}: {before} → {now}"
    else:
        chain = chains.setdefault((one["series"], one["now"].partition(",")[0]), [])
        stated = _stated(book, one, entry, chain[-1] if chain else None)
        require(stated, "entry {} is not such a correction", index)
        shown = entry["type"] == "correction" and (old is None or bool(chain) or _shown(book, held, one))
        chain.append(one)
        what = f"{one['series']} {'—' if old is None else old['line']} → {one['now']}"
    report.note("corrected {} ({}, entry {}) {}", what, who, index, reason)
    return shown


def _sealed(held: Segments, chains: Any) -> None:
    """Seals hold what was known to them of corrected readings."""
    for (index, _), segment in held.items():
        lines = {line.partition(",")[0]: line for line in segment.lines}
        begin, end = segment.span
        for (series, at), chain in chains.items():
            if series == segment.row["series"] and begin <= int(at) < end:
                known = [one["now"] for one in chain if one["entry"] < segment.seal["size"]]
                first = chain[0]["before"]
                right = lines.get(at) == (known[-1] if known else first and first["line"])
                require(right, "seal {} holds another value of {} at {}", index, series, at)


def _stated(book: Book, one: Json, entry: Json, former: Json | None) -> bool:
    """Whether the entry of a corrected reading says it: of a series of the plan, in the figure's time, after the
    version before it, with a reason, and where a person corrected it with the value and a second person."""
    body, old = entry["body"], one["before"]
    at = one["now"].partition(",")[0]
    start, end = midnights(Period.parse(book.figure["cell"]["period"]))
    plans = [of["body"]["lines"] for of in book.entries.values() if of["type"] == "plan"]
    planned = any(line["series"] == one["series"] for lines in plans for line in lines)
    if not planned or not start - _ZONES <= int(at) < end + _ZONES:
        return False
    if old and (old["line"].partition(",")[0] != at or old["entry"] >= one["entry"]):
        return False
    if former and (old["entry"], old["line"]) != (former["entry"], former["now"]):
        return False
    if entry["type"] != "correction":
        return entry["type"] == "arrival" and bool(body["reason"])
    value = "" if body["scaled"] is None else str(body["scaled"])
    told = f"{epoch(body['start'])},{value},{body['state']}.{body['provenance']}"
    four_eyes = body["second_by"] not in (None, "", entry["by"]["id"]) and bool(entry["why"]["reason"])
    return four_eyes and (body["series"], told) == (one["series"], one["now"])


def _shown(book: Book, held: Segments, one: Json) -> bool:
    """Whether a raw frame in the bundle says what stood before; Refused where it says something else."""
    old = one["before"]
    fitting = [segment for segment in held.values() if segment.row["series"] == one["series"]]
    if "frame" not in old or not fitting:
        return False
    arrival, known = old["arrival"], old["entry"]
    came = known == arrival or book.entries[known]["type"] == "redrive"
    require(came, "entry {} is not where the older value comes from", known)
    told = line_of(book, fitting[0], arrived(book.entries[arrival], old["frame"], old))
    words = "the raw frame says {}, not what is said to have stood"
    require(told in (None, old["line"]), words, told)
    return told is not None
