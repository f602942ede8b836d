"""Files that are on disk when we say so: written beside, synced, renamed, the folder synced."""

import os
from pathlib import Path

PRIVATE = 0o600
READABLE = 0o644


def write_new(path: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Make a file that survives a power cut, or fail if there is one (FileExistsError)."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(path.parent)


def replace_file(path: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Put ``data`` at ``path`` so that a power cut leaves the old file or the new one, whole."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    write_new(beside, data, mode)
    beside.replace(path)
    sync_directory(path.parent)


def make_folders(path: Path) -> None:
    """Make a folder and those above it so that their names survive a power cut."""
    if path.is_dir():
        return
    make_folders(path.parent)
    path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
