"""The map of an import: what the file looks like, what its columns can be, and what they then say.

Reading a file is work, so that only a few are read at once; the rest wait their turn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Connection, select

from tansuo.api.import_shapes import (
    FindingPage,
    ImportBody,
    Inspection,
    MapChoice,
    MendBody,
    Mends,
    Preview,
    PreviewRow,
    PreviewSeries,
    PreviewValue,
    Targets,
    WantedMap,
    body,
    target,
    with_cell,
)
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found, refused
from tansuo.api.routers.imports import Name, home_org, own_import
from tansuo.api.shapes import named
from tansuo.api.viewer import clock_of, period_of, reading, require, summing
from tansuo.evidence.document import CITY
from tansuo.monitoring import tables
from tansuo.monitoring.connectors.workbook import Judged, judge, read_mapping
from tansuo.monitoring.connectors.workbook.grids import head_of, read_grids
from tansuo.monitoring.connectors.workbook.inspection import describe, fits, look, names_of
from tansuo.monitoring.connectors.workbook.judged import TABLE_SHIFT
from tansuo.monitoring.connectors.workbook.limits import LIMITS
from tansuo.monitoring.connectors.workbook.marking import marked
from tansuo.monitoring.connectors.workbook.mending import Mend, mends
from tansuo.monitoring.connectors.workbook.opening import unpack
from tansuo.monitoring.connectors.workbook.xlsx_reader import column_letters
from tansuo.monitoring.importing import findings as kept_findings
from tansuo.monitoring.importing import staging
from tansuo.monitoring.importing.checking import addresses, cell_of
from tansuo.monitoring.importing.column_map import STEPS, ColumnMap, compile_map
from tansuo.monitoring.importing.foreign import header_warnings, naming_others
from tansuo.monitoring.importing.sample import sample
from tansuo.monitoring.importing.staging import Staged
from tansuo.monitoring.importing.targets import labels, owner_of, shipped_maps, suggest
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.wording import Language
from tansuo.registry import subject

router = APIRouter(prefix="/api", tags=["imports"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNITS = ("t", "kg", "kWh", "MWh", "万kWh", "GJ", "MJ", "Nm3@20C", "万Nm3@20C", "m3", "tce", "kW", "MW", "t/h")
"""Units offered first; any that `quantity/units.toml` knows may be written."""

_READING_AT_ONCE = threading.BoundedSemaphore(2)
_PREVIEW_FINDINGS = 200
Lang = Annotated[Language, Query(description="Language of headers and messages")]


@contextmanager
def _file(
    request: Request, viewer: Viewer, name: str, *, mappable: bool = False
) -> Iterator[tuple[Connection, Staged, bytes]]:
    """The viewer's own import with its bytes, while a place to read it is free."""
    with _READING_AT_ONCE, reading(request, viewer) as connection:
        one = own_import(connection, viewer, name)
        staging.need(one, staging.MAPPABLE if mappable else staging.MAPPABLE | staging.AT_WORK)
        yield connection, one, staging.data_of(connection, one)


@router.get("/imports/targets", name="get_import_targets")
def get_import_targets(
    request: Request,
    viewer: Annotated[Viewer, Depends(require("get_import_targets"))],
    enterprise: Annotated[str | None, Query(max_length=128)] = None,
) -> Targets:
    """What columns can be: the series of the own plan; for the city, of the `enterprise` named."""
    org = home_org(viewer)
    with reading(request, viewer) as connection:
        firms = subject.find(connection, kind="enterprise") if org == CITY else []
        if org == CITY and enterprise is None:
            return Targets(
                enterprise=None, enterprises=[named(one) for one in firms], series=[], sources=[],
                indicators=[], units=list(UNITS),
            )  # fmt: skip
        if org != CITY and enterprise not in (None, org):
            raise not_found("enterprise", str(enterprise))
        owner = owner_of(connection, org, enterprise)
        column = tables.plan_line.c.indicator
        indicators = connection.execute(select(column).distinct().order_by(column)).scalars().all()
    zh, en = (labels(owner.lines, owner.sources, language) for language in ("zh", "en"))
    latest = {one.series: one for one in owner.lines}
    return Targets(
        enterprise=None if owner.enterprise is None else named(owner.enterprise),
        enterprises=[named(one) for one in firms],
        series=[target(one, zh[series], en[series]) for series, one in latest.items()],
        sources=[named(one) for one in owner.sources.values()],
        indicators=[str(one) for one in indicators],
        units=list(UNITS),
    )


