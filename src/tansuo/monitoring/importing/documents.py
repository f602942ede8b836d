"""Documents: files kept as evidence by their hash, with what a map says of them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.evidence import ledger
from tansuo.evidence.clock import Clock
from tansuo.evidence.document import put_blob
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.monitoring.connectors.workbook.document_map import Described
from tansuo.monitoring.importing.receiving import OPERATOR


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: its entry, and whether this import brought it."""

    name: str
    entry: Entry
    fresh: bool

    def as_json(self) -> dict[str, object]:
        """What ``import documents --json`` prints of it."""
        body = self.entry.body
        return {
            "name": self.name, "receipt": ledger.receipt_id(self.entry), "already": not self.fresh,
            "sha256": body["blob"], "kind": body["kind"], "about": body["about"],
        }  # fmt: skip


def keep(
    database: Database,
    clock: Clock,
    name: str,
    data: bytes,
    said: Described,
    map_data: bytes | None,
    by: Actor = OPERATOR,
) -> Kept:
    """Keep one document with its particulars; the same bytes of the same organisation are kept once."""
    digest = sha256(data).hexdigest()
    subject = f"document/{digest}"
    with transaction(database, SYSTEM) as connection:
        for known in ledger.history(connection, subject):
            if known.org == said.org:
                return Kept(name, known, fresh=False)
        put_blob(connection, data, said.org)
        body: dict[str, object] = {
            "blob": digest, "name": name, "media_type": said.media_type, "bytes": len(data),
            "about": said.about, "kind": said.kind, "title": {"zh": said.title_zh, "en": said.title_en},
            "fields": dict(said.fields),
        }  # fmt: skip
        if map_data is not None:
            body["map"] = put_blob(connection, map_data, said.org)
        draft = Draft("document", subject, body, org=said.org, by=by)
        return Kept(name, ledger.append(connection, [draft], clock)[0], fresh=True)
