"""``verify.html``: the second verifier as one page that works from a disk and forbids itself every connection.

It is put together from the JavaScript modules beside ``tansuo.verify``: each in a function of its own, its imports
and exports turned into names of one table. The same sources give the same bytes.
"""

import base64
import json
import re
import tomllib
from functools import cache
from hashlib import sha256
from importlib import resources

MODULES = (
    "bytes", "ed25519", "canonical", "decimal", "units", "period", "ladder", "method", "note", "archive", "book",
    "laboratory", "sources", "samples", "tokens", "sm3", "under", "receipt", "check", "page",
)  # fmt: skip
"""In an order in which every module stands after those it imports."""

_IMPORT = re.compile(r"^import \{([^}]*)\} from '\./([a-z0-9]+)\.js';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE)
_EXPORT_LIST = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)


@cache
def verifier_page() -> bytes:
    """``verify.html``, UTF-8: no other file, no network, no library."""
    units = tomllib.loads(resources.files("tansuo.quantity").joinpath("units.toml").read_text("utf-8"))
    table = {
        "prefixes": units["prefixes"],
        "substances": sorted(units["substances"]),
        "unit": [{name: row[name] for name in row if name != "source"} for row in units["unit"]],
    }
    parts = [
        "'use strict';\n",
        f"const UNITS = {_script(table)};\n",
        f"const WORDS = {_script(json.loads(_text('words.json')))};\n",
    ]
    parts += ["const modules = {};\n", *(_module(name) for name in MODULES)]
    script, style = "".join(parts), _text("page.css")
    page = _text("page.html")
    for name, text in (
        ("script_hash", _hash(script)),
        ("style_hash", _hash(style)),
        ("style", style),
        ("script", script),
    ):
        page = page.replace("{" + name + "}", text, 1)
    return page.encode()


def verifier_script() -> str:
    """The verifier alone, for a JavaScript engine without a page: it leaves ``verify(bytes, policy, UNITS)``."""
    page = verifier_page().decode()
    script = page.partition("<script>")[2].rpartition("</script>")[0]
    return (
        script.partition("// ---- page.js\n")[0]
        + "globalThis.verifyBundle = (data, policy, given = null) =>\n"
        + "  modules.check.verify(data, policy, UNITS, given);\n"
    )


def _module(name: str) -> str:
    """One module as a function that gives its exports."""
    source = _text(f"{name}.js")
    named = [found[1] for found in _EXPORT.finditer(source)]
    for listed in _EXPORT_LIST.findall(source):
        named += [one.strip() for one in listed.split(",")]
    source = _IMPORT.sub(lambda found: f"const {{{found[1]}}} = modules.{found[2]};\n", source)
    source = _EXPORT_LIST.sub("", _EXPORT.sub("", source))
    given = ", ".join(dict.fromkeys(named))
    return f"// ---- {name}.js\nmodules.{name} = (() => {{\n{source}return {{ {given} }};\n}})();\n"


def _text(name: str) -> str:
    return resources.files("tansuo").joinpath("verify", "page", name).read_text(encoding="utf-8")


def _script(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()
