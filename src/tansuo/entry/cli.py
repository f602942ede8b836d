"""``tansuo``: finds its commands, runs one, and turns findings into words and exit codes.

Exit codes: 0 done, 1 the answer is no (a check failed, a replay differs), 2 refused with findings or bad
usage, 130 interrupted.
"""

import argparse
import importlib
import json
import logging
import os
import pkgutil
import sys
from collections.abc import Callable, Sequence
from typing import Protocol, cast

import tansuo
from tansuo.entry import commands
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.wording import Language, render


class Command(Protocol):
    """What a module in ``tansuo.entry.commands`` offers."""

    NAME: str
    SUMMARY: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def language() -> Language:
    """``TANSUO_LANGUAGE`` if it is zh or en, else what the locale says, else English."""
    for name in ("TANSUO_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def command_modules() -> dict[str, str]:
    """Name of each command → its module; a trailing underscore only avoids a Python keyword."""
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    return {
        name.rstrip("_").replace("_", "-"): f"{commands.__name__}.{name}"
        for name in sorted(names)
        if not name.startswith("_")
    }


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser with every command, or with one: a single command need not import the others."""
    parser = argparse.ArgumentParser(prog="tansuo", description="Tansuo 碳索: a receipt for every number.")
    parser.add_argument("--version", action="version", version=f"tansuo {tansuo.__version__}")
    parser.add_argument("--language", choices=("zh", "en"), help="language of messages")
    parsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, module in command_modules().items():
        if only in (None, name):
            command = cast(Command, importlib.import_module(module))
            own = parsers.add_parser(command.NAME, help=command.SUMMARY, description=command.SUMMARY)
            command.configure(own)
            if "--json" not in own._option_string_actions:
                own.add_argument("--json", action="store_true", help="print JSON")
            own.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code; findings are printed in the user's language."""
    words = list(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    named = next((word for word in words if word in command_modules()), None)
    arguments = build_parser(named).parse_args(words)
    if arguments.language:
        os.environ["TANSUO_LANGUAGE"] = arguments.language
    try:
        return int(arguments.run(arguments))
    except FindingError as problem:
        print_findings(problem.findings, as_json=bool(getattr(arguments, "json", False)))
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader went away (tansuo … | head); keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def print_findings(findings: Sequence[Finding], *, as_json: bool = False) -> None:
    """Findings one a line on standard error, or as one JSON object on standard output."""
    if as_json:
        print(json.dumps({"findings": [one.as_json() for one in findings]}, ensure_ascii=False))
        return
    for one in findings:
        print(render(one, language()), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
