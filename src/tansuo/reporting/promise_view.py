"""How the promise of receiving is kept, in words: for the ledger's page and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from tansuo.monitoring.promise import PROMISED_MS, SIGNED, Measured, Standing
from tansuo.reporting.html import Language, words


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise over one span, in words; `kept` None where nothing was measured."""

    title: str
    span: str
    count: int
    p50: str
    p99: str
    worst: str
    late: int
    kept: bool | None
    verdict: str


@dataclass(frozen=True, slots=True)
class PromiseView:
    """All rows, and what is to be said of what waits now; `late` where that waits longer than promised."""

    rows: tuple[PromiseRow, ...]
    waiting: str
    late: bool


def promise_view(found: Standing, t: Callable[..., str]) -> PromiseView:
    """The words; `t` is the translator of the reader's language."""
    waiting = found.waiting_ms
    late = waiting is not None and waiting > PROMISED_MS[SIGNED]
    if waiting is None:
        said = t("promise.nothing_waits")
    else:
        said = t("promise.waits_late" if late else "promise.waits", seconds=seconds(waiting))
    return PromiseView(tuple(_row(one, t) for one in found.measured), said, late)


def _row(one: Measured, t: Callable[..., str]) -> PromiseRow:
    verdict = {None: "promise.no_data", True: "promise.kept", False: "promise.broken"}[one.kept]
    return PromiseRow(
        title=t(f"promise.{one.kind}", seconds=seconds(one.promised)),
        span=t(f"promise.days_{one.days}"),
        count=one.count,
        p50=_at_most(one.p50),
        p99=_at_most(one.p99),
        worst="—" if one.worst is None else f"{seconds(one.worst)} s",
        late=one.beyond,
        kept=one.kept,
        verdict=t(verdict),
    )


def _at_most(milliseconds: int | None) -> str:
    return "—" if milliseconds is None else f"≤ {seconds(milliseconds)} s"


def seconds(milliseconds: int) -> str:
    """Milliseconds as seconds in decimal text, without trailing zeros."""
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


def promise_lines(found: Standing, language: Language) -> list[str]:
    """One line a row and one of what waits, for a terminal."""
    view = promise_view(found, words(language))
    lines = [
        f"{one.title} · {one.span}: {one.verdict}"
        + ("" if one.kept is None else f" ({one.count}; p50 {one.p50}, p99 {one.p99}, max {one.worst})")
        for one in view.rows
    ]
    return [*lines, view.waiting]


def promise_json(found: Standing) -> dict[str, object]:
    """The same as plain data."""
    measured = [{**asdict(one), "kept": one.kept} for one in found.measured]
    return {"measured": measured, "waiting_ms": found.waiting_ms, "broken": found.broken}
