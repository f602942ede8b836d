"""``tansuo restore DIR``: put a backup into an empty home; ``--check``: prove it elsewhere and keep nothing."""

import argparse
import json
from pathlib import Path

from tansuo.database.settings import home
from tansuo.entry import restoring
from tansuo.entry.cli import language, print_findings
from tansuo.entry.commands.backup import add_keys, progress
from tansuo.entry.compose import open_database, system_clock

NAME = "restore"
SUMMARY = "restore a backup into an empty home, or prove that it can be restored"

_WORDS = {
    "zh": {
        "done": "已恢复 {origin}，{size} 条，各投影已由条目重建。"
        "请把签名文件夹 signer 的最新副本放回 {folder} 后再启动签名。",
        "sound": "备份可恢复：账本核对无误，{equal}/{replayed} 个已公布数字重放一致",
        "unsound": "恢复后发现 {found} 处不符，{equal}/{replayed} 个数字重放一致",
    },
    "en": {
        "done": "Restored {origin}, {size} entries; every projection was made from them. Put the newest copy of the"
        " folder signer back into {folder} before the signer starts.",
        "sound": "The backup can be restored: the ledger agrees, {equal} of {replayed} published figures replay",
        "unsound": "Restored, {found} things do not agree, {equal} of {replayed} figures replay",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """DIR and ``--check``."""
    parser.add_argument("directory", type=Path, metavar="DIR", help="the backup's folder")
    add_keys(parser)
    parser.add_argument(
        "--without-keys",
        action="store_true",
        help="the keys file is lost: personal data stay sealed for ever",
    )
    parser.add_argument("--check", action="store_true", help="restore elsewhere, check, replay, keep nothing")
    parser.add_argument("--sample", type=int, default=restoring.SAMPLE, metavar="N", help="figures to replay")
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 if restored (or proven), 1 if the proof failed."""
    words = _WORDS[language()]
    if not args.check:
        backup = restoring.restore(
            open_database(), args.directory, home(), progress, keys=args.keys, without_keys=args.without_keys,
            clock=system_clock(),
        )  # fmt: skip
        facts = {"origin": backup.origin, "size": backup.size}
        print(
            json.dumps(facts)
            if getattr(args, "json", False)
            else words["done"].format(folder=home(), **facts)
        )
        return 0
    proof = restoring.prove(args.directory, args.sample, progress, args.keys)
    counts = {"replayed": proof.replayed, "equal": proof.equal}
    if getattr(args, "json", False):
        found = [one.as_json() for one in proof.findings]
        print(json.dumps({"sound": proof.sound, **counts, "findings": found}, ensure_ascii=False))
    else:
        print_findings(proof.findings)
        print(words["sound" if proof.sound else "unsound"].format(found=len(proof.findings), **counts))
    return 0 if proof.sound else 1
