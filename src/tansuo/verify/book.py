"""The book side of a bundle: files by their hashes, the signed head, entries, and that they are in the log."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from tansuo.evidence import canonical
from tansuo.evidence.note import NoteError, VerifierKey, is_name, open_note
from tansuo.evidence.policy import Policy, judge
from tansuo.evidence.proof import ProofError, verify_consistency, verify_inclusion
from tansuo.evidence.tree import HASH_SIZE, leaf_hash
from tansuo.methods.document import Json
from tansuo.verify.report import Refused, Report

FORM = "tansuo.bundle/1"
_MANIFEST = "manifest.json"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_FIELDS = {"v", "type", "org", "region", "subj", "valid", "rec", "sup", "why", "by", "body", "salt"}


@dataclass(frozen=True)
class Book:
    """What the log says: files by name, the manifest, entries by index, the head."""

    files: Mapping[str, bytes]
    manifest: Json
    origin: str
    size: int
    root: bytes
    entries: Mapping[int, Json]

    @property
    def figure(self) -> Json:
        """The body of the figure's entry."""
        body: Json = self.entries[self.manifest["figure"]]["body"]
        return body

    def known(self, index: object, kind: str) -> Json | None:
        """Entry ``index`` if it is of type ``kind`` and older than the log size the figure was computed at."""
        entry = self.entries.get(index) if isinstance(index, int) and index < self.figure["size"] else None
        return entry if entry is not None and entry["type"] == kind else None

    def document(self, digest: object) -> bytes | None:
        """A document by its SHA-256; None where the bundle has none of that name."""
        return self.files.get(f"docs/{digest}")


def read_book(files: Mapping[str, bytes], policy: Policy | None, report: Report) -> Book:
    """Everything about the log, step by step; Refused at the first that does not hold."""
    manifest = _manifest(files, report)
    report.now = "checkpoint"
    own = list if policy and policy.logs else lambda: announced(files)
    named = (manifest["origin"], manifest["size"])
    origin, size, root = read_checkpoint(files.get("checkpoint", b""), policy, own, named, report)
    report.now = "entries"
    entries = _entries(files, manifest, report)
    report.now = "inclusion"
    proofs = json_file(files, "proofs.json")
    _inclusion(files, entries, proofs, size, root, report)
    report.now = "consistency"
    _consistency(proofs, entries[manifest["figure"]]["body"]["size"], size, root, report)
    return Book(files, manifest, origin, size, root, entries)


def json_file(files: Mapping[str, bytes], name: str) -> Json:
    """A canonical JSON object of the bundle; Refused where it is not there or not canonical."""
    try:
        value = canonical.decode(files[name])
    except (KeyError, canonical.CanonicalError) as problem:
        raise Refused(
            f"{name} 缺失或不是规范 JSON", f"{name} is missing or not canonical JSON ({problem})"
        ) from None
    if not isinstance(value, dict):
        raise Refused(f"{name} 不是 JSON 对象", f"{name} is no JSON object")
    return value


def _manifest(files: Mapping[str, bytes], report: Report) -> Json:
    manifest = json_file(files, _MANIFEST)
    listed = manifest.get("files")
    if manifest.get("form") != FORM or not isinstance(listed, dict) or set(manifest) != {
        "form", "origin", "receipt", "figure", "size", "files"
    }:  # fmt: skip
        raise Refused(f"清单不是 {FORM} 格式", f"the manifest is not of the form {FORM}")
    if set(listed) | {_MANIFEST} != set(files) or _MANIFEST in listed:
        odd = sorted((set(listed) | {_MANIFEST}) ^ set(files))
        raise Refused(f"清单与文件不一一对应：{odd[:3]}", f"manifest and files do not match: {odd[:3]}")
    for name, said in listed.items():
        if said != {"sha256": sha256(files[name]).hexdigest(), "bytes": len(files[name])}:
            raise Refused(f"{name} 与清单的哈希不符", f"{name} is not what the manifest's hash says")
    report.passed(f"{len(listed)} 个文件与清单相符", f"{len(listed)} files are what the manifest says")
    return manifest


def read_checkpoint(
    note: bytes,
    policy: Policy | None,
    own: Callable[[], list[VerifierKey]],
    named: tuple[str, int] | None,
    report: Report,
) -> tuple[str, int, bytes]:
    """Origin, size and root of a signed head; Refused where no key has signed it, or the policy's quorum is not met.

    ``own`` gives the log's keys where the policy names none; ``named`` says of what log and size it must be.
    """
    try:
        judged = judge(policy or Policy(), note.decode("utf-8"), own())
        origin, size, root = read_head(judged.text)
    except (NoteError, UnicodeDecodeError) as problem:
        raise Refused(f"检查点不成立：{problem}", f"the checkpoint does not hold: {problem}") from None
    if named is not None and (origin, size) != named:
        raise Refused("检查点不是清单所称的账本", "the checkpoint is not of the log that the manifest names")
    names = "、".join(judged.by) or "—"
    if policy is None or not policy.logs:
        report.skip(
            "账本公钥未经外部政策文件核对：包内自称的公钥只证明前后一致",
            "the log's key was not compared with a policy from outside: the key in the bundle only shows consistency",
        )
    if policy is not None and policy.quorum is not None and not judged.quorum:
        raise Refused(
            f"见证未达到政策要求（已见证：{names}）", f"the policy's quorum is not met (witnessed: {names})"
        )
    if policy is None or policy.quorum is None:
        report.skip("没有要求见证方达到法定数", "no quorum of witnesses was asked for")
    report.passed(
        f"{origin} 的 {size} 条已签名；见证：{names}",
        f"{size} entries of {origin} are signed; witnessed by {names}",
    )
    return origin, size, root


