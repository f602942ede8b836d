"""The text of a segment: what the readings of one series over one period were, as a seal hashes it.

UTF-8, one line a reading in force, by time, each ended by LF: ``t,v,q``. `t` is the UTC epoch second at which
the reading's interval begins (of a register its instant), `v` the stored integer, empty where the state has no
number, `q` ``state.provenance`` or ``state.provenance.flag``. It opens in a spreadsheet, and is hashed as it is:
the SHA-256 of the key of its seal and the text. The key is random, so that a hash tells nothing to somebody who
can guess the values. The format is frozen: docs/reference/seal.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import quote

from tansuo.monitoring.reading import Version

_PLAIN = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def segment_text(versions: Iterable[Version]) -> str:
    """The text of the versions given, which are in force at the size sealed; "" where there are none."""
    return "".join(
        [
            f"{one.start},{'' if one.value is None else one.value},{quality(one)}\n"
            for one in sorted(versions, key=_start)
        ]
    )


def quality(one: Version) -> str:
    """``state.provenance`` or ``state.provenance.flag``, without comma and line end whatever the flag is."""
    told = f"{one.state.value}.{one.provenance.value}"
    if not one.flag:
        return told
    flag = one.flag if _PLAIN.fullmatch(one.flag) else quote(one.flag, safe="")
    return f"{told}.{flag}"


def segment_hash(key: bytes, text: str) -> str:
    """Hex SHA-256 of the seal's key followed by the segment's text."""
    return sha256(key + text.encode()).hexdigest()


def _start(one: Version) -> int:
    return one.start
