"""Maps: every fault is named by key with what was wanted, all at once; the shipped ones have none."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tansuo.database.settings import shipped
from tansuo.monitoring.connectors.workbook import read_mapping
from tansuo.monitoring.connectors.workbook.document_map import UNKNOWN_TYPE, read_document_map
from tansuo.quantity.finding import FindingError
from tansuo.quantity.wording import render

MeterMap = Callable[..., str]


def faults(text: str) -> dict[str, str]:
    """Key → code of every fault of a map."""
    with pytest.raises(FindingError) as refused:
        read_mapping(text.encode(), "m.toml")
    for one in refused.value.findings:
        assert not re.search(r"\{(key|value|wanted|near|reason)\}", render(one, "zh") + render(one, "en"))
    return {str(one.where.get("key", "")): one.code.rpartition(".")[2] for one in refused.value.findings}


def test_every_shipped_map_can_be_read() -> None:
    maps = sorted(shipped("maps").glob("*.toml"))
    assert {"epa_cems", "steel_15min", "gas_turbine", "ett_hourly", "meter_daily_weather"} <= {
        one.stem for one in maps
    }
    for path in maps:
        if path.stem.startswith("factors_"):
            continue  # mappings of factor libraries: tests/methods/test_library.py
        if path.stem == "documents":
            assert read_document_map(path.read_bytes(), path.name).rules
        else:
            assert read_mapping(path.read_bytes(), path.name).id == path.stem


def test_what_is_no_toml_says_where() -> None:
    assert faults("map = \n") == {"": "map_not_toml"}


def test_an_empty_map_names_all_it_lacks() -> None:
    found = faults("")
    assert {"map", "timestamp", "key", "series"} <= set(found)
    assert set(found.values()) == {"map_key_missing"}


@pytest.mark.parametrize(
    ("old", "new", "key", "code"),
    [
        ("label =", "lable =", "timestamp.lable", "map_key_unknown"),
        ('label = "start"\n', "", "timestamp.label", "map_key_missing"),
        ('step = "1h"', 'step = "7min"', "timestamp.step", "map_value"),
        ('step = "1h"', 'step = "hourly"', "timestamp.step", "map_value"),
        ("Asia/Shanghai", "Asia/Zhenjiang", "timestamp.zone", "map_value"),
        ("Asia/Shanghai", "UTC+05:30", "timestamp.zone", "map_value"),
        ("%Y-%m-%d %H:%M", "%Y-%Q", "timestamp.formats", "map_value"),
        ('unit = "kWh"', 'unit = "kWhh"', "series[1].unit", "map_value"),
        ('unit = "kWh"', 'unit = "kWh"\ntarget = "t"', "series[1].target", "map_value"),
        ("decimals = 2\n", "", "series[1].decimals", "map_key_missing"),
        ("decimals = 2", "decimals = 13", "series[1].decimals", "map_value"),
        ("decimals = 2", 'decimals = "2"', "series[1].decimals", "map_value"),
        ("decimals = 2", "decimals = true", "series[1].decimals", "map_value"),
        ("decimals = 2", 'decimals = 2\nform = "sum"', "series[1].form", "map_value"),
        ("decimals = 2", 'decimals = 2\nmin = "low"', "series[1].min", "map_value"),
        ('value = "kwh"\n', "", "series[1].value", "map_key_missing"),
        ("firm.power", "firm.{power", "series[1].id", "map_value"),
        ("firm.power", "firm.{unit}", "series.id", "map_value"),
        (
            "decimals = 2",
            'decimals = 2\nstate = [{ is = "missing" }]',
            "series[1].state[1].when",
            "map_key_missing",
        ),
        ("decimals = 2", 'decimals = 2\nprovenance = "guessed"', "series[1].provenance", "map_value"),
        (
            "decimals = 2",
            'decimals = 2\nwhere = [{ column = "a" }]',
            "series[1].where[1].column",
            "map_value",
        ),
        ('map = "meter"', 'map = "My Map"', "map", "map_value"),
        ('column = "time"', 'column = "time"\nyear = "y"', "timestamp.column", "map_value"),
        (
            'label = "start"',
            'label = "start"\nmidnight_closes_listed_day = true',
            "timestamp.label",
            "map_value",
        ),
        ("[timestamp]", '[file]\nencoding = "klingon"\n[timestamp]', "file.encoding", "map_value"),
        ("[timestamp]", '[across]\npattern = "("\n[timestamp]', "across.pattern", "map_value"),
    ],
)
def test_a_fault_is_named_by_its_key(meter_map: MeterMap, old: str, new: str, key: str, code: str) -> None:
    assert faults(meter_map((old, new)))[key] == code


def test_an_unknown_key_names_the_nearest_known_one(meter_map: MeterMap) -> None:
    with pytest.raises(FindingError) as refused:
        read_mapping(meter_map(("label =", "lable =")).encode(), "m.toml")
    assert "label" in [one.params.get("near") for one in refused.value.findings]


def test_two_series_of_one_name_are_refused(meter_map: MeterMap) -> None:
    twice = meter_map() + meter_map()[meter_map().index("[[series]]") :]
    assert faults(twice) == {"series.name": "map_value"}


def test_a_document_is_described_by_its_name() -> None:
    mapping = read_document_map((shipped("maps") / "documents.toml").read_bytes(), "documents.toml")
    said = mapping.describe("demo.cement-c_invoice_2026-03_0456789.pdf")
    assert said is not None
    assert (said.kind, said.org, said.media_type) == ("invoice", "demo.cement-c", "application/pdf")
    assert said.fields == {"period": "2026-03", "number": "0456789"}
    assert said.title_zh == "2026-03 发票 0456789"
    assert mapping.describe("holiday.jpg") is None


def test_a_document_map_that_names_a_group_that_is_not_there_is_refused() -> None:
    text = 'map = "d"\n[[document]]\nname = "(?P<org>.*)[.]ofd"\nkind = "invoice"\norg = "{firm}"\n'
    with pytest.raises(FindingError) as refused:
        read_document_map(text.encode(), "d.toml")
    assert [one.params["value"] for one in refused.value.findings] == ["firm"]
    good = read_document_map(text.replace("{firm}", "{org}").encode(), "d.toml").describe("a.ofd")
    assert good is not None
    assert good.media_type == UNKNOWN_TYPE


def test_the_maps_in_the_reference_can_be_read() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "mapping.md").read_text()
    blocks = [block.split("```")[0] for block in page.split("```toml\n")[1:]]
    whole = [block for block in blocks if block.startswith("map =")]
    assert len(whole) >= 3
    for block in whole:
        if "[[document]]" in block:
            assert read_document_map(block.encode(), "mapping.md").rules
        else:
            assert read_mapping(block.encode(), "mapping.md").tables
