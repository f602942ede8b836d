"""The log's signing keys: each but the first is named by a ``key`` entry that the key before it has signed.

What is signed states origin and index, so that an announcement counts in one log at one place, and is no checkpoint.
From that entry on heads bear both signatures, for thirty days at least. A key that has been followed by another may
sign heads beside it, and announces nothing more. Pure: reads entries, knows no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tansuo.evidence.entry import Entry
from tansuo.evidence.note import NoteError, Signer, VerifierKey, base64_of, bytes_of, verifier_key
from tansuo.quantity.finding import Finding

FORM = "tansuo/log-key/1"
BOTH_MS = 30 * 86_400_000
"""How long both keys sign at least, from the recorded time of the entry, in milliseconds."""

_FIELDS = {"algorithm", "key", "purpose", "previous", "both_until", "signature"}


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of the log: announced by ``entry`` (recorded at ``recorded_ms``), signing beside the key before it until
    ``both_until_ms`` at least (ms since 1970); None for the first key."""

    key: VerifierKey
    entry: int
    recorded_ms: int
    both_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """The keys in their order, and findings on ``key`` entries that make nobody a key of the log."""

    keys: tuple[LogKey, ...]
    findings: tuple[Finding, ...] = ()

    def newest(self, size: int | None = None) -> LogKey | None:
        """The last key announced below ``size`` (of all, if None); None before the first."""
        return next((one for one in reversed(self.keys) if size is None or one.entry < size), None)

    def known_to(self, given: Sequence[VerifierKey]) -> list[VerifierKey]:
        """What somebody may believe who has ``given`` from outside: these, and with one of the chain all of it.

        The keys after it were signed on by it; those before stand in the history that its heads cover.
        """
        own = [one.key for one in self.keys]
        return list(dict.fromkeys([*given, *own])) if set(given) & set(own) else list(given)


def announcement(
    origin: str, index: int, previous: VerifierKey, key: VerifierKey, both_until_ms: int
) -> bytes:
    """The text that ``previous`` signs to make ``key`` the next key of ``origin`` by entry ``index``."""
    lines = [FORM, origin, str(index), str(previous), str(key), str(both_until_ms)]
    return "".join(f"{line}\n" for line in lines).encode()


def announced(
    origin: str, index: int, old: Signer, key: VerifierKey, both_until_ms: int
) -> dict[str, object]:
    """The body of the entry at ``index`` by which ``old`` names its successor."""
    previous = verifier_key(old)
    signature = old.sign(announcement(origin, index, previous, key, both_until_ms))
    return {
        "algorithm": "ed25519", "key": str(key), "purpose": "log", "previous": str(previous),
        "both_until": both_until_ms, "signature": base64_of(signature),
    }  # fmt: skip


def read_chain(origin: str, entries: Sequence[Entry]) -> Chain:
    """The keys that some ``key`` entries (in index order) make keys of ``origin``.

    Findings: ``evidence.key_unreadable``, and ``evidence.key_unsigned`` for a successor that the newest key did not
    sign for this place of this log.
    """
    keys: list[LogKey] = []
    findings: list[Finding] = []
    for one in entries:
        where = {"entry": one.index}
        try:
            key = VerifierKey.parse(str(one.body.get("key")))
        except NoteError as problem:
            findings.append(Finding("evidence.key_unreadable", where, {"what": str(problem)}))
            continue
        wrong = _wrong(origin, one, key, keys)
        if wrong:
            findings.append(Finding("evidence.key_unsigned", where, {"key": str(key), "what": wrong}))
        else:
            until = one.body.get("both_until")
            keys.append(LogKey(key, one.index, one.recorded_ms, until if isinstance(until, int) else None))
    return Chain(tuple(keys), tuple(findings))


def _wrong(origin: str, one: Entry, key: VerifierKey, keys: Sequence[LogKey]) -> str:
    """Why an entry does not make ``key`` the next of the log; "" if it does."""
    body = one.body
    if not keys:
        follows = {"previous", "both_until", "signature"} & set(body)
        return "it follows a key, and there is none before it" if follows else ""
    newest = keys[-1].key
    until, signature = body.get("both_until"), body.get("signature")
    if set(body) != _FIELDS or type(until) is not int or not isinstance(signature, str):
        return "it does not have the fields of a successor's announcement"
    if body["previous"] != str(newest):
        return f"the key before it is {newest.id.hex()}"
    if key.name != newest.name or key.algorithm != newest.algorithm or any(key == held.key for held in keys):
        return "a successor is a new key of the same name and kind"
    if until < one.recorded_ms + BOTH_MS:
        return "both keys sign for 30 days at least"
    try:
        raw = bytes_of(signature)
    except NoteError as problem:
        return str(problem)
    text = announcement(origin, one.index, newest, key, until)
    return (
        "" if newest.verify(text, raw) else f"the signature is not that of {newest.id.hex()} for this place"
    )
