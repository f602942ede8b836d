"""The checks catch what they are for."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SOURCE, DOCS, GENERATED, TEXTS = map(tool, ("check_source", "check_docs", "check_generated", "check_texts"))
HEAD = '"""A module."""\n'


def judge(monkeypatch: pytest.MonkeyPatch, root: Path, name: str, text: str) -> list[str]:
    monkeypatch.setattr(SOURCE, "ROOT", root)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)
    return list(SOURCE.check_file(Path(name)))


FIGURE = "src/tansuo/accounting/sums.py"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (FIGURE, "x = total " + "or 0"),
        (FIGURE, "x = float" + "('1.5')"),
        (FIGURE, "q = 'SELECT COALESCE" + "(t.x, 0)'"),
        (FIGURE, "x = 1  # TO" + "DO later"),
        (FIGURE, "raise Not" + "ImplementedError"),
        ("tests/test_x.py", "@pytest.mark.skip" + "()"),
        ("docs/a.md", "see /work" + "/main/run"),
        ("src/tansuo/entry/utils" + ".py", ""),
        (FIGURE, "class Sum" + "Manager:\n    '''S.'''"),
        (FIGURE, "def total() -> int: return 1"),
        (FIGURE, "def total():\n    '''T.'''"),
        (FIGURE, "\n" * 500),
    ],
)
def test_a_broken_house_rule_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str
) -> None:
    assert judge(monkeypatch, tmp_path, name, HEAD + line + "\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (FIGURE, HEAD + 'def total(x: int) -> int:\n    """Sum."""\n    return x\n'),
        (FIGURE, HEAD + "def _inner(x):\n    return x\n"),
        ("src/tansuo/reporting/charts.py", HEAD + "x = float(3)\n"),
        ("docs/a.md", "see [the design](../a.md)\n"),
    ],
)
def test_good_source_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    assert judge(monkeypatch, tmp_path, name, text) == []


def test_commands_in_documents_must_parse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DOCS, "ROOT", tmp_path)
    page = tmp_path / "a.md"
    page.write_text(
        "```sh\n./run demo --port 8000\n./run fly\ntansuo serve --only api\n"
        "./run tansuo serve --only nothing  # a comment\nls -l\n```\n\n```text\n./run fly\n```\n"
    )
    (block,) = DOCS.blocks(page)
    complaints = list(DOCS.parse(block, {"demo", "tansuo"}))
    assert len(complaints) == 2
    assert "fly" in complaints[0]
    assert "nothing" in complaints[1]


def test_marked_blocks_are_run_and_must_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DOCS, "ROOT", tmp_path)
    page = tmp_path / "a.md"
    page.write_text('```sh execute\ntest -n "$TANSUO_HOME"\n```\n\n```sh execute\nfalse\ntrue\n```\n')
    good, bad = DOCS.blocks(page)
    assert good.execute
    assert list(DOCS.execute(good)) == []
    assert "a.md:5" in next(DOCS.execute(bad))


def test_links_to_nowhere_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DOCS, "ROOT", tmp_path)
    page = tmp_path / "a.md"
    page.write_text("[a](a.md) [b](b.md#part) [c](#part) [d](x://y)")
    (complaint,) = DOCS.links(page)
    assert "b.md" in complaint


def test_a_lock_that_lacks_a_package_or_a_hash_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GENERATED, "ROOT", tmp_path)
    for stem in GENERATED.LOCKS:
        (tmp_path / f"{stem}.in").write_text("coal>=1\nash[fly]\n")
        (tmp_path / f"{stem}.lock").write_text(
            "ash==2 \\\n    --hash=sha256:00\ncoal==1.5 \\\n    --hash=sha256:00\n"
        )
    assert list(GENERATED.complaints()) == []
    (tmp_path / "requirements-dev.lock").write_text("coal==1.6\n")
    told = " ".join(GENERATED.complaints())
    for word in ("ash of", "coal==1.6 has no hash", "coal differs"):
        assert word in told


@pytest.mark.parametrize(
    "text",
    [
        {"zh": "缺 {a}", "en": "no {b}", "remedy_zh": "补上", "remedy_en": "Add it"},
        {"zh": "缺 {a}", "en": "no {a}", "remedy_zh": "", "remedy_en": "Add it"},
        {"zh": "missing {a}", "en": "no {a}", "remedy_zh": "补上", "remedy_en": "Add it"},
    ],
)
def test_a_text_in_one_language_only_is_found(text: dict[str, str]) -> None:
    assert list(TEXTS.judge(text))
    whole = {"zh": "缺 {a}", "en": "no {a}", "remedy_zh": "补上", "remedy_en": "Add it"}
    assert list(TEXTS.judge(whole)) == []
