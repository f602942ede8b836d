"""Factor libraries of others: every row is taken or named, and nothing is mended on the way."""

import gzip
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tansuo.methods.library import Library, joined_sources, joined_table, read_library
from tansuo.methods.library_map import FactorMap, read_factor_map
from tansuo.methods.tables import read_factors, read_sources
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import FindingError
from tansuo.quantity.wording import render, texts

ROOT = Path(__file__).resolve().parents[2]
MAP = """
map = "factors_example"
encoding = "iso-8859-1"
delimiter = ";"
decimal = ","
value = "Total {edition}"

[source]
key = "example"
title_zh = "示例"
title_en = "Example \\"library\\""

[row]
table = "example"
key = "{Nom} > {Détail} > {Type}"
column = "total"
unit = "{Unité}"
valid_from = "{edition}-01-01"
valid_until = "{Fin}"
published_on = "{edition.published_on}"
status = "secondary"
page = "line {line}"

[texts."Unité"]
"kgCO2e/litre" = "kg CO2e/L"

[skip]
Type = ["fin"]

[archived]
Statut = ["Archivé"]

[gases]
columns = ["CO2", "CH4"]
tolerance = "1"

[dates]
words = ["année"]
months = { "févr" = 2, "décembre" = 12 }

[edition.2021]
published_on = "2021-06"

[edition.2022]
published_on = "15/03/2022"
"""
HEADER = "Nom;Détail;Type;Unité;Total 2021;Total 2022;CO2;CH4;Fin;Statut"
GOOD = "Fioul;;léger;kgCO2e/litre;3,25;3,24;3,20;0,05;31/12/2021;Valide"


def mapping(**changes: object) -> FactorMap:
    return replace(read_factor_map(MAP.encode(), "m.toml"), **changes)  # type: ignore[arg-type]


def read(*lines: str, edition: str = "2021", **changes: object) -> Library:
    data = "\n".join([HEADER, *lines]).encode("iso-8859-1")
    return read_library(data, "lib.csv", mapping(**changes), edition)


def told(library: Library) -> list[tuple[str, object, object]]:
    return [
        (one.code.removeprefix("methods."), one.where.get("row"), one.where.get("column"))
        for one in library.findings
    ]


def test_a_row_becomes_a_row_of_a_factor_table_with_its_dates_apart() -> None:
    library = read(GOOD)
    (row,) = library.rows
    assert (row.key, row.column, plain(row.value), row.unit) == (
        "Fioul > léger",
        "total",
        "3.25",
        "kg CO2e/L",
    )
    assert (row.valid_from, row.valid_to) == (date(2021, 1, 1), date(2022, 1, 1))
    assert (row.published_on, row.data_year, row.applies_to) == ("2021-06", "", "")
    assert (row.source, row.page, row.status) == ("example", "line 2", "secondary")
    (later,) = read(GOOD.replace("31/12/2021", "2022"), edition="2022").rows
    assert (plain(later.value), later.published_on) == ("3.24", "2022-03-15")


def test_a_gzipped_file_is_read_as_it_is() -> None:
    data = gzip.compress(f"{HEADER}\n{GOOD}\n".encode("iso-8859-1"))
    assert len(read_library(data, "lib.csv.gz", mapping(), "2021").rows) == 1


@pytest.mark.parametrize(
    ("old", "new", "code", "column", "count"),
    [
        ("3,25;3", "env. 3;3", "library_value", "Total 2021", "refused"),
        ("3,25;3", "3.25;3", "library_value", "Total 2021", "refused"),
        ("3,25;3", "-3,25;3", "library_negative", "Total 2021", "refused"),
        ("kgCO2e/litre", "kgCO2e/pièce", "library_unit", "unit", "refused"),
        ("31/12/2021", "bientôt", "library_date", "valid_until", "refused"),
        ("31/12/2021", "32/12/2021", "library_date", "valid_until", "refused"),
        ("31/12/2021", "31/12/2020", "validity_empty", "valid_to", "refused"),
        ("3,20;0,05", "3,20;", "library_gases", "Total 2021", "refused"),
        ("3,20;0,05", "3,20;trace", "library_gases", "Total 2021", "refused"),
        ("Valide", "Archivé", "library_archived", "Statut", "archived"),
    ],
)
def test_what_is_not_taken_is_named_by_row_and_column(
    old: str, new: str, code: str, column: str, count: str
) -> None:
    library = read(GOOD, GOOD.replace("Fioul", "Gaz").replace(old, new))
    assert told(library) == [(code, 3, column)]
    assert library.counts["rows"] == 2
    assert (library.counts["taken"], library.counts[count]) == (1, 1)
    for language in ("zh", "en"):
        assert texts("methods")[library.findings[0].code][f"remedy_{language}"]
        assert "{" not in render(library.findings[0], language)


def test_rows_without_a_value_and_rows_that_are_none_are_counted() -> None:
    empty, end = GOOD.replace(";3,25;", ";;"), "Fin;;fin;;;;;;;"
    library = read(GOOD, empty, end)
    assert told(library) == []
    assert library.counts == {
        "rows": 3,
        "taken": 1,
        "without_value": 1,
        "passed_over": 1,
        "archived": 0,
        "repeated": 0,
        "refused": 0,
    }


