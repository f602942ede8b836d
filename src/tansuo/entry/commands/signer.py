"""``tansuo signer key``: the change of the log's signing key.

``next`` draws the next key in the signer's folder and has the present one sign it on in the log; from then on heads
bear both signatures. ``retire`` lets the new one sign alone, thirty days later at the earliest. ``status`` shows both.
"""

import argparse
import json
import time
from pathlib import Path

from sqlalchemy import Connection

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.database.settings import home
from tansuo.entry.cli import language
from tansuo.entry.compose import open_database, system_clock
from tansuo.evidence import ledger
from tansuo.evidence.checkpoint import key_chain
from tansuo.evidence.key_chain import LogKey
from tansuo.evidence.key_change import make_next, retire, standings
from tansuo.evidence.moment import to_the_second, zone_of
from tansuo.evidence.note import VerifierKey
from tansuo.evidence.signer import SigningService
from tansuo.quantity.finding import Finding, FindingError
from tansuo.reporting.keys_view import keys_json, keys_lines

NAME = "signer"
SUMMARY = "change the log's signing key"

WAIT_SECONDS = 60.0

_WORDS = {
    "zh": {
        "next": "条目 {entry} 已公布新密钥，两把密钥同时签名，至少到 {until}。"
        "新公钥（请登报、印发并交给见证方）：\n{key}",
        "copy": "请现在就把签名目录里的 next.key 另存一份，离线保管",
        "retired": "旧密钥已停用并从签名目录删除。此后只由这把密钥签名：\n{key}",
    },
    "en": {
        "next": "Entry {entry} names the next key; both sign, until {until} at least. The new public key"
        " (publish it in print, and give it to the witnesses):\n{key}",
        "copy": "Copy next.key from the signer's folder now, and keep it off line",
        "retired": "The old key is retired and gone from the signer's folder. From now on this one signs alone:\n{key}",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """``key next``, ``key status``, ``key retire``."""
    things = parser.add_subparsers(dest="thing", metavar="THING", required=True)
    key = things.add_parser("key", help="the log's signing key")
    actions = key.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, words in (
        ("next", "draw the next key and announce it, signed by the present one; both sign from then on"),
        ("status", "the log's keys: since which entry, until when both sign, who signs now"),
        ("retire", "let the next key sign alone, once both have signed for 30 days"),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 done; what cannot be done yet ends in a finding."""
    return {"next": _next, "status": print_keys, "retire": _retire}[args.action](args)


def print_keys(args: argparse.Namespace) -> int:
    """Print the log's keys, for ``signer key status`` and ``ledger keys``."""
    with transaction(open_database(), SYSTEM) as connection:
        found = standings(connection, ledger.size(connection))
        zone = zone_of(connection)
    if args.json:
        print(json.dumps(keys_json(found), ensure_ascii=False))
    else:
        print("\n".join(keys_lines(found, zone, language())))
    return 0


def _next(args: argparse.Namespace) -> int:
    database = open_database()
    with transaction(database, SYSTEM) as connection:
        key = make_next(connection, _folder())
    made, zone = _announced(database, key)
    if args.json:
        print(json.dumps({"key": str(key), "entry": made.entry, "both_until_ms": made.both_until_ms}))
        return 0
    assert made.both_until_ms is not None  # whoever follows a key states it, or is no key of the log
    until = to_the_second(made.both_until_ms, zone)
    words = _WORDS[language()]
    print(words["next"].format(entry=made.entry, until=until, key=key))
    print(words["copy"])
    return 0


def _retire(args: argparse.Namespace) -> int:
    with transaction(open_database(), SYSTEM) as connection:
        key = retire(connection, _folder(), system_clock().now_ms())
    print(json.dumps({"key": str(key)}) if args.json else _WORDS[language()]["retired"].format(key=key))
    return 0


def _announced(database: Database, key: VerifierKey) -> tuple[LogKey, str]:
    """The key as the log announces it: by the signer that runs, or by one started here where none does."""
    _sign_here(database)
    end = time.monotonic() + WAIT_SECONDS
    while True:
        with transaction(database, SYSTEM) as connection:
            found = _in_log(connection, key)
            zone = zone_of(connection)
        if found is not None:
            return found, zone
        if time.monotonic() > end:
            raise FindingError(
                Finding("evidence.key_not_announced", {"file": str(_folder())}, {"key": str(key)})
            )
        time.sleep(0.5)


def _sign_here(database: Database) -> None:
    try:
        with SigningService(database, _folder(), system_clock()) as service:
            service.step()
    except FindingError as problem:
        if problem.findings[0].code != "evidence.signer_running":
            raise


def _in_log(connection: Connection, key: VerifierKey) -> LogKey | None:
    return next((one for one in key_chain(connection).keys if one.key == key), None)


def _folder() -> Path:
    return home() / "signer"
