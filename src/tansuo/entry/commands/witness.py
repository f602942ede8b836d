"""``tansuo witness``: be a witness of somebody's log. Needs no database and no platform of one's own.

``init DIR NAME`` draws a key · ``trust DIR KEY`` takes a log on · ``serve DIR`` answers over HTTP ·
``cosign DIR FILE`` answers a request that came as a file · ``show DIR`` tells key, logs and heads ·
``compare OLD NEW`` holds two signed heads against each other, for whoever kept one on paper.
"""

import argparse
import json
import sys
from pathlib import Path

from tansuo.entry.cli import language
from tansuo.evidence.comparing import compare_heads, tiles_in
from tansuo.evidence.note import NoteError, VerifierKey
from tansuo.evidence.witness import Answer, Witness, serve
from tansuo.quantity.finding import Finding, FindingError

NAME = "witness"
SUMMARY = "be a witness of a log: cosign heads that continue what was seen"

_WORDS = {
    "zh": {
        "made": "见证方 {name} 已建立。公钥（交给被见证的平台写入策略）：\n{key}",
        "trusted": "从现在起见证 {name}",
        "serving": "在 http://{host}:{port}/add-checkpoint 等待请求；按 Ctrl+C 停止",
        "refused": "未联署（{status}）：{body}",
        "head": "{origin}：已见 {size} 条",
        "none": "尚未见过任何检查点",
        "same": "{older} 与 {newer}：同一个检查点",
        "continues": "{newer} 延续 {older}：较早的历史未被改动",
        "two_heads": "同一长度签了两个不同的根（{older}）：账本密钥的持有者签过两份历史。两份检查点即是证据，可以公开",
        "rewritten": "{newer} 不延续 {older}：较早的历史被改写过。两份检查点连同切片即是证据，可以公开",
        "unproven": "{older} 与 {newer} 长度不同，仅凭两份检查点无法判断；"
        "请用 --tiles 给出较新一份的切片（tansuo ledger export）",
    },
    "en": {
        "made": "The witness {name} is set up. Its public key, for the policy of the platform it looks after:\n{key}",
        "trusted": "Looks after {name} from now on",
        "serving": "waiting at http://{host}:{port}/add-checkpoint; Ctrl+C stops it",
        "refused": "not cosigned ({status}): {body}",
        "head": "{origin}: {size} entries seen",
        "none": "no checkpoint seen yet",
        "same": "{older} and {newer}: the same head",
        "continues": "{newer} continues {older}: the earlier history was not altered",
        "two_heads": "two roots are signed for one size ({older}): the holder of the log's key has signed two"
        " histories. The two heads are the proof, and can be published",
        "rewritten": "{newer} does not continue {older}: the earlier history was rewritten. The two heads and the tiles"
        " are the proof, and can be published",
        "unproven": "{older} and {newer} are of two sizes: nothing can be said of them alone; give the newer one's"
        " tiles with --tiles (tansuo ledger export)",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """``init``, ``trust``, ``serve``, ``cosign``, ``show``, ``compare``."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    made = {
        "init": "make a witness's folder with a new key",
        "trust": "look after the log of this key (from print or in person, not from the log itself)",
        "serve": "answer requests over HTTP (C2SP tlog-witness)",
        "cosign": "answer a request that came as a file",
        "show": "tell key, logs and the heads seen",
    }
    for name, words in made.items():
        action = actions.add_parser(name, help=words)
        action.add_argument("directory", type=Path, metavar="DIR")
        if name == "init":
            action.add_argument(
                "name", metavar="NAME", help="such as witness.court.example: no blank, no plus"
            )
        if name == "trust":
            action.add_argument("key", metavar="KEY", help="name+id+base64, or the file that holds it")
        if name == "serve":
            action.add_argument("--host", default="127.0.0.1")
            action.add_argument("--port", type=int, default=8788)
        if name == "cosign":
            action.add_argument("request", type=Path, metavar="REQUEST")
            action.add_argument("-o", "--output", type=Path, metavar="ANSWER", help="else standard output")
        if name == "show":
            action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")

    comparing = actions.add_parser(
        "compare", help="hold two signed heads against each other; exit code 1 unless one continues the other"
    )
    comparing.add_argument(
        "older", type=Path, metavar="OLD", help="a checkpoint: from a QR code, a bundle, a mirror"
    )
    comparing.add_argument("newer", type=Path, metavar="NEW")
    comparing.add_argument(
        "--key",
        action="append",
        required=True,
        metavar="KEY",
        help="the log's key as known from outside, or its file",
    )
    comparing.add_argument("--tiles", type=Path, metavar="DIR", help="a mirror that holds the newer head")
    comparing.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0, or 1 where a request was not cosigned, or a head does not continue another."""
    words = _WORDS[language()]
    if args.action == "compare":
        return _compare(args)
    if args.action == "init":
        witness = _made(args.directory, args.name)
        print(words["made"].format(name=witness.key.name, key=witness.key))
        return 0
    witness = _opened(args.directory)
    if args.action == "trust":
        key = _key(args.key)
        witness.trust(key)
        print(words["trusted"].format(name=key.name))
    elif args.action == "serve":
        _serve(witness, args.host, args.port)
    elif args.action == "cosign":
        return _cosign(witness, args.request, args.output)
    else:
        _show(witness, bool(getattr(args, "json", False)))
    return 0


def _made(directory: Path, name: str) -> Witness:
    try:
        return Witness.create(directory, name)
    except FileExistsError:
        raise FindingError(Finding("evidence.witness_exists", {"folder": str(directory)})) from None
    except NoteError as problem:
        raise _no_folder(directory, problem) from problem


def _opened(directory: Path) -> Witness:
    try:
        return Witness(directory)
    except (OSError, ValueError) as problem:
        raise _no_folder(directory, problem) from problem


def _no_folder(directory: Path, problem: Exception) -> FindingError:
    params = {"folder": str(directory), "what": str(problem)}
    return FindingError(Finding("evidence.witness_folder", {}, params))


def _key(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(Path(text).read_text(encoding="utf-8") if Path(text).is_file() else text)
    except (NoteError, OSError, UnicodeDecodeError) as problem:
        raise FindingError(Finding("evidence.key_argument", {}, {"what": str(problem)})) from problem


def _serve(witness: Witness, host: str, port: int) -> None:
    server = serve(witness, host, port)
    print(_WORDS[language()]["serving"].format(host=host, port=server.server_address[1]), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _cosign(witness: Witness, request: Path, output: Path | None) -> int:
    answer: Answer = witness.add_checkpoint(request.read_text(encoding="utf-8"))
    if answer.status != 200:
        told = _WORDS[language()]["refused"].format(status=answer.status, body=answer.body.strip())
        print(told, file=sys.stderr)
        return 1
    if output is None:
        print(answer.body, end="")
    else:
        output.write_text(answer.body, encoding="utf-8")
    return 0


def _compare(args: argparse.Namespace) -> int:
    one, other = (_note(file) for file in (args.older, args.newer))
    tiles = None if args.tiles is None else tiles_in(args.tiles)
    found = compare_heads(one, other, [_key(text) for text in args.key], tiles)
    facts = {"older": str(found.older.as_of), "newer": str(found.newer.as_of)}
    if getattr(args, "json", False):
        print(json.dumps({"verdict": found.verdict, "guilty": found.guilty, **facts}, ensure_ascii=False))
    else:
        print(_WORDS[language()][found.verdict].format(**facts))
    return 0 if found.verdict in ("same", "continues") else 1


def _note(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise FindingError(Finding("evidence.note_unknown", {}, {"what": str(problem)})) from problem


def _show(witness: Witness, as_json: bool) -> None:
    heads = witness.heads()
    if as_json:
        told = {
            "key": str(witness.key),
            "logs": [str(one) for one in witness.logs()],
            "heads": {origin: {"size": size, "root": root.hex()} for origin, (size, root) in heads.items()},
        }
        print(json.dumps(told, ensure_ascii=False))
        return
    words = _WORDS[language()]
    print(witness.key)
    for origin, (size, _) in sorted(heads.items()):
        print(words["head"].format(origin=origin, size=size))
    if not heads:
        print(words["none"])
