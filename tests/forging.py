"""Bundles as a forger with the log's own key would make them: what is changed is hashed and signed again.

The frozen bundles of ``vectors/bundle_v1`` are taken apart, changed, and put together so that entries, tree, head,
samples' head and manifest agree with the change. What then refuses the bundle is the one step that the lie is against.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bundled_town import Files, pack, unpack
from tansuo.evidence import canonical
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import sign, verifier_key
from tansuo.evidence.proof import make_consistency, make_inclusion
from tansuo.evidence.tree import leaf_hash, root
from tansuo.methods.document import Document
from tansuo.methods.evaluate import evaluate, from_document
from tansuo.methods.lineage import feeds
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.quantity.state import Missing
from tansuo.reporting.bundle_samples import audit_path
from tansuo.verify.book import Book, json_file, open_head
from tansuo.verify.main import _MALFORMED
from tansuo.verify.report import Refused, Report
from tansuo.verify.sources import check_inputs, check_local, read_segments
from tansuo.verify.value import read_inputs

WORDS = Path(__file__).resolve().parent / "verify/forged_words.json"
_MADE: dict[str, bytes] = {}
VECTORS = Path(__file__).resolve().parent / "vectors/bundle_v1"
POLICY = (VECTORS / "policy.txt").read_text(encoding="utf-8")
ORIGIN = "tansuo-demo/321100/69546862"
SIGNER = FileSigner(ORIGIN, b"\5" * 32)
#: What the method of these bundles needs; the other factors are left out, so that a forgery is judged quickly.
FUEL = "烟煤"
#: Where the leaf's bundle keeps what a forger changes.
MADE, TERMS = ("E_s", "E_g", "E_fuel"), ("FC", "FG", "NCV", "NCVG", "CC", "OF", "K")
FUEL_TERM = {"node": "term", "symbol": "FC"}
DRAWN = 4
_ROOT, _COUNT = "85759894414d527adeba0d1a66ba19c3e29d25fd444b33c0d34e2b3fe0c4f958", 31
METHOD, PLAN, ARRIVAL, KEY, FIGURE, SEAL, TOTAL = 140, 149, 150, 152, 153, 155, 156


def encoded(data: bytes) -> str:
    """Base64 as the log writes it."""
    return base64.b64encode(data).decode()


def sent(line: str) -> bytes | None:
    """A record with the frame that gives a sealed line of the coal; None where no frame gives it."""
    try:
        time, value, quality = line.split(",")
        at = datetime.fromtimestamp(int(time) + 28_800, UTC).strftime("%Y%m%d%H%M%S")
        _, kind, *mark = quality.split(".")
        fields = [
            ("f01001-Cou", f"{Decimal(value or 0).scaleb(-3):f}"),
            *[("f01001-Flag", one) for one in mark],
        ]
    except (ValueError, ArithmeticError):
        return None
    flag = "".join(mark)
    known = {"": "measured", "N": "measured", "S": "declared", "F": "measured", "M": "measured"}
    if known.get(flag) != kind or (flag in ("F", "M")) is bool(value):
        return None
    header = {"QN": f"{at}000", "ST": "31", "CN": "2031", "PW": "1", "MN": "MN-a", "Flag": "5"}
    return bytes(12) + b"\x00\x01a" + encode(header, [[("DataTime", at)], fields])


class Forged:
    """A bundle taken apart. ``entries``: index → entry; ``json``: the other JSON files by name; ``files``: the rest.

    ``wire`` changes the frames on their way: what was sent is then not what was sealed.
    """

    def __init__(self, name: str = "leaf") -> None:
        self.wire: Callable[[bytes], bytes] = lambda record: record
        self._arrived: tuple[Any, Any] = (_ROOT, _COUNT)
        files = dict(_opened(name))
        self.manifest: Any = canonical.decode(files.pop("manifest.json"))
        self.entries: dict[int, Any] = {}
        self.json: dict[str, Any] = {}
        self.files: Files = {}
        self.figure: int = self.manifest["figure"]
        self.size: int = self.manifest["size"]
        self.origin = ORIGIN
        for path, data in files.items():
            if path.startswith("entries/"):
                self.entries[int(path[8:-5])] = canonical.decode(data)
            elif path.endswith(".json") and path not in ("absent.json", "proofs.json"):
                self.json[path] = canonical.decode(data)
            elif path != "proofs.json":
                self.files[path] = data
        method = self.json["method.json"]
        method["factors"] = [one for one in method["factors"] if one["key"] == FUEL]
        method["quantities"] = [one for one in method["quantities"] if one["symbol"] in MADE]
        method["terms"] = {name: one for name, one in method["terms"].items() if name in TERMS}
        self.method()
        if name == "leaf":
            self.digest()
        else:
            self.children()

    @property
    def body(self) -> Any:
        """The body of the figure's entry."""
        return self.entries[self.figure]["body"]

    @property
    def inputs(self) -> Any:
        """What the evaluator is given."""
        return self.json["inputs.json"]

    @property
    def seal(self) -> Any:
        """The body of the seal."""
        return self.entries[SEAL]["body"]

    @property
    def amount(self) -> Any:
        """Where the coal of January is said to come from."""
        return self.inputs["from"]["values"]["FC"]["a.coal/2026-01"]

    @property
    def line(self) -> Any:
        """The plan's line of the coal."""
        return self.entries[PLAN]["body"]["lines"][0]

    def method(self) -> None:
        """Publish the method as it now is."""
        fingerprint = sha256(canonical.encode(self.json["method.json"])).hexdigest()
        self.entries[METHOD]["body"]["fingerprint"] = self.body["fingerprint"] = fingerprint

    def readings(self, *values: int | None, kind: str = "value.measured.N") -> None:
        """Seal other readings of the coal, from the first of January on, and say that they are the amount."""
        lines = [
            f"{1767196800 + 86400 * day},{'' if one is None else one},{kind}\n"
            for day, one in enumerate(values)
        ]
        self.lines("".join(lines).encode())

    def lines(self, text: bytes, seal: int = SEAL) -> None:
        """Seal these lines."""
        self.files[f"segments/{seal}-0.csv"] = text
        body = self.entries[seal]["body"]
        key = base64.b64decode(body["key"])
        body["series"][0] |= {"sha256": sha256(key + text).hexdigest(), "rows": text.count(b"\n")}

    def digest(self, value: bool = True) -> None:
        """Commit to the inputs as they now are; ``value``: and publish what comes out."""
        method = from_document(self.json["method.json"])
        inputs, options, _ = read_inputs({"inputs.json": canonical.encode(self.inputs)})
        made = evaluate(method, inputs, options)
        terms, given = method.data.terms, inputs.values
        result = next(one for one in made.quantities if one[0] == self.body["cell"]["quantity"])
        leaves = feeds(method.document, inputs.shape, result, made.taken)
        asked = sorted({name for symbol, _ in leaves for step in terms[symbol].ladder for name in step.when})

        def written(one: Any) -> str:
            return one.state.value if isinstance(one, Missing) else f"{one:f}"

        self.body["input_digest"] = sha256(
            canonical.encode(
                {
                    "cell": self.body["cell"],
                    "method": self.body["fingerprint"],
                    "options": {name: options.get(name, "") for name in asked},
                    "terms": [[*one, written(given.get(one, made.terms[one]))] for one in leaves],
                    "factors": [
                        [*one, made.chosen[one].factor_id, made.chosen[one].rung]
                        for one in leaves
                        if one in made.chosen
                    ],
                }
            )
        ).hexdigest()
        if value:
            out = made.quantities[result]
            absent = isinstance(out, Missing)
            self.body["value"] = None if absent else written(out)
            self.body["state"] = written(out) if absent else "value"
            self.body["working"]["intermediates"] = {
                " ".join(filter(None, one)): written(made.quantities[one])
                for one in made.quantities
                if one[0] in ("E_s", "E_fuel")
            }

    def children(self) -> None:
        """Commit to the children of a roll-up as they now are."""
        parts = [one for child in self.body["working"]["children"] for one in child["figures"]]
        named = [{name: one[name] for name in ("cell", "share", "value", "digest")} for one in parts]
        digested = {"cell": self.body["cell"], "children": named}
        self.body["input_digest"] = sha256(canonical.encode(digested)).hexdigest()

    def frames(self) -> list[bytes]:
        """The records of which the sealed lines were made, one a line and empty where no frame gives it; the arrival
        is of these."""
        lines = self.files.get(f"segments/{SEAL}-0.csv", b"").decode("utf-8", "replace").split("\n")[:-1]
        records = [self.wire(one) if one else b"" for one in map(sent, lines)]
        if records and isinstance(self.entries.get(ARRIVAL, {}).get("body"), dict):
            body, stood = self.entries[ARRIVAL]["body"], self._arrived
            self._arrived = (root([leaf_hash(one) for one in records]).hex(), len(records))
            for name, before, now in zip(("root", "count"), stood, self._arrived, strict=True):
                if body.get(name) == before:
                    body[name] = now
        return records

    def move(self, before: int, after: int) -> None:
        """Give an entry another place in the log."""
        self.entries[after] = self.entries.pop(before)

    def note(self, size: int, leaves: list[bytes], origin: str = "") -> str:
        """A signed head."""
        return sign(f"{origin or self.origin}\n{size}\n{encoded(root(leaves[:size]))}\n", SIGNER)

    def leaves(self) -> list[bytes]:
        """The log's leaves: those of the bundle, and others of which nobody asks what they are."""
        self.frames()
        return [
            leaf_hash(canonical.encode(self.entries[index]) if index in self.entries else b"%d" % index)
            for index in range(self.size)
        ]

    def stamp(
        self,
        size: int = 156,
        *,
        text: bytes | None = None,
        before: bytes = b"",
        time: bytes = b"\x18\x0f20260301000000Z",
        origin: str = "",
    ) -> None:
        """A time-stamp of an earlier head, as far as a verifier without its roots looks into it."""
        leaves = self.leaves()
        note = self.note(size, leaves, origin).encode()
        mark = b"\x04\x20" + sha256(note).digest()
        self.files["tokens/0.note"] = note
        self.files["tokens/0.tsr"] = before + mark + b"\x02\x01\x05" + time if text is None else text
        self.json["tokens/stamps.json"] = {
            "form": "tansuo.tokens/1",
            "stamps": [
                {"authority": "tsa", "note": "tokens/0.note", "token": "tokens/0.tsr",
                 "consistency": [encoded(one) for one in make_consistency(_reader(leaves), size, self.size)]}
            ],
        }  # fmt: skip

    def signed(self, change: Callable[[Files, Any], None] = lambda files, proofs: None) -> Files:
        """Its files, signed; ``change`` spoils what is not signed: files by name, and the proofs."""
        leaves = self.leaves()
        read = _reader(leaves)
        if "frames/samples.json" in self.json:
            self._draw(leaves, self.frames())
        before = self.body["size"]
        proofs: Any = {
            "size": self.size,
            "inclusion": {
                str(index): [encoded(one) for one in make_inclusion(read, index, self.size)]
                for index in self.entries
            },
            "consistency": {
                "old": before,
                "new": self.size,
                "root": encoded(root(leaves[:before])),
                "proof": [encoded(one) for one in make_consistency(read, before, self.size)],
            },
        }
        files: Files = {
            **self.files,
            **{name: canonical.encode(one) for name, one in self.json.items()},
            **{f"entries/{index}.json": canonical.encode(one) for index, one in self.entries.items()},
            "checkpoint": self.note(self.size, leaves).encode(),
        }
        short = leaf_hash(canonical.encode(self.entries[self.figure])).hex()[:8]
        self.manifest = {**self.manifest, "figure": self.figure, "size": self.size, "origin": self.origin}
        self.manifest["receipt"] = f"R{self.figure}-{short}"
        files["manifest.json"] = canonical.encode(self.manifest)
        change(files, proofs)
        files.setdefault("proofs.json", canonical.encode(proofs))
        return files

    def _draw(self, leaves: list[bytes], records: list[bytes]) -> None:
        """Draw the rows that an earlier head draws, with the frames there are."""
        note = self.note(156, leaves)
        drawn = []
        text = note.rpartition("\n\n")[0] + "\n"
        lines = self.files[f"segments/{SEAL}-0.csv"].decode("utf-8", "replace").split("\n")[:-1]
        frames = [leaf_hash(one) for one in records]
        for number in range(DRAWN):
            asked = f"{text}a/coal\n2026-01\n{number}\n"
            at = int.from_bytes(sha256(asked.encode()).digest()[:16], "big") % len(lines)
            if records[at]:
                drawn.append(
                    {"arrival": ARRIVAL, "frame": encoded(records[at]), "line": lines[at], "number": number,
                     "path": [encoded(one) for one in audit_path(frames, at)],
                     "record": at, "row": 0, "seal": SEAL}
                )  # fmt: skip
        consistency = [encoded(one) for one in make_consistency(_reader(leaves), 156, self.size)]
        self.json["frames/samples.json"] = {
            "form": "tansuo.samples/1", "head": note, "consistency": consistency, "samples": drawn,
        }  # fmt: skip