@router.get("/imports/template.xlsx", name="get_import_sample")
def get_import_sample(
    request: Request,
    viewer: Annotated[Viewer, Depends(require("get_import_sample"))],
    month: Annotated[str | None, Query(max_length=10)] = None,
    enterprise: Annotated[str | None, Query(max_length=128)] = None,
    language: Lang = "zh",
) -> Response:
    """A workbook to fill in, with the own series as columns and what is missing as rows; the open month if none."""
    org = home_org(viewer)
    if org != CITY and enterprise not in (None, org):
        raise not_found("enterprise", str(enterprise))
    if org == CITY and enterprise is None:
        raise refused("import_whose_sample")
    with reading(request, viewer) as connection:
        owner = owner_of(connection, org, enterprise)
        now = datetime.fromtimestamp(clock_of(request).now_ms() / 1000, UTC)
        here = now.astimezone(ZoneInfo(owner.zone))
        period = period_of(month or f"{here.year:04d}-{here.month:02d}")
        if period.grain != "month":
            raise refused("import_month", value=str(month))
        data = sample(connection, owner, period, now, language)
    who = owner.enterprise.id if owner.enterprise else org
    return _download(data, f"{who}-{period.text}.xlsx")


@router.get("/imports/{name}/inspection", name="inspect_import")
def inspect_import(
    request: Request,
    name: Name,
    viewer: Annotated[Viewer, Depends(require("inspect_import"))],
    sheet: Annotated[str | None, Query(max_length=64)] = None,
    header: Annotated[int | None, Query(ge=1, le=1000)] = None,
    enterprise: Annotated[str | None, Query(max_length=128)] = None,
) -> Inspection:
    """What the file looks like, which columns are likely what, and which maps fit it."""
    with _file(request, viewer, name) as (connection, one, data):
        grids = look(head_of(data), one.name, sheet)
        seen = describe(grids, header)
        earlier = staging.earlier_maps(connection, one.org)
        owner = owner_of(connection, one.org, enterprise) if one.org != CITY or enterprise else None
    choices = [_earlier(old) for old in earlier if fits(read_mapping(old.map or b"", "earlier"), grids)]
    choices += [
        MapChoice(
            id=f"shipped:{shipped.name}", origin="shipped", title_zh=shipped.mapping.title_zh,
            title_en=shipped.mapping.title_en, when=None, plan=None,
        )
        for shipped in shipped_maps()
        if fits(shipped.mapping, grids)
    ]  # fmt: skip
    before = _mapped_before(earlier)
    foreign: set[str] = set()
    if owner is not None and owner.enterprise is not None:
        with summing(request) as everyone:
            headers = {column.name for sheet_ in seen.sheets for column in sheet_.columns}
            foreign = naming_others(everyone, owner.enterprise.id, headers)
    found = {
        one.name: suggest(one.columns, owner, before, STEPS.get(one.step) if one.step else None, foreign)  # type: ignore[call-overload]
        for one in seen.sheets
        if owner is not None
    }
    return Inspection(
        kind=seen.kind, encoding=seen.encoding, delimiter=seen.delimiter, sheets=list(seen.sheets),
        suggestions=found, maps=choices,
    )  # fmt: skip


def _earlier(old: Staged) -> MapChoice:
    plan = None if old.plan is None else WantedMap.model_validate({"plan": old.plan}).plan
    return MapChoice(
        id=f"earlier:{old.id}", origin="earlier", title_zh=old.name, title_en=old.name,
        when=old.changed.isoformat(), plan=plan,
    )  # fmt: skip


def _mapped_before(earlier: Sequence[Staged]) -> dict[str, str]:
    """Header → series, as the newest earlier map that has it said."""
    found: dict[str, str] = {}
    for old in earlier:
        targets: list[dict[str, Any]] = (old.plan or {}).get("targets", [])
        for one in targets:
            if len(one.get("columns", [])) == 1 and one.get("series"):
                found.setdefault(one["columns"][0], one["series"])
    return found


def _map_of(connection: Connection, one: Staged, wanted: WantedMap) -> tuple[str, bytes]:
    """Name and bytes of the map that is wanted. Problem 422 where it is not exactly one, 404 for an unknown one."""
    if (wanted.plan is None) == (wanted.template is None):
        raise refused("import_one_map")
    if wanted.plan is not None:
        owner = owner_of(connection, one.org, wanted.enterprise)
        made = compile_map(wanted.plan, owner, one.name)
        return f"{one.name}.map.toml", made
    kind, _, which = str(wanted.template).partition(":")
    if kind == "shipped":
        for shipped in shipped_maps():
            if shipped.name == which:
                return f"{which}.toml", shipped.data
    if kind == "earlier":
        old = staging.get(connection, which, one.org)
        if old is not None and old.map is not None:
            return old.map_name or "map.toml", old.map
    raise not_found("map", str(wanted.template))


