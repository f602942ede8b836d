"""Charts as inline SVG. A hole is drawn as a hole, estimated data differently from measured; labels live inside.

Coordinates are floats on purpose: nothing read off a chart is a figure, and every chart has a table twin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from markupsafe import Markup, escape

from tansuo.reporting.numbers import shown

Look = Literal["measured", "estimated", "incomplete", "missing"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: `value` None draws a hatched gap, never a zero."""

    label: str
    value: Decimal | None
    look: Look = "measured"
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Square:
    """One cell of a completeness grid."""

    look: Literal["full", "part", "none", "off", "future"]
    title: str
    href: str = ""


PATTERNS = Markup(
    '<defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="6" class="gap-line"/></pattern>'
    '<pattern id="part" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" class="part-ground"/><line x1="0" y1="0" x2="0" y2="5" class="part-line"/>'
    "</pattern></defs>"
)


def _joined(parts: Sequence[str]) -> Markup:
    """The drawing as markup: whatever came from outside was escaped where it was put in."""
    return Markup("".join(parts))  # noqa: S704


def _titled(shape: str, title: str, href: str) -> str:
    """A shape with its name, a link where it leads somewhere; one element around both, for there are hundreds."""
    said = f"{shape}<title>{escape(title)}</title>"
    return f'<a href="{escape(href)}">{said}</a>' if href else f"<g>{said}</g>"


def _nice_top(top: Decimal) -> Decimal:
    """The next round number at or above `top`, for the axis."""
    if top <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(top.adjusted())
    for step in ("1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10"):
        if power * Decimal(step) >= top:
            return power * Decimal(step)
    return power * 10


