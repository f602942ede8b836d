"""The evidence bundle 证据包 of a published figure: a zip that needs no platform, no network and no database.

docs/reference/bundle.md is the format. What the reader may not see, or what was never sealed, kept or drawn, is said
in ``absent.json`` and never filled in. The same figure under the same signed head gives the same bytes.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from tansuo import __version__
from tansuo.accounting.figure import Figure, read_cell
from tansuo.accounting.receipt import Published, histories_of
from tansuo.accounting.replay import open_receipt
from tansuo.accounting.working import read_working
from tansuo.evidence import canonical, checkpoint, ledger
from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.document import get_blob
from tansuo.evidence.entry import Entry
from tansuo.evidence.note import with_lines
from tansuo.evidence.proof import make_consistency, make_inclusion
from tansuo.evidence.second_proof import second_proofs
from tansuo.evidence.witnessing import lines_of
from tansuo.monitoring.record import Received
from tansuo.quantity.finding import Finding, FindingError
from tansuo.reporting.bundle_inputs import Inputs, inputs_of
from tansuo.reporting.bundle_papers import meters_of, papers
from tansuo.reporting.bundle_samples import draw_samples
from tansuo.reporting.bundle_tokens import put_tokens
from tansuo.reporting.bundle_under import put_under
from tansuo.reporting.bundle_words import ABSENT, manual
from tansuo.reporting.verifier import verifier_program
from tansuo.reporting.verify_page import verifier_page

FORM = "tansuo.bundle/1"
MANUAL = "如何核验.txt"
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass
class Parts:
    """A bundle in the making: files by path, entries by index, and what could not be put into it."""

    connection: Connection
    files: dict[str, bytes] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    absent: list[tuple[str, str]] = field(default_factory=list)

    def lack(self, what: str, why: str) -> None:
        """Say that ``what`` is not in the bundle; ``why`` is a key of ``ABSENT``."""
        if (what, why) not in self.absent:
            self.absent.append((what, why))

    def entry(self, index: int) -> Entry | None:
        """Put an entry into the bundle; None, and said, where the reader may not see it."""
        if index not in self.entries:
            found = ledger.get(self.connection, index)
            if found is None:
                self.lack(f"entries/{index}.json", "hidden")
                return None
            self.entries[index] = found
        return self.entries[index]

    def every(self, indexes: Iterable[int]) -> None:
        """Put several entries into the bundle."""
        for index in sorted(set(indexes)):
            self.entry(index)

    def json(self, path: str, value: object) -> None:
        """A file of canonical JSON."""
        self.files[path] = canonical.encode(value)


def make_bundle(
    connection: Connection,
    receipt: str,
    figure: Figure | None,
    html: str | None = None,
    pdf: bytes | None = None,
    *,
    samples: bool = True,
) -> bytes:
    """The zip of a receipt, with what the reader of ``connection`` may see.

    ``figure``: the same figure computed again as of its own log size, or None where the reader may not compute it;
    ``html`` and ``pdf``: the receipt as a page and as a sheet. FindingError ``accounting.no_receipt``,
    ``reporting.not_signed`` (no signed head covers the figure yet), and those of an altered entry.
    """
    published, findings = open_receipt(connection, receipt)
    wrong = [one for one in findings if one.severity == "error"]
    if wrong:
        raise FindingError(wrong)
    head = checkpoint.latest(connection)
    if head is None or head.size <= published.entry:
        raise FindingError(Finding("reporting.not_signed", {"entry": published.entry}))
    parts = Parts(connection)
    _who_and_how(parts, published)
    _working(parts, published)
    if published.cell.relation:
        _children(parts, published)
        figure = None
    elif figure is None or figure.input_digest != published.body["input_digest"]:
        parts.lack("inputs.json", "hidden" if figure is None else "moved")
    else:
        inputs = inputs_of(connection, figure)
        _take(parts, inputs)
        _meters(parts, inputs, draw_samples(parts, inputs, head) if samples else {})
    for path, data in (("figure.html", None if html is None else html.encode()), ("figure.pdf", pdf)):
        if data is None:
            parts.lack(path, "hidden")
        else:
            parts.files[path] = data
    put_under(parts, published, figure, head)
    put_tokens(parts, published.entry, head)
    _proofs(parts, published, head)
    return _zip(parts, published, head)


def signed_size(connection: Connection) -> int | None:
    """How many entries the newest signed head covers: what a bundle says of findings and holds is as known then."""
    head = checkpoint.latest(connection)
    return None if head is None else head.size


def _who_and_how(parts: Parts, published: Published) -> None:
    """Genesis, key, figure, method, decision: entries; the method's document."""
    connection, body = parts.connection, published.body
    keys = [one.entry for one in checkpoint.key_chain(connection).keys]
    decision = [] if published.decision is None else [published.decision]
    parts.every([0, *keys, published.entry, body["method"]["entry"], *decision])
    document = get_blob(connection, body["fingerprint"])
    if document is None:
        parts.lack("method.json", "hidden")
    else:
        parts.files["method.json"] = document


