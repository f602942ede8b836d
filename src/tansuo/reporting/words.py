"""Words for states, kinds and standings, so that every page says them alike."""

from __future__ import annotations

from collections.abc import Iterable

from tansuo.accounting.face import Mark
from tansuo.quantity.state import Provenance, State
from tansuo.reporting.html import Language, words


def state_word(state: State, language: Language) -> str:
    """A state in words."""
    return words(language)(f"state.{state.value}")


def kind_word(kind: Provenance, language: Language) -> str:
    """A provenance in words."""
    return words(language)(f"kind.{kind.value}")


def kind_words(kinds: Iterable[Provenance], language: Language) -> str:
    """Several provenances in words, in their fixed order."""
    here = set(kinds)
    mark = "、" if language == "zh" else ", "
    return mark.join(kind_word(kind, language) for kind in Provenance if kind in here)


def status_word(status: str, language: Language) -> str:
    """The standing of a source in words."""
    return words(language)(f"status.{status}")


def rung_word(rung: str, language: Language) -> str:
    """Where a factor came from, in words; a rung without a word is said as it is written."""
    try:
        return words(language)(f"rung.{rung}")
    except KeyError:
        return rung


def mark_words(mark: Mark, language: Language) -> str:
    """What is not standard about a figure, in one sentence."""
    t = words(language)
    text = t(
        f"nonstandard.{mark.kind}",
        value=mark.value,
        usual=mark.usual or "—",
        name=mark.names.get(language, ""),
        symbol=mark.symbol,
    )
    return f"{text} {t('nonstandard.reason', reason=mark.reason)}" if mark.reason else text
