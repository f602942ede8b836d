"""Reads the wheel's dependencies from requirements.in, so that they are written down once."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """Fills ``project.dependencies`` at build time."""

    def update(self, metadata: dict[str, object]) -> None:
        """Every line of requirements.in that names a package, comments cut off."""
        lines = (Path(self.root) / "requirements.in").read_text(encoding="utf-8").splitlines()
        named = (line.split("#", 1)[0].strip() for line in lines)
        metadata["dependencies"] = [line for line in named if line and not line.startswith("-")]
