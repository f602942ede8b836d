"""Documents do what they say: links lead somewhere, commands parse, and blocks marked ```sh execute run.

A block fenced as ``sh`` holds commands for people: each line that begins with ``./run`` or ``tansuo`` must
parse. A block fenced as ``sh execute`` is run, in a home folder of its own, and must exit with 0.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from tansuo.entry.cli import build_parser  # noqa: E402 - the tree itself is what is checked

FENCE = re.compile(r"^```(\S*)[ ]?(.*?)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


class Block(NamedTuple):
    """One fenced block of shell commands."""

    file: Path
    line: int
    execute: bool
    text: str


def documents() -> list[Path]:
    """Every Markdown file of the root, of docs and of the packs."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "packs").rglob("*.md")])


def blocks(file: Path) -> Iterator[Block]:
    """The shell blocks of one document."""
    text = file.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        if match[1] == "sh":
            yield Block(file, text.count("\n", 0, match.start()) + 1, "execute" in match[2].split(), match[3])


def verbs() -> set[str]:
    """What ``./run`` understands, read from its help."""
    shown = subprocess.run([str(ROOT / "run"), "help"], capture_output=True, text=True, check=True).stdout
    return {line.split()[1] for line in shown.splitlines() if line.strip().startswith("./run ")}


def parse(block: Block, known: set[str]) -> Iterator[str]:
    """Complaints about commands that the program does not understand."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["./run"]:
            if len(words) > 1 and words[1] not in known:
                yield f"{place(block)}: ./run knows no {words[1]}"
                continue
            words = {
                "tansuo": words[1:],
                "demo": ["tansuo", *words[1:]],
                "serve": ["tansuo", *words[1:]],
            }.get("".join(words[1:2]), [])
        if words[:1] == ["tansuo"]:
            words = words[1 : next((n for n, word in enumerate(words) if word in "|>;&&"), len(words))]
            told = io.StringIO()
            try:
                with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
                    build_parser().parse_args(words)
            except SystemExit as ended:
                if ended.code:
                    yield f"{place(block)}: {line.strip()}: {told.getvalue().strip().splitlines()[-1]}"


def execute(block: Block) -> Iterator[str]:
    """Run one block in a home of its own, in the source tree; a complaint if it fails."""
    home = Path(tempfile.mkdtemp(prefix="tansuo-docs-", dir="/tmp"))
    home.chmod(0o711)
    try:
        done = subprocess.run(
            ["/bin/sh", "-eu", "-c", block.text],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "TANSUO_HOME": str(home / "home")},
        )
        if done.returncode != 0:
            yield f"{place(block)}: exit code {done.returncode}\n{done.stdout}{done.stderr}".rstrip()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def links(file: Path) -> Iterator[str]:
    """Links to files that are not there."""
    for target in LINK.findall(file.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:") and not (file.parent / target).exists():
            yield f"{file.relative_to(ROOT)}: the link {target} leads nowhere"


def place(block: Block) -> str:
    """File and line of a block."""
    return f"{block.file.relative_to(ROOT)}:{block.line}"


def main() -> int:
    """Print every complaint; 1 if there is one."""
    known = verbs()
    found: list[str] = []
    for file in documents():
        found += links(file)
        for block in blocks(file):
            found += execute(block) if block.execute else parse(block, known)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
