"""The page frame: templates, words, and what every page says about itself (as known when, synthetic, permalink)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from tansuo.reporting.head_code import head_code
from tansuo.reporting.numbers import grouped, percent, short_hash, shown

Language = Literal["zh", "en"]
NAVIGATION = (("overview", ""), ("methods", "methods"), ("ledger", "ledger"))


@cache
def _texts() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for source in files("tansuo.reporting").iterdir():
        if source.name.startswith("texts") and source.name.endswith(".toml"):
            for key, pair in tomllib.loads(source.read_text("utf-8")).items():
                found[key] = (pair[0], pair[1])
    return found


def words(language: Language) -> Callable[..., str]:
    """The translator of one language: `t(key, **names)`. An unknown key raises KeyError (a test walks them all)."""
    at = 0 if language == "zh" else 1

    def t(key: str, **names: object) -> str:
        text = _texts()[key][at]
        return text.format(**names) if names else text

    return t


def indicator_name(t: Callable[..., str], code: str) -> str:
    """What a monitored indicator is called; its code where it has no name of ours."""
    try:
        return t(f"indicator.{code}")
    except KeyError:
        return code


def language_of(path: str, accepts: str = "") -> Language:
    """The language of a request: its path's first part, else the browser's wish, else Chinese."""
    head = path.strip("/").partition("/")[0]
    if head in ("zh", "en"):
        return "en" if head == "en" else "zh"
    first = accepts.partition(",")[0].strip().lower()
    return "en" if first.startswith("en") else "zh"


def _style() -> Markup:
    return Markup(style())  # noqa: S704 - our own file


@cache
def style() -> str:
    """The one style sheet, inlined in every page so that a saved page stays whole."""
    return files("tansuo.reporting").joinpath("templates/style.css").read_text("utf-8").replace("\n", "")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tansuo.reporting"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(grouped=grouped, shown=shown, short_hash=short_hash, head_code=head_code)
    environment.globals.update(percent=percent)
    return environment


def _quoted(path: str) -> str:
    """A path as an address writes it: ids may hold Chinese, spaces or a question mark."""
    return quote(path.lstrip("/"), safe="/-._~!$&'()*+,;=:@")


@dataclass(frozen=True, slots=True)
class Page:
    """What the frame of every page needs. `path` has no language; `kept` are query parameters that stay.

    `head`: the newest signed checkpoint, printed as a QR code.
    """

    language: Language
    section: str
    path: str
    city: str
    origin: str
    size: int
    size_time: str
    as_of_fixed: bool = False
    known_on: str = ""
    ahead: str = ""
    today: str = ""
    as_of_day: str = ""
    synthetic: bool = False
    viewer: str = ""
    form_token: str = ""
    kept: Sequence[tuple[str, str]] = ()
    pick_date: bool = True
    head: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def navigation(self) -> list[tuple[str, str]]:
        """Sections with their addresses, the as-of point carried along."""
        tail = f"?as_of={self.size}" if self.as_of_fixed else ""
        return [(key, f"/{self.language}/{part}{tail}") for key, part in NAVIGATION]

    def link(self, path: str, **query: object) -> str:
        """The address of another page in this language, keeping the as-of point when one is fixed."""
        items = [(key, str(value)) for key, value in query.items() if value not in (None, "")]
        if self.as_of_fixed and "as_of" not in query:
            items.append(("as_of", str(self.size)))
        tail = f"?{urlencode(items)}" if items else ""
        return f"/{self.language}/{_quoted(path)}{tail}"

    @property
    def permalink(self) -> str:
        """This page for ever: the same address with its as-of point written out."""
        items = [*self.kept, ("as_of", str(self.size))]
        return f"{self.full_path}?{urlencode(items)}"

    @property
    def full_path(self) -> str:
        """This page's path with its language."""
        return f"/{self.language}/{_quoted(self.path)}"

    @property
    def other_language_href(self) -> str:
        """The same page in the other language, at the same as-of point."""
        other = "en" if self.language == "zh" else "zh"
        items = list(self.kept)
        if self.as_of_fixed:
            items.append(("as_of", str(self.size)))
        tail = f"?{urlencode(items)}" if items else ""
        return f"/{other}/{_quoted(self.path)}{tail}"


def render_page(template: str, page: Page, *, title: str, **values: object) -> str:
    """One whole HTML document. Undefined names in a template raise, so a page is never half empty."""
    t = words(page.language)
    return (
        _environment()
        .get_template(template)
        .render(page=page, title=title, t=t, style=_style(), link=page.link, **values)
    )


def render_bare(template: str, language: Language, **values: object) -> str:
    """An HTML document without the frame of a page: it says nothing of the ledger's state."""
    return (
        _environment()
        .get_template(template)
        .render(language=language, t=words(language), style=_style(), **values)
    )


def problem_page(language: Language, status: int, lines: Sequence[str], back: str = "") -> str:
    """The page for an error: what, where, remedy; no ledger state, for it may be the database that is down.

    ``back``: the address of the receipt whose form was refused.
    """
    return render_bare("problem.html", language, status=status, lines=lines, back=back)
