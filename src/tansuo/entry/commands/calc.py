"""``tansuo calc PACK --inputs FILE.json [--as-of SIZE]``: a method on given inputs, figures as JSON (or --text).

PACK is the id of a pack, the folder of one, or a ``pack.json`` that ``pack build`` wrote. With ``--as-of`` it
is the id or fingerprint of a method as it was published in the ledger below that size; only then a database
is needed. ``--option name=answer`` answers an option, over what the inputs say; ``--what-if ROW_ID=VALUE`` puts
another value into a factor row: the method is then a copy with an id and a fingerprint of its own, and every
figure that rests on the row says so. Nothing is stored.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tansuo.entry.calc_text import calc_text, mark_supposed
from tansuo.entry.cli import language
from tansuo.entry.commands.pack import folders
from tansuo.entry.pack_diff import built
from tansuo.methods.calculation import figures, read_inputs
from tansuo.methods.evaluate import CompiledMethod, evaluate
from tansuo.methods.pack import fingerprint, load_pack
from tansuo.methods.reform import with_values
from tansuo.methods.term import FactorRow, MethodData
from tansuo.quantity.decimals import is_decimal, parse_decimal, plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period

NAME = "calc"
SUMMARY = "evaluate a method on given inputs; figures as JSON"


def configure(parser: argparse.ArgumentParser) -> None:
    """Method, inputs, which quantities, as of which log size."""
    parser.add_argument(
        "pack", metavar="PACK", help="pack id, folder, or pack.json; with --as-of id or SHA-256"
    )
    parser.add_argument(
        "--inputs", required=True, metavar="FILE.json|-", help="sources, months, values, options"
    )
    parser.add_argument(
        "--quantity", action="append", default=[], metavar="SYMBOL", help="only these quantities"
    )
    parser.add_argument(
        "--as-of", type=int, metavar="SIZE", help="the method as published below this log size"
    )
    parser.add_argument(
        "--option", action="append", default=[], metavar="NAME=ANSWER", help="answer an option of the method"
    )
    parser.add_argument(
        "--what-if",
        action="append",
        default=[],
        metavar="ROW_ID=VALUE",
        help="compute as if a factor row had this value; the figures say so",
    )
    parser.add_argument("--text", action="store_true", help="worked lines for people instead of JSON")


def run(args: argparse.Namespace) -> int:
    """Print one JSON object; a missing figure says so and is no failure. FindingError for bad input."""
    given = read_json(args.inputs)
    given = {**given, **_answered(given, args.option)}
    data, words, mark = method_of(args.pack, given, args.as_of)
    unknown = [one for one in args.quantity if one not in data.quantities]
    if unknown:
        known = ", ".join(data.quantities)
        where = {"method": data.id}
        raise FindingError(
            [Finding("entry.no_quantity", {**where, "symbol": one}, {"known": known}) for one in unknown]
        )
    supposed = _supposed(data, args.what_if)
    if supposed:
        data = with_values(data, {row.id: value for row, value in supposed})
        mark = fingerprint(data.as_json())
    inputs, options = read_inputs(given, data)
    evaluation = evaluate(CompiledMethod(data), inputs, options)
    answer: dict[str, Any] = {
        "method": {"id": data.id, "edition": data.edition, "fingerprint": mark, "as_of": args.as_of},
        "options": {name: options.get(name, one.default) for name, one in data.options.items()},
        "months": list(inputs.shape.months),
        "figures": figures(evaluation, words, args.quantity),
        "findings": [one.as_json() for one in evaluation.findings],
    }
    if supposed:
        answer["method"]["extends"] = dict(data.extends)
        answer["what_if"] = [
            {"row": row.id, "before": plain(row.value), "value": plain(value), "unit": row.unit}
            for row, value in supposed
        ]
        mark_supposed(answer["figures"], supposed)
    print(calc_text(answer, language()) if args.text else json.dumps(answer, ensure_ascii=False, indent=2))
    return 0


def _answered(given: Mapping[str, Any], options: Sequence[str]) -> dict[str, Any]:
    """The options of the inputs with those of the command line over them."""
    answers: dict[str, str] = {}
    for one in options:
        name, equals, answer = one.partition("=")
        if not (name and equals and answer):
            raise FindingError(Finding("entry.option_form", {}, {"given": one}))
        answers[name] = answer
    before = given.get("options", {})
    return {"options": {**before, **answers}} if answers and isinstance(before, dict) else {}


def _supposed(data: MethodData, asked: Sequence[str]) -> list[tuple[FactorRow, Decimal]]:
    """Factor rows with the values they shall have; the last "=" parts id and value."""
    known = {row.id: row for row in data.factors}
    found: dict[str, tuple[FactorRow, Decimal]] = {}
    for one in asked:
        name, _, text = one.rpartition("=")
        if not name or not is_decimal(text):
            raise FindingError(Finding("entry.what_if_form", {}, {"given": one}))
        if name not in known:
            raise FindingError(Finding("methods.no_row", {"method": data.id}, {"id": name}))
        found[name] = (known[name], parse_decimal(text))
    return list(found.values())


def read_json(name: str) -> dict[str, Any]:
    """The JSON object in file ``name`` ("-": standard input); FindingError where there is none.

    A key written twice is refused: the reader would silently keep one of two values.
    """
    where = {"file": name}
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise FindingError(Finding("entry.file_unreadable", where, {"problem": str(error)})) from None
    try:
        read = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FindingError(Finding("entry.not_json", where, {"problem": str(error)})) from None
    if not isinstance(read, dict):
        raise FindingError(Finding("entry.not_json", where, {"problem": "no object at the top"}))
    return read


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} is written twice")
    return made


def method_of(
    name: str, given: Mapping[str, Any], as_of: int | None
) -> tuple[MethodData, Mapping[str, Any] | None, str]:
    """The method called ``name``, its wording where it has one, and its fingerprint."""
    if as_of is not None:
        return _published(name, given, as_of)
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        return built(path)
    [folder] = [path] if (path / "pack.py").is_file() else folders([name])
    pack = load_pack(folder)
    return pack.data, pack.wording(), pack.fingerprint


def _published(
    name: str, given: Mapping[str, Any], as_of: int
) -> tuple[MethodData, Mapping[str, Any] | None, str]:
    # Only this way needs a database, and starting one takes longer than everything else here.
    from tansuo.accounting.methods_store import by_fingerprint, in_force
    from tansuo.database.connect import SYSTEM, transaction
    from tansuo.entry.compose import open_database, projections
    from tansuo.evidence import ledger
    from tansuo.evidence.projection import catch_up

    with transaction(open_database(), SYSTEM) as connection:
        size = ledger.size(connection)
        if not 0 <= as_of <= size:
            raise FindingError(Finding("entry.as_of_size", {}, {"size": size, "wanted": as_of}))
        catch_up(connection, projections())
        if len(name) == 64:
            stored = by_fingerprint(connection, name, as_of)
        else:
            stored = in_force(connection, name, _last_month(given), as_of)
    return stored.data, stored.words, stored.fingerprint


def _last_month(given: Mapping[str, Any]) -> Period:
    """The month whose edition is asked for: the last of the inputs."""
    from tansuo.methods.input_form import check_form

    wrong = check_form(given)
    if wrong:
        raise FindingError(wrong)
    return max(Period.parse(month) for month in given.get("months") or given["years"])
