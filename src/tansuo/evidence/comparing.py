"""Two signed heads of one log held against each other: by whoever kept one, on paper, in a bundle or in a mirror.

Two heads that the log's key has signed and that cannot both be of one append-only log are proof of guilt: whoever
has the notes (and, for two sizes, the tiles) can publish them, and everybody can check them alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tansuo.evidence.checkpoint import Checkpoint
from tansuo.evidence.export import tile_path
from tansuo.evidence.note import NoteError, VerifierKey, open_note
from tansuo.evidence.proof import ProofError, make_consistency, verify_consistency
from tansuo.evidence.tree import HASH_SIZE, TILE_WIDTH, StoredNodes, TreeError, tree_root
from tansuo.quantity.finding import Finding, FindingError

Verdict = Literal["same", "continues", "two_heads", "rewritten", "unproven"]
"""``two_heads``: one size, two roots. ``rewritten``: the tiles have the newer root, and another root at the older
size. ``unproven``: of two sizes nothing can be said without the tiles of the newer head."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on two heads, the smaller one first."""

    verdict: Verdict
    older: Checkpoint
    newer: Checkpoint

    @property
    def guilty(self) -> bool:
        """Whether the holder of the log's key has signed two histories."""
        return self.verdict in ("two_heads", "rewritten")


def compare_heads(
    one: str, other: str, keys: Sequence[VerifierKey], tiles: StoredNodes | None = None
) -> Comparison:
    """Hold two notes against each other; ``tiles``: stored hashes of the newer head, from a mirror.

    FindingError ``evidence.note_unknown`` where none of ``keys`` has signed a note, ``evidence.heads_of_two_logs``,
    ``evidence.tiles_other`` where the tiles do not have the newer head (then they prove nothing).
    """
    older, newer = sorted((_opened(one, keys), _opened(other, keys)), key=lambda head: head.size)
    if older.origin != newer.origin:
        raise FindingError(
            Finding("evidence.heads_of_two_logs", {}, {"one": older.origin, "other": newer.origin})
        )
    if older.size == newer.size:
        return Comparison("same" if older.root == newer.root else "two_heads", older, newer)
    if tiles is None:
        return Comparison("unproven", older, newer)
    try:
        # The tiles may be damaged or lie: what they give for the older size counts only if the newer head begins so.
        before = tree_root(tiles, older.size)
        proof = make_consistency(tiles, older.size, newer.size)
        verify_consistency(older.size, newer.size, proof, before, newer.root)
    except (TreeError, ProofError) as problem:
        params = {"head": str(newer.as_of), "what": str(problem)}
        raise FindingError(Finding("evidence.tiles_other", {}, params)) from problem
    return Comparison("continues" if before == older.root else "rewritten", older, newer)


def tiles_in(directory: Path) -> StoredNodes:
    """The stored hashes in a folder of static tiles (``tansuo ledger export``), as far as it has them."""

    def read(level: int, start: int, stop: int) -> list[bytes]:
        number, offset = divmod(start, TILE_WIDTH)
        whole = directory / tile_path(level, number)
        parts = (
            [whole] if whole.is_file() else sorted(whole.with_name(whole.name + ".p").glob("*"), key=_width)
        )
        data = parts[-1].read_bytes() if parts else b""
        held = [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]
        return held[offset : offset + stop - start]

    return read


def _width(part: Path) -> int:
    return int(part.name) if part.name.isdigit() else 0


def _opened(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    try:
        return Checkpoint.parse(open_note(note, keys).text)
    except NoteError as problem:
        raise FindingError(Finding("evidence.note_unknown", {}, {"what": str(problem)})) from problem
