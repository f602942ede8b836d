"""Where a fact comes from, and how far it may be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Standing of a source. Nothing marked memory or proposal is ever shown as official."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    MEMORY = "memory"
    PROPOSAL = "proposal"
    DRAFT = "draft"
    EXAMPLE = "example"


@dataclass(frozen=True, slots=True)
class Source:
    """A citation: title of the work, page or clause, its standing, and the stored document if there is one.

    ``document`` is the SHA-256 (hex) of a blob of the ledger, "" where only the title is known.
    """

    text: str
    status: Status
    page: str = ""
    document: str = ""

    def as_json(self) -> dict[str, str]:
        """The form in which an entry's body carries the citation; empty fields are left out."""
        full = {"text": self.text, "status": self.status.value, "page": self.page, "document": self.document}
        return {key: value for key, value in full.items() if value}


def read_source(body: Mapping[str, str] | None) -> Source | None:
    """The citation in an entry's body, or None. Raises ValueError on an unknown status."""
    if not body:
        return None
    return Source(
        text=body["text"],
        status=Status(body["status"]),
        page=body.get("page", ""),
        document=body.get("document", ""),
    )
