"""The change of the log's key, in the signer's folder: ``next.key`` beside ``signer.key``, and at the end in its place.

Each step is one file that appears or one that takes another's place, so that whoever is killed in between leaves a
folder the signer can use. The announcement and both signatures are the signer's own work (``signer.SigningService``).
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.browse import heads
from tansuo.evidence.durable import sync_directory
from tansuo.evidence.key_chain import Chain, LogKey
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.moment import to_the_second, zone_of
from tansuo.evidence.note import NoteError, VerifierKey, open_note, verifier_key
from tansuo.quantity.finding import Finding, FindingError

KEY, NEXT = "signer.key", "next.key"


@dataclass(frozen=True, slots=True)
class Standing:
    """A key of the log and whether the newest head bears its signature."""

    known: LogKey
    signs: bool


def standings(connection: Connection, size: int) -> list[Standing]:
    """Every key of the log in its order, as known at ``size`` entries."""
    keys = [one for one in checkpoint.key_chain(connection).keys if one.entry < size]
    signing: set[VerifierKey] = set()
    for head in heads(connection, size, limit=1):
        with suppress(NoteError):
            signing = set(open_note(head.note, [one.key for one in keys]).signed_by)
    return [Standing(one, one.key in signing) for one in keys]


def held_keys(directory: Path) -> list[FileSigner]:
    """The keys of a signer's folder: the present one and, while there is one, the next behind it.

    FindingError ``evidence.key_exposed``; FileNotFoundError where there is none.
    """
    # The next one first: if it takes the other's place in between, it is read twice and counts once.
    try:
        following = [FileSigner.load(directory / NEXT)]
    except FileNotFoundError:
        following = []
    present = FileSigner.load(directory / KEY)
    return [present, *(one for one in following if one.public_key != present.public_key)]


def make_next(connection: Connection, directory: Path) -> VerifierKey:
    """Draw the next key into the folder, or find the one whose announcement is still to come; returns it.

    FindingError ``evidence.no_key_here`` (no signer has signed from this folder), ``evidence.key_change_running``
    (the log has announced it: retire the old one first), ``evidence.signer_stranger`` (it is no key of this log).
    """
    present, *following = _held(directory)
    chain = checkpoint.key_chain(connection)
    newest = _newest(chain, [present, *following], directory)
    if following:
        key = verifier_key(following[0])
        if newest.key == key:
            params: dict[str, str | int] = {"key": str(key), "entry": newest.entry}
            raise FindingError(
                Finding("evidence.key_change_running", {"file": str(directory / NEXT)}, params)
            )
        return key
    beside = directory / f"{NEXT}.{secrets.token_hex(4)}"
    FileSigner.create(beside, present.name)
    # A link, for it fails where somebody else was quicker: no key that may be announced is ever replaced.
    with suppress(FileExistsError):
        (directory / NEXT).hardlink_to(beside)
    beside.unlink()
    sync_directory(directory)
    return verifier_key(FileSigner.load(directory / NEXT))


def retire(connection: Connection, directory: Path, now_ms: int) -> VerifierKey:
    """Let the next key take the place of the present one, which is gone then; returns the one that signs from now on.

    FindingError ``evidence.no_key_here``, ``evidence.no_next_key``, ``evidence.key_not_announced`` (the log, or its
    newest head, does not know the next key yet), ``evidence.key_too_early`` (both sign until a later time).
    """
    present, *following = _held(directory)
    if not following:
        raise FindingError(Finding("evidence.no_next_key", {"file": str(directory / NEXT)}))
    key = verifier_key(following[0])
    newest = _newest(checkpoint.key_chain(connection), [present, *following], directory)
    signing = {one.known.key for one in standings(connection, ledger.size(connection)) if one.signs}
    if newest.key != key or key not in signing:
        raise FindingError(Finding("evidence.key_not_announced", {"file": str(directory)}, {"key": str(key)}))
    if newest.both_until_ms is not None and now_ms < newest.both_until_ms:
        until = to_the_second(newest.both_until_ms, zone_of(connection))
        params: dict[str, str | int] = {
            "until": until,
            "left": -(-(newest.both_until_ms - now_ms) // 86_400_000),
        }
        raise FindingError(Finding("evidence.key_too_early", {}, params))
    for beside in directory.glob(f"{NEXT}.*"):
        beside.unlink()  # left by one who was killed while he drew a key
    (directory / NEXT).replace(directory / KEY)
    sync_directory(directory)
    return key


def _held(directory: Path) -> list[FileSigner]:
    try:
        return held_keys(directory)
    except FileNotFoundError:
        raise FindingError(Finding("evidence.no_key_here", {"file": str(directory / KEY)})) from None


def _newest(chain: Chain, held: list[FileSigner], directory: Path) -> LogKey:
    """The log's newest key, which has to be one of the folder's."""
    newest = chain.newest()
    own = [verifier_key(one) for one in held]
    if newest is None or newest.key not in own:
        params = {"ours": str(own[-1]), "known": "—" if newest is None else str(newest.key)}
        raise FindingError(Finding("evidence.signer_stranger", {"file": str(directory)}, params))
    return newest
