"""The packs that came with the product, beside what is published: who builds on whom, and what each is about.

A pack is shipped with the programme; only its publication in this ledger makes it a method that figures may be
computed by. Packs that do not load are left out here: ``tansuo pack check`` says what is wrong with them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tansuo.methods.expression import symbols
from tansuo.methods.pack import Pack, pack_paths, read_pack
from tansuo.methods.term import MethodData

GROUPS = ("general", "cets", "guidelines", "tables", "other")
_GROUP = (
    ("tables", re.compile(r"factors_")),
    ("guidelines", re.compile(r"cn_(guideline|gbt)_")),
    ("general", re.compile(r"general_")),
    ("cets", re.compile(r"cn_(power_generation|steel|cement|aluminium)_")),
)


def group_of(folder: str) -> str:
    """The group of ``GROUPS`` that a pack's folder name puts it into."""
    return next((name for name, begins in _GROUP if begins.match(folder)), "other")


@dataclass(frozen=True)
class Shelf:
    """All shipped packs by folder, and the folder of each fingerprint."""

    packs: Mapping[str, Pack]
    by_fingerprint: Mapping[str, str]

    def base(self, data: MethodData) -> str:
        """The folder of the pack that a method extends; "" where it extends none or that is not shipped."""
        return self.by_fingerprint.get(data.extends.get("fingerprint", ""), "")

    def rows_from(self, folder: str) -> Sequence[str]:
        """The packs a pack has rows of, most rows first; what it extends is among them where rows came along."""
        counted: dict[str, int] = {}
        for origin in self.packs[folder].handed.origins.values():
            counted[origin] = counted.get(origin, 0) + 1
        return sorted(counted, key=lambda name: (-counted[name], name))

    def extended_by(self, folder: str) -> Sequence[str]:
        """The packs that extend this one."""
        return [name for name, pack in self.packs.items() if self.base(pack.data) == folder]

    def rows_used_by(self, folder: str) -> Sequence[str]:
        """The packs that have rows of this one, by extension or by ``use``."""
        return [name for name, pack in self.packs.items() if folder in pack.handed.origins.values()]


def shelf() -> Shelf:
    """The shipped packs as they lie in this build."""
    found: dict[str, Pack] = {}
    for folder, path in pack_paths().items():
        try:
            pack, findings = read_pack(path)
        except Exception:  # noqa: S112 - one pack that cannot be run is no reason to show none
            continue
        if pack is not None and not any(one.severity == "error" for one in findings):
            found[folder] = pack
    return Shelf(found, {one.fingerprint: one.id for one in found.values()})


def users_of(data: MethodData) -> Mapping[str, Sequence[str]]:
    """Term or quantity → the quantities whose formulas name it, in the method's order."""
    found: dict[str, list[str]] = {}
    for made in data.quantities.values():
        for symbol in dict.fromkeys(symbols(made.expression)):
            found.setdefault(symbol, []).append(made.symbol)
    return found
