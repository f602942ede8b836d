"""Which program computed a figure: one hash over the source files of every stage a figure passes through."""

from functools import cache
from hashlib import sha256
from importlib import resources

STAGES = ("quantity", "evidence", "registry", "monitoring", "methods", "accounting")


@cache
def build_hash() -> str:
    """SHA-256 over the names and SHA-256 of all files of ``STAGES``, in the order of their names.

    Code, migrations and tables of texts alike; compiled files are left out. The same sources give the same
    hash on every machine.
    """
    whole = sha256()
    root = resources.files("tansuo")
    for name, data in sorted(_files(root)):
        whole.update(f"{name}\0{sha256(data).hexdigest()}\n".encode())
    return whole.hexdigest()


def _files(root: resources.abc.Traversable) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    waiting = [(stage, root.joinpath(stage)) for stage in STAGES]
    while waiting:
        name, place = waiting.pop()
        for one in place.iterdir():
            below = f"{name}/{one.name}"
            if one.is_dir():
                if one.name != "__pycache__":
                    waiting.append((below, one))
            elif not one.name.endswith((".pyc", ".pyo")):
                found.append((below, one.read_bytes()))
    return found