def _working(parts: Parts, published: Published) -> None:
    """A working too long for its entry is a document."""
    named = published.body["working"].get("blob")
    if named is not None:
        read_working(parts.connection, published.body)
        parts.files[f"docs/{named}"] = get_blob(parts.connection, named) or b""


def _children(parts: Parts, published: Published) -> None:
    """Two levels of figures below a roll-up, by the entries that published just these values of just these inputs."""
    bodies: list[Mapping[str, Any]] = [published.body]
    for _ in range(2):
        wanted = [
            one
            for body in bodies
            for child in read_working(parts.connection, body).get("children", ())
            for one in child["figures"]
        ]
        said = histories_of(parts.connection, [read_cell(one["cell"]) for one in wanted])
        bodies = []
        for one in wanted:
            fitting = [
                entry
                for entry in said[read_cell(one["cell"])]
                if (entry.value, entry.body["input_digest"]) == (one["value"], one["digest"])
            ]
            if fitting and parts.entry(fitting[-1].entry) is not None:
                bodies.append(fitting[-1].body)
            elif not fitting:
                parts.lack(f"{one['cell']['subject']} {one['cell']['period']}", "not_published")


def _meters(parts: Parts, inputs: Inputs, drawn: Mapping[str, Sequence[Received]]) -> None:
    made = meters_of(parts.connection, inputs, drawn)
    if made.document["meters"]:
        parts.json("meters.json", made.document)
        parts.every(made.entries)
    for what, why in made.absent:
        parts.lack(what, why)


def _take(parts: Parts, inputs: Inputs) -> None:
    parts.json("inputs.json", inputs.document)
    parts.every(inputs.entries)
    parts.files.update(inputs.files)
    for what, why in inputs.absent:
        parts.lack(what, why)


def _proofs(parts: Parts, published: Published, head: Issued) -> None:
    for index in [one for one in parts.entries if one >= head.size]:
        del parts.entries[index]
        parts.lack(f"entries/{index}.json", "unsigned")
    read = ledger.stored_nodes(parts.connection)
    inclusion = {
        str(index): [_b64(one) for one in make_inclusion(read, index, head.size)]
        for index in sorted(parts.entries)
    }
    old = published.size
    consistency = {
        "old": old,
        "root": _b64(ledger.root_at(parts.connection, old)),
        "new": head.size,
        "proof": [_b64(one) for one in make_consistency(read, old, head.size)],
    }
    parts.json("proofs.json", {"size": head.size, "inclusion": inclusion, "consistency": consistency})
    other = second_proofs(parts.connection, sorted(parts.entries), head.size)
    if other is not None:
        parts.json("sm3.json", other)
    note = with_lines(head.note, [line.rstrip("\n") for line in lines_of(parts.connection, head.size)])
    parts.files["checkpoint"] = note.encode()


def _zip(parts: Parts, published: Published, head: Issued) -> bytes:
    for index, entry in parts.entries.items():
        parts.files[f"entries/{index}.json"] = entry.data
    parts.json(
        "absent.json", [{"what": what, "why": dict(ABSENT[why])} for what, why in sorted(parts.absent)]
    )
    parts.files["verify.py"] = verifier_program()
    parts.files["verify.html"] = verifier_page()
    parts.files[MANUAL] = manual(head.checkpoint.origin, published.receipt, published.entry).encode()
    parts.files.update(
        papers(parts.files, head.checkpoint.origin, published.receipt, head, f"tansuo {__version__}")
    )
    manifest = {
        "form": FORM,
        "origin": head.checkpoint.origin,
        "receipt": published.receipt,
        "figure": published.entry,
        "size": head.size,
        "files": {
            path: {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
            for path, data in parts.files.items()
        },
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in [("manifest.json", canonical.encode(manifest)), *sorted(parts.files.items())]:
            info = zipfile.ZipInfo(path, _DATE)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
