"""The book side of a bundle: files by their hashes, the signed head, entries, and that they are in the log."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tansuo.evidence import canonical
from tansuo.evidence.note import NoteError, UnknownKeys, VerifierKey, is_name, open_note
from tansuo.evidence.policy import Policy, judge
from tansuo.evidence.proof import verify_consistency, verify_inclusion
from tansuo.evidence.tlog_proof import decode64
from tansuo.evidence.tree import HASH_SIZE, Hash, leaf_hash
from tansuo.methods.document import Json
from tansuo.verify.report import Refused, Report, otherwise, require

BUNDLE = "tansuo.bundle/1"
_MANIFEST = "manifest.json"
_OTHER_KEY = (
    "no log key of the policy has signed the checkpoint: if the log has changed its key, take the new one"
    " from print, a gazette or the witnesses, and give it a log line of its own in the policy"
)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_FIELDS = {"v", "type", "org", "region", "subj", "valid", "rec", "sup", "why", "by", "body", "salt"}


@dataclass(frozen=True)
class Head:
    """A signed head: of which log, at which size, with which root."""

    origin: str
    size: int
    root: bytes

    def contains(self, leaf: bytes, index: int, path: Sequence[bytes], new: Hash = sha256) -> None:
        """ProofError where the tree of this head has not this leaf there."""
        verify_inclusion(leaf, index, self.size, path, self.root, new)

    def begins(self, later: "Head", proof: Sequence[bytes]) -> None:
        """ProofError or NoteError where ``later`` is not of the same log, grown."""
        if self.origin != later.origin:
            raise NoteError(f"a head of {self.origin}")
        verify_consistency(self.size, later.size, proof, self.root, later.root)


@dataclass(frozen=True)
class Book:
    """What the log says: files by name, the manifest, entries by index, the head, the log's keys."""

    files: Mapping[str, bytes]
    manifest: Json
    head: Head
    keys: Sequence[VerifierKey]
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

    def document(self, digest: object, words: str, *values: object) -> object:
        """The canonical JSON in the document of this SHA-256; Refused in ``words`` where the bundle has it not."""
        data = self.files.get(f"docs/{digest}", b"")
        require(sha256(data).hexdigest() == digest, words, *values)
        return canonical.decode(data)

    def formed(self, name: str, form: str) -> Json:
        """A JSON file of the bundle; Refused where it is not of this form."""
        given = json_file(self.files, name)
        require(given.get("form") == form, "{} is not of the form {}", name, form)
        return given


def read_book(files: Mapping[str, bytes], policy: Policy, report: Report) -> Book:
    """Everything about the log, step by step; Refused at the first that does not hold."""
    manifest = _manifest(files, report)
    report.now = "checkpoint"
    named = (manifest["origin"], manifest["size"])
    note = files.get("checkpoint", b"")
    head, keys = read_checkpoint(note, policy, lambda: _announced(files), named, report)
    report.now = "entries"
    book = Book(files, manifest, head, keys, _entries(files, manifest))
    report.passed("{} entries are canonical", len(book.entries))
    report.now = "inclusion"
    proofs = json_file(files, "proofs.json")
    _inclusion(book, proofs)
    report.passed("all {} are in the signed log", len(book.entries))
    report.now = "consistency"
    old, root = _consistency(book, proofs["consistency"])
    words = "the root at {} entries, {}, begins this log: compare it with what was printed then"
    report.passed(words, old, root)
    return book


def json_file(files: Mapping[str, bytes], name: str) -> Json:
    """A canonical JSON object of the bundle; Refused where it is not there or not canonical."""
    with otherwise("{} is missing or not canonical JSON ({})", name, of=(KeyError,)):
        value = canonical.decode(files[name])
    if not isinstance(value, dict):
        raise Refused("{} is no JSON object", name)
    return value


def _manifest(files: Mapping[str, bytes], report: Report) -> Json:
    manifest = json_file(files, _MANIFEST)
    listed = manifest.get("files")
    fields = {"form", "origin", "receipt", "figure", "size", "files"}
    if manifest.get("form") != BUNDLE or not isinstance(listed, dict) or set(manifest) != fields:
        raise Refused("the manifest is not of the form {}", BUNDLE)
    odd = sorted({*listed, _MANIFEST} ^ set(files))
    require(not odd and _MANIFEST not in listed, "manifest and files do not match: {}", odd[:3])
    for name, stated in listed.items():
        found = {"sha256": sha256(files[name]).hexdigest(), "bytes": len(files[name])}
        require(stated == found, "{} is not what the manifest's hash says", name)
    report.passed("{} files are what the manifest says", len(listed))
    return manifest