def forged(change: Callable[[Forged], None] = lambda book: None, name: str = "leaf") -> bytes:
    """The bundle with ``change`` made and everything signed again."""
    book = Forged(name)
    change(book)
    return pack(book.signed())


def unsigned(change: Callable[[Files, Any], None], name: str = "leaf") -> bytes:
    """The bundle with ``change`` made to files that nobody signs: the head, the proofs, the manifest."""
    return pack(Forged(name).signed(change))


def made(name: str, make: Callable[[], bytes]) -> bytes:
    """A forgery, made once."""
    key = f"{make.__module__} {name}"
    if key not in _MADE:
        _MADE[key] = make()
    return _MADE[key]


def checked(data: bytes, check: Callable[[Book, Report], object]) -> Report:
    """What one check says of a bundle whose log was looked at."""
    report = Report()
    try:
        try:
            check(_book(data), report)
        except _MALFORMED as problem:
            raise Refused("malformed ({}: {})", type(problem).__name__, problem) from None
    except Refused as problem:
        report.failed(problem.zh, problem.en)
    return report


@cache
def _book(data: bytes) -> Book:
    files = unpack(data)
    manifest: Any = canonical.decode(files["manifest.json"])
    entries: Any = {
        int(name[8:-5]): canonical.decode(one) for name, one in files.items() if name.startswith("entries/")
    }
    keys = [verifier_key(SIGNER)]
    return Book(files, manifest, open_head(files["checkpoint"].decode(), keys), keys, entries)


