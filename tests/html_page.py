"""A page as a test reads it: its links, its forms, its tables, the text in each element."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Element:
    """One element: its tag, attributes, children (elements and texts) and parent."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("style", "title", "script"):
                yield from child._texts()
                yield " " if child.tag in ("td", "th", "tr", "p", "dd", "dt", "h1", "h2", "h3", "li") else ""

    @property
    def classes(self) -> set[str]:
        """The element's classes."""
        return set(self.attributes.get("class", "").split())

    def all(self, tag: str = "", cls: str = "") -> "Iterator[Element]":
        """Every element inside with this tag and class, in order."""
        for child in self.children:
            if isinstance(child, Element):
                if (not tag or child.tag == tag) and (not cls or cls in child.classes):
                    yield child
                yield from child.all(tag, cls)

    def one(self, tag: str = "", cls: str = "") -> "Element":
        """The first such element; the test fails where there is none."""
        found = next(self.all(tag, cls), None)
        assert found is not None, f"no <{tag} class={cls}> in {self.text[:80]}"
        return found

    def section(self, name: str) -> "Element":
        """The table that follows the heading with this id."""
        seen = False
        for element in self.all():
            seen = seen or element.attributes.get("id") == name
            if seen and element.tag == "table":
                return element
        raise AssertionError(f"no table after #{name}")

    def rows(self) -> "list[list[Element]]":
        """The cells of every body row of a table."""
        return [
            [cell for cell in row.children if isinstance(cell, Element)]
            for body in self.all("tbody")
            for row in body.all("tr")
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(made)
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self.at = made

    def handle_endtag(self, tag: str) -> None:
        at: Element | None = self.at
        while at is not None and at.tag != tag:
            at = at.parent
        if at is not None and at.parent is not None:
            self.at = at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def read(page: str) -> Element:
    """The page as a tree."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.root


def links(page: Element, address: str) -> list[str]:
    """Where the page leads, as paths with their queries; what it loads and where its forms go included."""
    found: dict[str, None] = {}
    for element in page.all():
        for name in ("href", "src", "action"):
            target = element.attributes.get(name)
            if target is None or target.startswith(("#", "data:")):
                continue
            parts = urlsplit(urljoin(f"http://testserver{address}", target))
            assert parts.netloc == "testserver", f"{address} leads out: {target}"
            if element.tag != "form" or element.attributes.get("method", "get") == "get":
                found[f"{parts.path}?{parts.query}" if parts.query else parts.path] = None
    return list(found)