def read_checkpoint(
    note: bytes,
    policy: Policy,
    announced: Callable[[], Sequence[VerifierKey]],
    named: tuple[str, int] | None,
    report: Report,
) -> tuple[Head, Sequence[VerifierKey]]:
    """A signed head and the log's keys; Refused where none has signed it, or the policy's quorum is not met.

    ``announced`` gives the log's keys where the policy names none; ``named`` says of what log and size it must be.
    """
    with otherwise("the checkpoint does not hold: {}"):
        keys = policy.logs or announced()
        try:
            judged = judge(policy, note.decode(), keys)
        except UnknownKeys:
            require(not policy.logs, _OTHER_KEY)
            raise
        head = read_head(judged.text)
    right = named in (None, (head.origin, head.size))
    require(right, "the checkpoint is not of the log that the manifest names")
    names = "、".join(judged.by) or "—"
    if not policy.logs:
        report.skip(
            "the log's key was not compared with a policy from outside: the key in the bundle only shows consistency"
        )
    if policy.quorum is None:
        report.skip("no quorum of witnesses was asked for")
    else:
        require(judged.quorum, "the policy's quorum is not met (witnessed: {})", names)
    report.passed("{} entries of {} are signed; witnessed by {}", head.size, head.origin, names)
    return head, keys


def _announced(files: Mapping[str, bytes]) -> list[VerifierKey]:
    """The keys the log itself announces; whose they are, nobody outside has said."""
    named = [name for name in sorted(files) if name.startswith("entries/") and b'"type":"key"' in files[name]]
    bodies = [json_file(files, name).get("body") for name in named]
    keys = [body.get("key") for body in bodies if isinstance(body, dict)]
    return [VerifierKey.parse(key) for key in keys if isinstance(key, str)]


def open_head(note: str, keys: Sequence[VerifierKey]) -> Head:
    """The head of a note; NoteError where no key of ``keys`` has signed it."""
    return read_head(open_note(note, keys).text)


def read_head(text: str) -> Head:
    """A checkpoint's text; NoteError for anything but its three lines."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not is_name(lines[0]) or not _NUMBER.fullmatch(lines[1]):
        raise NoteError("a checkpoint has three lines: origin, size, root")
    return Head(lines[0], int(lines[1]), one_hash(lines[2]))


def one_hash(text: object) -> bytes:
    """The 32 bytes written in base64; NoteError for anything else or another way of writing them."""
    raw = decode64(text)
    if len(raw) != HASH_SIZE:
        raise NoteError("not a hash in base64")
    return raw


def hashes(value: object) -> list[bytes]:
    """Several hashes in base64; NoteError for anything else."""
    if not isinstance(value, list):
        raise NoteError("not a list of hashes")
    return [one_hash(one) for one in value]


def is_entry(value: object) -> bool:
    """Whether a JSON value has the fields of an entry."""
    fits = isinstance(value, dict) and set(value) == _FIELDS
    return fits and value["v"] == 1 and isinstance(value["body"], dict)  # type: ignore[index]


def _entries(files: Mapping[str, bytes], manifest: Json) -> dict[int, Json]:
    entries: dict[int, Json] = {}
    for name, data in files.items():
        folder, _, rest = name.partition("/")
        if folder == "entries":
            number = rest.removesuffix(".json")
            entry = json_file(files, name)
            fits = _NUMBER.fullmatch(number) and rest == f"{number}.json" and len(data) <= 65_535
            require(fits, "an entry's file is named {}", name)
            require(is_entry(entry), "entry {} does not have the fields of an entry", number)
            entries[int(number)] = entry
    figure = manifest["figure"]
    there = isinstance(figure, int) and figure in entries and entries[figure]["type"] == "figure"
    require(there, "the figure's entry is not in the bundle")
    short = leaf_hash(files[f"entries/{figure}.json"]).hex()[:8]
    require(manifest["receipt"] == f"R{figure}-{short}", "the receipt's id is not that of the entry")
    return entries


def _inclusion(book: Book, proofs: Json) -> None:
    paths = proofs.get("inclusion")
    if (
        set(proofs) != {"size", "inclusion", "consistency"}
        or not isinstance(paths, dict)
        or set(paths) != {str(one) for one in book.entries}
        or proofs.get("size") != book.head.size
    ):
        raise Refused("proofs and entries do not match")
    for index in book.entries:
        with otherwise("entry {} is not in the log: {}", index):
            book.head.contains(
                leaf_hash(book.files[f"entries/{index}.json"]), index, hashes(paths[str(index)])
            )


def _consistency(book: Book, one: Json) -> tuple[int, str]:
    """The earlier size and root, as they are written."""
    with otherwise("the earlier head is no beginning: {}", of=(TypeError,)):
        sizes = (book.figure["size"], book.head.size)
        if set(one) != {"old", "root", "new", "proof"} or (one["old"], one["new"]) != sizes:
            raise NoteError("not the form of a consistency proof")
        Head(book.head.origin, one["old"], one_hash(one["root"])).begins(book.head, hashes(one["proof"]))
    return one["old"], one["root"]
