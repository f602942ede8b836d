"""Maps for documents: what a file is (invoice, laboratory report …), of whom, with which particulars."""

from __future__ import annotations

import fnmatch
import mimetypes
import re
import tomllib
from collections.abc import Mapping as Words
from dataclasses import dataclass, field

from tansuo.monitoring.connectors.workbook.map_reader import read_template
from tansuo.monitoring.connectors.workbook.mapping import Template
from tansuo.monitoring.connectors.workbook.section import Section
from tansuo.quantity.finding import Finding, FindingError

UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """Files whose name matches ``name`` (a pattern with named groups) are of one ``kind``.

    ``about`` is the subject they belong to, ``org`` whose they are; both and every field may take the named
    groups of the file's name as ``{group}``.
    """

    name: re.Pattern[str]
    kind: str
    title_zh: Template
    title_en: Template
    org: Template
    about: Template
    fields: Words[str, Template] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Described:
    """What a map says of one file."""

    kind: str
    media_type: str
    org: str
    about: str
    title_zh: str
    title_en: str
    fields: Words[str, str]


@dataclass(frozen=True, slots=True)
class DocumentMap:
    """All rules of a map for documents, in order; the first that matches a file's name describes it."""

    id: str
    rules: tuple[DocumentRule, ...]

    def describe(self, name: str) -> Described | None:
        """What the file is, None where no rule matches its name."""
        for rule in self.rules:
            found = rule.name.fullmatch(name)
            if found is None:
                continue
            words = {key: value or "" for key, value in found.groupdict().items()}
            media_type, packing = mimetypes.guess_type(name, strict=True)
            return Described(
                rule.kind,
                UNKNOWN_TYPE if packing or not media_type else media_type,
                rule.org.fill(words),
                rule.about.fill(words),
                rule.title_zh.fill(words),
                rule.title_en.fill(words),
                {key: template.fill(words) for key, template in rule.fields.items()},
            )
        return None


def read_document_map(data: bytes, name: str) -> DocumentMap:
    """The map in a TOML file. FindingError with everything that is wrong in it, by key."""
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        params = {"reason": str(error)}
        raise FindingError(Finding("monitoring.workbook.map_not_toml", {"file": name}, params)) from None
    findings: list[Finding] = []
    root = Section(raw, "", name, findings)
    identity = root.text("map", required=True)
    for key in ("title_zh", "title_en", "license", "source_text"):
        root.text(key)
    rules = tuple(_rule(one) for one in root.tables("document"))
    if not rules:
        root.complain("map_key_missing", "document")
    root.close()
    if findings:
        raise FindingError(findings)
    return DocumentMap(identity, rules)


def _rule(at: Section) -> DocumentRule:
    pattern = _pattern(at)
    fields_at = at.table("fields")
    kind = at.text("kind", required=True)
    rule = DocumentRule(
        name=pattern,
        kind=kind,
        title_zh=read_template(at, "title_zh", kind),
        title_en=read_template(at, "title_en", kind),
        org=read_template(at, "org", required=True),
        about=read_template(at, "about"),
        fields={key: read_template(fields_at, key) for key in fields_at.names()} if fields_at else {},
    )
    groups = set(pattern.groupindex)
    for template in (rule.title_zh, rule.title_en, rule.org, rule.about, *rule.fields.values()):
        for column in template.columns:
            if column not in groups:
                at.complain(
                    "map_value", "name", value=column, wanted="a named group of the pattern: (?P<name>…)"
                )
    at.close()
    return rule


def _pattern(at: Section) -> re.Pattern[str]:
    """``name`` is a regular expression with named groups, ``files`` the simpler *.pdf."""
    text = at.text("name")
    files = at.text("files")
    if bool(text) is bool(files):
        at.complain("map_value", "name", value=text, wanted="exactly one of name and files (*.pdf)")
    try:
        return re.compile(text if text else fnmatch.translate(files or "*"))
    except re.error as error:
        at.complain("map_value", "name", value=text, wanted=f"a regular expression ({error})")
        return re.compile("$^")
