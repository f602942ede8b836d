"""What the factor library shows, as data."""

from __future__ import annotations

from pydantic import BaseModel

from tansuo.api.method_shapes import MethodFactor
from tansuo.api.shapes import Named


class FactorUser(BaseModel):
    """A method that has the row, and the terms that may read it; `pack` is its folder, or its id where it is not
    shipped."""

    pack: str
    terms: list[str]


class LibraryFactor(MethodFactor):
    """A row of the library. `last_published`: of its number the one published last before the day asked for (today
    where none is), null where its day of publication is not known; `editions` counts the rows of its number."""

    title_zh: str
    title_en: str
    users: list[FactorUser]
    editions: int
    last_published: bool | None


class Facet(BaseModel):
    """A value that rows can be asked for by, and how many there are of it in the whole library."""

    name: str
    rows: int


class FactorLibrary(BaseModel):
    """A page of the rows wanted: `total` of them, `rows` from `offset` on."""

    total: int
    offset: int
    rows: list[LibraryFactor]
    packs: list[Facet]
    tables: list[Facet]
    statuses: list[Facet]


class SubjectFigures(BaseModel):
    """A subject and how many published figures of it rest on a row."""

    subject: Named
    figures: int


class FactorDetail(BaseModel):
    """A row with every edition of its number, oldest first, and the published figures that rest on it, as far as
    the viewer sees; `more` subjects are left out."""

    row: LibraryFactor
    editions: list[LibraryFactor]
    figures: int
    subjects: list[SubjectFigures]
    more: int
