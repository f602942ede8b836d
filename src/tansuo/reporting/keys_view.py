"""The log's keys in words: since which entry, until when both sign, who signs now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tansuo.evidence.key_change import Standing
from tansuo.evidence.moment import to_the_second
from tansuo.reporting.html import Language, words


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key; `since` and `both` are empty where there is nothing to say."""

    key: str
    entry: int
    since: str
    both: str
    signs: bool
    state: str


def keys_view(found: Sequence[Standing], zone: str, t: Callable[..., str]) -> list[KeyRow]:
    """One row a key in the log's order; `t` is the translator of the reader's language."""
    followed = {one.known.key: later.known for one, later in pairwise(found)}
    rows = []
    for one in found:
        next_key = followed.get(one.known.key)
        if one.signs and next_key is None:
            state = "keys.signs"
        elif one.signs:
            state = "keys.signs_beside"
        else:
            state = "keys.retired" if next_key is not None else "keys.waits"
        until = one.known.both_until_ms
        rows.append(
            KeyRow(
                key=str(one.known.key),
                entry=one.known.entry,
                since=to_the_second(one.known.recorded_ms, zone),
                both="" if until is None else to_the_second(until, zone),
                signs=one.signs,
                state=t(state),
            )
        )
    return rows


def keys_lines(found: Sequence[Standing], zone: str, language: Language) -> list[str]:
    """The same for a terminal, two lines a key."""
    t = words(language)
    lines = []
    for row in keys_view(found, zone, t):
        lines += [row.key, "  " + t("keys.line", entry=row.entry, since=row.since, state=row.state)]
        lines[-1] += f" · {t('keys.both_until', until=row.both)}" if row.both else ""
    return lines or [t("keys.none")]


def keys_json(found: Sequence[Standing]) -> list[dict[str, object]]:
    """The same as plain data."""
    return [
        {
            "key": str(one.known.key),
            "entry": one.known.entry,
            "recorded_ms": one.known.recorded_ms,
            "both_until_ms": one.known.both_until_ms,
            "signs": one.signs,
        }
        for one in found
    ]
