"""``tansuo pack import-factors``: somebody else's library becomes a table of ours, or is only judged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tansuo.methods.tables import read_factors, read_sources

from .conftest import Ran

Tansuo = Callable[..., Ran]
MAP = """
map = "factors_town"
value = "Factor {edition}"

[source]
key = "town"
title_zh = "某市因子库"
title_en = "A town's library"

[row]
table = "town"
key = "{Fuel}"
column = "total"
unit = "kg CO2e/{Unit}"
valid_from = "{edition}-01-01"
valid_to = "{next}-01-01"
status = "example"
"""
LINES = "Fuel,Unit,Factor 2023,Factor 2024\npower,kWh,0.57,0.53\nheat,GJ,110,-1\n"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A library of two editions, with its mapping."""
    (tmp_path / "town.toml").write_text(MAP, encoding="utf-8")
    (tmp_path / "town.csv").write_text(LINES, encoding="utf-8")
    return tmp_path


def run(tansuo: Tansuo, town: Path, edition: str, *more: str | Path) -> Ran:
    return tansuo(
        "pack", "import-factors", town / "town.csv", "--map", town / "town.toml", "--edition", edition, *more
    )


def test_two_editions_make_one_table(tansuo: Tansuo, town: Path) -> None:
    first = run(tansuo, town, "2023", "--to", town)
    assert first.code == 0
    assert f"written to {town / 'factors_town'}" in first.out
    second = run(tansuo, town, "2024", "--to", town)
    assert second.code == 1  # -1 is refused, the rest is taken
    assert "-1 is negative, not taken (file town.csv, row 3, column Factor 2024)" in second.err
    facts, _, _ = read_sources((town / "factors_town" / "sources.toml").read_bytes(), "s")
    tables = read_factors((town / "factors_town" / "factors.csv").read_bytes(), "f", facts)
    assert not tables.findings
    assert [(row.key, str(row.value), row.valid_from.year) for row in tables.rows] == [
        ("power", "0.57", 2023),
        ("heat", "110", 2023),
        ("power", "0.53", 2024),
    ]


def test_check_judges_and_writes_nothing(tansuo: Tansuo, town: Path) -> None:
    judged = run(tansuo, town, "2024", "--check", "--to", town, "--json")
    assert judged.code == 1
    assert judged.json["counts"]["taken"] == 1
    assert judged.json["validity"] == {"2024-01-01/2025-01-01": 1}
    assert judged.json["written"] is None
    assert [one["code"] for one in judged.json["findings"]] == ["methods.library_negative"]
    assert not (town / "factors_town").exists()


def test_another_value_for_what_is_there_is_refused(tansuo: Tansuo, town: Path) -> None:
    run(tansuo, town, "2023", "--to", town)
    before = (town / "factors_town" / "factors.csv").read_bytes()
    (town / "town.csv").write_text(LINES.replace("0.57", "0.58"), encoding="utf-8")
    again = run(tansuo, town, "2023", "--to", town)
    assert again.code == 2
    assert "town/power/total@2023-01-01 is 0.57 already, the file says 0.58" in again.err
    assert (town / "factors_town" / "factors.csv").read_bytes() == before


def test_what_cannot_be_read_is_2_and_says_what_there_is(tansuo: Tansuo, town: Path) -> None:
    nowhere = tansuo("pack", "import-factors", town / "town.csv", "--map", "factors_nowhere")
    assert nowhere.code == 2
    assert "factors_base_carbone, factors_cpcd, factors_uk_defra" in nowhere.err
    assert tansuo("pack", "import-factors", town / "town.csv").code == 2
    assert tansuo("pack", "import-factors", town / "none.csv", "--map", town / "town.toml").code == 2
    unknown = run(tansuo, town, "2025")
    assert unknown.code == 2
    assert "no column “Factor 2025”" in unknown.err
