"""./run web: the workspace's client generated from the API, its lint and types, its unit tests."""

import filecmp
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

Step = tuple[str, list[str]]


def node(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the workspace's packages with our Node, in the workspace's folder."""
    environment = {**os.environ, **more}
    environment["PATH"] = f"{Path(os.environ['TANSUO_NODE']).parent}{os.pathsep}{environment['PATH']}"
    program, *rest = arguments
    return subprocess.run(
        [os.environ["TANSUO_NODE"], str(folder() / "node_modules" / program), *rest],
        cwd=folder(),
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


def folder() -> Path:
    """The workspace's folder with its packages: the tree's own, or a copy where the tree may not be written."""
    return Path(os.environ["TANSUO_WEB"])


def document() -> str:
    """The API's OpenAPI document as text, keys in order, so that the same API gives the same text."""
    from tansuo.api.app import description

    return json.dumps(description(), ensure_ascii=False, indent=1, sort_keys=True)


def generate(target: Path) -> None:
    """Write the TypeScript client of the API into `target`. Raises SystemExit with the generator's words."""
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "openapi.json"
        source.write_text(document(), "utf-8")
        done = node("@hey-api/openapi-ts/bin/run.js", TANSUO_OPENAPI=str(source), TANSUO_CLIENT=str(target))
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)


def client() -> int:
    """Generate the client in the source tree."""
    generate(ROOT / "web/src/client")
    return 0


def stale() -> list[str]:
    """Files of the generated client that differ from what the API gives now."""
    with tempfile.TemporaryDirectory() as place:
        fresh, kept = Path(place) / "client", ROOT / "web/src/client"
        generate(fresh)
        names = {
            str(path.relative_to(base))
            for base in (fresh, kept)
            for path in base.rglob("*")
            if path.is_file()
        }
        return sorted(
            name
            for name in names
            if not ((fresh / name).is_file() and (kept / name).is_file())
            or not filecmp.cmp(fresh / name, kept / name, shallow=False)
        )


def check() -> int:
    """Generated client, lint and types; 1 if any fails."""
    failed = 0
    if old := stale():
        print("the client is not what the API gives: ./run web client", *old, sep="\n  ")
        failed = 1
    for program in (("eslint/bin/eslint.js", ".", "--max-warnings", "0"), ("typescript/bin/tsc", "--noEmit")):
        done = node(*program)
        if done.returncode != 0:
            print(done.stdout + done.stderr)
            failed = 1
    return failed


def test(arguments: list[str]) -> int:
    """Run the unit tests, with vitest's own words."""
    done = node("vitest/vitest.mjs", "run", *arguments)
    print(done.stdout + done.stderr)
    return done.returncode


def main(arguments: list[str]) -> int:
    """One of client, check, test."""
    action, *rest = arguments
    if action == "client":
        return client()
    if action == "check":
        return check()
    return test(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
