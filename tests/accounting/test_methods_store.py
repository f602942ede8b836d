"""Methods as published: by fingerprint, by period, as of a size, and never from altered bytes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from tansuo.accounting.methods_store import by_fingerprint, in_force, listings, publish_method
from tansuo.methods.pack import Pack, load_pack
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from town import GENERAL, Town, general_pack

Write = Callable[..., Pack]
JAN = Period.parse("2026-01")
PACK = """
from tansuo.methods import Method, sum_over
m = Method("story.coal", edition="{edition}", title_zh="煤", title_en="Coal", valid="{valid}", source="book")
FC = m.activity("FC", "耗煤", "coal", "t", indicator="fuel_consumption")
EF = m.factor("EF", "因子", "factor", "t CO2/t", over="source", table="f", column="ef", key="=coal")
m.quantity("E", "排放", "emission", "t CO2", sum_over(FC * EF, "source month"), places=2)
"""
ROWS = (
    "table,key,column,value,unit,valid_from,valid_to,region,level,published_on,data_year,applies_to,source,"
    "page,status,note\nf,coal,ef,{value},t CO2/t,2020-01-01,,,,,,,book,1,example,\n"
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """``write(edition, valid, value)``: a pack of one factor."""

    def make(edition: str = "1", valid: str = "2025-01/..", value: str = "2.5", title: str = "煤") -> Pack:
        folder = tmp_path / "story_coal"
        folder.mkdir(exist_ok=True)
        pack = PACK.format(edition=edition, valid=valid).replace('"煤"', f'"{title}"')
        (folder / "pack.py").write_text(pack, encoding="utf-8")
        (folder / "factors.csv").write_text(ROWS.format(value=value), encoding="utf-8")
        (folder / "sources.toml").write_text(
            '[book]\ntitle_zh = "书"\ntitle_en = "Book"\nstatus = "example"\n'
        )
        return load_pack(folder)

    return make


def test_a_published_method_is_found_and_reads_back(town: Town) -> None:
    method = in_force(town.connection, GENERAL, JAN)
    pack = general_pack()
    assert method.fingerprint == pack.fingerprint and method.data == pack.data
    assert method.words == pack.wording()
    assert by_fingerprint(town.connection, pack.fingerprint) == method
    assert [one.id for one in listings(town.connection)] == [GENERAL]


def test_publishing_the_same_pack_twice_changes_nothing(town: Town) -> None:
    before = town.size
    entry = town.publish(general_pack())
    assert town.size == before and entry.index == listings(town.connection)[0].entry


def test_a_changed_document_needs_a_reason_and_the_old_one_stays_for_older_sizes(
    town: Town, write: Write
) -> None:
    first = write()
    town.publish(first)
    then = town.size
    second = write(value="2.6")
    assert second.fingerprint != first.fingerprint
    with pytest.raises(FindingError, match="needs a reason"):
        publish_method(town.connection, second, clock=town.clock)
    entry = town.publish(second, reason="misprint in the table")
    assert entry.supersedes == then - 1 and entry.why == {
        "code": "method_changed",
        "text": "misprint in the table",
    }
    assert in_force(town.connection, "story.coal", JAN).fingerprint == second.fingerprint
    assert in_force(town.connection, "story.coal", JAN, then).fingerprint == first.fingerprint
    assert by_fingerprint(town.connection, first.fingerprint).fingerprint == first.fingerprint
    with pytest.raises(FindingError):
        by_fingerprint(town.connection, second.fingerprint, then)


def test_a_better_label_is_published_without_touching_the_fingerprint(town: Town, write: Write) -> None:
    first, second = write(), None
    town.publish(first)
    second = write(title="原煤")
    assert second.fingerprint == first.fingerprint
    town.publish(second)
    method = in_force(town.connection, "story.coal", JAN)
    assert method.listing.title_zh == "原煤" and method.fingerprint == first.fingerprint


def test_editions_hold_for_their_months(town: Town, write: Write) -> None:
    town.publish(write("2025", "2025-01/2026-01", "2.5"))
    town.publish(write("2026", "2026-01/..", "2.6"))
    found = {
        text: in_force(town.connection, "story.coal", Period.parse(text)).data.edition
        for text in ("2025", "2025-12", "2026-01", "2030")
    }
    assert found == {"2025": "2025", "2025-12": "2025", "2026-01": "2026", "2030": "2026"}
    for period in ("2024-12", "2025/2026"):
        with pytest.raises(FindingError, match=r"No method story\.coal is published for"):
            in_force(town.connection, "story.coal", Period.parse(period))


def test_altered_bytes_are_refused_and_not_computed_with(town: Town) -> None:
    fingerprint = general_pack().fingerprint
    town.connection.execute(text("CREATE TEMP TABLE blob AS SELECT * FROM tansuo.blob"))
    town.connection.execute(text("DISCARD PLANS"))
    town.connection.execute(
        text("UPDATE blob SET data = set_byte(data, 100, get_byte(data, 100) # 1) WHERE sha256 = :name"),
        {"name": fingerprint},
    )
    with pytest.raises(FindingError, match="missing or altered"):
        in_force(town.connection, GENERAL, JAN)
