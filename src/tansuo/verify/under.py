"""What lies under a figure at the head: findings 不符合项, holds 证据保全 and corrected values 更正值."""

from collections.abc import Mapping, Sequence
from typing import Any

from tansuo.methods.document import Json
from tansuo.quantity.period import Period
from tansuo.verify.book import Book, json_file
from tansuo.verify.report import Refused, Report
from tansuo.verify.samples import framed, line_of
from tansuo.verify.sources import Segment, epoch, seal_body

FORM = "tansuo.under/1"
FILE = "under.json"
_ZONES = 14 * 3_600
"""By how much a day of any zone begins before or after the same day of UTC, in seconds."""
_AFTER = {
    "open": {""}, "answered": {"open", "reopened"}, "closed": {"open", "answered", "reopened"},
    "reopened": {"answered", "closed"}, "held": {""}, "release_asked": {"held"}, "released": {"release_asked"},
}  # fmt: skip
"""Which steps a step of a finding or of a hold may follow."""
_KEPT = {
    "verification_finding": (
        "receipt",
        "figure",
        "node",
        "severity",
        "clause",
        "claim",
        "organisation",
        "finder",
    ),
    "hold": ("receipt", "figure", "period", "reason", "placed_by", "placed_role"),
}
"""What every step of a case repeats."""
_LISTED = ({"entry", "before"}, {"entry", "before", "series", "now"})
_BEFORE: tuple[set[str], ...] = (
    set(),
    {"entry"},
    {"entry", "line"},
    {"entry", "line", "arrival", "record", "frame", "path"},
)
"""What is said of a correction, and of what stood before."""


def check_under(book: Book, held: Mapping[Any, Segment], report: Report) -> None:
    """Every finding, hold and correction that is listed is what its entries state, and every one there is listed."""
    report.now = "under"
    if FILE not in book.files:
        report.skip(
            "不符合项、证据保全与更正：这个包的格式还没有收入",
            "findings, holds and corrections: a bundle of this age does not carry them",
        )
        return
    given = json_file(book.files, FILE)
    listed = {index for steps in given["cases"].values() for index in steps}
    cases = {index for index, one in book.entries.items() if one["type"] == "case"}
    corrected = {one["entry"] for one in given["corrections"]}
    if given["form"] != FORM or listed != cases or not corrected <= set(book.entries):
        raise Refused(f"{FILE} 与条目不符", f"{FILE} does not agree with the entries")
    open_, standing = 0, 0
    for name, steps in sorted(given["cases"].items()):
        body = _case(book, name, steps)
        notes, step = body["notes"], body["step"]
        if body["kind"] == "hold":
            standing += step != "released"
            said = f"{name}: {notes['reason']} ({notes['placed_by']}) [{step}]"
            report.note(f"证据保全 {said}", f"hold {said}")
        else:
            open_ += step != "closed"
            said = " ".join(notes[one] for one in ("severity", "clause", "claim"))
            said = f"{name}: {said} ({notes['organisation']}) [{step}]"
            report.note(f"不符合项 {notes['node']['zh']} {said}", f"finding {notes['node']['en']} {said}")
    since = sum(one["entry"] >= book.figure["size"] for one in given["corrections"])
    shown = _corrections(book, held, given["corrections"], report)
    count = len(given["corrections"])
    report.passed(
        f"前 {book.size} 条时：未关闭的不符合项 {open_} 个，有效的证据保全 {standing} 个；"
        f"更正 {count} 处，其中 {since} 处在公布后、未计入本数",
        f"at {book.size} entries: {open_} open findings, {standing} standing holds; "
        f"{count} corrected values, {since} of them since publication and not in the figure",
    )
    if shown < count:
        report.skip(
            f"{count - shown} 处更正的原值没有原始帧为据，由平台陈述",
            f"of {count - shown} corrected values no frame shows what stood before: the platform says it",
        )
    report.skip(
        "除所列以外（含出包者无权查看的）是否还有不符合项、证据保全或更正，或更晚的步骤",
        "whether there are findings, holds, corrections or later steps beyond those listed (its maker may not see all)",
    )


def _case(book: Book, name: str, steps: list[int]) -> Json:
    """The last step of a case, after steps in an order that a case may take, all about this figure."""
    before, last = "", -1
    first: Json = book.entries[steps[0]]
    for index in steps:
        entry = book.entries[index]
        body, notes = entry["body"], entry["body"]["notes"]
        kept = [*_KEPT[body["kind"]]]
        same = [notes[one] for one in kept] == [first["body"]["notes"][one] for one in kept]
        if (body["id"], body["kind"], entry["org"]) != (
            name,
            first["body"]["kind"],
            first["org"],
        ) or not same:
            raise Refused(f"{name} 的步骤 {index} 不是同一件事", f"step {index} is not of the case {name}")
        if last >= index or before not in _AFTER.get(body["step"], ()):
            raise Refused(f"{name} 的步骤 {index} 顺序不对", f"step {index} of {name} is out of order")
        other = {"answered": notes.get("finder"), "released": notes.get("asker")}.get(body["step"])
        if entry["by"]["id"] == other:
            raise Refused(
                f"{name} 的步骤 {index} 由同一人作出", f"step {index} of {name} was taken by the same person"
            )
        before, last = body["step"], index
    body = first["body"]
    notes, cell = body["notes"], book.figure["cell"]
    about = (notes["receipt"], notes["figure"]) == (book.manifest["receipt"], book.manifest["figure"])
    if body["kind"] == "hold" and not notes["receipt"]:
        about = body["subject"] == cell["subject"] and _overlap(
            notes["period"] or cell["period"], cell["period"]
        )
    if not about:
        raise Refused(f"{name} 不是对本数提出的", f"{name} is not about this figure")
    return book.entries[last]["body"]  # type: ignore[no-any-return]


