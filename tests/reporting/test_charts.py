"""Charts: a hole is drawn as a hole, the synthetic mark is inside the drawing, text is escaped."""

from decimal import Decimal

from tansuo.reporting.charts import Bar, Square, column_chart, completeness_grid, line_chart, share_bar


def test_missing_is_a_gap_and_zero_is_a_column() -> None:
    drawing = column_chart(
        [Bar("08", None, "missing"), Bar("09", Decimal(0)), Bar("10", Decimal(12))], unit="t", caption="x"
    )
    assert drawing.count('class="gap"') == 1
    assert drawing.count('class="bar measured"') == 2


def test_an_incomplete_month_looks_different_from_a_complete_one() -> None:
    drawing = column_chart(
        [Bar("09", Decimal(5), "incomplete"), Bar("10", Decimal(5))], unit="t", caption="x"
    )
    assert 'class="bar incomplete" fill="url(#part)"' in drawing


def test_the_synthetic_mark_is_inside_the_chart() -> None:
    bars = [Bar("08", Decimal(1))]
    assert "演示数据</text></svg>" in column_chart(bars, unit="t", caption="x", badge="演示数据")
    line = line_chart([("a", [("1", Decimal(1))])], unit="t", caption="x", badge="演示数据")
    assert "演示数据</text></svg>" in line


def test_names_from_outside_cannot_break_out() -> None:
    evil = '"><script>alert(1)</script>'
    drawing = column_chart(
        [Bar(evil, Decimal(1), title=evil, href=evil)], unit=evil, caption=evil, badge=evil
    )
    grid = completeness_grid([(evil, [Square("none", evil, evil)])], columns=[evil], caption=evil)
    assert "<script>" not in drawing + grid + share_bar([(evil, Decimal(1))], caption=evil)


def test_a_missing_value_breaks_the_line() -> None:
    points = [("1", Decimal(1)), ("2", None), ("3", Decimal(2)), ("4", Decimal(3))]
    assert line_chart([("a", points)], unit="t", caption="x").count("M") == 2


def test_a_share_of_nothing_is_not_drawn() -> None:
    assert share_bar([("a", Decimal(0))], caption="x") == ""
