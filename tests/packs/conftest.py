"""What the tests of packs share: the folders in packs/, a copy to spoil, and the command line."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tansuo.entry import cli
from tansuo.methods.pack import Pack, load_pack

PACKS = Path(__file__).resolve().parents[2] / "packs"
GENERAL = "general_combustion_and_power"


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output read as JSON."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def general() -> Pack:
    """The model pack, loaded once."""
    return load_pack(PACKS / GENERAL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a copy of the model pack in it, free to be spoilt."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKS / GENERAL, tmp_path / "packs" / GENERAL, ignore=ignored)
    return tmp_path / "packs"


@pytest.fixture
def tansuo(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """``tansuo("pack", "list")``: the command run in this process, messages in English."""
    monkeypatch.setenv("TANSUO_LANGUAGE", "en")

    def run(*words: str | Path) -> Ran:
        arguments: Sequence[str] = [str(word) for word in words]
        code = cli.main(arguments)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run
