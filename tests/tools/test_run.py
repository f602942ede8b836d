"""./run: help without arguments, from any folder, and a last line that machines can read."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shell(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_help_names_every_verb_and_sets_nothing_up(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "run").write_bytes((ROOT / "run").read_bytes())
    shown = shell("/bin/sh", str(tmp_path / "run"), *words, cwd=tmp_path)
    assert shown.returncode == 0
    for verb in (
        "demo",
        "test",
        "check",
        "serve",
        "bench",
        "faults",
        "pack",
        "bundle",
        "lock",
        "tansuo",
        "help",
    ):
        assert f"./run {verb}" in shown.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_an_unknown_verb_is_refused_with_help(tmp_path: Path) -> None:
    shown = shell(str(ROOT / "run"), "nonsense", cwd=tmp_path)
    assert shown.returncode == 2
    assert "nonsense" in shown.stderr
    assert "./run demo" in shown.stderr


def test_no_address_of_any_registry_stands_in_it() -> None:
    assert "://" not in (ROOT / "run").read_text()


OUTCOMES = {
    "good": "def test_a(): pass\ndef test_b(): pass",
    "bad": "def test_a(): pass\ndef test_b(): assert False",
    "mixed": "import pytest\ndef test_a(): pass\ndef test_b(): assert False\n"
    "def test_c(): pytest.skip('why')\n"
    "@pytest.fixture\ndef f(): raise ValueError\ndef test_d(f): pass",
    "broken": "import nothing_of_this_name",
}


@pytest.mark.parametrize(
    ("name", "last", "code"),
    [
        ("good", "2 passed, 0 failed", 0),
        ("bad", "1 passed, 1 failed", 1),
        ("mixed", "1 passed, 2 failed, 1 skipped", 1),
        ("broken", "0 passed, 1 failed", 2),
    ],
)
@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_last_line_counts_what_happened(
    tmp_path: Path, name: str, last: str, code: int, processes: str
) -> None:
    file = tmp_path / f"test_{name}.py"
    file.write_text(OUTCOMES[name])
    words = (sys.executable, str(ROOT / "tools/run_tests.py"), "-n", processes, "--rootdir", str(tmp_path))
    done = shell(*words, str(file), cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == last, done.stdout + done.stderr
    assert bool(done.returncode) == bool(code)


def test_a_mistyped_option_still_ends_in_the_line(tmp_path: Path) -> None:
    done = shell(sys.executable, str(ROOT / "tools/run_tests.py"), "--no-such-option", cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "0 passed, 1 failed"
    assert done.returncode != 0
