"""Files as people really send them: every fault is named by file, sheet, row and column, with a remedy;
what is right is taken all the same."""

import gzip
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tansuo.monitoring.connectors.workbook import Judged, judge, read_mapping
from tansuo.monitoring.connectors.workbook.limits import Limits
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import State
from tansuo.quantity.wording import render

Judge = Callable[..., Judged]
MeterMap = Callable[..., str]
Workbook = Callable[..., bytes]

FOUR = "time,kwh\n2026-01-01 00:00,1.25\n2026-01-01 01:00,2.50\n2026-01-01 02:00,3\n2026-01-01 03:00,4\n"


def the_only(found: Judged, code: str) -> Finding:
    """The single finding of a file, checked to be worded in both languages with a remedy."""
    assert [one.code for one in found.findings] == [f"monitoring.workbook.{code}"]
    finding = found.findings[0]
    for language in ("zh", "en"):
        text = render(finding, language)  # type: ignore[arg-type]
        assert "{" not in text
    return finding


def kwh(found: Judged) -> Decimal:
    return sum((one.value for one in found.totals if one.period == "2026"), Decimal(0))


def test_a_clean_file_has_nothing_to_say(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(FOUR, meter_map())
    assert found.findings == []
    assert (found.rows, found.accepted, found.refused, kwh(found)) == (4, 4, 0, Decimal("10.75"))


def test_wrong_delimiter_names_the_likely_one(judged: Judge, meter_map: MeterMap) -> None:
    declared = meter_map(("[timestamp]", '[file]\ndelimiter = ","\n\n[timestamp]'))
    finding = the_only(judged(FOUR.replace(",", ";"), declared), "wrong_delimiter")
    assert finding.params == {"declared": ",", "likely": ";"}


def test_missing_column_names_the_nearest_and_the_available(judged: Judge, meter_map: MeterMap) -> None:
    finding = the_only(judged(FOUR.replace("kwh", "kWh used"), meter_map()), "column_missing_near")
    assert finding.params == {"column": "kwh", "near": "kWh used", "available": "time, kWh used"}


def test_column_names_are_found_whatever_their_blanks_and_case(judged: Judge, meter_map: MeterMap) -> None:
    assert kwh(judged(FOUR.replace("kwh", "  KWH "), meter_map())) == Decimal("10.75")


def test_all_missing_columns_are_named_at_once(judged: Judge, meter_map: MeterMap) -> None:
    found = judged("a,b\n1,2\n", meter_map())
    assert sorted(str(one.params["column"]) for one in found.findings) == ["kwh", "time"]
    assert found.rows == 0


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("broken", "not_a_number"),
        ("12 kWh", "not_a_number"),
        ("1２", "not_a_number"),
        ("12%", "not_a_number"),
        ("nan", "not_a_number"),
        ("=SUM(A1:A9)", "formula_text"),
        ("＝1+1", "formula_text"),
        ("@cmd", "formula_text"),
        ("#DIV/0!", "error_cell"),
        ('"1,234.5"', "separator"),
        ("1.005", "too_many_decimals"),
        ("99999999999999999999", "number_too_large"),
    ],
)
def test_a_cell_that_is_no_number_costs_its_row_only(
    judged: Judge, meter_map: MeterMap, cell: str, code: str
) -> None:
    found = judged(FOUR.replace(",2.50", f",{cell}"), meter_map())
    finding = the_only(found, code)
    assert finding.where == {"file": "meter.csv", "row": 3, "column": "kwh"}
    assert (found.rows, found.accepted, found.refused) == (4, 3, 1)
    assert kwh(found) == Decimal("8.25")


def test_a_row_with_a_cell_too_many_is_refused(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(FOUR.replace(",4", ",4,5"), meter_map())
    assert the_only(found, "row_width").where == {"file": "meter.csv", "row": 5}
    assert (found.rows, found.accepted, kwh(found)) == (4, 3, Decimal("6.75"))


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("2026-02-31 01:00", "no_such_date"),
        ("2026-01-01 25:00", "no_such_date"),
        ("01/01/2026 01:00", "unknown_date_form"),
        ("", "time_empty"),
        ("2026-01-01 01:07", "off_grid"),
    ],
)
def test_a_time_that_is_none_costs_its_row_only(
    judged: Judge, meter_map: MeterMap, time: str, code: str
) -> None:
    found = judged(FOUR.replace("2026-01-01 01:00", time), meter_map())
    refused, gap = sorted(found.findings, key=lambda one: one.severity)
    assert refused.code == f"monitoring.workbook.{code}"
    assert (refused.where["row"], refused.where["column"]) == (3, "time")
    assert (gap.code, gap.severity) == ("monitoring.workbook.gap", "warning")
    assert (found.accepted, found.refused, kwh(found)) == (3, 1, Decimal("8.25"))


