"""The workspace's page: which files it names, what it carries, and what it says while it is being built."""

import json
from pathlib import Path

import pytest

from tansuo.reporting.workspace import ENTRY, Built

CHUNK = "src/features/ledger/index.tsx"


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """A build of two chunks that share a third."""
    manifest = {
        ENTRY: {"file": "assets/main-1.js", "css": ["assets/main-1.css"], "imports": ["_shared.js"]},
        CHUNK: {
            "file": "assets/ledger-1.js",
            "imports": [ENTRY, "_table.js"],
            "css": ["assets/ledger-1.css"],
        },
        "_shared.js": {"file": "assets/shared-1.js"},
        "_table.js": {"file": "assets/table-1.js"},
    }
    (tmp_path / "assets").mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "assets/main-1.js").write_text("start()")
    (tmp_path / "assets/main-1.js.br").write_bytes(b"brotli")
    (tmp_path / "secret.txt").write_text("not an asset")
    return Built(tmp_path)


def test_a_part_of_the_workspace_is_fetched_beside_its_start(built: Built) -> None:
    page = built.page("zh", "ledger/12", "n0nce", {})
    assert '<script type="module" src="/assets/main-1.js">' in page
    for file in ("ledger-1.js", "shared-1.js", "table-1.js"):
        assert f'rel="modulepreload" href="/assets/{file}"' in page
    assert page.count("main-1.js") == 1
    assert 'href="/assets/ledger-1.css"' in page
    assert "ledger-1" not in built.page("zh", "explore", "n0nce", {})


def test_what_the_page_carries_cannot_end_its_element(built: Built) -> None:
    page = built.page("en", "", "n0nce", {"label": "</script><script>alert(1)</script>"})
    carried = page.partition('id="boot">')[2].partition("</script>")[0]
    assert json.loads(carried) == {"label": "</script><script>alert(1)</script>"}


def test_a_workspace_not_yet_built_says_so_and_looks_again(tmp_path: Path) -> None:
    page = Built(tmp_path / "absent").page("zh", "", "n0nce", {})
    assert "工作台正在构建" in page
    assert 'http-equiv="refresh"' in page
    assert "The workspace is being built" in Built(tmp_path / "absent").page("en", "", "n0nce", {})


def test_a_file_is_sent_as_the_browser_takes_it(built: Built) -> None:
    compressed, plain = built.asset("main-1.js", "gzip, br;q=1.0"), built.asset("main-1.js", "")
    assert compressed is not None and plain is not None
    assert (compressed.data, compressed.encoding) == (b"brotli", "br")
    assert (plain.data, plain.encoding) == (b"start()", "")


@pytest.mark.parametrize("name", ["../secret.txt", "absent.js", "../manifest.json", "%2e%2e/secret.txt"])
def test_nothing_outside_the_assets_is_sent(built: Built, name: str) -> None:
    assert built.asset(name, "br") is None
