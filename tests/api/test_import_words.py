"""Every kind of finding that a check of a file can have is filtered by in words, in both languages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKBOOK = ROOT / "src/tansuo/monitoring/connectors/workbook"
SOURCES = (
    *(
        WORKBOOK / f"{name}.py"
        for name in ("cells", "values", "times", "timestamps", "leaving_out", "table_judge")
    ),
    ROOT / "src/tansuo/monitoring/binding.py",
    ROOT / "src/tansuo/monitoring/importing/foreign.py",
)
CODE = re.compile(
    r'(?:Problem|Refused|_say|_note|_refuse|_tell)\([^"]*"([a-z_]+)"|"monitoring\.(?:workbook\.)?([a-z_]+)"'
)
COMPARED = {"import_differs", "import_other_origin", "import_future", "import_negative", "gap", "gap_of_file"}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_each_kind_of_finding_has_words(language: str) -> None:
    texts = (ROOT / f"web/src/i18n/{language}/imports.ts").read_text(encoding="utf-8")
    worded = set(re.findall(r"'kind\.(\w+)': '[^']+'", texts))
    said = {one or other for path in SOURCES for one, other in CODE.findall(path.read_text(encoding="utf-8"))}
    said -= {"label", "error", "warning", "info"}
    assert len(said) > 30
    assert said | COMPARED <= worded
