"""Static files of the log for mirrors, in the layout of C2SP tlog-tiles.

``checkpoint``, ``tile/<L>/<N>`` with 256 hashes, ``tile/entries/<N>`` with 256 entries, each as two bytes of
length and its own bytes; the last, unfilled one of each row is ``<N>.p/<W>`` with W of them. Full files never
change, and a mirror that holds other bytes is told so. The second tree of a log of both suites lies in ``sm3/`` in the
same layout, without entries, which are the same.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from tansuo.evidence import checkpoint, ledger, second, second_head, sm3
from tansuo.evidence.checkpoint import Checkpoint
from tansuo.evidence.durable import READABLE, make_folders, replace_file
from tansuo.evidence.note import NoteError
from tansuo.evidence.tables import entry
from tansuo.evidence.tree import TILE_WIDTH, StoredNodes, TreeError, tree_root
from tansuo.quantity.finding import Finding, FindingError

Progress = Callable[[int, int], None]
"""Told (files done, files in all)."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The head that was exported, how many files were written, how many were there already."""

    head: Checkpoint
    written: int
    kept: int


def export(connection: Connection, directory: Path, progress: Progress | None = None) -> Exported:
    """Bring ``directory`` up to the newest signed head; the checkpoint file is written last.

    Needs access to all organisations. Nothing is overwritten: FindingError ``evidence.nothing_signed``,
    ``evidence.export_other`` (the folder holds another log, or more of this one, or another head of it),
    ``evidence.export_differs`` (a full file has other bytes), ``evidence.checkpoint_root`` (the stored tree
    does not have the signed head).
    """
    newest = checkpoint.latest(connection)
    if newest is None:
        raise FindingError(Finding("evidence.nothing_signed"))
    head = newest.checkpoint
    read = ledger.stored_nodes(connection)
    if _root(read, head.size) != head.root:
        raise FindingError(
            Finding("evidence.checkpoint_root", {"checkpoint": head.size}, {"stated": head.root.hex()})
        )
    _compare_with_mirror(directory, head, read)
    files = tile_names(head.size)
    written = 0
    for done, (level, number, width) in enumerate(files, 1):
        data = _tile(connection, read, level, number, width)
        written += _put(directory, level, number, width, data)
        if progress is not None:
            progress(done, len(files))
    replace_file(directory / "checkpoint", newest.note.encode(), READABLE)
    more, there = _second(connection, directory / sm3.NAME, head.size)
    return Exported(head, written + more, len(files) - written + there)


def _second(connection: Connection, directory: Path, size: int) -> tuple[int, int]:
    """The second tree's tiles and head, of a log that has one; how many were written, and how many were there."""
    newest = second_head.at_size(connection, size)
    if newest is None:
        return 0, 0
    read = second.stored_nodes(connection)
    if tree_root(read, size, second.hash_function()) != newest.checkpoint.root:
        raise FindingError(
            Finding(
                "evidence.second_head_wrong",
                {"checkpoint": size},
                {"what": "the stored tree has another root"},
            )
        )
    files = [one for one in tile_names(size) if one[0] is not None]
    written = sum(
        _put(directory, level, number, width, _tile(connection, read, level, number, width))
        for level, number, width in files
    )
    replace_file(directory / "checkpoint", newest.note.encode(), READABLE)
    return written, len(files) - written


def tile_names(size: int) -> list[tuple[int | None, int, int]]:
    """All tiles of a log of ``size``: (level, number, width), level None for entries; width below 256 is
    the unfilled last one."""
    names: list[tuple[int | None, int, int]] = [(None, *row) for row in _row(size)]
    level = 0
    while size:
        names += [(level, *row) for row in _row(size)]
        size //= TILE_WIDTH
        level += 1
    return names


def tile_path(level: int | None, number: int, width: int = TILE_WIDTH) -> str:
    """Where a tile lies: three digits a folder, all but the last marked x (1234067 is x001/x234/067)."""
    digits = [f"{number % 1000:03d}"]
    while number := number // 1000:
        digits.insert(0, f"x{number % 1000:03d}")
    row = "entries" if level is None else str(level)
    part = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{row}/{'/'.join(digits)}{part}"


def _row(count: int) -> Iterator[tuple[int, int]]:
    full, rest = divmod(count, TILE_WIDTH)
    yield from ((number, TILE_WIDTH) for number in range(full))
    if rest:
        yield full, rest


def _tile(connection: Connection, read: StoredNodes, level: int | None, number: int, width: int) -> bytes:
    start = number * TILE_WIDTH
    if level is not None:
        parts = list(read(level, start, start + width))
    else:
        rows = connection.scalars(
            select(entry.c.data)
            .where(entry.c.index >= start, entry.c.index < start + width)
            .order_by(entry.c.index)
        )
        parts = [len(data).to_bytes(2, "big") + data for data in rows]
    if len(parts) != width:
        where = {"file": tile_path(level, number, width)}
        raise FindingError(Finding("evidence.export_gap", where, {"there": len(parts), "wanted": width}))
    return b"".join(parts)


def _put(directory: Path, level: int | None, number: int, width: int, data: bytes) -> bool:
    """Write one tile unless it is there; True if it was written."""
    path = directory / tile_path(level, number, width)
    written = not path.exists()
    if written:
        make_folders(path.parent)
        replace_file(path, data, READABLE)
    if path.read_bytes() != data:
        raise FindingError(Finding("evidence.export_differs", {"file": str(path)}))
    if width == TILE_WIDTH:
        shutil.rmtree(path.with_name(path.name + ".p"), ignore_errors=True)
    return written


def _compare_with_mirror(directory: Path, head: Checkpoint, read: StoredNodes) -> None:
    """Refuse a folder whose head this log does not continue."""
    file = directory / "checkpoint"
    if not file.exists():
        return
    try:
        there = Checkpoint.parse(file.read_text(encoding="utf-8").rpartition("\n\n")[0] + "\n")
    except (NoteError, UnicodeDecodeError) as problem:
        raise FindingError(
            Finding("evidence.export_other", {"file": str(file)}, {"what": str(problem)})
        ) from problem
    if there.origin != head.origin:
        what = f"{there.origin}, not {head.origin}"
    elif there.size > head.size:
        what = f"{there.size} > {head.size}"
    elif _root(read, there.size) != there.root:
        what = f"{there.as_of}: {there.root.hex()}"
    else:
        return
    raise FindingError(Finding("evidence.export_other", {"file": str(file)}, {"what": what}))


def _root(read: StoredNodes, size: int) -> bytes | None:
    try:
        return tree_root(read, size)
    except TreeError:
        return None
