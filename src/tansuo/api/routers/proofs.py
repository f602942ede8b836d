"""Receipts to keep (回执, C2SP tlog-proof): what somebody sent in is in the signed log, checkable without us."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response

from tansuo.api.own_frames import own_frame
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found
from tansuo.api.viewer import Index, reading, require, summing
from tansuo.database.settings import home
from tansuo.evidence import ledger
from tansuo.evidence.proving import file_name, prove
from tansuo.evidence.tlog_proof import TlogProof
from tansuo.evidence.witnessing import policy_of
from tansuo.reporting.frame_receipt import prove_frame

router = APIRouter(prefix="/api", tags=["ledger"], default_response_class=PlainTextResponse)


def _kept(proof: TlogProof, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return PlainTextResponse(proof.written, headers=headers)


@router.get("/ledger/entries/{index}/proof", name="get_entry_proof")
def get_entry_proof(
    request: Request, index: Index, viewer: Annotated[Viewer, Depends(require("get_entry_proof"))]
) -> Response:
    """The receipt of an entry that the viewer may read: its bytes, its path, and a signed head, as tlog-proof text."""
    with reading(request, viewer) as connection:
        entry = ledger.get(connection, index)
        if entry is None:
            raise not_found("entry", str(index))
        return _kept(prove(connection, entry, policy_of(home())), file_name(entry))


@router.get("/arrivals/{arrival}/records/{number}/proof", name="get_frame_proof")
def get_frame_proof(
    request: Request,
    arrival: Index,
    number: Index,
    viewer: Annotated[Viewer, Depends(require("get_frame_proof"))],
) -> Response:
    """The receipt of one raw frame of a device of the viewer's: the frame, its path in its batch, the batch's entry."""
    with summing(request) as connection:
        entry, _ = own_frame(connection, viewer, arrival, number, "frame")
        proof = prove_frame(connection, entry, number, policy_of(home()))
        return _kept(proof, file_name(entry, number))
