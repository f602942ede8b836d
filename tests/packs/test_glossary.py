"""The glossary: each term once, in both languages, with where it comes from and how sure that is."""

import re
from pathlib import Path

GLOSSARY = Path(__file__).resolve().parents[2] / "GLOSSARY.md"
STATUSES = {"official", "secondary", "memory", "ours", "standard"}
HAN = re.compile(r"[\u4e00-\u9fff]")


def terms() -> list[list[str]]:
    """The cells of every row that holds a term."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows if row[0] != "中文" and not set(row[0]) <= {"-"}]


def test_every_term_has_chinese_english_source_and_status() -> None:
    assert len(terms()) >= 70
    for row in terms():
        assert len(row) == 5, row
        zh, en, _, source, status = row
        assert HAN.search(zh), row
        assert en, row
        assert not HAN.search(en), row
        assert source, row
        assert status in STATUSES, row


def test_no_term_stands_twice() -> None:
    for column in (0, 1):
        names = [row[column] for row in terms()]
        assert sorted(names) == sorted(set(names))


def test_what_cites_no_text_does_not_call_itself_official() -> None:
    for row in terms():
        if row[4] in ("official", "secondary", "standard"):
            assert row[3] != "–" or row[4] == "official", row


def test_names_of_the_house_are_all_there() -> None:
    names = {name for row in terms() for name in re.findall(r"`([^`]+)`", row[2])}
    house = "enterprise facility emission_source boundary activity_data emission_factor net_calorific_value"
    house += " carbon_content oxidation_rate combustion_emission process_emission purchased_electricity"
    house += " inventory report monitoring_plan"
    assert set(house.split()) <= names