@router.post("/imports/{name}/preview", name="preview_import")
def preview_import(
    request: Request,
    name: Name,
    wanted: WantedMap,
    viewer: Annotated[Viewer, Depends(require("preview_import"))],
    rows: Annotated[int, Query(ge=1, le=500)] = 20,
) -> Preview:
    """The first rows as they would be read by a map; what is wrong with the map itself is among the findings."""
    with _file(request, viewer, name) as (connection, one, data):
        try:
            map_name, map_data = _map_of(connection, one, wanted)
            mapping = read_mapping(map_data, map_name)
        except FindingError as error:
            found = _no_rows(one, data, wanted) or error.findings
            said = [with_cell(finding, "") for finding in found]
            return Preview(series=[], rows=[], readings=0, findings=said)
        judged = judge(head_of(data), one.name, mapping, first=rows)
    with summing(request) as everyone:
        others = header_warnings(everyone, one.org, mapping, judged, wanted.enterprise)
    letters = addresses(judged)
    series = [
        PreviewSeries(series=id_, unit=found.rule.unit, header=" × ".join(found.rule.columns))
        for id_, found in judged.found.items()
    ]
    return Preview(
        series=series,
        rows=_rows(judged),
        readings=judged.readings,
        findings=[
            with_cell(one, cell_of(one, letters)) for one in [*others, *judged.findings][:_PREVIEW_FINDINGS]
        ],
    )


def _no_rows(one: Staged, data: bytes, wanted: WantedMap) -> list[Finding]:
    """That nothing stands under the header, which is why no column could be told to be the time."""
    asked = wanted.plan
    if asked is None or asked.time.column or asked.time.year:
        return []
    grids = look(head_of(data), one.name, asked.sheet or None)
    last = asked.header + asked.header_rows - 1 + asked.skip
    if not grids or any(
        number > last and any(row) for row, number in zip(grids[0].rows, grids[0].numbers, strict=True)
    ):
        return []
    return [Finding("monitoring.workbook.no_rows", {"file": one.name})]


def _rows(judged: Judged) -> list[PreviewRow]:
    named_ = {(found.device, found.rule.stream): series for series, found in judged.found.items()}
    made: list[PreviewRow] = []
    for number, batch in enumerate(judged.batches):
        for at, key in enumerate(batch.keys):
            values: list[PreviewValue] = []
            for column in batch.columns:
                state, provenance = column.states[at], column.provenances[at]
                if key is None or state is None:
                    continue
                values.append(
                    PreviewValue(
                        series=named_.get((key[0], column.stream), column.stream),
                        value=column.texts[at],
                        state=state.value,
                        provenance=None if provenance is None else provenance.value,
                    )
                )
            time = None if key is None else key[1].isoformat(sep=" ", timespec="minutes")
            row = batch.records[at] & ((1 << TABLE_SHIFT) - 1)
            made.append(PreviewRow(sheet=judged.tables[number].sheet, row=row, time=time, values=values))
    return made


@router.put("/imports/{name}/map", name="map_import")
def map_import(
    request: Request, name: Name, wanted: WantedMap, viewer: Annotated[Viewer, Depends(require("map_import"))]
) -> ImportBody:
    """Settle the map that the file is read with; an earlier check of the file is void."""
    with reading(request, viewer) as connection:
        one = own_import(connection, viewer, name, hold=True)
        staging.need(one, staging.MAPPABLE)
        try:
            map_name, map_data = _map_of(connection, one, wanted)
        except FindingError:
            if found := _no_rows(one, staging.data_of(connection, one), wanted):
                raise FindingError(found) from None
            raise
        read_mapping(map_data, map_name)
        plan = _plan_of(connection, one, wanted)
        staging.clear_findings(connection, one)
        changed = staging.change(
            connection, one, clock_of(request), state="mapped", map=map_data, map_name=map_name, plan=plan,
            judged=None, problem=None,
        )  # fmt: skip
        return body(changed, [])


