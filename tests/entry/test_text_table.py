"""Tables for a terminal line up, in Chinese too."""

from hypothesis import given
from hypothesis import strategies as st

from tansuo.entry.text_table import cells, text_table


def test_a_chinese_character_takes_two_cells() -> None:
    assert [cells(text) for text in ("coal", "煤", "万Nm3", "Σ × FC", "")] == [4, 2, 5, 6, 0]


def test_numbers_are_set_to_the_right_and_texts_to_the_left() -> None:
    assert text_table(("fuel", "rows"), [("烟煤", 3), ("天然气", 25)]).splitlines() == [
        "fuel    rows",
        "------  ----",
        "烟煤       3",
        "天然气    25",
    ]


def test_a_table_without_rows_is_its_header() -> None:
    assert text_table(("pack", "part"), []).splitlines() == ["pack  part", "----  ----"]


@given(st.lists(st.tuples(st.text("abc煤气é", max_size=9), st.integers(0, 10**6)), min_size=1))
def test_every_line_of_numbers_ends_in_the_same_column(rows: list[tuple[str, int]]) -> None:
    assert len({cells(line) for line in text_table(("name", "count"), rows).splitlines()[1:]}) == 1
