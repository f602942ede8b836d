"""A hundred slips of an author's hand, each found when the pack is loaded, before any case is run.

Each is seeded into a copy of a pack that is in order without it. The finding must be an error, say where (file and
row of a table, symbol or line of a formula) and what to do about it, in both languages.

What loading cannot find is a wrong number that could be right: two digits swapped inside the plausible range, the
factor of the next fuel, a carbon content of gas that holds 44/12 already (0.056 t C/GJ, between coke-oven and
blast-furnace gas), the values at 0 °C under a unit that says 20 °C (7.3 % apart). For those a pack has cases. When
this was written there were 753 rows in 26 packs in which two digits can be swapped: loading found 84 of these
swaps, the cases the other 669. The last test repeats that on three packs.
"""

import csv
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tansuo.methods.cases import check_cases
from tansuo.methods.pack import read_pack
from tansuo.quantity.finding import Finding
from tansuo.quantity.wording import render, texts

HERE = Path(__file__).resolve().parent
PACKS = HERE.parents[1] / "packs"
IMPORTS = "from tansuo.methods import bands, piecewise, weights"


class Fault(NamedTuple):
    """One seeded fault: the pack, the file it goes into, and what the data file says of it."""

    pack: str
    file: str
    said: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.pack}/{self.file}: {self.said['what']}"


def faults() -> Iterator[Fault]:
    """All of seeded_faults.toml."""
    files = {"tables": "factors.csv", "formulas": "pack.py", "sources": "sources.toml"}
    for pack, parts in tomllib.loads((HERE / "seeded_faults.toml").read_text(encoding="utf-8")).items():
        for part, listed in parts.items():
            yield from (Fault(pack, files[part], one) for one in listed)


FAULTS = list(faults())


