"""Who must have cosigned before a head counts as witnessed (已见证): a policy in the form of C2SP tlog-policy.

    log      <verifier key>
    witness  <name> <verifier key> [<address>]
    group    <name> all|any|<k> <member> …
    quorum   <name>|none

Members are witnesses and groups named above. Only organisations with no interest in the figures belong into
what the quorum counts: a witness may be named, asked and shown without being in any group. ``#`` begins a comment.
Standard library only: an offline verifier carries this file unchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tansuo.evidence.note import COSIGNATURE, ED25519, NoteError, UnknownKeys, VerifierKey, open_note


class PolicyError(ValueError):
    """A policy that cannot be read; the message says which line and why."""


@dataclass(frozen=True, slots=True)
class Known:
    """A witness as the policy names it; ``address`` is where its ``add-checkpoint`` is, or empty (by file)."""

    name: str
    key: VerifierKey
    address: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The log's keys, the witnesses, the groups (name → how many of whom) and the quorum, or None."""

    logs: tuple[VerifierKey, ...] = ()
    witnesses: Mapping[str, Known] = field(default_factory=dict)
    groups: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str | None = None

    def met_by(self, names: Sequence[str]) -> bool:
        """Whether cosignatures of these witnesses make the quorum; never without one."""
        return self.quorum is not None and self._counts(self.quorum, set(names))

    def counted(self) -> frozenset[str]:
        """The witnesses that the quorum counts, at any depth."""
        found: set[str] = set()
        waiting = [] if self.quorum is None else [self.quorum]
        while waiting:
            name = waiting.pop()
            if name in self.witnesses:
                found.add(name)
            else:
                waiting.extend(self.groups[name][1])
        return frozenset(found)

    def _counts(self, name: str, there: set[str]) -> bool:
        if name in self.witnesses:
            return name in there
        needed, members = self.groups[name]
        return sum(self._counts(member, there) for member in members) >= needed


@dataclass(frozen=True, slots=True)
class Judged:
    """What a policy says of a note: its text, the witnesses that cosigned it and when, whether that is enough."""

    text: str
    by: Mapping[str, int]
    quorum: bool


def judge(policy: Policy, note: str, logs: Sequence[VerifierKey] = ()) -> Judged:
    """Check a note against a policy; NoteError where no key of the log has signed it or a known line is wrong.

    ``logs``: keys of the log, where the policy names none.
    """
    keys = list(policy.logs or logs)
    opened = open_note(note, [*keys, *(one.key for one in policy.witnesses.values())])
    if not any(key in opened.signed_by for key in keys):
        raise UnknownKeys("no key of the log has signed the note")
    found = ((one.name, opened.signed_by.get(one.key)) for one in policy.witnesses.values())
    by = {name: seconds for name, seconds in found if seconds is not None}
    return Judged(opened.text, by, policy.met_by(tuple(by)))


def read_policy(text: str) -> Policy:
    """The policy a text states; PolicyError with the line that is wrong."""
    logs: list[VerifierKey] = []
    witnesses: dict[str, Known] = {}
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    quorum: list[str | None] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        try:
            match words:
                case []:
                    continue
                case ["log", key, *_]:
                    logs.append(_key(key, ED25519))
                case ["witness", name, key, *address] if len(address) < 2:
                    _new(name, witnesses, groups)
                    witnesses[name] = Known(name, _key(key, COSIGNATURE), *address)
                case ["group", name, needed, *members] if members:
                    _new(name, witnesses, groups)
                    groups[name] = _group(needed, members, {*witnesses, *groups})
                case ["quorum", name]:
                    if name != "none" and name not in witnesses and name not in groups:
                        raise PolicyError(f"{name} is not named above")
                    quorum.append(None if name == "none" else name)
                case _:
                    raise PolicyError(f"not a line of a policy: {line.strip()!r}")
        except (PolicyError, NoteError) as problem:
            raise PolicyError(f"line {number}: {problem}") from None
    if len(quorum) > 1:
        raise PolicyError("a policy has one quorum")
    return Policy(tuple(logs), witnesses, groups, quorum[0] if quorum else None)


def _key(text: str, algorithm: int) -> VerifierKey:
    key = VerifierKey.parse(text)
    if key.algorithm != algorithm:
        raise PolicyError(f"the key of {key.name} is of type {key.algorithm}, not {algorithm}")
    return key


def _new(name: str, *named: Mapping[str, object]) -> None:
    if name == "none" or any(name in one for one in named):
        raise PolicyError(f"{name} is named twice")


def _group(needed: str, members: list[str], known: set[str]) -> tuple[int, tuple[str, ...]]:
    absent = [one for one in members if one not in known]
    if absent or len(set(members)) < len(members):
        raise PolicyError(f"members must be named above, each once: {', '.join(absent or members)}")
    count = {"all": len(members), "any": 1}.get(needed)
    if count is None:
        if not needed.isascii() or not needed.isdigit() or not 0 < int(needed) <= len(members):
            raise PolicyError(f"{needed} of {len(members)} members")
        count = int(needed)
    return count, tuple(members)
