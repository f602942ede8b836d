"""``tansuo personal``: what is kept of people, documents that bear personal data, and erasure by two people.

``list`` · ``ask`` and ``confirm`` or ``decline`` an erasure · ``document FILE`` keeps a file sealed · ``keys FILE``
writes the keys file anew, which makes what was erased unreadable in every older backup.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tansuo.entry.cli import language

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tansuo.evidence.entry import Actor, Entry

NAME = "personal"
SUMMARY = (
    "personal data beside the ledger: list, keep a document sealed, erase by two people, write the keys file"
)

_WORDS = {
    "zh": {
        "stored": "在存",
        "redacted": "已按第 {entry} 条删除",
        "document": "文件",
        "done": "第 {entry} 条：{what}",
        "keys": "{file}：第 {size} 条为止的 {count} 把密钥，{erased} 项已删除。旧的密钥文件请销毁。",
    },
    "en": {
        "stored": "kept",
        "redacted": "redacted at entry {entry}",
        "document": "document",
        "done": "Entry {entry}: {what}",
        "keys": "{file}: {count} keys as of {size} entries, {erased} items erased. Destroy older keys files.",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The actions and what each is given."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="what is kept and what was erased, by pseudonym; no contents")
    asking = actions.add_parser("ask", help="ask for an erasure; another person confirms")
    about = asking.add_mutually_exclusive_group(required=True)
    about.add_argument("--person", default="", metavar="LABEL", help="everything kept of a person")
    about.add_argument("--entry", type=int, metavar="N", help="what one entry commits to")
    asking.add_argument(
        "--basis", required=True, help="pipl-47-1 … pipl-47-5: 个人信息保护法 第四十七条 item 1 … 5"
    )
    confirming = actions.add_parser("confirm", help="erase what somebody else asked to be erased")
    declining = actions.add_parser("decline", help="refuse a request")
    for one in (confirming, declining):
        one.add_argument("erasure", metavar="ID")
    for one in (asking, declining):
        one.add_argument("--reason", required=True, help="in words that name nobody")
    for one in (asking, confirming, declining):
        one.add_argument(
            "--by", required=True, metavar="LABEL", help="pseudonym of the administrator who acts"
        )
    document = actions.add_parser("document", help="keep a file that bears personal data, sealed")
    document.add_argument("file", type=Path, metavar="FILE")
    document.add_argument("--org", required=True, help="whose it is: a firm's id, or city")
    document.add_argument("--about", default="", help="the subject it belongs to; never a person")
    document.add_argument("--kind", default="", help="what it is: lab_report, invoice, …")
    keys = actions.add_parser("keys", help="write the keys file anew, now")
    keys.add_argument("file", type=Path, metavar="FILE")
    for one in (listing, asking, confirming, declining, document, keys):
        one.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 when done; what is refused is a finding."""
    from tansuo.database.connect import SYSTEM, transaction
    from tansuo.entry.compose import open_database

    acts: Mapping[str, Callable[[Connection, argparse.Namespace], dict[str, Any] | list[dict[str, Any]]]] = {
        "list": _list, "ask": _ask, "confirm": _confirm, "decline": _decline, "document": _document, "keys": _keys,
    }  # fmt: skip
    with transaction(open_database(), SYSTEM) as connection:
        told = acts[args.action](connection, args)
    if getattr(args, "json", False):
        print(json.dumps(told, ensure_ascii=False))
        return 0
    words = _WORDS[language()]
    for one in told if isinstance(told, list) else [told]:
        print(_line(one, words))
    return 0


def _line(one: Mapping[str, Any], words: Mapping[str, str]) -> str:
    if "file" in one:
        return words["keys"].format_map(one)
    if "commitment" not in one:
        return words["done"].format_map(one)
    state = words["stored"] if one["redacted"] is None else words["redacted"].format(entry=one["redacted"])
    return f"{one['entry']:>8}  {one['person'] or words['document']:<24}  {one['org']:<20}  {state}"


def _list(connection: Connection, args: argparse.Namespace) -> list[dict[str, Any]]:
    from tansuo.registry import personal

    return [
        {
            "entry": one.entry,
            "person": one.person,
            "org": one.org,
            "commitment": one.commitment,
            "redacted": None if one.redacted is None else one.redacted.index,
        }
        for one in personal.items(connection)
    ]


def _ask(connection: Connection, args: argparse.Namespace) -> dict[str, Any]:
    from tansuo.entry.compose import system_clock
    from tansuo.registry import personal

    by = _administrator(connection, args.by, "ask_erasure")
    return _told(
        personal.ask(
            connection, args.basis, args.reason, by, system_clock(), person=args.person, entry=args.entry
        )
    )


def _confirm(connection: Connection, args: argparse.Namespace) -> dict[str, Any]:
    from tansuo.entry.compose import system_clock
    from tansuo.registry import personal

    by = _administrator(connection, args.by, "confirm_erasure")
    return _told(personal.confirm(connection, args.erasure, by, system_clock()))


def _decline(connection: Connection, args: argparse.Namespace) -> dict[str, Any]:
    from tansuo.entry.compose import system_clock
    from tansuo.registry import personal

    by = _administrator(connection, args.by, "decline_erasure")
    return _told(personal.decline(connection, args.erasure, args.reason, by, system_clock()))


def _document(connection: Connection, args: argparse.Namespace) -> dict[str, Any]:
    from tansuo.entry.compose import system_clock
    from tansuo.evidence.entry import Actor
    from tansuo.registry import personal

    media_type = mimetypes.guess_type(args.file.name)[0] or "application/octet-stream"
    entry = personal.keep_document(
        connection, args.file.name, media_type, args.file.read_bytes(), args.org, Actor("operator", "service"),
        system_clock(), about=args.about, kind=args.kind,
    )  # fmt: skip
    return {"entry": entry.index, "what": str(entry.body["commitment"])}


def _keys(connection: Connection, args: argparse.Namespace) -> dict[str, Any]:
    from tansuo.evidence.erasable_keys import write_keys

    made = write_keys(connection, args.file)
    return {"file": str(args.file), "size": made.size, "count": len(made.rows), "erased": len(made.redacted)}


def _told(entry: Entry) -> dict[str, Any]:
    return {"entry": entry.index, "what": f"{entry.body['id']} {entry.body['step']}"}


def _administrator(connection: Connection, label: str, operation: str) -> Actor:
    """Somebody known whose role may do that; FindingError ``api.no_administrator``."""
    from tansuo.api import people
    from tansuo.api.policy import policy
    from tansuo.evidence.entry import Actor
    from tansuo.quantity.finding import Finding, FindingError

    for role, _ in sorted(people.roles_of(connection, label)):
        if policy().rules[operation].allows(role):
            return Actor(label, role)
    roles = ", ".join(sorted(policy().rules[operation].roles or ()))
    raise FindingError(Finding("api.no_administrator", params={"label": label, "roles": roles}))
