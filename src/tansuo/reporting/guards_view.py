"""Who would catch what, at this very installation: docs/reference/attacks.md with what is configured here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.overlap import withstands
from tansuo.evidence.policy import Policy
from tansuo.evidence.timestamp import Stamp
from tansuo.evidence.witnessing import Witnessed

Translator = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Guard:
    """One kind of tampering, who catches it, and how that stands here; ``here`` False: nobody outside is set to,
    None: nothing that could be configured."""

    what: str
    who: str
    state: str
    here: bool | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the page knows of the installation. ``drill``: the last restore in words; ``seals``: how many there are."""

    head: Issued | None
    policy: Policy
    witnessed: Witnessed | None
    stamps: list[Stamp]
    drill: str
    seals: int
    home: Path


def guards(found: Known, t: Translator) -> list[Guard]:
    """The rows of the page, in the order of the document."""
    counted = len(found.policy.counted())
    quorum = found.policy.quorum is not None
    by = t("and_mark").join(sorted(found.witnessed.by)) if found.witnessed else ""
    if found.witnessed:
        witnesses = t("guard.quorum_met", size=found.witnessed.size, by=by)
    else:
        witnesses = t("guard.quorum_waits" if quorum else "guard.quorum_none", counted=counted)
    signed = t("guard.unsigned") if found.head is None else t("guard.signed", size=found.head.size)
    stamped = (
        t(
            "guard.stamps",
            by=t("and_mark").join(one.authority for one in found.stamps),
            size=found.stamps[-1].size,
        )
        if found.stamps
        else t("guard.stamps_none")
    )
    return [
        _guard(t, "row", f"{signed} {found.drill}", found.head is not None),
        _guard(t, "rewrite", f"{witnesses} {t('guard.always')}", found.witnessed is not None),
        _guard(t, "split", _split(found.policy, t), _withstood(found.policy)),
        _guard(t, "backup", f"{_memory(found.home, t)} {found.drill}", found.head is not None),
        _guard(t, "dated", stamped, bool(found.stamps)),
        _guard(t, "dropped", t("guard.seals", count=found.seals), found.seals > 0),
        _guard(t, "false", t("guard.nobody"), None),
    ]


def _guard(t: Translator, name: str, state: str, here: bool | None) -> Guard:
    return Guard(t(f"guard.{name}"), t(f"guard.{name}_who"), state.strip(), here)


def _split(policy: Policy, t: Translator) -> str:
    if policy.quorum is None:
        return t("guard.quorum_none")
    most = withstands(policy)
    if most is None:
        return t("guard.split_unjudged", counted=len(policy.counted()))
    if most < 0:
        return t("guard.split_open", counted=len(policy.counted()))
    return t("guard.split_safe", counted=len(policy.counted()), liars=most)


def _withstood(policy: Policy) -> bool:
    most = withstands(policy)
    return most is not None and most >= 0


def _memory(home: Path, t: Translator) -> str:
    """Whether the signer's memory lies where the platform's own user can read it."""
    try:
        here = (home / "signer" / "head.json").stat() is not None
    except PermissionError:
        return t("guard.memory_apart")
    except OSError:
        here = False
    return t("guard.memory_here" if here else "guard.memory_elsewhere")