def _plan_of(connection: Connection, one: Staged, wanted: WantedMap) -> dict[str, Any] | None:
    """The columns as pointed at, kept so that they can be changed and used again."""
    made: ColumnMap | None = wanted.plan
    if made is not None:
        return asdict(made)
    kind, _, which = str(wanted.template).partition(":")
    old = staging.get(connection, which, one.org) if kind == "earlier" else None
    return None if old is None or old.plan is None else dict(old.plan)


@router.get("/imports/{name}/map.toml", name="get_import_map")
def get_import_map(
    request: Request, name: Name, viewer: Annotated[Viewer, Depends(require("get_import_map"))]
) -> Response:
    """The map as TOML: the same that `tansuo import readings FILE --map` reads."""
    with reading(request, viewer) as connection:
        one = own_import(connection, viewer, name)
    if one.map is None:
        raise not_found("map", name)
    return _download(one.map, one.map_name or "map.toml", "application/toml")


@router.get("/imports/{name}/findings", name="list_import_findings")
def list_import_findings(
    request: Request,
    name: Name,
    viewer: Annotated[Viewer, Depends(require("list_import_findings"))],
    severity: Annotated[list[Literal["error", "warning", "info"]] | None, Query()] = None,
    code: Annotated[list[str] | None, Query()] = None,
    sheet: Annotated[str | None, Query(max_length=64)] = None,
    column: Annotated[str | None, Query(max_length=400)] = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> FindingPage:
    """What the check found, by sheet and row, narrowed and a page at a time."""
    with reading(request, viewer) as connection:
        one = own_import(connection, viewer, name)
        total, found = kept_findings.page(
            connection, one, severities=severity or (), codes=code or (), sheet=sheet, column=column,
            offset=offset, limit=limit,
        )  # fmt: skip
    return FindingPage(total=total, findings=[with_cell(finding, cell) for finding, cell in found])


@router.get("/imports/{name}/mends", name="list_import_mends")
def list_import_mends(
    request: Request, name: Name, viewer: Annotated[Viewer, Depends(require("list_import_mends"))]
) -> Mends:
    """The mends that a corrected copy would make: only such as can be read in one way."""
    with _file(request, viewer, name) as (connection, one, data):
        found = kept_findings.findings_of(connection, one)
        _, _, made = _mended(one, data, found)
    errors = sum(1 for finding in found if finding.severity == "error")
    listed = [
        MendBody(
            sheet=mend.sheet, row=mend.row, cell=f"{column_letters(mend.column)}{mend.row}",
            before=mend.before, after=mend.after, rule=mend.rule,
        )
        for mend in made
    ]  # fmt: skip
    return Mends(mends=listed, left=max(0, errors - len(listed)))


def _mended(
    one: Staged, data: bytes, found: Sequence[Finding]
) -> tuple[list[Any], dict[tuple[str, str], int], list[Mend]]:
    """The sheets of a file, where its headers stand, and the mends its findings allow."""
    grids = read_grids(unpack(data, one.name), one.name, LIMITS)
    mapping = read_mapping(one.map or b"", one.map_name or "")
    columns: dict[tuple[str, str], int] = {}
    rows = {(rule.file.header, rule.file.header_rows) for rule in mapping.tables}
    for grid in grids:
        for number, deep in [(0, 1)] if grid.kind == "parquet" else sorted(rows, reverse=True):
            if number in grid.numbers:
                names = names_of(grid, grid.numbers.index(number), deep)
                columns.update({(grid.name, name): at for at, name in reversed(list(enumerate(names)))})
    return grids, columns, mends(grids, found, columns)


@router.get("/imports/{name}/corrected.xlsx", name="get_corrected_import")
def get_corrected_import(
    request: Request,
    name: Name,
    viewer: Annotated[Viewer, Depends(require("get_corrected_import"))],
    language: Lang = "zh",
    mend: Annotated[bool, Query(description="Make the mends that are listed")] = False,
) -> Response:
    """The own file with what was found marked in its cells and listed beside; with `mend`, mended where it is safe."""
    with _file(request, viewer, name) as (connection, one, data):
        found = kept_findings.findings_of(connection, one)
        if one.judged is None:
            raise refused("import_without_check", file=one.name)
        grids, columns, made = _mended(one, data, found)
        copy = marked(grids, found, columns, language, made if mend else ())
    stem = one.name.rsplit(".", 1)[0]
    what = ("修正" if mend else "问题") if language == "zh" else ("mended" if mend else "findings")
    return _download(copy, f"{stem}-{what}.xlsx")


def _download(data: bytes, name: str, media_type: str = XLSX) -> Response:
    """A file for the browser to keep, under its own name."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type=media_type, headers={"Content-Disposition": disposition})