def look_at_readings(book: Book, report: Report) -> None:
    """Seals, amounts and local values alone."""
    inputs, method = json_file(book.files, "inputs.json"), Document(json_file(book.files, "method.json"))
    held = read_segments(book, report)
    check_inputs(book, method, inputs, held, report)
    check_local(book, method, inputs, report)


def words_of(book: str) -> Mapping[str, Any]:
    """What is kept of a kind of bundles, by name."""
    kept: dict[str, dict[str, Any]] = json.loads(WORDS.read_text(encoding="utf-8"))
    return kept[book]


def of_steps(book: str, *steps: str) -> list[str]:
    """The names of the forgeries that are refused at these steps."""
    return [name for name, (step, *_) in words_of(book).items() if step in steps]


def refused(book: str, name: str, report: Report) -> None:
    """That a verifier refuses, at the step and in the words that are kept for this forgery."""
    assert not report.verified and all(ok for _, ok, _, _ in report.steps[:-1])
    step, _, zh, en = report.steps[-1]
    words = kept(book, name, [step, zh, en])
    for said, wanted in zip((step, zh, en), words, strict=True):
        # What an interpreter says in words of its own, which others word otherwise, is cut off at "…".
        assert said == wanted or (wanted.endswith("…") and said.startswith(wanted[:-1])), (said, wanted)


