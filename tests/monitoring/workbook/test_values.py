"""What a row says of a series: exact products, states, provenance, and what a map's rules make of them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.monitoring.connectors.workbook import Judged, judge, read_mapping
from tansuo.quantity.decimals import plain
from tansuo.quantity.state import Provenance, State

Judge = Callable[..., Judged]
MeterMap = Callable[..., str]


def hours(*cells: str, header: str = "kwh") -> str:
    rows = "".join(f"2026-01-{1 + n // 24:02d} {n % 24:02d}:00,{cell}\n" for n, cell in enumerate(cells))
    return f"time,{header}\n{rows}"


UNIT = (
    'value = "kwh"\nunit = "kWh"\ndecimals = 2',
    'value = ["mw", "on"]\nunit = "MWh"\ndecimals = 4\n'
    'state = [{ when = [{ column = "on", zero_or_empty = true }], is = "not_operating" }]',
)


def test_a_value_may_be_the_exact_product_of_columns_and_a_constant(
    judged: Judge, meter_map: MeterMap
) -> None:
    found = judged(hours("0.1,0.3", "7,1", header="mw,on"), meter_map(UNIT))
    assert [one.text for one in found.measurements] == ["0.03", "7"]
    scaled = meter_map(('unit = "kWh"\ndecimals = 2', 'times = "0.001"\nunit = "MWh"\ndecimals = 6'))
    assert [one.text for one in judged(hours("1.25", "3"), scaled).measurements] == ["0.00125", "0.003"]


def test_not_operating_is_neither_zero_nor_missing(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(hours("5,1", ",0", "0,0", ",", ",1", header="mw,on"), meter_map(UNIT))
    assert [(one.text, one.state) for one in found.measurements] == [
        ("5", State.VALUE),
        (None, State.NOT_OPERATING),
        (None, State.NOT_OPERATING),
        (None, State.NOT_OPERATING),
        (None, State.MISSING),
    ]
    counted = {one.key: one.count for one in found.breakdowns if one.period == "2026"}
    assert counted == {"missing": 1, "not_operating": 3}
    assert [(one.value, one.count) for one in found.totals if one.period == "2026"] == [(5, 1)]


def test_a_value_where_the_rule_says_not_operating_is_taken_and_said(
    judged: Judge, meter_map: MeterMap
) -> None:
    stopped = meter_map(
        (
            "decimals = 2",
            'decimals = 2\nstate = [{ when = [{ column = "run", is = "no" }], is = "not_operating" }]',
        )
    )
    found = judged(hours("5,no", "6,yes", header="kwh,run"), stopped)
    assert [(one.code, one.severity) for one in found.findings] == [
        ("monitoring.workbook.state_contradicted", "warning")
    ]
    assert [one.text for one in found.measurements] == ["5", "6"]


def test_words_that_stand_for_a_state(judged: Judge, meter_map: MeterMap) -> None:
    words = meter_map(
        (
            "[timestamp]",
            '[words]\n"停机" = "not_operating"\n"n/a" = "missing"\n"**" = "confidential"\n\n[timestamp]',
        )
    )
    found = judged(hours("停机", "n/a", "**", "1", "?"), words)
    assert [one.state for one in found.measurements] == [
        State.NOT_OPERATING, State.MISSING, State.CONFIDENTIAL, State.VALUE,
    ]  # fmt: skip
    assert [one.code for one in found.findings] == ["monitoring.workbook.not_a_number"]


FLAGGED = (
    "decimals = 2",
    'decimals = 2\nflag = "q"\n'
    "provenance = [\n"
    '  { when = [{ column = "q", in = ["S", "MS"] }], is = "substituted" },\n'
    '  { when = [{ column = "q", empty = true }], is = "declared" },\n'
    '  { when = [{ column = "q", is = "M" }], is = "measured" },\n'
    "]",
)


def test_provenance_by_a_flag_column_with_the_flag_kept(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(hours("1,M", "2,S", "4,MS", "8,", "0,M", "0,", "0,S", header="kwh,q"), meter_map(FLAGGED))
    assert found.findings == []
    assert [(one.flag, one.provenance, one.state) for one in found.measurements] == [
        ("M", Provenance.MEASURED, State.VALUE),
        ("S", Provenance.SUBSTITUTED, State.VALUE),
        ("MS", Provenance.SUBSTITUTED, State.VALUE),
        ("", Provenance.DECLARED, State.VALUE),
        ("M", Provenance.MEASURED, State.MEASURED_ZERO),
        ("", Provenance.DECLARED, State.DECLARED_ZERO),
        ("S", Provenance.SUBSTITUTED, State.VALUE),
    ]
    kinds = {one.kind: one.value for one in found.totals if one.period == "2026"}
    assert kinds == {"measured": 1, "substituted": 6, "declared": 8}


def test_a_flag_without_a_rule_counts_as_estimated_and_is_said(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(hours("1,M", "2,Z", header="kwh,q"), meter_map(FLAGGED))
    assert [(one.code, one.severity, one.where["column"]) for one in found.findings] == [
        ("monitoring.workbook.flag_unknown", "warning", "q")
    ]
    assert found.measurements[1].provenance is Provenance.ESTIMATED


def test_filters_leave_rows_out_and_the_account_says_how_many(judged: Judge, meter_map: MeterMap) -> None:
    only = 'where = [{ column = "site", in = ["A"] }, { column = "kwh", empty = false }]\n' + meter_map()
    found = judged(hours("1,A", "2,B", ",A", "x,A", "y,B", header="kwh,site"), only)
    assert (found.rows, found.accepted, found.refused, found.left_out) == (5, 1, 1, 3)
    assert [one.text for one in found.measurements] == ["1"]


def test_more_decimals_than_declared_are_rounded_only_where_the_map_says_how(
    judged: Judge, meter_map: MeterMap
) -> None:
    cells = ("0.125", "0.135", "-0.125", "2.100000")
    refused = judged(hours(*cells), meter_map())
    assert [one.text for one in refused.measurements] == ["2.10"]
    even = judged(hours(*cells), meter_map(("decimals = 2", 'decimals = 2\nrounding = "half_even"')))
    assert [one.text for one in even.measurements] == ["0.12", "0.14", "-0.12", "2.10"]
    up = judged(hours(*cells), meter_map(("decimals = 2", 'decimals = 2\nrounding = "half_up"')))
    assert [one.text for one in up.measurements] == ["0.13", "0.14", "-0.13", "2.10"]


def with_style(judged: Judge, meter_map: MeterMap, cell: str, declared: str) -> Judged:
    """One hour's cell, judged by a map that declares how the file writes numbers."""
    own = meter_map(("[timestamp]", f'[file]\ndelimiter = ";"\n{declared}\n\n[timestamp]'))
    return judged(hours(cell).replace("time,kwh", "time;kwh").replace("00:00,", "00:00;"), own)