def column_chart(
    bars: Sequence[Bar], *, unit: str, caption: str, badge: str = "", width: int = 720, height: int = 220
) -> Markup:
    """Columns over a common zero line, with the unit on the axis and `badge` (演示数据) inside the drawing."""
    left, right, top, bottom = 62, 8, 26, 30
    known = [bar.value for bar in bars if bar.value is not None]
    limit = _nice_top(max(known, default=Decimal(1)))
    inner_w, inner_h = width - left - right, height - top - bottom
    step = inner_w / max(1, len(bars))
    parts = [
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(caption)}">',
        PATTERNS,
        f'<text x="{left}" y="14" class="axis">{escape(unit)}</text>',
    ]
    for fraction in (0, 1, 2):
        y = top + inner_h - inner_h * fraction / 2
        label = shown(limit * fraction / 2, 0 if limit >= 10 else 2)
        parts.append(f'<line x1="{left}" x2="{width - right}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" class="axis end">{label}</text>')
    every = max(1, len(bars) // 12)
    for index, bar in enumerate(bars):
        x, w = left + index * step + step * 0.12, step * 0.76
        if bar.value is None:
            shape = f'<rect x="{x:.1f}" y="{top}" width="{w:.1f}" height="{inner_h}" class="gap" fill="url(#gap)"/>'
        else:
            h = float(bar.value / limit) * inner_h
            fill = ' fill="url(#part)"' if bar.look in ("incomplete", "estimated") else ""
            shape = (
                f'<rect x="{x:.1f}" y="{top + inner_h - h:.1f}" width="{w:.1f}" height="{max(h, 0.5):.1f}" '
                f'class="bar {bar.look}"{fill}/>'
            )
        parts.append(_titled(shape, bar.title or bar.label, bar.href))
        if index % every == 0:
            parts.append(
                f'<text x="{x + w / 2:.1f}" y="{height - 12}" class="axis mid">{escape(bar.label)}</text>'
            )
    if badge:
        parts.append(f'<text x="{width - right}" y="14" class="badge-text end">{escape(badge)}</text>')
    parts.append("</svg>")
    return _joined(parts)


def line_chart(
    series: Sequence[tuple[str, Sequence[tuple[str, Decimal | None]]]],
    *,
    unit: str,
    caption: str,
    badge: str = "",
    width: int = 720,
    height: int = 220,
) -> Markup:
    """One or two lines over the same labels; a missing value breaks the line."""
    left, right, top, bottom = 62, 8, 26, 30
    known = [value for _, points in series for _, value in points if value is not None]
    limit = _nice_top(max(known, default=Decimal(1)))
    inner_w, inner_h = width - left - right, height - top - bottom
    parts = [
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(caption)}">',
        f'<text x="{left}" y="14" class="axis">{escape(unit)}</text>',
    ]
    for fraction in (0, 1, 2):
        y = top + inner_h - inner_h * fraction / 2
        label = shown(limit * fraction / 2, 0 if limit >= 10 else 2)
        parts.append(f'<line x1="{left}" x2="{width - right}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" class="axis end">{label}</text>')
    for number, (name, points) in enumerate(series):
        step = inner_w / max(1, len(points) - 1)
        run: list[str] = []
        paths: list[str] = []
        for index, (_, value) in enumerate(points):
            if value is None:
                if run:
                    paths.append("M" + " L".join(run))
                run = []
                continue
            run.append(f"{left + index * step:.1f} {top + inner_h - float(value / limit) * inner_h:.1f}")
        if run:
            paths.append("M" + " L".join(run))
        parts.append(
            f'<path d="{" ".join(paths)}" class="line l{number}"><title>{escape(name)}</title></path>'
        )
    if series:
        points = series[0][1]
        step = inner_w / max(1, len(points) - 1)
        every = max(1, len(points) // 8)
        for index in range(0, len(points), every):
            parts.append(
                f'<text x="{left + index * step:.1f}" y="{height - 12}" class="axis mid">'
                f"{escape(points[index][0])}</text>"
            )
    if badge:
        parts.append(f'<text x="{width - right}" y="14" class="badge-text end">{escape(badge)}</text>')
    parts.append("</svg>")
    return _joined(parts)


def share_bar(parts: Sequence[tuple[str, Decimal]], *, caption: str) -> Markup:
    """A thin horizontal bar split by share; used beside a number, so it carries no digits."""
    total = sum((value for _, value in parts), Decimal(0))
    if total <= 0:
        return Markup("")
    out = [
        f'<svg class="share" viewBox="0 0 200 8" preserveAspectRatio="none" role="img" aria-label="{escape(caption)}">'
    ]
    x = 0.0
    for number, (name, value) in enumerate(parts):
        w = float(value / total) * 200
        look = f"s{number}" if name else "rest"
        out.append(
            f'<rect x="{x:.2f}" y="0" width="{w:.2f}" height="8" class="{look}">'
            f"<title>{escape(name)}</title></rect>"
        )
        x += w
    out.append("</svg>")
    return _joined(out)


def completeness_grid(
    rows: Sequence[tuple[str, Sequence[Square]]], *, columns: Sequence[str], caption: str, badge: str = ""
) -> Markup:
    """Rows of squares, one a day (or month); colour is doubled by shape, so that it reads in grey print."""
    size, gap, left, top = 14, 3, 0, 18
    width = left + len(columns) * (size + gap)
    blocks = []
    for name, squares in rows:
        height = top + size + 2
        marks = [
            f'<svg class="grid-row" viewBox="0 0 {width} {height}" preserveAspectRatio="xMinYMin" role="group" '
            f'aria-label="{escape(caption)}: {escape(name)}">'
        ]
        for index, label in enumerate(columns):
            if index % 5 == 0:
                marks.append(
                    f'<text x="{left + index * (size + gap) + size / 2}" y="11" class="axis mid">{escape(label)}</text>'
                )
        for index, square in enumerate(squares):
            x = left + index * (size + gap)
            mark = f'<rect x="{x}" y="{top}" width="{size}" height="{size}" rx="2" class="sq {square.look}"/>'
            if square.look == "none":
                mark += f'<path d="M{x + 3} {top + 3} l8 8 M{x + 11} {top + 3} l-8 8" class="cross"/>'
            elif square.look == "part":
                mark += (
                    f'<rect x="{x}" y="{top + size / 2}" width="{size}" height="{size / 2}" class="sq half"/>'
                )
            marks.append(_titled(mark, square.title, square.href))
        marks.append("</svg>")
        blocks.append(
            f'<div class="grid-line"><div class="grid-name">{escape(name)}</div>{"".join(marks)}</div>'
        )
    tag = f'<p class="badge">{escape(badge)}</p>' if badge else ""
    return _joined(['<div class="grid-block">', tag, *blocks, "</div>"])
