"""Tables that lie beside the code: their text by package and name."""

from importlib import resources


def text_of(package: str, name: str) -> str:
    """The text (UTF-8) of a file in a package of ours; FileNotFoundError where there is none."""
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")
