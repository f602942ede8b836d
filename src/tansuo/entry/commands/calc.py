"""``tansuo calc PACK --inputs FILE.json [--as-of SIZE]``: a method on given inputs, figures as JSON.

PACK is the id of a pack, the folder of one, or a ``pack.json`` that ``pack build`` wrote. With ``--as-of`` it
is the id or fingerprint of a method as it was published in the ledger below that size; only then a database
is needed. Nothing is stored.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tansuo.entry.commands.pack import folders
from tansuo.evidence import canonical
from tansuo.methods.calculation import figures, read_inputs
from tansuo.methods.evaluate import CompiledMethod, evaluate
from tansuo.methods.pack import fingerprint, load_pack
from tansuo.methods.term import MethodData, method_data
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


def run(args: argparse.Namespace) -> int:
    """Print one JSON object; a missing figure says so and is no failure. FindingError for bad input."""
    given = read_json(args.inputs)
    data, words, mark = method_of(args.pack, given, args.as_of)
    unknown = [one for one in args.quantity if one not in data.quantities]
    if unknown:
        known = ", ".join(data.quantities)
        where = {"method": data.id}
        raise FindingError(
            [Finding("entry.no_quantity", {**where, "symbol": one}, {"known": known}) for one in unknown]
        )
    inputs, options = read_inputs(given, data)
    evaluation = evaluate(CompiledMethod(data), inputs, options)
    answer = {
        "method": {"id": data.id, "edition": data.edition, "fingerprint": mark, "as_of": args.as_of},
        "options": {name: options.get(name, one.default) for name, one in data.options.items()},
        "months": list(inputs.shape.months),
        "figures": figures(evaluation, words, args.quantity),
        "findings": [one.as_json() for one in evaluation.findings],
    }
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return 0


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
        return _built(path)
    [folder] = [path] if (path / "pack.py").is_file() else folders([name])
    pack = load_pack(folder)
    return pack.data, pack.wording(), pack.fingerprint


def _built(path: Path) -> tuple[MethodData, Mapping[str, Any] | None, str]:
    try:
        document: Any = canonical.decode(path.read_bytes())
        data = method_data(document)
    except ValueError as error:
        where = {"file": str(path)}
        raise FindingError(Finding("entry.not_a_method", where, {"problem": str(error)})) from None
    beside = path.with_name("wording.json")
    words = json.loads(beside.read_bytes()) if beside.is_file() else None
    return data, words, fingerprint(document)


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
    return max(Period.parse(month) for month in given["months"])
