"""``tansuo backup DIR``: a backup of the running platform, restored at once elsewhere to prove that it can be."""

import argparse
import json
import sys
from pathlib import Path

from tansuo.database.settings import home
from tansuo.entry import restoring
from tansuo.entry.cli import language, print_findings
from tansuo.entry.compose import open_database, system_clock

NAME = "backup"
SUMMARY = "back up the ledger and what is not in it yet, and prove the backup by restoring it elsewhere"

_WORDS = {
    "zh": {
        "written": "备份 {folder}：{origin}，{size} 条；清单校验值 {digest}",
        "sound": "已在另一数据库中恢复：账本核对无误，{equal}/{replayed} 个已公布数字重放一致，用时 {seconds:.0f} 秒"
        "（账本第 {entry} 条）",
        "unsound": "恢复后发现 {found} 处不符，{equal}/{replayed} 个数字重放一致：不要依赖这份备份",
        "keys": "签名密钥不在备份中：请另行保管 {folder}/signer，且绝不从旧副本恢复它。",
        "personal": "个人信息在备份中是加密的，其密钥只在 {file}：与备份分开保管，只留最新一份，旧的销毁。",
    },
    "en": {
        "written": "Backup {folder}: {origin}, {size} entries; hash of the manifest {digest}",
        "sound": "Restored into another database: the ledger agrees, {equal} of {replayed} published figures replay"
        " to the same string, in {seconds:.0f} s (entry {entry} says so)",
        "unsound": "Restored, {found} things do not agree, {equal} of {replayed} figures replay: do not rely on this"
        " backup",
        "keys": "The signing key is not in it: keep {folder}/signer elsewhere, and never bring an old copy of it back.",
        "personal": "Personal data are sealed in it, and their keys are in {file} alone: keep it apart from the"
        " backups, the newest one only, and destroy older ones.",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """DIR, and how much is proven."""
    parser.add_argument("directory", type=Path, metavar="DIR", help="a new or empty folder")
    add_keys(parser)
    parser.add_argument("--no-proof", action="store_true", help="do not restore it elsewhere afterwards")
    parser.add_argument(
        "--sample",
        type=int,
        default=restoring.SAMPLE,
        metavar="N",
        help="figures to replay in the restored copy",
    )
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def add_keys(parser: argparse.ArgumentParser) -> None:
    """``--keys FILE``."""
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="what opens personal data; personal.keys beside DIR"
    )


def run(args: argparse.Namespace) -> int:
    """0 if the backup was written and, unless left out, proven; 1 if the proof failed."""
    database, words = open_database(), _WORDS[language()]
    backup = restoring.write(database, args.directory, home(), progress, args.keys)
    told: dict[str, object] = {"origin": backup.origin, "size": backup.size, "digest": backup.digest}
    proof = None if args.no_proof else restoring.prove(args.directory, args.sample, progress, args.keys)
    if proof is not None:
        entry = restoring.record(database, proof, system_clock())
        told |= {"replayed": proof.replayed, "equal": proof.equal, "sound": proof.sound, "entry": entry}
        told |= {"findings": [one.as_json() for one in proof.findings], "seconds": f"{proof.seconds:.1f}"}
    if getattr(args, "json", False):
        print(json.dumps(told, ensure_ascii=False))
        return 0 if proof is None or proof.sound else 1
    print(
        words["written"].format(
            folder=args.directory, **{key: told[key] for key in ("origin", "size", "digest")}
        )
    )
    if proof is not None:
        print_findings(proof.findings)
        facts = {"equal": proof.equal, "replayed": proof.replayed, "seconds": proof.seconds}
        said = words["sound" if proof.sound else "unsound"]
        print(said.format(found=len(proof.findings), entry=told["entry"], **facts))
    print(words["keys"].format(folder=home()))
    print(words["personal"].format(file=args.keys or restoring.keys_beside(args.directory)))
    return 0 if proof is None or proof.sound else 1


def progress(what: str, done: int, whole: int) -> None:
    """One line on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what} {done:,}/{whole:,}", end="\n" if done == whole else "", file=sys.stderr)
