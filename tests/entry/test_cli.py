"""The command line: commands are found by name, findings become words and exit codes."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tansuo.entry import cli, commands
from tansuo.quantity.finding import Finding, FindingError


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], int]], None]:
    """Adds a command of the test's own, as dropping a module into the commands folder does."""

    def add(name: str, body: Callable[[], int]) -> None:
        (tmp_path / f"{name}.py").write_text("")
        module = ModuleType(f"{commands.__name__}.{name}")
        module.__dict__.update(
            NAME=name.rstrip("_"),
            SUMMARY="for a test",
            configure=lambda parser: parser.add_argument("--tonnes"),
            run=lambda arguments: body(),
        )
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(commands, "__path__", [str(tmp_path)])

    return add


def refuse() -> int:
    raise FindingError(Finding("database.too_old", params={"found": 12}))


@pytest.mark.parametrize("code", [0, 1])
def test_a_command_gives_the_exit_code(offer: Callable[..., None], code: int) -> None:
    offer("weigh", lambda: code)
    assert cli.main(["weigh", "--tonnes", "3"]) == code


def test_a_trailing_underscore_only_avoids_a_keyword(offer: Callable[..., None]) -> None:
    offer("import_", lambda: 0)
    assert cli.main(["import"]) == 0


@pytest.mark.parametrize(("language", "word"), [("zh", "升级"), ("en", "Upgrade")])
def test_a_refusal_is_told_in_the_users_language(
    offer: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    word: str,
) -> None:
    monkeypatch.setenv("TANSUO_LANGUAGE", "")
    offer("weigh", refuse)
    assert cli.main(["--language", language, "weigh"]) == 2
    told = capsys.readouterr()
    assert word in told.err
    assert told.out == ""


def test_a_refusal_as_json_goes_to_standard_output(
    offer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    offer("weigh", refuse)
    assert cli.main(["weigh", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["findings"][0]["code"] == "database.too_old"
    assert told["findings"][0]["params"] == {"found": 12}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "TANSUO_LANGUAGE": "zh"}, "zh"),
        ({}, "en"),
    ],
)
def test_the_language_is_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name in ("TANSUO_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cli.language() == expected


def test_an_unknown_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["nonsense"])
    assert ended.value.code == 2
    assert "nonsense" in capsys.readouterr().err


def test_every_shipped_command_offers_json_and_a_summary() -> None:
    parser = cli.build_parser()
    subparsers = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    assert set(subparsers.choices) == set(cli.command_modules())
    for name, command in subparsers.choices.items():
        assert "--json" in command.format_help(), name
        assert command.description, name
