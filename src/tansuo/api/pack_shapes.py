"""What the methods browser shows of shipped packs, and of who uses a method, as data."""

from __future__ import annotations

from pydantic import BaseModel, Field

from tansuo.api.method_shapes import MethodBody
from tansuo.api.shapes import Named


class PackRow(BaseModel):
    """A pack that came with the product. `published` is the entry by which exactly this document stands in this
    ledger, null where it does not; `figures` published by it over so many `subjects`, as far as the viewer sees.

    `statuses` counts its rows by the standing of their sources; `standing` is the document now in force under
    this id and edition where it is another one.
    """

    pack: str
    group: str
    id: str
    edition: str
    valid: str
    fingerprint: str
    title_zh: str
    title_en: str
    extends: str
    rows_from: list[str]
    quantities: int
    factors: int
    cases: int
    statuses: dict[str, int]
    published: int | None
    standing: str | None
    figures: int
    subjects: int


class PackSheet(PackRow):
    """A shipped pack for reading; `body` is what it says."""

    body: MethodBody


class PackPublication(BaseModel):
    """Why a pack is published; needed where another document of its edition stands."""

    reason: str = Field(default="", max_length=2000)


class PublishedPack(BaseModel):
    """The entry by which a pack stands published."""

    entry: int
    fingerprint: str


class MethodUser(BaseModel):
    """A subject with figures published by a method, and the periods of the first and the last of them."""

    subject: Named
    figures: int
    first: str
    last: str


class MethodUsers(BaseModel):
    """Who uses a method, most figures first, as far as the viewer sees; `more` subjects are left out."""

    figures: int
    users: list[MethodUser]
    more: int