class Table:
    """A factors.csv as a list of rows, to be spoilt; rows are found by table/key/column[@valid_from]."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            self.columns = list(reader.fieldnames or ())
            self.rows = list(reader)

    def at(self, name: str) -> int:
        """The index of the one row of that name."""
        key, _, day = name.partition("@")
        found = [
            number
            for number, row in enumerate(self.rows)
            if key == "/".join((row["table"], row["key"], row["column"])) and day in ("", row["valid_from"])
        ]
        assert len(found) == 1, f"{name} stands {len(found)} times"
        return found[0]

    def write(self) -> None:
        """Put the rows back into the file."""
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)


def copied(pack: str, folder: Path) -> Path:
    """A copy of a pack; what it builds on is found among those of the product."""
    shutil.copytree(PACKS / pack, folder / pack, ignore=shutil.ignore_patterns("__pycache__"))
    return folder / pack


def spoil_table(path: Path, said: dict[str, Any]) -> int:
    """Seed a fault into a factors.csv; the line of the row a finding must name."""
    table = Table(path)
    spoilt = table.at(said["row"])
    row = table.rows[spoilt]
    before = dict(row)
    named = table.at(said["at"]) if "at" in said else spoilt
    if "again" in said:
        table.rows.append({**row, **said["again"]})
        named = len(table.rows) - 1
    elif "trade" in said:
        other = table.rows[table.at(said["trade"])]
        row["value"], other["value"] = other["value"], row["value"]
    elif "swap" in said:
        one, other_column = said["swap"]
        row[one], row[other_column] = row[other_column], row[one]
    else:
        row.update(said["set"])
    assert "again" in said or row != before, "nothing was spoilt"
    table.write()
    return named + 2


def spoil_text(path: Path, said: dict[str, Any]) -> int:
    """Seed a fault into a text; the line it stands on."""
    text = path.read_text(encoding="utf-8")
    if "add" in said:
        path.write_text(f"{text}\n{IMPORTS}\n{said['add']}\n", encoding="utf-8")
        return len(text.splitlines()) + 3
    assert text.count(said["find"]) == 1, f"{said['find']!r} stands {text.count(said['find'])} times"
    path.write_text(text.replace(said["find"], said["put"]), encoding="utf-8")
    return text[: text.index(said["find"])].count("\n") + 1


def named(fault: Fault, path: Path, line: int, finding: Finding) -> bool:
    """Whether a finding names the place the fault was seeded at."""
    where, at = finding.where, fault.said.get("at", "")
    if fault.file == "factors.csv":
        return (where.get("file"), where.get("row")) == (f"{fault.pack}/factors.csv", line)
    if at.startswith("["):
        return (where.get("file"), where.get("key")) == (f"{fault.pack}/sources.toml", at[1:-1])
    if fault.file == "sources.toml":
        return where.get("row") == Table(path.parent / "factors.csv").at(at) + 2
    if at:
        return at in (where.get("symbol"), finding.params.get("unknown"))
    return where.get("file") == f"{fault.pack}/pack.py" and abs(int(where.get("line", -9)) - line) <= 1


def test_there_are_a_hundred_and_no_two_are_alike() -> None:
    assert len(FAULTS) >= 100
    seeds = {
        repr((one.pack, {name: said for name, said in one.said.items() if name != "what"})) for one in FAULTS
    }
    assert len(seeds) == len({str(one) for one in FAULTS}) == len(FAULTS)
    assert len({one.said["code"] for one in FAULTS}) >= 35


@pytest.mark.parametrize("pack", sorted({one.pack for one in FAULTS}))
def test_without_a_fault_nothing_is_found(pack: str, tmp_path: Path) -> None:
    path = copied(pack, tmp_path)
    Table(path / "factors.csv").write()
    assert [one for one in read_pack(path)[1] if one.severity == "error"] == []


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_seeded_fault_is_found_at_load(fault: Fault, tmp_path: Path) -> None:
    path = copied(fault.pack, tmp_path) / fault.file
    line = (spoil_table if fault.file == "factors.csv" else spoil_text)(path, fault.said)
    found = [one for one in read_pack(path.parent)[1] if one.severity == "error"]
    told = [one for one in found if one.code == fault.said["code"] and named(fault, path, line, one)]
    assert told, "\n".join(f"{one.code}: {one}" for one in found) or "nothing was found"
    for language in ("zh", "en"):
        remedy = texts(told[0].code.partition(".")[0])[told[0].code][f"remedy_{language}"]
        assert remedy
        assert "{" not in render(told[0], language)


def swapped(text: str) -> str | None:
    """The number with its last two digits that differ swapped, as a tired hand does; None where all are alike."""
    digits = [place for place, letter in enumerate(text) if letter.isdigit()]
    for right, left in zip(reversed(digits), reversed(digits[:-1]), strict=False):
        if text[left] != text[right] and not (left == 0 and text[right] == "0"):
            swap = list(text)
            swap[left], swap[right] = text[right], text[left]
            return "".join(swap)
    return None


@pytest.mark.parametrize("name", ["cn_steel_2024", "factors_gbt_2589_2020", "factors_carbonates"])
def test_swapped_digits_that_loading_lets_through_fail_a_case(name: str, tmp_path: Path) -> None:
    at_load, by_cases, unseen = seed_swapped_digits(name, tmp_path)
    assert unseen == []
    assert by_cases > 9 * at_load


def seed_swapped_digits(name: str, folder: Path) -> tuple[int, int, list[str]]:
    """Every row of a pack with two digits swapped: how many loading finds, how many its cases, and the rest."""
    at_load, by_cases, unseen = 0, 0, []
    path = copied(name, folder)
    clean = (path / "factors.csv").read_bytes()
    for number in range(len(Table(path / "factors.csv").rows)):
        table = Table(path / "factors.csv")
        wrong = swapped(table.rows[number]["value"])
        if wrong is None:
            continue
        table.rows[number]["value"] = wrong
        table.write()
        spoilt, findings = read_pack(path)
        if any(one.severity == "error" for one in findings):
            at_load += 1
        elif spoilt is not None and check_cases(spoilt):
            by_cases += 1
        else:
            unseen.append(f"{table.rows[number]['key']} {wrong}")
        (path / "factors.csv").write_bytes(clean)
    return at_load, by_cases, unseen
