"""What became of a figure since it was published: every publication, the value as now known, and why it moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tansuo.accounting.corrected import corrected
from tansuo.accounting.explain import Explanation, explain
from tansuo.accounting.figure import Figure
from tansuo.accounting.receipt import Published
from tansuo.api import drawer_shapes as shape
from tansuo.api.drawer import Reader
from tansuo.api.drawer_shapes import Text
from tansuo.api.shapes import of_figure, of_published
from tansuo.evidence.entry import Entry
from tansuo.evidence.moment import recorded_at, zone_of
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import FindingError


def since(
    reader: Reader, figure: Figure, entry: Entry | None, history: Sequence[Published], now: Figure
) -> shape.Since:
    """The story of a cell up to `now`; `figure` is what the drawer shows, published as `entry` where it is.

    The difference is that between the figure shown (of a provisional one: the first published one has no
    recomputed twin here, so there is none) and now.
    """
    found = _explained(figure, now) if entry is not None else None
    return shape.Since(
        history=[_published(reader, one) for one in history],
        now=of_figure(now),
        change=None if found is None else plain(found.gap),
        basis="" if found is None else found.basis,
        parts=[] if found is None else _parts(figure, now, found),
    )


def _explained(first: Figure, second: Figure) -> Explanation | None:
    """The explanation; None where nothing is known of one of the two."""
    try:
        return explain(first, second)
    except FindingError as error:
        if error.findings[0].code == "accounting.nothing_known":
            return None
        raise


def _parts(first: Figure, second: Figure, found: Explanation) -> list[shape.DrawerChange]:
    names = {one.subject: Text(zh=one.name_zh, en=one.name_en) for x in (first, second) for one in x.children}
    for figure in (first, second):
        for name, about in (figure.bound.sources if figure.bound is not None else {}).items():
            names[name] = Text(zh=about.name_zh, en=about.name_en)
    return [
        shape.DrawerChange(
            kind=one.kind,
            symbol=one.symbol,
            what=_what(one.place, names),
            before=one.before,
            after=one.after,
            added=plain(one.added),
        )
        for one in found.parts
    ]


def _what(place: str, names: Mapping[str, Text]) -> Text:
    """`source/month` with the source's name; a place nobody named stays as it is."""
    head, _, month = place.rpartition("/") if place not in names else (place, "", "")
    said = names.get(head)
    if said is None:
        return Text(zh=place, en=place)
    return Text(zh=f"{said.zh} {month}".strip(), en=f"{said.en} {month}".strip())


def _published(reader: Reader, one: Published) -> shape.DrawerPublication:
    when = recorded_at(reader.connection, one.entry + 1, zone_of(reader.connection))
    return shape.DrawerPublication(
        receipt=one.receipt,
        stage=one.stage.value,
        entry=one.entry,
        recorded="" if when is None else when.isoformat(timespec="seconds"),
        amount=of_published(one),
    )


def corrected_values(reader: Reader, figure: Figure) -> list[shape.CorrectedValue]:
    """Corrected values of the figure known at the point looked from, the newest last."""
    found = corrected(reader.connection, figure, reader.as_of)
    zone = ZoneInfo(zone_of(reader.connection))
    return [
        shape.CorrectedValue(
            what=one.what,
            at=datetime.fromisoformat(one.at).astimezone(zone).isoformat() if one.day else one.at,
            day=None if one.day is None else one.day.isoformat(),
            before=one.before,
            after=one.after,
            unit=one.unit,
            reason=one.reason,
            people=one.people,
            recorded=datetime.fromtimestamp(one.recorded_ms / 1000, zone).isoformat(timespec="seconds"),
            before_entry=one.before_entry,
            entry=one.entry,
            inside=one.entry < figure.as_of,
        )
        for one in found
    ]
