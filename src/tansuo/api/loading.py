"""How far a load behind the running pages has come: a small file that the loader writes and the API reads."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from tansuo.database.settings import home


@dataclass(frozen=True, slots=True)
class Loading:
    """``done`` of ``of`` steps; the labels say what is being loaded and where it is. ``pid``: who loads."""

    done: int
    of: int
    label_zh: str
    label_en: str
    pid: int = 0


def place() -> Path:
    """The file, in the folder of processes that run for this home."""
    return home() / "run" / "loading.json"


def tell(one: Loading) -> None:
    """Write how far this process has come, whole or not at all."""
    file = place()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({**asdict(one), "pid": os.getpid()}))
    fresh.replace(file)


def over() -> None:
    """Say that nothing is being loaded any more."""
    place().unlink(missing_ok=True)


def told() -> Loading | None:
    """What is being loaded; None where nothing is, or who loaded has died."""
    try:
        found = Loading(**json.loads(place().read_text()))
        os.kill(found.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return found
