"""Makes dist/tansuo-<version>-<platform>.tar.gz: the tree with a wheelhouse, for ./run without a network."""

import argparse
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = {
    ".git",
    ".tools",
    ".venv",
    ".tansuo",
    "dist",
    "build",
    ".node",
    ".node.lock",
    "static.new",
    "wheelhouse",
    "node_modules",
    "__pycache__",
}


def main(arguments: list[str]) -> int:
    """Download every wheel of the locks and pack them with the tree; prints the archive's path."""
    parser = argparse.ArgumentParser(prog="./run bundle", description=main.__doc__)
    parser.add_argument("--dev", action="store_true", help="also what ./run test and ./run check need")
    parser.add_argument("--output", type=Path, default=work() / "dist", help="folder of the archive")
    options = parser.parse_args(arguments)
    wheelhouse = options.output / "wheelhouse"
    locks = ["requirements-uv.lock", "requirements-dev.lock" if options.dev else "requirements.lock"]
    for lock in locks:
        say(f"downloading the wheels of {lock}")
        done = download(ROOT / lock, wheelhouse)
        if done != 0:
            return done
    wanted = {name for lock in locks for name in pinned(ROOT / lock)}
    wheels = [wheel for wheel in sorted(wheelhouse.glob("*.whl")) if wheel_pin(wheel) in wanted]
    archive = options.output / f"{stem()}.tar.gz"
    say(f"packing {len(wheels)} wheels and the source tree")
    pack(archive, wheels)
    print(archive)
    megabytes = f"{archive.stat().st_size / 1e6:.0f} MB"
    say(f"{megabytes}; unpack it on a machine with the same Python and start ./run demo there")
    return 0


def work() -> Path:
    """The folder that may be written: the tree, or what ./run chose instead."""
    return Path(os.environ.get("TANSUO_WORK", ROOT))


def say(text: str) -> None:
    """One line of progress."""
    print(f"· {text}", file=sys.stderr, flush=True)


def download(lock: Path, wheelhouse: Path) -> int:
    """All wheels of one lock, by hash, for the Python that runs this; pip's exit code."""
    wheelhouse.mkdir(parents=True, exist_ok=True)
    host = os.environ.get("TANSUO_PYTHON", "python3")
    return subprocess.run(
        [
            *(host, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps"),
            *("--only-binary", ":all:", "--python-version", f"{sys.version_info[0]}.{sys.version_info[1]}"),
            *("--dest", str(wheelhouse), "--requirement", str(lock)),
        ],
        check=False,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    ).returncode


def pinned(lock: Path) -> set[tuple[str, str]]:
    """(name, version) of each line of a lock, the name as wheels spell it."""
    pins = set()
    for line in lock.read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.lstrip().startswith("#"):
            name, _, rest = line.partition("==")
            pins.add(
                (name.split("[")[0].strip().lower().replace("-", "_").replace(".", "_"), rest.split()[0])
            )
    return pins


def wheel_pin(wheel: Path) -> tuple[str, str]:
    """(name, version) of a wheel's file name."""
    name, version = wheel.name.split("-")[:2]
    return name.lower().replace(".", "_"), version


def stem() -> str:
    """The archive's name: version, platform, Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    platform = sysconfig.get_platform().replace("-", "_")
    return f"tansuo-{project['version']}-{platform}-py{sys.version_info[0]}{sys.version_info[1]}"


def pack(archive: Path, wheels: list[Path]) -> None:
    """Write the archive beside and rename it, so that a broken one never has its name."""
    fresh = archive.with_suffix(".new")
    with tarfile.open(fresh, "w:gz", compresslevel=1) as out:
        for path in sorted(files(ROOT)):
            out.add(path, f"{stem()}/{path.relative_to(ROOT)}", recursive=False)
        for wheel in wheels:
            out.add(wheel, f"{stem()}/wheelhouse/{wheel.name}")
    fresh.rename(archive)


def files(folder: Path) -> list[Path]:
    """Every file of the tree that is source: hidden caches, environments and outputs are left out."""
    found: list[Path] = []
    for path in folder.iterdir():
        if path.name in LEFT_OUT or path.name.startswith(".tools.") or path.name.endswith((".pyc", "_cache")):
            continue
        if path.is_dir() and not path.is_symlink():
            found.extend(files(path))
        else:
            found.append(path)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
