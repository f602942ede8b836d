"""The ledger as data: its head and its proofs. What a reader may not open still proves itself by its hash."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import Connection, select

from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found, refused
from tansuo.api.promise_shapes import ReceivingPromise, receiving_promise
from tansuo.api.viewer import Index, Moment, clock_of, reading, require
from tansuo.database.settings import home
from tansuo.evidence import ledger, second, second_head
from tansuo.evidence.anchoring import Standing as Anchored
from tansuo.evidence.anchoring import parties_of
from tansuo.evidence.anchoring import standings as anchored
from tansuo.evidence.key_change import Standing as StandingOfKey
from tansuo.evidence.key_change import standings as standings_of_keys
from tansuo.evidence.proof import make_consistency, make_inclusion
from tansuo.evidence.tables import checkpoint
from tansuo.evidence.tree import Hash, StoredNodes, tree_root
from tansuo.evidence.witnessing import Standing, policy_of, standings, witnessed
from tansuo.monitoring.promise import standing

router = APIRouter(prefix="/api/ledger", tags=["ledger"])


def _b64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


Tree = Annotated[Literal["sha256", "sm3"], Query(alias="hash", description="Of a log of both suites sm3 too")]


def _tree(connection: Connection, name: str) -> tuple[StoredNodes, Hash]:
    """Stored hashes and hash function of a tree; 404 for a second tree that the log does not have."""
    if name == "sha256":
        return ledger.stored_nodes(connection), sha256
    if not second.is_kept(connection):
        raise not_found("tree", name)
    return second.stored_nodes(connection), second.hash_function()


class WitnessBody(BaseModel):
    """A witness of the policy: whether the quorum counts it, and the largest head it has cosigned, with its time."""

    name: str
    key: str
    counted: bool
    size: int | None
    cosigned_ms: int | None


class AnchorBody(BaseModel):
    """How far a notary or judicial platform has anchored: the size and the entry that keeps its reply, null while
    there is none; `problem` is what went wrong at the last attempt, empty where nothing did. Times in ms since 1970."""

    title: str
    size: int | None
    entry: int | None
    anchored_ms: int | None
    tried_ms: int | None
    problem: str


class LogKeyBody(BaseModel):
    """A key of the log: the entry that announced it, until when it signs beside the one before (null for the first),
    and whether it has signed the newest head. Times in ms since 1970."""

    key: str
    entry: int
    recorded_ms: int
    both_until_ms: int | None
    signs: bool


class LedgerBody(BaseModel):
    """The head of the log. `witnessed_size`: the largest head that meets the quorum; null while none does. `suite` is
    intl or both; `second_checkpoint` the newest head of the second tree (SM3), null in a log of one tree. `keys` are
    the log's, the oldest first."""

    suite: str
    second_checkpoint: str | None
    promise: ReceivingPromise

    origin: str
    size: int
    root: str
    checkpoint: str | None
    checkpoint_size: int | None
    keys: list[LogKeyBody]
    witnesses: list[WitnessBody]
    anchors: list[AnchorBody]
    quorum: bool
    witnessed_size: int | None
    witnessed_since_ms: int | None
    witnessed_by: list[str]


class ConsistencyBody(BaseModel):
    """A consistency proof; hashes in base64."""

    old: int
    new: int
    old_root: str
    new_root: str
    proof: list[str]


@router.get("", name="get_ledger")
def get_ledger(request: Request, viewer: Annotated[Viewer, Depends(require("get_ledger"))]) -> LedgerBody:
    """Name, size, root, newest signed checkpoint (C2SP signed note) and witnesses; times in ms since 1970."""
    with reading(request, viewer) as connection:
        now = ledger.size(connection)
        newest = connection.execute(
            select(checkpoint.c.size, checkpoint.c.note).order_by(checkpoint.c.size.desc()).limit(1)
        ).one_or_none()
        policy = policy_of(home())
        other = second_head.latest(connection)
        promise = standing(connection, clock_of(request).now_ms())
        largest = witnessed(connection, policy, now)
        return LedgerBody(
            suite=ledger.suite(connection),
            second_checkpoint=other.note if other else None,
            promise=receiving_promise(promise),
            origin=ledger.origin(connection),
            size=now,
            root=_b64(ledger.root_at(connection, now)),
            checkpoint=newest.note if newest else None,
            checkpoint_size=newest.size if newest else None,
            keys=[_key(one) for one in standings_of_keys(connection, now)],
            witnesses=[_witness(one) for one in standings(connection, policy)],
            anchors=[_anchor(one) for one in anchored(connection, parties_of(home()))],
            quorum=policy.quorum is not None,
            witnessed_size=None if largest is None else largest.size,
            witnessed_since_ms=None if largest is None else largest.since * 1000,
            witnessed_by=[] if largest is None else sorted(largest.by),
        )


def _key(one: StandingOfKey) -> LogKeyBody:
    return LogKeyBody(
        key=str(one.known.key),
        entry=one.known.entry,
        recorded_ms=one.known.recorded_ms,
        both_until_ms=one.known.both_until_ms,
        signs=one.signs,
    )


def _anchor(one: Anchored) -> AnchorBody:
    return AnchorBody(
        title=one.party.title,
        size=one.size,
        entry=None if one.last is None else one.last.index,
        anchored_ms=None if one.last is None else one.last.recorded_ms,
        tried_ms=one.tried_ms,
        problem=one.problem,
    )


def _witness(one: Standing) -> WitnessBody:
    cosigned = None if one.seconds is None else one.seconds * 1000
    return WitnessBody(
        name=one.name, key=str(one.key), counted=one.counted, size=one.size, cosigned_ms=cosigned
    )


@router.get("/proofs/inclusion/{index}", name="get_inclusion_proof")
def get_inclusion_proof(
    request: Request,
    index: Index,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_inclusion_proof"))],
    tree: Tree = "sha256",
) -> dict[str, object]:
    """RFC 9162 audit path of a leaf to the root of the asked size, in the tree of the hash; hashes in base64."""
    with reading(request, viewer) as connection:
        size = moment.size(connection)
        if index >= size:
            raise not_found("entry", str(index))
        read, new = _tree(connection, tree)
        path = make_inclusion(read, index, size, new)
        return {
            "index": index,
            "size": size,
            "root": _b64(tree_root(read, size, new)),
            "path": [_b64(step) for step in path],
        }


@router.get("/proofs/consistency", name="get_consistency_proof")
def get_consistency_proof(
    request: Request,
    old: Annotated[int, Query(ge=1)],
    new: Annotated[int, Query(ge=1)],
    viewer: Annotated[Viewer, Depends(require("get_consistency_proof"))],
    tree: Tree = "sha256",
) -> ConsistencyBody:
    """RFC 9162 proof that the log of size `new` continues the log of size `old`, in the tree of the hash; in base64."""
    with reading(request, viewer) as connection:
        now = ledger.size(connection)
        if not old <= new <= now:
            raise refused("bad_sizes", old=str(old), new=str(new), size=now)
        read, hashed = _tree(connection, tree)
        proof = make_consistency(read, old, new, hashed)
        return ConsistencyBody(
            old=old,
            new=new,
            old_root=_b64(tree_root(read, old, hashed)),
            new_root=_b64(tree_root(read, new, hashed)),
            proof=[_b64(step) for step in proof],
        )
