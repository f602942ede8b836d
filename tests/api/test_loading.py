"""What the pages say of a load that goes on behind them."""

from pathlib import Path

import pytest

from demo_city import DemoCity
from tansuo.api import loading
from tansuo.api.loading import Loading

GONE = 2**22 - 1
"""A process id that nobody has here."""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANSUO_HOME", str(tmp_path))


def test_everybody_hears_how_far_a_load_has_come(demo: DemoCity) -> None:
    loading.tell(Loading(3, 10, "演示历史载入中 2025-03-01", "loading history: 2025-03-01"))
    assert demo.client().get("/api/loading").json() == {
        "loading": True,
        "done": 3,
        "of": 10,
        "label_zh": "演示历史载入中 2025-03-01",
        "label_en": "loading history: 2025-03-01",
    }


def test_without_a_load_there_is_nothing_to_tell(demo: DemoCity) -> None:
    assert demo.client().get("/api/loading").json()["loading"] is False
    loading.tell(Loading(1, 2, "载入", "loading"))
    loading.over()
    assert loading.told() is None


@pytest.mark.parametrize(
    "stored", ["", "{", '{"done": 1}', f'{{"done":1,"of":2,"label_zh":"","label_en":"","pid":{GONE}}}']
)
def test_a_load_that_died_or_a_file_that_is_none_is_no_load(stored: str) -> None:
    loading.place().parent.mkdir(parents=True)
    loading.place().write_text(stored)
    assert loading.told() is None