def _overlap(one: str, other: str) -> bool:
    first, second = Period.parse(one), Period.parse(other)
    return first.start < second.end and second.start < first.end


def _corrections(book: Book, held: Mapping[Any, Segment], listed: Sequence[Json], report: Report) -> int:
    """Of how many corrected values entries and frames show what stood before; seals hold what was known to them."""
    shown = 0
    chains: dict[tuple[str, int], list[Json]] = {}
    for one in listed:
        entry, old = book.entries[one["entry"]], one["before"]
        if set(one) not in _LISTED or set(old or ()) not in _BEFORE:
            raise Refused(
                f"{FILE} 的一处更正缺项或多项", f"a correction in {FILE} lacks something, or says more"
            )
        body = entry["body"]
        reason, second = (entry["why"] or body).get("reason") or "", body.get("second_by")
        who = entry["by"]["id"] + (f" + {second}" if second else "")
        if entry["type"] == "statement":
            shown += _replaced(book, entry, book.entries[old["entry"]], old["entry"] < one["entry"])
            before, now = (
                of["body"]["value"] or of["body"]["state"] for of in (book.entries[old["entry"]], entry)
            )
            what = f"{body['indicator']} {body['subject']} {body['period']}: {before} → {now}"
        else:
            chain = chains.setdefault((one["series"], int(one["now"].partition(",")[0])), [])
            if not _stated(book, one, entry, chain[-1] if chain else None):
                raise Refused(
                    f"条目 {one['entry']} 不是所称的更正", f"entry {one['entry']} is not such a correction"
                )
            shown += entry["type"] == "correction" and (old is None or bool(chain) or _shown(book, held, one))
            chain.append(one)
            what = f"{one['series']} {'—' if old is None else old['line']} → {one['now']}"
        report.note(
            f"更正 {what}（{who}，条目 {one['entry']}）{reason}",
            f"corrected {what} ({who}, entry {one['entry']}) {reason}",
        )
    for (index, _), segment in held.items():
        lines = {line.partition(",")[0]: line for line in segment.lines}
        begin, end = (epoch(text) for text in segment.entry["valid"])
        size = seal_body(book, index)["size"]
        for (series, at), chain in chains.items():
            if series != segment.row["series"] or not begin <= at < end:
                continue
            known = [one["now"] for one in chain if one["entry"] < size]
            first = chain[0]["before"]
            if lines.get(str(at)) != (known[-1] if known else first and first["line"]):
                raise Refused(
                    f"封存 {index} 与 {series} 的更正不符",
                    f"seal {index} holds another value of {series} at {at}",
                )
    return shown


def _replaced(book: Book, entry: Json, former: Json, later: bool) -> bool:
    """A statement that replaced one of the same name, of the figure's time."""
    about = _overlap(entry["body"]["period"], book.figure["cell"]["period"])
    if former["type"] != "statement" or former["subj"] != entry["subj"] or not later or not about:
        raise Refused(f"{entry['subj']} 没有取代所称的陈述", f"{entry['subj']} replaces no such statement")
    return True


def _stated(book: Book, one: Json, entry: Json, former: Json | None) -> bool:
    """Whether the entry of a corrected reading says it: of a series of the plan, in the figure's time, after the
    version before it, with a reason, and where a person corrected it with the value and a second person."""
    body, old, period = entry["body"], one["before"], Period.parse(book.figure["cell"]["period"])
    at = int(one["now"].partition(",")[0])
    start, end = (epoch(f"{day}T00:00:00+00:00") for day in (period.start, period.end))
    plans = [of["body"]["lines"] for of in book.entries.values() if of["type"] == "plan"]
    planned = any(line["series"] == one["series"] for lines in plans for line in lines)
    if (
        not planned
        or not start - _ZONES <= at < end + _ZONES
        or (old and old["line"].partition(",")[0] != str(at))
    ):
        return False
    if (former and (old["entry"], old["line"]) != (former["entry"], former["now"])) or (
        old and old["entry"] >= one["entry"]
    ):
        return False
    if entry["type"] != "correction":
        return entry["type"] == "arrival" and bool(body["reason"])
    value = "" if body["scaled"] is None else str(body["scaled"])
    said = f"{epoch(body['start'])},{value},{body['state']}.{body['provenance']}"
    four_eyes = body["second_by"] not in ("", entry["by"]["id"]) and bool(entry["why"]["reason"])
    return (
        entry["type"] == "correction" and four_eyes and (body["series"], said) == (one["series"], one["now"])
    )


def _shown(book: Book, held: Mapping[Any, Segment], one: Json) -> bool:
    """Whether a raw frame in the bundle says what stood before; Refused where it says something else."""
    fitting = [item for item in held.items() if item[1].row["series"] == one["series"]]
    if "frame" not in one["before"] or not fitting:
        return False
    (index, _), segment = fitting[0]
    known = one["before"]["entry"]
    if known != one["before"]["arrival"] and book.entries[known]["type"] != "redrive":
        raise Refused(
            f"条目 {known} 不是原值的来处", f"entry {known} is not where the older value comes from"
        )
    said = line_of(book, segment, index, framed(book, one["before"]))
    if said not in (None, one["before"]["line"]):
        raise Refused(
            f"原始帧是 {said}，不是所称的原值", f"the raw frame says {said}, not what is said to have stood"
        )
    return said is not None