def announced(files: Mapping[str, bytes]) -> list[VerifierKey]:
    """The keys the log itself announces; whose they are, nobody outside has said."""
    found = []
    for name in sorted(files):
        if name.startswith("entries/") and b'"type":"key"' in files[name]:
            body = json_file(files, name).get("body")
            if isinstance(body, dict) and isinstance(body.get("key"), str):
                found.append(VerifierKey.parse(body["key"]))
    return found


def read_head(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint's text; NoteError for anything but its three lines."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not is_name(lines[0]) or not _NUMBER.fullmatch(lines[1]):
        raise NoteError("a checkpoint has three lines: origin, size, root")
    return lines[0], int(lines[1]), one_hash(lines[2])


def one_hash(text: object) -> bytes:
    """The 32 bytes written in base64; NoteError for anything else or another way of writing them."""
    try:
        raw = base64.b64decode(text if isinstance(text, str) else "", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != HASH_SIZE or base64.b64encode(raw).decode() != text:
        raise NoteError("not a hash in base64")
    return raw


def hashes(value: object) -> list[bytes]:
    """Several hashes in base64; NoteError for anything else."""
    if not isinstance(value, list):
        raise NoteError("not a list of hashes")
    return [one_hash(one) for one in value]


def entry_fields(value: object) -> Json | None:
    """The entry that a JSON value is; None where its fields are not those of an entry."""
    if not isinstance(value, dict) or set(value) != _FIELDS:
        return None
    return value if value["v"] == 1 and isinstance(value["body"], dict) else None


def _entries(files: Mapping[str, bytes], manifest: Json, report: Report) -> dict[int, Json]:
    entries: dict[int, Json] = {}
    for name, data in files.items():
        folder, _, rest = name.partition("/")
        if folder != "entries":
            continue
        number = rest.removesuffix(".json")
        entry = json_file(files, name)
        if not _NUMBER.fullmatch(number) or rest != f"{number}.json" or len(data) > 65_535:
            raise Refused(f"条目文件名 {name}", f"an entry's file is named {name}")
        if entry_fields(entry) is None:
            raise Refused(f"条目 {number} 的字段不对", f"entry {number} does not have the fields of an entry")
        entries[int(number)] = entry
    figure = manifest["figure"]
    if not isinstance(figure, int) or figure not in entries or entries[figure]["type"] != "figure":
        raise Refused("清单所指的数字条目不在包内", "the figure's entry is not in the bundle")
    short = leaf_hash(files[f"entries/{figure}.json"]).hex()[:8]
    if manifest["receipt"] != f"R{figure}-{short}":
        raise Refused("收据号与条目不符", "the receipt's id is not that of the entry")
    report.passed(f"{len(entries)} 条字节规范", f"{len(entries)} entries are canonical")
    return entries


def _inclusion(
    files: Mapping[str, bytes],
    entries: Mapping[int, Json],
    proofs: Json,
    size: int,
    root: bytes,
    report: Report,
) -> None:
    paths = proofs.get("inclusion")
    if (
        set(proofs) != {"size", "inclusion", "consistency"}
        or not isinstance(paths, dict)
        or set(paths) != {str(one) for one in entries}
        or proofs.get("size") != size
    ):
        raise Refused("证明与条目不一一对应", "proofs and entries do not match")
    for index in entries:
        try:
            leaf = leaf_hash(files[f"entries/{index}.json"])
            verify_inclusion(leaf, index, size, hashes(paths[str(index)]), root)
        except (ProofError, NoteError) as problem:
            raise Refused(f"条目 {index} 不在账本内", f"entry {index} is not in the log: {problem}") from None
    report.passed(f"{len(entries)} 条都在已签名的账本内", f"all {len(entries)} are in the signed log")


def _consistency(proofs: Json, before: int, size: int, root: bytes, report: Report) -> None:
    one = proofs["consistency"]
    try:
        if set(one) != {"old", "root", "new", "proof"} or (one["old"], one["new"]) != (before, size):
            raise NoteError("not the form of a consistency proof")
        verify_consistency(one["old"], size, hashes(one["proof"]), one_hash(one["root"]), root)
    except (ProofError, NoteError, TypeError) as problem:
        raise Refused(
            f"更早的账本不是现账本的开头：{problem}", f"the earlier head is no beginning: {problem}"
        ) from None
    report.passed(
        f"{one['old']} 条时的根 {one['root']} 是现账本的开头，可与当时的打印件对照",
        f"the root at {one['old']} entries, {one['root']}, begins this log: compare it with what was printed then",
    )


def open_earlier(note: str, keys: list[VerifierKey]) -> tuple[str, int, bytes]:
    """The head of an earlier signed note; NoteError where no key of ``keys`` has signed it."""
    return read_head(open_note(note, keys).text)
