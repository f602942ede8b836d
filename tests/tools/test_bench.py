"""./run bench judges: a median beyond its bar, or a wrong answer at any speed, ends in exit code 1."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]

MADE_UP = """
from harness import Bar, Figure

def measure(quick):
    yield Figure("made_up", "rate", {values}, {bar}, faults={faults})
"""


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / "bench" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    monkeypatch.syspath_prepend(str(tmp_path))
    return load("__main__")


@pytest.mark.parametrize(
    ("values", "bar", "faults", "code"),
    [
        ("(0.4, 0.5, 0.9)", 'Bar("at least", 0.5)', "()", 0),
        ("(0.4, 0.49, 0.9)", 'Bar("at least", 0.5)', "()", 1),
        ("(1.9, 2.0, 9.0)", 'Bar("at most", 2.0)', "()", 0),
        ("(1.9, 2.1, 2.2)", 'Bar("at most", 2.0)', "()", 1),
        ("(0.6,)", 'Bar("at least", 0.5)', '("a frame lost",)', 1),
        ("(1000.0,)", "None", "()", 0),
        ("(1000.0,)", "None", '("a frame lost",)', 1),
    ],
)
def test_the_median_is_held_against_the_bar(
    program: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    values: str,
    bar: str,
    faults: str,
    code: int,
) -> None:
    name = f"made_up_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(MADE_UP.format(values=values, bar=bar, faults=faults))
    monkeypatch.setattr(program, "NAMES", (name,))
    assert program.main([]) == code
    assert ("missed or wrong; made_up · rate" in capsys.readouterr().out) == bool(code)
    assert program.main(["--json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert [figure["good"] for figure in told["figures"]] == [not code]
    assert told["machine"]["cores"] >= 1


def test_both_sides_take_turns(program: ModuleType) -> None:
    order: list[str] = []

    def way(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = load("harness").interleaved({"a": lambda: way("a"), "b": lambda: way("b")}, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert found == {"a": [1.0, 4.0, 5.0], "b": [2.0, 3.0, 6.0]}


def test_every_bench_is_there_and_in_the_reference(program: ModuleType) -> None:
    page = (ROOT / "docs/reference/bench.md").read_text(encoding="utf-8")
    for name in program.NAMES:
        assert (ROOT / "bench" / f"{name}.py").is_file()
        assert f"`{name}`" in page


def test_an_unknown_bench_is_refused_by_name(program: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["nonsense"])
    assert ended.value.code == 2
    assert "nonsense" in capsys.readouterr().err
