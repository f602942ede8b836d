"""Files that a program wrote are what that program would write: the hashed locks agree with their sources."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements", "requirements-dev", "requirements-uv", "requirements-web", "requirements-mutate")


def wanted(source: Path) -> set[str]:
    """Names of the packages a requirements file asks for, included files and all."""
    names = set()
    for line in source.read_text(encoding="utf-8").splitlines():
        text = line.split("#", 1)[0].strip()
        if text.startswith("-r"):
            names |= wanted(source.parent / text.split(None, 1)[1])
        elif text:
            names.add(normal(re.split(r"[\[<>=!~; ]", text, maxsplit=1)[0]))
    return names


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: Path) -> dict[str, str]:
    """Name → version of each line of a lock."""
    found = re.findall(
        r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {normal(name): version for name, version in found}


def complaints() -> Iterator[str]:
    """What differs; the remedy is ``./run lock``."""
    for stem in LOCKS:
        lock = ROOT / f"{stem}.lock"
        locked = pins(lock)
        for name in sorted(wanted(ROOT / f"{stem}.in") - locked.keys()):
            yield f"{lock.name}: {name} of {stem}.in is not in it; ./run lock"
        text = lock.read_text(encoding="utf-8")
        for block in re.findall(r"^[A-Za-z0-9_.-]+.*==.*(?:\n    .*)*", text, re.MULTILINE):
            if "--hash=sha256:" not in block:
                yield f"{lock.name}: {block.split()[0]} has no hash; ./run lock"
        if "://" in text:
            yield f"{lock.name}: holds an address; ./run lock"
    run, dev = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-dev.lock")
    for name in sorted(name for name in run if dev.get(name) != run[name]):
        yield f"requirements-dev.lock: {name} differs from requirements.lock; ./run lock"


def main() -> int:
    """Print every complaint; 1 if there is one."""
    found = list(complaints())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