@pytest.mark.parametrize(
    ("cell", "declared", "text"),
    [
        ("1.234,50", 'decimal_mark = ","\nthousands = "."', "1234.50"),
        ('"1,234.5"', 'thousands = ","', "1234.5"),
        ("1 234.5", 'thousands = " "', "1234.5"),
        ("+5", "", "5"),
        (".5", "", "0.5"),
        ("1.5E+2", "", "150"),
        ("25e-2", "", "0.25"),
        ("-0.00", "", "0.00"),
    ],
)
def test_numbers_as_people_write_them(
    judged: Judge, meter_map: MeterMap, cell: str, declared: str, text: str
) -> None:
    found = with_style(judged, meter_map, cell, declared)
    assert [one.text for one in found.measurements] == [text]


@pytest.mark.parametrize(
    ("cell", "declared", "code"),
    [
        ("20,5", 'thousands = ","', "thousands_misplaced"),
        ("1,23,456", 'thousands = ","', "thousands_misplaced"),
        ("1234,567", 'thousands = ","', "thousands_misplaced"),
        ("1.5", 'decimal_mark = ","\nthousands = "."', "thousands_misplaced"),
        ("1,2 t", 'thousands = ","', "not_a_number"),
    ],
)
def test_a_thousands_mark_out_of_its_place_is_no_thousands_mark(
    judged: Judge, meter_map: MeterMap, cell: str, declared: str, code: str
) -> None:
    found = with_style(judged, meter_map, cell, declared)
    assert [one.text for one in found.measurements] == []
    assert [one.code for one in found.findings if one.severity == "error"] == [f"monitoring.workbook.{code}"]


amounts = st.decimals(-(10**9), 10**9, places=2, allow_nan=False, allow_infinity=False)


@given(
    rows=st.lists(st.tuples(amounts, st.sampled_from(["M", "S", ""])), min_size=1, max_size=60),
    data=st.data(),
)
def test_kinds_and_months_and_parts_add_up_to_the_whole_whatever_the_order(
    rows: list[tuple[Decimal, str]], data: st.DataObject
) -> None:
    text = [
        f"2026-{1 + n % 3:02d}-{1 + n // 3:02d} 00:00,{plain(value)},{flag},{'ab'[n % 2]}\n"
        for n, (value, flag) in enumerate(rows)
    ]
    own = read_mapping(FLAGGED_METER.encode(), "m")
    found = judge(("time,kwh,q,shift\n" + "".join(text)).encode(), "m.csv", own)
    shuffled = data.draw(st.permutations(text))
    again = judge(("time,kwh,q,shift\n" + "".join(shuffled)).encode(), "m.csv", own)
    assert again.totals == found.totals
    assert again.breakdowns == found.breakdowns

    whole = sum((value for value, _ in rows), Decimal(0))
    for length in (4, 7):
        assert sum(one.value for one in found.totals if len(one.period) == length) == whole
        assert sum(one.count for one in found.totals if len(one.period) == length) == len(rows)
    parts = [one for one in found.breakdowns if one.column == "shift" and one.period == "2026"]
    assert sum(one.value for one in parts if one.value is not None) == whole
    assert len({(one.series, one.kind, one.period) for one in found.totals}) == len(found.totals)


FLAGGED_METER = """
map = "meter"
breakdowns = ["shift"]
[timestamp]
column = "time"
formats = ["%Y-%m-%d %H:%M"]
label = "start"
step = "irregular"
zone = "Asia/Shanghai"
[key]
device = "meter_1"
[[series]]
name = "power"
id = "firm.power"
value = "kwh"
unit = "kWh"
decimals = 2
indicator = "electricity_purchased"
flag = "q"
[[series.provenance]]
when = [{ column = "q", is = "S" }]
is = "substituted"
[[series.provenance]]
when = [{ column = "q", empty = true }]
is = "declared"
[[series.provenance]]
is = "measured"
"""
