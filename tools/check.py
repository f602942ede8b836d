"""./run check: lint, format, types, layers, house rules, texts, generated files, documents."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = [
    name
    for name in ("src", "tests", "packs", "tools", "bench", "faults", "packaging")
    if (ROOT / name).is_dir()
]


def tool(name: str) -> str:
    """A program of the environment this runs in."""
    return str(Path(sys.executable).parent / name)


def cache(name: str) -> str:
    """A cache folder where this user may write."""
    return str(Path(os.environ.get("TANSUO_WORK", ROOT)) / name)


def steps() -> list[tuple[str, list[str]]]:
    """Name and command line of every check, cheap ones first."""
    python = sys.executable
    return [
        ("house rules", [python, "tools/check_source.py"]),
        ("texts of findings", [python, "tools/check_texts.py"]),
        ("generated files", [python, "tools/check_generated.py"]),
        ("lint", [tool("ruff"), "check", "--output-format", "concise", *CODE]),
        ("format", [tool("ruff"), "format", "--check", "--quiet", *CODE]),
        ("layers", [tool("lint-imports"), "--cache-dir", cache(".import_linter_cache")]),
        ("types", [tool("mypy")]),
        ("types of tools", [tool("mypy"), "tools", "bench", "faults"]),
        ("documents", [python, "tools/check_docs.py"]),
        ("workspace", [python, "tools/workspace.py", "check"]),
    ]


def main(arguments: list[str]) -> int:
    """Run every check, or those named; 1 if any fails."""
    chosen = [step for step in steps() if not arguments or step[0] in arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    failed = []
    for name, argv in chosen:
        begun = time.monotonic()
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
        good = done.returncode == 0
        print(f"{'✓' if good else '✗'} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
        if not good:
            failed.append(name)
            print((done.stdout + done.stderr).rstrip(), flush=True)
    print(
        f"{len(chosen) - len(failed)} checks passed, {len(failed)} failed" + "".join(f": {n}" for n in failed)
    )
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
