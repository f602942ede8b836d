"""``tansuo figure RECEIPT_ID``: show a published figure and compute it again; ``--replay`` from raw bytes."""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from tansuo.accounting.drilldown import factors_of, steps_of
from tansuo.accounting.figure import Figure
from tansuo.accounting.receipt import Published
from tansuo.accounting.replay import ReplayResult, open_receipt, recompute, replay
from tansuo.accounting.working import read_working
from tansuo.database.connect import SYSTEM, admit
from tansuo.entry.cli import language, print_findings
from tansuo.entry.compose import open_database
from tansuo.evidence.ledger import origin
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import FindingError

NAME = "figure"
SUMMARY = "show a published figure, or replay it from raw bytes; exit code 1 if the string differs"

_WORDS = {
    "zh": {
        "value": "数值",
        "none": "无（{state}）",
        "cell": "内容",
        "stage": "阶段",
        "method": "方法",
        "factors": "因子",
        "completeness": "完整性",
        "complete": "完整",
        "incomplete": "不完整",
        "as_of": "依据账本",
        "formula": "公式",
        "worked": "算式",
        "synthetic": "演示数据：无人实测",
        "recomputed": "由现有数据表重算一致：{value}",
        "replayed": "由原始字节重放一致：{value}",
        "differs": "不一致：公布 {published}，现得 {now}",
        "progress": "重放",
    },
    "en": {
        "value": "value",
        "none": "none ({state})",
        "cell": "about",
        "stage": "stage",
        "method": "method",
        "factors": "factors",
        "completeness": "completeness",
        "complete": "complete",
        "incomplete": "incomplete",
        "as_of": "as of",
        "formula": "formula",
        "worked": "worked",
        "synthetic": "SYNTHETIC: nobody measured this",
        "recomputed": "computed again from the stored tables, identical: {value}",
        "replayed": "replayed from raw bytes, identical: {value}",
        "differs": "differs: {published} published, {now} now",
        "progress": "replay",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """RECEIPT_ID and ``--replay``."""
    parser.add_argument("receipt", metavar="RECEIPT_ID", help="such as R1234-0a1b2c3d")
    parser.add_argument(
        "--replay",
        action="store_true",
        help="rebuild every input from raw batches and entries below the receipt's log size",
    )


def run(args: argparse.Namespace) -> int:
    """0 if the string is identical and nothing was altered, 1 if not."""
    engine = open_database().engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        admit(connection, SYSTEM)
        try:
            published, _ = open_receipt(connection, args.receipt)
            if args.replay:
                line = _Line()
                result = replay(connection, args.receipt, progress=line)
                line.end()
            else:
                result = recompute(connection, args.receipt)
            log = origin(connection)
            working = _working(connection, published)
        except FindingError as problem:
            if all(one.code != "accounting.entry_unreadable" for one in problem.findings):
                raise
            print_findings(problem.findings, as_json=args.json)
            return 1
        finally:
            connection.rollback()
    if args.json:
        print(json.dumps(_as_json(args, published, result, log), ensure_ascii=False))
    else:
        _print(published, result, log, working, replayed=args.replay)
    return 0 if result.equal else 1


def _working(connection: Connection, published: Published) -> Mapping[str, Any]:
    """The working as published; {} where its bytes are gone, which the result says as a finding."""
    try:
        return read_working(connection, published.body)
    except FindingError:
        return {}


def _as_json(
    args: argparse.Namespace, published: Published, result: ReplayResult, log: str
) -> dict[str, object]:
    return {
        "receipt": published.receipt,
        "as_of": f"{log}@{published.size}",
        "published": published.value,
        "unit": published.unit,
        "replayed" if args.replay else "recomputed": result.replayed,
        "equal": result.equal,
        "findings": [one.as_json() for one in result.findings],
        "worked": _worked(result.figure),
        "figure": dict(published.body),
    }


def _worked(figure: Figure | None) -> list[dict[str, object]]:
    if figure is None:
        return []
    return [
        {"cell": f"{one.cell[0]} {one.cell[1]}".strip(), "formula": one.formula, **one.worked}
        for one in steps_of(figure)
    ]


def _print(
    published: Published, result: ReplayResult, log: str, working: Mapping[str, Any], *, replayed: bool
) -> None:
    tongue = language()
    words, body = _WORDS[tongue], published.body
    said = words["none"].format(state=body["state"])
    value = said if published.value is None else f"{published.value} {published.unit}"
    stage = published.stage.zh if tongue == "zh" else published.stage.value
    print(published.receipt)
    if published.synthetic:
        print(words["synthetic"])
    _line(words["value"], value)
    _line(words["cell"], str(published.cell))
    _line(words["stage"], stage)
    _line(words["method"], f"{body['method']['id']} {body['method']['edition']} {body['fingerprint']}")
    _line(words["as_of"], f"{log}@{published.size}")
    for use in factors_of(result.figure) if result.figure is not None else ():
        taken = use.chosen
        span = f"{taken.valid_from or '..'}/{taken.valid_to or '..'}"
        cited = ", ".join(part for part in (use.title[tongue], taken.page, taken.status, span) if part)
        _line(words["factors"], f"{use.symbol} = {plain(taken.value)} {taken.unit} [{taken.rung}] {cited}")
    holes = working.get("completeness", {})
    if holes:
        missing = ", ".join([*holes["incomplete"], *holes["other"]])
        text = words["complete"] if holes["complete"] else f"{words['incomplete']}: {missing}"
        _line(words["completeness"], text)
    for step in steps_of(result.figure) if result.figure is not None else ():
        _line(words["formula"], step.formula)
        _line(words["worked"], step.worked[tongue])
    print_findings(result.findings)
    if result.equal:
        print(words["replayed" if replayed else "recomputed"].format(value=value))
    else:
        print(words["differs"].format(published=published.value, now=result.replayed))


def _line(name: str, text: str) -> None:
    print(f"  {name}: {text}")


class _Line:
    """One line of progress on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._next = 0.0

    def __call__(self, done: int, whole: int) -> None:
        now = time.monotonic()
        if self._live and now >= self._next:
            self._next = now + 0.1
            text = f"{_WORDS[language()]['progress']} {done:,}/{whole:,}"
            print(f"\r\x1b[K{text}", end="", file=sys.stderr)

    def end(self) -> None:
        """Leave the terminal's line clean."""
        if self._live:
            print("\r\x1b[K", end="", file=sys.stderr)
