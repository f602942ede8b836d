"""TOML → Mapping. Whatever is unclear is refused with the key, what was wanted and the nearest known name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Words
from decimal import Decimal

from tansuo.monitoring.connectors.workbook import encoding
from tansuo.monitoring.connectors.workbook.cells import NumberStyle
from tansuo.monitoring.connectors.workbook.map_time import time_rule
from tansuo.monitoring.connectors.workbook.mapping import (
    AcrossRule,
    Condition,
    Duplicates,
    FileRule,
    Form,
    Format,
    Mapping,
    ProvenanceRule,
    SeriesRule,
    StateRule,
    SubjectRule,
    TableRule,
    Template,
    Test,
)
from tansuo.monitoring.connectors.workbook.section import Section
from tansuo.quantity.decimals import Rounding
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.state import Provenance, State
from tansuo.quantity.unit import UnitError, parse_unit

FORMATS: Words[str, Format] = {"auto": "auto", "csv": "csv", "xlsx": "xlsx", "parquet": "parquet"}
FORMS: Words[str, Form] = {
    "interval_amount": "interval_amount", "register": "register", "rate": "rate", "ratio": "ratio",
}  # fmt: skip
DUPLICATES: Words[str, Duplicates] = {"refuse": "refuse", "first": "first", "last": "last"}
ROUNDINGS: Words[str, Rounding] = {"half_even": "half_even", "half_up": "half_up"}
DELIMITERS = {"auto": "auto", ",": ",", ";": ";", "\t": "\t", "tab": "\t", "|": "|", ":": ":", " ": " "}
NO_VALUE = {one.value: one for one in State if not one.has_value}
PROVENANCES = {one.value: one for one in Provenance}
LONGEST_DECIMALS = 12

_TABLE_KEYS = (
    "file", "columns", "where", "timestamp", "across", "key", "words", "state", "provenance", "series",
    "breakdowns", "fill_down", "duplicates", "enterprise", "source", "meter", "subject",
)  # fmt: skip
_TESTS: Words[str, tuple[Test, bool]] = {
    "is": ("in", True), "is_not": ("in", False), "in": ("in", True), "not_in": ("in", False),
    "empty": ("empty", True), "zero": ("zero", True), "zero_or_empty": ("zero_or_empty", True),
}  # fmt: skip


def read_mapping(data: bytes, name: str) -> Mapping:
    """The mapping in a TOML file. FindingError with everything that is wrong in it, by key."""
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = str(error)
        raise FindingError(
            Finding("monitoring.workbook.map_not_toml", {"file": name}, {"reason": reason})
        ) from None
    findings: list[Finding] = []
    root = Section(raw, "", name, findings)
    mapping = _mapping(root)
    if findings:
        raise FindingError(findings)
    return mapping


def _mapping(root: Section) -> Mapping:
    identity = root.text("map", required=True)
    if identity and not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", identity):
        root.complain("map_value", "map", value=identity, wanted="a name such as steel_15min")
    inner = root.tables("table")
    for key in _TABLE_KEYS:
        root.raw(key)
    if inner:
        tables = [_table(_inherit(root, one), number) for number, one in enumerate(inner)]
    else:
        tables = [_table(root, 0)]
    mapping = Mapping(
        id=identity,
        title_zh=root.text("title_zh", identity),
        title_en=root.text("title_en", identity),
        tables=tuple(tables),
        source=root.text("source_text"),
        license=root.text("license"),
        synthetic=root.flag("synthetic") is True,
        several=bool(inner),
    )
    root.close()
    return mapping


def _inherit(root: Section, own: Section) -> Section:
    """A ``[[table]]`` takes what it does not write from the top of the map, key by key."""
    above = {key: root.raw(key) for key in _TABLE_KEYS if root.has(key)}
    for key in own.names():
        if key not in _TABLE_KEYS:
            own.complain("map_key_unknown", key, near=", ".join(_TABLE_KEYS))
    return Section({**above, **{key: own.raw(key) for key in own.names()}}, own.path, own.file, own.findings)


def _table(at: Section, number: int) -> TableRule:
    states = _state_rules(at)
    provenances = _provenance_rules(at)
    aliases_at = at.table("columns")
    aliases = {} if aliases_at is None else {name: aliases_at.texts(name) for name in aliases_at.names()}
    across_at = at.table("across")
    time_at = at.table("timestamp") or _absent(at, "timestamp")
    enterprise_at = at.table("enterprise")
    sources = at.tables("source")
    subjects = [_subject(one, "emission_source") for one in sources]
    subjects += [_subject(one, "meter") for one in at.tables("meter")]
    subjects += [_subject(one, "facility") for one in at.tables("subject")]
    series = tuple(_series(one, states, provenances) for one in at.tables("series"))
    if not series:
        at.complain("map_key_missing", "series")
    key_at = at.table("key")
    device, key = _device(key_at) if key_at else (Template(""), ())
    if key_at is None:
        _absent(at, "key")
    across = _across(across_at) if across_at else None
    time = time_rule(time_at, read_conditions)
    _same_streams(at, series)
    enterprise = _subject(enterprise_at, "enterprise") if enterprise_at else None
    _keyed(at, key, series, [*subjects, *([enterprise] if enterprise else [])])
    return TableRule(
        number=number,
        file=_file(at.table("file")),
        time=time,
        device=device,
        key=key,
        series=series,
        aliases=aliases,
        where=read_conditions(at, "where"),
        words=_words(at),
        breakdowns=at.texts("breakdowns"),
        fill_down=at.texts("fill_down"),
        duplicates=at.choice("duplicates", DUPLICATES, "refuse"),
        across=across,
        enterprise=enterprise,
        subjects=tuple(subjects),
    )


def _absent(at: Section, key: str) -> Section:
    at.complain("map_key_missing", key)
    return Section({}, at.place(key), at.file, [])


def _same_streams(at: Section, series: tuple[SeriesRule, ...]) -> None:
    seen: set[str] = set()
    for one in series:
        if one.stream in seen:
            at.complain("map_value", "series.name", value=one.stream, wanted="a name no other series has")
        seen.add(one.stream)


def _keyed(
    at: Section, key: tuple[str, ...], series: tuple[SeriesRule, ...], subjects: list[SubjectRule]
) -> None:
    """What identifies may be filled from key columns only, so that it cannot change from row to row."""
    templates = [("series.id", one.id) for one in series]
    templates += [("series.source", one.source) for one in series if one.source]
    templates += [("series.meter", one.meter) for one in series if one.meter]
    templates += [(f"{one.kind}.id", one.id) for one in subjects]
    templates += [(f"{one.kind}.relations", other) for one in subjects for _, other in one.relations]
    for name, template in templates:
        for column in template.columns:
            if column not in key:
                at.complain(
                    "map_value", name, value=f"{{{column}}}", wanted=f"a column of key: {', '.join(key)}"
                )


def _file(at: Section | None) -> FileRule:
    if at is None:
        return FileRule()
    named = at.text("encoding", "auto")
    known = "auto" if named == "auto" else encoding.known(named)
    if known is None:
        at.complain("map_value", "encoding", value=named, wanted="auto | " + " | ".join(encoding.ENCODINGS))
    sheet = at.raw("sheet")
    if sheet is not None and (isinstance(sheet, bool) or not isinstance(sheet, (str, int))):
        at.complain("map_value", "sheet", value=str(sheet), wanted="a sheet's name or number")
    rule = FileRule(
        format=at.choice("format", FORMATS, "auto"),
        encoding=known or "auto",
        delimiter=at.choice("delimiter", DELIMITERS, "auto"),
        sheet=sheet if isinstance(sheet, (str, int)) else 1,
        header=at.integer("header", 1, least=1),
        header_rows=at.integer("header_rows", 1, least=1),
        skip=at.integer("skip", 0),
        until=at.texts("until"),
        sums=at.texts("sums"),
        style=NumberStyle(
            at.choice("decimal_mark", {".": ".", ",": ","}, "."),
            at.choice("thousands", {"": "", ",": ",", ".": ".", " ": " ", "'": "'"}, ""),
        ),
    )
    at.close()
    return rule


def _device(at: Section) -> tuple[Template, tuple[str, ...]]:
    columns = at.texts("columns")
    device = read_template(at, "device", required=True)
    if not columns:
        columns = device.columns
    at.close()
    return device, columns


def read_template(at: Section, key: str, default: str = "", *, required: bool = False) -> Template:
    """A text with ``{column}`` places; braces that do not pair are a finding."""
    text = at.text(key, default, required=required)
    template = Template(text)
    try:
        _ = template.columns
    except ValueError as error:
        at.complain("map_value", key, value=text, wanted=f"a text with {{column}} places ({error})")
        return Template("")
    return template


def read_conditions(at: Section, key: str) -> tuple[Condition, ...]:
    """Conditions that must all hold: tables with ``column`` and exactly one test."""
    found: list[Condition] = []
    for one in at.tables(key):
        column = one.text("column", required=True)
        tests = [name for name in _TESTS if one.has(name)]
        if len(tests) != 1:
            one.complain("map_value", "column", value=column, wanted="exactly one of " + " ".join(_TESTS))
        for name in tests[:1]:
            test, holds = _TESTS[name]
            if test == "in":
                found.append(Condition(column, test, frozenset(one.texts(name)), holds))
            else:
                found.append(Condition(column, test, holds=one.flag(name) is not False))
        one.close()
    return tuple(found)


def _state_rules(at: Section) -> tuple[StateRule, ...]:
    rules = []
    for one in at.tables("state"):
        when = read_conditions(one, "when")
        if not when:
            one.complain("map_key_missing", "when")
        rules.append(StateRule(when, one.choice("is", NO_VALUE, State.MISSING)))
        one.close()
    return tuple(rules)


def _provenance_rules(at: Section) -> tuple[ProvenanceRule, ...]:
    stated = at.raw("provenance")
    if isinstance(stated, str):
        return (ProvenanceRule((), at.choice("provenance", PROVENANCES, Provenance.MEASURED)),)
    rules = []
    for one in at.tables("provenance"):
        when = read_conditions(one, "when")
        if not one.has("is"):
            one.complain("map_key_missing", "is")
        rules.append(ProvenanceRule(when, one.choice("is", PROVENANCES, Provenance.MEASURED)))
        one.close()
    return tuple(rules)


def _words(at: Section) -> dict[str, State]:
    section = at.table("words")
    if section is None:
        return {}
    return {word: section.choice(word, NO_VALUE, State.MISSING) for word in section.names()}


def _across(at: Section) -> AcrossRule:
    text = at.text("pattern", required=True)
    try:
        pattern = re.compile(text)
    except re.error as error:
        at.complain("map_value", "pattern", value=text, wanted=f"a regular expression ({error})")
        pattern = re.compile("$^")
    rule = AcrossRule(pattern, at.text("value", "value"), at.text("part", "part"))
    at.close()
    return rule


def _subject(at: Section, kind: str) -> SubjectRule:
    attributes_at = at.table("attributes")
    relations_at = at.table("relations")
    name_zh = read_template(at, "name_zh", required=True)
    name_en = read_template(at, "name_en", name_zh.text)
    named = attributes_at.names() if attributes_at else []
    related = relations_at.names() if relations_at else []
    rule = SubjectRule(
        id=read_template(at, "id", required=True),
        kind=at.text("kind", kind),
        name_zh=name_zh,
        name_en=name_en,
        attributes={name: read_template(attributes_at, name) for name in named} if attributes_at else {},
        relations=tuple((name, read_template(relations_at, name)) for name in related)
        if relations_at
        else (),
    )
    at.close()
    return rule


def _series(
    at: Section, states: tuple[StateRule, ...], provenances: tuple[ProvenanceRule, ...]
) -> SeriesRule:
    stream = at.text("name", required=True)
    columns = at.texts("value")
    if not columns:
        at.complain("map_key_missing", "value")
    unit = _unit(at, "unit", "")
    form = at.choice("form", FORMS, "interval_amount")
    target = _unit(at, "target", _default_target(form, unit))
    _one_kind(at, form, unit, target)
    decimals = at.integer("decimals", 0)
    if not at.has("decimals"):
        at.complain("map_key_missing", "decimals")
    if decimals > LONGEST_DECIMALS:
        at.complain("map_value", "decimals", value=decimals, wanted=f"at most {LONGEST_DECIMALS}")
    times = at.decimal("times")
    rounding = at.choice("rounding", ROUNDINGS, "half_even") if at.has("rounding") else None
    own_states = _state_rules(at)
    own_provenances = _provenance_rules(at)
    attributes = at.words("attributes")
    if form == "rate":
        attributes.setdefault("amount_unit", target)
    rule = SeriesRule(
        stream=stream,
        id=read_template(at, "id", required=True),
        columns=columns,
        times=Decimal(1) if times is None else times,
        unit=unit,
        target=target,
        decimals=decimals,
        form=form,
        indicator=at.text("indicator", required=True),
        title_zh=at.text("title_zh", stream),
        title_en=at.text("title_en", stream),
        where=read_conditions(at, "where"),
        rounding=rounding,
        states=own_states or states,
        provenances=own_provenances or provenances or (ProvenanceRule((), Provenance.MEASURED),),
        flag=at.text("flag"),
        lower=at.decimal("min"),
        upper=at.decimal("max"),
        refuse_out_of_range=at.choice("out_of_range", {"say": "say", "refuse": "refuse"}, "say") == "refuse",
        optional=at.flag("optional") is True,
        empty_is_silent=at.choice("empty", {"missing": "missing", "nothing": "nothing"}, "missing")
        == "nothing",
        required=at.flag("required") is not False,
        authoritative=at.flag("authoritative") is not False,
        source=read_template(at, "source") if at.has("source") else None,
        meter=read_template(at, "meter") if at.has("meter") else None,
        attributes=attributes,
    )
    at.close()
    return rule


def _unit(at: Section, key: str, default: str) -> str:
    text = at.text(key, default, required=not default and key == "unit")
    try:
        if text:
            parse_unit(text)
    except UnitError as error:
        at.findings.extend(error.findings)
        at.complain("map_value", key, value=text, wanted="a unit of quantity/units.toml")
        return default
    return text


def _default_target(form: Form, unit: str) -> str:
    """The unit in which a series adds up where the map does not say: a rate's is its unit times time."""
    if form != "rate" or not unit:
        return unit
    over, slash, _ = unit.rpartition("/")
    return over if slash else unit + "h"


def _one_kind(at: Section, form: Form, unit: str, target: str) -> None:
    if not unit or not target:
        return
    try:
        summed = parse_unit(unit) * parse_unit("s") if form == "rate" else parse_unit(unit)
        fits = summed.dimensions == parse_unit(target).dimensions
    except UnitError:
        fits = False
    if not fits:
        at.complain("map_value", "target", value=target, wanted=f"a unit of one kind with the sums of {unit}")
