"""The workspace's page: the one HTML document that starts the browser application, and the files it is built of."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection

from tansuo.evidence.clock import Clock
from tansuo.evidence.ledger import get
from tansuo.evidence.moment import civil, zone_of
from tansuo.reporting.frame import city_name
from tansuo.reporting.html import Language, render_bare

ENTRY = "src/app/main.tsx"
FEATURE = "src/features/{name}/index.tsx"
HOME = "home"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One built file as it goes over the wire; ``encoding`` is empty where it is sent as it is."""

    data: bytes
    media_type: str
    encoding: str


class Built:
    """The built workspace in one folder, read when it is asked for: a source tree may build it while we run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest: tuple[int, Mapping[str, Any]] | None = None

    @classmethod
    def here(cls) -> Built:
        """The folder ``TANSUO_STATIC`` names, else the package's own."""
        named = os.environ.get("TANSUO_STATIC")
        return cls(Path(named) if named else Path(str(files("tansuo"))) / "static")

    @property
    def manifest(self) -> Mapping[str, Any] | None:
        """Which source became which file; None while nothing has been built."""
        file = self.folder / "manifest.json"
        try:
            changed = file.stat().st_mtime_ns
            if self._manifest is None or self._manifest[0] != changed:
                self._manifest = (changed, json.loads(file.read_text("utf-8")))
        except FileNotFoundError:
            return None
        return self._manifest[1]

    def asset(self, name: str, accepts: str) -> Asset | None:
        """A file below ``assets/`` in the best encoding the browser takes; None where there is no such file."""
        file = (self.folder / "assets" / name).resolve()
        if not file.is_relative_to((self.folder / "assets").resolve()) or file.suffix not in TYPES:
            return None
        offered = {part.partition(";")[0].strip() for part in accepts.split(",")}
        for encoding, ending in (*(one for one in ENCODINGS if one[0] in offered), ("", "")):
            place = file.with_name(file.name + ending)
            if place.is_file():
                return Asset(place.read_bytes(), TYPES[file.suffix], encoding)
        return None

    def page(
        self,
        language: Language,
        path: str,
        nonce: str,
        boot: Mapping[str, object],
        data: Sequence[str] = (),
    ) -> str:
        """The document for the workspace address ``path``; a page that looks again while it is being built.

        ``boot`` goes into the page as JSON; ``data`` are addresses the browser fetches beside the script.
        """
        manifest = self.manifest
        if manifest is None:
            return render_bare("workspace_missing.html", language)
        feature = FEATURE.format(name=path.partition("/")[0] or HOME)
        wanted = [ENTRY, *([feature] if feature in manifest else [])]
        chunks = _closure(manifest, wanted)
        script = str(manifest[ENTRY]["file"])
        return render_bare(
            "workspace.html",
            language,
            nonce=nonce,
            script=script,
            styles=[style for chunk in chunks for style in chunk.get("css", ())],
            preloads=[str(chunk["file"]) for chunk in chunks if chunk["file"] != script],
            data=list(data),
            # A closing tag inside a string must not end the element.
            boot=Markup(json.dumps(boot, ensure_ascii=False).replace("<", "\\u003c")),  # noqa: S704
        )


def ledger_facts(connection: Connection, clock: Clock) -> dict[str, object]:
    """What every page of the workspace says of the ledger behind it; empty texts while there is none."""
    genesis = get(connection, 0)
    zone = zone_of(connection)
    return {
        "origin": str(genesis.body["origin"]) if genesis else "",
        "synthetic": bool(genesis and genesis.body.get("demo")),
        "today": civil(clock.now_ms(), zone).date().isoformat(),
        "zone": zone,
        "city_zh": city_name(connection, "zh") if genesis else "",
        "city_en": city_name(connection, "en") if genesis else "",
    }


def _closure(manifest: Mapping[str, Any], names: Sequence[str]) -> list[Mapping[str, Any]]:
    """The chunks of ``names`` and all they import at once, each once, in that order."""
    found: dict[str, Mapping[str, Any]] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = manifest[name]
            waiting += manifest[name].get("imports", ())
    return list(found.values())