def test_the_thirty_first_of_february_with_the_day_first(judged: Judge, meter_map: MeterMap) -> None:
    day_first = meter_map(("%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"))
    found = judged("time,kwh\n31/02/2026 00:00,1\n28/02/2026 00:00,2\n", day_first)
    assert the_only(found, "no_such_date").params["value"] == "31/02/2026 00:00"
    assert kwh(found) == 2


def test_a_time_said_twice_with_the_same_value_counts_once(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(FOUR + "2026-01-01 03:00,4\n", meter_map())
    finding = the_only(found, "time_repeated")
    assert (finding.severity, finding.where["row"], finding.params["other_row"]) == ("warning", 6, 5)
    assert (found.rows, kwh(found)) == (5, Decimal("10.75"))


def test_a_time_said_twice_with_two_values_takes_the_first_and_says_so(
    judged: Judge, meter_map: MeterMap
) -> None:
    found = judged(FOUR + "2026-01-01 03:00,5\n", meter_map())
    finding = the_only(found, "time_repeated_differently")
    assert (finding.severity, finding.params["value"], finding.params["other"]) == ("error", "5", "4")
    assert (found.accepted, found.refused, kwh(found)) == (4, 1, Decimal("10.75"))


def test_the_map_may_say_that_the_last_row_counts(judged: Judge, meter_map: MeterMap) -> None:
    last = 'duplicates = "last"\n' + meter_map()
    found = judged(FOUR + "2026-01-01 03:00,5\n", last)
    assert the_only(found, "time_repeated_differently").severity == "warning"
    assert kwh(found) == Decimal("11.75")


def test_a_gap_is_said_and_never_filled(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(FOUR.replace("2026-01-01 01:00,2.50\n2026-01-01 02:00,3\n", ""), meter_map())
    finding = the_only(found, "gap")
    assert finding.params["steps"] == 2
    assert [one.text for one in found.measurements] == ["1.25", "4"]


def test_an_empty_cell_is_missing_and_never_zero(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(FOUR.replace(",2.50", ","), meter_map())
    assert found.findings == []
    empty = found.measurements[1]
    assert (empty.text, empty.state) == (None, State.MISSING)
    assert kwh(found) == Decimal("8.25")
    absent = [one for one in found.breakdowns if one.key == "missing" and one.period == "2026"]
    assert [(one.value, one.count) for one in absent] == [(None, 1)]


def test_two_encodings_in_one_file_cost_the_rows_that_do_not_fit(judged: Judge, meter_map: MeterMap) -> None:
    with_note = "time,kwh,note\n2026-01-01 00:00,1,正常\n2026-01-01 01:00,2,正常\n".encode()
    mixed = with_note + "2026-01-01 02:00,3,停机\n".encode("gb18030") + "2026-01-01 03:00,4,正常\n".encode()
    found = judged(mixed, meter_map())
    refused = [one for one in found.findings if one.severity == "error"]
    assert [(one.code, one.where["row"]) for one in refused] == [("monitoring.workbook.mixed_encoding", 4)]
    assert (found.rows, found.accepted, found.refused, kwh(found)) == (4, 3, 1, 7)


def test_a_declared_encoding_that_is_wrong_names_the_likely_one(judged: Judge, meter_map: MeterMap) -> None:
    declared = meter_map(("[timestamp]", '[file]\nencoding = "utf-8"\n\n[timestamp]'), ('"time"', '"时间"'))
    finding = the_only(judged(FOUR.replace("time", "时间").encode("gb18030"), declared), "header_encoding")
    assert finding.params["likely"] == "gb18030"


def test_an_open_quote_costs_one_row_and_not_the_rest(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(FOUR.replace("2026-01-01 01:00,2.50", '2026-01-01 01:00,"2.50'), meter_map())
    refused = [one for one in found.findings if one.severity == "error"]
    assert [(one.code, one.where["row"]) for one in refused] == [("monitoring.workbook.csv_row", 3)]
    assert (found.rows, found.accepted, kwh(found)) == (4, 3, Decimal("8.25"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (gzip.compress(b"", mtime=0), "file_empty"),
        (gzip.compress(FOUR.encode(), mtime=0)[:-9], "gz_broken"),
        (gzip.compress(FOUR.encode(), mtime=0)[:20] + b"\xff" * 30, "gz_broken"),
        (gzip.compress(gzip.compress(FOUR.encode(), mtime=0), mtime=0), "nested_archive"),
        (b"PK\x03\x04 and then nothing", "zip_broken"),
        (b"PAR1 and then nothing", "parquet_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_workbook"),
        (b"%PDF-1.7\n", "not_text"),
        (b"a,b\0\0\0\0,c\n" * 50, "not_text"),
        (b"\n\n\n", "no_header"),
    ],
)
def test_what_is_no_table_is_refused_whole(
    judged: Judge, meter_map: MeterMap, data: bytes, code: str
) -> None:
    found = judged(data, meter_map())
    the_only(found, code)
    assert (found.rows, found.measurements) == (0, [])


def test_a_header_alone_gives_no_rows_and_no_totals(judged: Judge, meter_map: MeterMap) -> None:
    found = judged("time,kwh\n", meter_map())
    assert found.as_json() == {"rows": 0, "findings": [], "totals": [], "breakdowns": []}


def test_the_sum_row_at_the_foot_is_refused_unless_the_map_ends_the_table_there(
    judged: Judge, meter_map: MeterMap
) -> None:
    with_sum = FOUR + "合计,10.75\n"
    assert the_only(judged(with_sum, meter_map()), "unknown_date_form").where["row"] == 6
    ended = meter_map(("[timestamp]", '[file]\nuntil = ["合计"]\n\n[timestamp]'))
    assert the_only(judged(with_sum, ended), "rows_after_end").params["count"] == 1


def test_a_gz_that_unpacks_to_a_thousand_times_its_size_is_stopped(meter_map: MeterMap) -> None:
    mapping = read_mapping(meter_map().encode(), "meter.toml")
    bomb = gzip.compress(b"time,kwh\n" + b"2026-01-01 00:00,1\n" * 2_000_000)
    the_only(judge(bomb, "bomb.csv.gz", mapping), "packed_too_tightly")
    small = Limits(unpacked_bytes=1000)
    the_only(judge(gzip.compress(FOUR.encode() * 20), "b.gz", mapping, limits=small), "too_large_unpacked")
    the_only(judge(FOUR.encode(), "b.csv", mapping, limits=Limits(file_bytes=10)), "file_too_large")
    the_only(judge(FOUR.encode(), "b.csv", mapping, limits=Limits(rows=3)), "too_many_rows")


def archive(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ([("xl/workbook.xml", b"\0" * 30_000_000)], "packed_too_tightly"),
        ([(f"xl/{n}.xml", b"x") for n in range(2001)], "too_many_members"),
        ([("xl/workbook.xml", b"x"), ("xl/inner.zip", b"x")], "nested_archive"),
        ([("xl/workbook.xml", b"x"), ("xl/vbaProject.bin", b"x")], "active_content"),
        ([("xl/workbook.xml", b"x"), ("xl/externalLinks/externalLink1.xml", b"x")], "active_content"),
        ([("xl/workbook.xml", b"x"), ("xl/embeddings/oleObject1.bin", b"x")], "active_content"),
        ([("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>')], "active_content"),
        ([("meter.csv", FOUR.encode())], "zip_no_workbook"),
    ],
)
def test_a_hostile_archive_is_refused_by_name(
    judged: Judge, meter_map: MeterMap, members: list[tuple[str, bytes]], code: str
) -> None:
    the_only(judged(archive(*members), meter_map(), "meter.xlsx"), code)


def test_a_zip_that_lies_about_its_sizes_is_counted_while_it_is_unpacked(meter_map: MeterMap) -> None:
    honest = archive(("xl/workbook.xml", b"\0" * 5_000_000))
    size = (5_000_000).to_bytes(4, "little")
    lying = honest.replace(size, (10).to_bytes(4, "little"))
    assert lying != honest
    mapping = read_mapping(meter_map().encode(), "meter.toml")
    found = judge(lying, "meter.xlsx", mapping)
    assert found.measurements == []
    assert {one.code for one in found.findings} <= {
        "monitoring.workbook.zip_broken",
        "monitoring.workbook.packed_too_tightly",
    }


def test_a_cell_far_out_does_not_fill_the_memory(
    judged: Judge, meter_map: MeterMap, workbook: Workbook
) -> None:
    def far(_: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["time", "kwh"])
        sheet.write(1_048_575, 16_383, "stray")

    finding = the_only(judged(workbook(Data=far), meter_map(), "far.xlsx"), "sheet_too_large")
    assert (finding.params["rows"], finding.params["columns"]) == (1_048_576, 16_384)


def test_error_cells_and_formulas_of_a_workbook_are_never_read_as_empty_or_calculated(
    judged: Judge, meter_map: MeterMap, workbook: Workbook
) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["time", "kwh"])
        for hour in range(5):
            sheet.write_string(1 + hour, 0, f"2026-01-01 {hour:02d}:00")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 1, "=1+1", None, 2)
        sheet.write_formula(3, 1, "=A1", None, "")
        sheet.write_string(4, 1, "=1+1")
        sheet.write_number(5, 1, 0.1)

    found = judged(workbook(Data=fill), meter_map(), "meter.xlsx")
    assert [(one.code.rpartition(".")[2], one.where["row"], one.severity) for one in found.findings] == [
        ("error_cell", 2, "error"),
        ("formula_results", 2, "warning"),
        ("error_cell", 4, "error"),
        ("formula_text", 5, "error"),
    ]
    assert found.findings[1].where["cell"] == "B2"
    assert [one.text for one in found.measurements] == ["2.0", "0.1"]
    assert found.findings[0].where["sheet"] == "Data"


def test_a_sheet_that_is_not_there_names_those_that_are(
    judged: Judge, meter_map: MeterMap, workbook: Workbook
) -> None:
    named = meter_map(("[timestamp]", '[file]\nsheet = "电量"\n\n[timestamp]'))
    data = workbook(说明=[["a"]], 用电量=[["time", "kwh"]])
    finding = the_only(judged(data, named, "meter.xlsx"), "no_sheet")
    assert finding.params["sheets"] == "说明, 用电量"
    assert finding.params["near"] == "用电量"


def test_a_parquet_without_the_column_names_those_it_has(judged: Judge, meter_map: MeterMap) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"time": ["2026-01-01 00:00"], "kwh_total": [1.5]}), out)
    finding = the_only(judged(out.getvalue(), meter_map(), "meter.parquet"), "column_missing_near")
    assert finding.params["near"] == "kwh_total"


def test_a_file_of_another_format_than_declared_is_refused(judged: Judge, meter_map: MeterMap) -> None:
    declared = meter_map(("[timestamp]", '[file]\nformat = "xlsx"\n\n[timestamp]'))
    assert the_only(judged(FOUR, declared), "format_differs").params == {"declared": "xlsx", "found": "csv"}


def test_beyond_the_range_is_said_and_refused_only_where_the_map_wants_it(
    judged: Judge, meter_map: MeterMap
) -> None:
    said = judged(FOUR, meter_map(("decimals = 2", 'decimals = 2\nmax = "3.5"')))
    assert the_only(said, "out_of_range").severity == "warning"
    assert kwh(said) == Decimal("10.75")
    refused = judged(FOUR, meter_map(("decimals = 2", 'decimals = 2\nmax = 3.5\nout_of_range = "refuse"')))
    assert the_only(refused, "out_of_range").severity == "error"
    assert (kwh(refused), refused.refused) == (Decimal("6.75"), 1)


def test_every_row_is_accounted_for_when_one_in_three_is_bad(judged: Judge, meter_map: MeterMap) -> None:
    cells = ["1", "x", "2", "", "=3", "3", "1.234", "4", "5"]
    rows = "".join(f"2026-01-{1 + n // 24:02d} {n % 24:02d}:00,{cells[n % 9]}\n" for n in range(720))
    found = judged("time,kwh\n" + rows, meter_map())
    assert found.rows == 720 == found.accepted + found.partly + found.refused + found.left_out
    assert found.refused == 240 == len(found.findings)
    assert kwh(found) == 15 * 80
