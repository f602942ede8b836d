"""A small town whose figures are published, sealed and signed, and the bundles of them: for tests and the bench."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from sqlalchemy import insert

from tansuo.accounting.figure import Cell
from tansuo.accounting.inventory import figure
from tansuo.accounting.receipt import publish
from tansuo.evidence import canonical, checkpoint, ledger, second, second_head
from tansuo.evidence.entry import Draft
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.ledger import append, receipt_id
from tansuo.evidence.note import sign, verifier_key
from tansuo.evidence.tables import checkpoint as issued
from tansuo.monitoring.seals import body_of, draft, parts_of, segments
from tansuo.quantity.period import Period
from tansuo.reporting.bundle import make_bundle
from town import COAL, POWER, Town

KEY = bytes(range(16))
Files = dict[str, bytes]


@dataclass
class Bundled:
    """Firm ``a`` with coal and power of January 2026; ``receipts`` by quantity once ``ready`` has run."""

    town: Town

    @cached_property
    def signer(self) -> FileSigner:
        """The log's key, which signs where the signer's process would."""
        return FileSigner(ledger.origin(self.town.connection), b"\5" * 32)

    @property
    def policy(self) -> str:
        """The log's key as a judge has it from outside."""
        return f"log {verifier_key(self.signer)}\n"

    def ready(self) -> Bundled:
        """Data, key, figures, seal, head."""
        town = self.town
        town.firm("a", "dantu")
        town.days("a", COAL, "2026-01", "100.125")
        town.days("a", POWER, "2026-01", "10")
        body = {"algorithm": "ed25519", "key": str(verifier_key(self.signer)), "purpose": "log"}
        append(town.connection, [Draft("key", checkpoint.key_subject(town.connection), body)], town.clock)
        self.receipts = {one: self.publish("a", one) for one in ("E_fuel", "E_power")}
        self.seal("a", "2026-01")
        self.head()
        return self

    def publish(
        self,
        subject: str,
        quantity: str,
        relation: str | None = None,
        period: str = "2026-01",
        reason: str = "",
    ) -> str:
        """Publish a figure; returns its receipt."""
        town = self.town
        made = town.figure(subject, quantity, period, relation)
        (entry,) = publish(town.connection, [made], clock=town.clock, reason=reason)
        town.follow()
        return receipt_id(entry)

    def seal(self, org: str, period: str) -> None:
        """Seal a period of a firm as now known."""
        connection, size, span = self.town.connection, self.town.size, Period.parse(period)
        found = segments(connection, parts_of(connection, org, span, size), size)
        append(
            connection,
            [draft(connection, org, span, "Asia/Shanghai", body_of(span, size, KEY, found))],
            self.town.clock,
        )
        self.town.follow()

    def head(self, lines: Callable[[str], str] = lambda note: note) -> None:
        """Sign the present head."""
        connection, size = self.town.connection, self.town.size
        root = base64.b64encode(ledger.root_at(connection, size)).decode()
        note = lines(sign(f"{ledger.origin(connection)}\n{size}\n{root}\n", self.signer))
        now = self.town.clock.now_ms()
        connection.execute(insert(issued).values(size=size, note=note, created=now))
        if second.is_kept(connection):
            text = second_head.head(ledger.origin(connection), size, second.root_at(connection, size)).text
            second_head.publish(connection, size, sign(text, self.signer), now)

    def bundle(self, receipt: str) -> bytes:
        """The bundle of a receipt, with everything."""
        connection = self.town.connection
        found = ledger.find_receipt(connection, receipt)
        assert found is not None
        body: Mapping[str, Mapping[str, str]] = found.body  # type: ignore[assignment]
        cell = body["cell"]
        named = Cell(
            cell["subject"], cell["quantity"], cell["period"], cell["method"], cell["relation"] or None
        )
        return make_bundle(
            connection, receipt, figure(connection, named, int(str(found.body["size"]))), "<p>page</p>"
        )


def unpack(bundle: bytes) -> Files:
    """The files of a bundle."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files: Files, *, listed: bool = True) -> bytes:
    """A zip of files; ``listed``: with a manifest made to fit them, as a forger would."""
    if listed:
        manifest = canonical.parse(files["manifest.json"])
        assert isinstance(manifest, dict)
        manifest["files"] = {
            name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
            for name, data in files.items()
            if name != "manifest.json"
        }
        files = {**files, "manifest.json": canonical.encode(manifest)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()