def test_the_same_row_again_is_taken_once_and_of_two_values_neither_is() -> None:
    again = read(GOOD, GOOD)
    assert (told(again), again.counts["taken"], again.counts["repeated"]) == (
        [("library_twice", 3, None)],
        1,
        1,
    )
    other = GOOD.replace("3,25;", "3,26;")
    parted = read(GOOD, other, GOOD.replace("Fioul", "Gaz"))
    assert told(parted) == [("library_differs", 3, None)]
    assert [row.key for row in parted.rows] == ["Gaz > léger"]
    assert (parted.counts["taken"], parted.counts["refused"]) == (1, 2)
    assert sum(parted.counts.values()) == 2 * parted.counts["rows"]


def test_value_and_unit_may_stand_in_one_cell_and_a_map_may_keep_what_is_negative() -> None:
    one_cell = GOOD.replace("3,25;", "-3,25 kg CO2e / litre;").replace(";3,20;0,05;", ";;;")
    changed = mapping()
    library = read(
        one_cell,
        split=r"(?P<value>-?[0-9,]+)\s*(?P<unit>.*)",
        negative="keep",
        row={**changed.row, "unit": "{unit}"},
        texts={"unit": {"kg CO2e / litre": "kg CO2e/L"}},
    )
    assert [(plain(row.value), row.unit) for row in library.rows] == [("-3.25", "kg CO2e/L")]
    assert library.units == {"kg CO2e / litre": 1}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026", "2026"),
        ("2026-03", "2026-03"),
        ("2026-03-09", "2026-03-09"),
        ("Année 2022", "2022"),
        ("févr.-21", "2021-02"),
        ("31-décembre-23", "2023-12-31"),
        ("Décembre 2017", "2017-12"),
        ("11/03/2024 00:00", "2024-03-11"),
        ("30-févr-23", None),
        ("soon", None),
        ("", None),
        ("1/2/3/4", None),
    ],
)
def test_dates_are_read_day_first_as_exactly_as_they_are_written(text: str, day: str | None) -> None:
    found = mapping().day(text)
    assert (found and found.text) == day


def test_a_file_that_cannot_be_read_says_why() -> None:
    with pytest.raises(FindingError, match=r"knows? the edition.*2021, 2022|not know the edition"):
        read(GOOD, edition="2019")
    with pytest.raises(FindingError, match="no column “Statut”"):
        read_library(f"{HEADER.replace(';Statut', '')}\n".encode("iso-8859-1"), "f", mapping(), "2021")
    with pytest.raises(FindingError, match="cannot be read as utf-8"):
        read_library(HEADER.encode("iso-8859-1"), "f", mapping(encoding="utf-8"), "2021")


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ('map = "factors_example"', 'map = ""', {"library_lacks"}),
        ('value = "Total {edition}"', "", {"library_lacks"}),
        ('status = "secondary"', "", {"library_lacks"}),
        ('title_zh = "示例"', "", {"library_lacks"}),
        ("[skip]", "[skipp]", {"library_key"}),
        ('column = "total"', 'column = "total"\ncolunm = "x"', {"library_key"}),
        ('delimiter = ";"', 'delimiter = ";"\nnegative = "drop"', {"library_key"}),
        ('delimiter = ";"', 'delimiter = ";"\nsplit = "(?P<value>.*)"', {"library_key"}),
        ('delimiter = ";"', "delimiter = ", {"not_toml"}),
    ],
)
def test_a_mapping_that_means_nothing_is_refused(old: str, new: str, codes: set[str]) -> None:
    assert MAP.count(old) == 1
    with pytest.raises(FindingError) as refused:
        read_factor_map(MAP.replace(old, new).encode(), "m.toml")
    assert {one.code.removeprefix("methods.") for one in refused.value.findings} == codes


def test_editions_join_one_table_and_no_value_that_is_there_is_changed() -> None:
    first, second = read(GOOD), read(GOOD.replace("31/12/2021", "31/12/2022"), edition="2022")
    one, _ = joined_table(b"", first, "factors.csv")
    both, found = joined_table(one, second, "factors.csv")
    assert found == []
    sources = joined_sources(b"", mapping(), "sources.toml")
    facts, words, _ = read_sources(sources, "sources.toml")
    assert words["example"]["title_en"] == 'Example "library"'
    assert joined_sources(sources, mapping(), "sources.toml") == sources
    rows = read_factors(both, "factors.csv", facts).rows
    assert [(plain(row.value), row.valid_from.year) for row in rows] == [("3.25", 2021), ("3.24", 2022)]
    assert joined_table(both, second, "factors.csv") == (both, [])
    changed = read(GOOD.replace("3,25;", "3,23;"))
    kept, (finding,) = joined_table(both, changed, "factors.csv")
    assert kept == both
    assert (finding.code, finding.params["value"], finding.params["new"]) == (
        "methods.library_other_value",
        "3.25",
        "3.23",
    )


@pytest.mark.parametrize("path", sorted((ROOT / "maps").glob("factors_*.toml")), ids=lambda path: path.stem)
def test_every_shipped_mapping_can_be_read_and_says_where_its_numbers_are_from(path: Path) -> None:
    read_map = read_factor_map(path.read_bytes(), path.name)
    assert read_map.id == path.stem
    assert read_map.row["status"] == "secondary"
    assert read_map.citation["note"]
    assert isinstance(read_map.tolerance, Decimal)