def kept(book: str, name: str, said: Any) -> Any:
    """The words kept under a name; with TANSUO_WRITE_WORDS=1 new ones are written, and the test fails once."""
    kept = json.loads(WORDS.read_text(encoding="utf-8"))
    if os.environ.get("TANSUO_WRITE_WORDS") and kept.get(book, {}).get(name) != said:
        kept.setdefault(book, {})[name] = said
        _write(kept)
        pytest.fail("written down: read what is said, then run without TANSUO_WRITE_WORDS")
    return kept[book][name]


def _write(kept: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the words, one bundle a line."""
    books = [
        f"{json.dumps(book)}: {{\n"
        + ",\n".join(
            f" {json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in said.items()
        )
        + "\n}"
        for book, said in kept.items()
    ]
    WORDS.write_text("{" + ",\n".join(books) + "}\n", encoding="utf-8")


def sealed_in(book: Forged, data: bytes | None = None, name: str = "") -> None:
    """Let the content of the seal, or ``data``, stand in a document that its entry names."""
    content = canonical.encode(book.seal) if data is None else data
    digest = name or sha256(content).hexdigest()
    book.files[f"docs/{digest}"] = content
    book.entries[SEAL]["body"] = {"blob": digest}


def said_of(name: str, report: Report) -> None:
    """That a verifier vouches, in the words that are kept for this bundle."""
    assert report.verified, report.steps[-1]
    assert report.statement is not None
    said = {
        "steps": [[step, zh, en] for step, _, zh, en in report.steps[5:]],
        "not_checked": [[zh, en] for zh, en in report.not_checked],
        "value": report.statement["value"],
    }
    assert said == kept("honest", name, said)


def worked_in(book: Forged, data: bytes | None = None, name: str = "") -> None:
    """Let the working of the figure, or ``data``, stand in a document that its entry names."""
    content = canonical.encode(book.body["working"]) if data is None else data
    digest = name or sha256(content).hexdigest()
    book.files[f"docs/{digest}"] = content
    book.body["working"] = {"blob": digest}


def asking(book: Forged, **options: str) -> None:
    """The ladder of the heating value asks the option of the grid; ``options`` are the answers."""
    rung = {"name": "regional", "take": "local", "when": {"grid": "regional"}}
    book.json["method.json"]["terms"]["NCV"]["ladder"].insert(0, rung)
    book.inputs["options"].update(options)
    book.method()
    book.digest()


def made_by(book: Forged, expression: Any) -> None:
    """The figure of a source comes from another formula."""
    book.json["method.json"]["quantities"][0]["expression"] = expression
    book.method()
    book.digest()


def branched(book: Forged) -> None:
    """The figure of a source is the first of two formulas, of which the second rests on more."""
    usual = book.json["method.json"]["quantities"][0]["expression"]
    branches = [{"name": "own", "of": FUEL_TERM}, {"name": "usual", "of": usual}]
    made_by(book, {"node": "first_of", "branches": branches})


@cache
def _opened(name: str) -> Mapping[str, bytes]:
    return unpack((VECTORS / f"{name}.zip").read_bytes())


def _reader(leaves: list[bytes]) -> Callable[[int, int, int], list[bytes]]:
    return lambda level, start, stop: leaves[start:stop] if level == 0 else []
