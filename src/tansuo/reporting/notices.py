"""Notices in words."""

from __future__ import annotations

from tansuo.accounting.notices import Notice
from tansuo.reporting.html import Language, indicator_name, words
from tansuo.reporting.numbers import grouped

Names = tuple[str, str]
"""A name in Chinese and in English."""


def worded(
    one: Notice,
    language: Language,
    name: Names,
    quantity: Names = ("", ""),
    role: Names = ("", ""),
    source: Names = ("", ""),
) -> str:
    """A notice as a sentence; ``name`` is whose it is, ``quantity``, ``role`` and ``source`` where it names one."""
    at = 0 if language == "zh" else 1
    key = f"notice.{one.kind}"
    given: dict[str, object] = {**one.params, "name": name[at]}
    if one.kind == "silent":
        key += f".{one.params['pulse']}"
    if one.kind == "correction":
        indicator = indicator_name(words(language), str(one.params["indicator"]))
        given |= {"source": source[at], "indicator": indicator}
    if one.kind == "moved":
        given |= {"quantity": quantity[at]}
        given |= {which: grouped(str(one.params[which])) for which in ("old", "new")}
    if one.kind == "deadline":
        given |= {"title": one.params["title_zh" if at == 0 else "title_en"], "role": role[at]}
        if one.params["overdue"]:
            key = "notice.overdue"
    return words(language)(key, **given)
