"""How many dishonest witnesses a policy withstands: two histories must not both meet its quorum.

Honest witnesses cosign one history each, dishonest ones both. With n witnesses of equal weight and a quorum of k,
f of them may be dishonest as long as 2k > n + f; for any other policy every way to share them out is tried.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, product

from tansuo.evidence.policy import Policy

MOST = 8
"""Counted witnesses up to which every way is tried; more are not judged."""


def withstands(policy: Policy) -> int | None:
    """The most witnesses that may be dishonest without two histories meeting the quorum; -1 where even honest ones
    could be shown two, None without a quorum or with more witnesses than are judged."""
    counted = tuple(sorted(policy.counted()))
    if not counted or len(counted) > MOST:
        return None
    groups = tuple(sorted((name, needed, members) for name, (needed, members) in policy.groups.items()))
    return _withstands(counted, groups, str(policy.quorum))


@lru_cache(maxsize=16)
def _withstands(
    counted: Sequence[str], groups: Sequence[tuple[str, int, tuple[str, ...]]], quorum: str
) -> int:
    by_name = {name: (needed, frozenset(members)) for name, needed, members in groups}

    def met(name: str, there: frozenset[str]) -> bool:
        if name not in by_name:
            return name in there
        needed, members = by_name[name]
        return sum(met(one, there) for one in members) >= needed

    for liars in range(len(counted) + 1):
        for false in combinations(counted, liars):
            honest = [one for one in counted if one not in false]
            for sides in product((True, False), repeat=len(honest)):
                first = frozenset([*false, *(one for one, side in zip(honest, sides, strict=True) if side)])
                second = frozenset([*false, *(one for one in honest if one not in first)])
                if met(quorum, first) and met(quorum, second):
                    return liars - 1
    return len(counted)
