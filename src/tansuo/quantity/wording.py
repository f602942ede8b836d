"""What findings say, in Chinese and in English.

The words live in ``src/tansuo/<package>/findings.toml`` (one file a package, the code starts with the package's name):

    ["monitoring.hj212.crc_mismatch"]
    zh = "校验码不符：帧内 {sent}，计算 {computed}"
    en = "CRC differs: {sent} in the frame, {computed} computed"
    remedy_zh = "…"
    remedy_en = "…"
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from tansuo.quantity.finding import SPOKEN, Finding

Language = Literal["zh", "en"]

_PLACES: Mapping[str, tuple[str, str]] = {
    "file": ("文件", "file"),
    "sheet": ("工作表", "sheet"),
    "row": ("行", "row"),
    "column": ("列", "column"),
    "line": ("行", "line"),
    "frame": ("帧", "frame"),
    "field": ("字段", "field"),
    "clause": ("条款", "clause"),
    "pack": ("方法包", "pack"),
    "method": ("方法", "method"),
    "symbol": ("符号", "symbol"),
    "table": ("表", "table"),
    "key": ("键", "key"),
    "case": ("算例", "case"),
    "sample": ("样品", "sample"),
    "entry": ("条目", "entry"),
    "device": ("设备", "device"),
    "series": ("序列", "series"),
    "time": ("时间", "time"),
    "period": ("期间", "period"),
    "cell": ("单元", "cell"),
}


def as_json(finding: Finding) -> dict[str, object]:
    """A finding as plain JSON data, with both renderings for readers without our texts."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "where": dict(finding.where),
        "params": dict(finding.params),
        "zh": render(finding, "zh"),
        "en": render(finding, "en"),
    }


class _Named(dict[str, object]):
    """Parameters for ``format_map``; a name the finding does not carry stays visible in its braces."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def render(finding: Finding, language: Language) -> str:
    """What, where, remedy, in one line of ``language``; a code without a text gives the code and its data."""
    text = texts(finding.code.partition(".")[0]).get(finding.code)
    zh = language == "zh"
    named = _Named({**finding.where, **finding.params})
    if text is None:
        what = finding.code + "".join(f" {key}={value}" for key, value in finding.params.items())
        remedy = ""
    else:
        what = text[language].format_map(named)
        remedy = text["remedy_" + language].format_map(named)
    places = [
        f"{_PLACES.get(key, (key, key))[0 if zh else 1]} {value}" for key, value in finding.where.items()
    ]
    if zh:
        place = f"（{'，'.join(places)}）" if places else ""
        return f"{what}{place}。{remedy}" if remedy else what + place
    place = f" ({', '.join(places)})" if places else ""
    return f"{what}{place}. {remedy}" if remedy else what + place


SPOKEN[:] = [lambda finding: render(finding, "en")]


@cache
def texts(package: str) -> Mapping[str, Mapping[str, str]]:
    """All texts of one package: full code → {zh, en, remedy_zh, remedy_en}; empty when it has no file."""
    source = resources.files("tansuo").joinpath(package, "findings.toml")
    if not source.is_file():
        return {}
    found: dict[str, Mapping[str, str]] = {}
    _flatten("", tomllib.loads(source.read_text(encoding="utf-8")), found)
    return {
        code if code.startswith(package + ".") else f"{package}.{code}": text for code, text in found.items()
    }


def _flatten(prefix: str, table: Mapping[str, object], found: dict[str, Mapping[str, str]]) -> None:
    for key, value in table.items():
        if not isinstance(value, Mapping):
            continue
        code = f"{prefix}.{key}" if prefix else key
        if "zh" in value or "en" in value:
            found[code] = {name: str(value.get(name, "")) for name in ("zh", "en", "remedy_zh", "remedy_en")}
        else:
            _flatten(code, value, found)
