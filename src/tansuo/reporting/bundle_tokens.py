"""Time stamps of third parties in a bundle: for each authority the first it gave for a head that covers the figure."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.proof import make_consistency
from tansuo.evidence.timestamp import stamps

if TYPE_CHECKING:
    from tansuo.reporting.bundle import Parts

FORM = "tansuo.tokens/1"
FILE = "tokens/stamps.json"


def put_tokens(parts: Parts, figure: int, head: Issued) -> None:
    """Tokens as they came, the notes they stamp, and that those heads begin the bundle's; or that there are none."""
    read = ledger.stored_nodes(parts.connection)
    found: dict[str, dict[str, Any]] = {}
    for one in stamps(parts.connection, figure + 1, head.size):
        stamped = checkpoint.at_size(parts.connection, one.size)
        if one.authority in found or stamped is None:
            continue
        number = len(found)
        note, token = f"tokens/{number}.note", f"tokens/{number}.tsr"
        parts.files[note] = stamped.note.encode()
        parts.files[token] = one.response
        found[one.authority] = {
            "authority": one.authority,
            "note": note,
            "token": token,
            "stamped_ms": one.stamped_ms,
            "consistency": [
                base64.b64encode(node).decode() for node in make_consistency(read, one.size, head.size)
            ],
        }
    if found:
        parts.json(FILE, {"form": FORM, "stamps": [found[name] for name in sorted(found)]})
    else:
        parts.lack("tokens/", "no_tokens")
