"""The forms of the receipt document: findings and holds, for browsers without script."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from tansuo.api.policy import Viewer
from tansuo.api.problems import Problem, invalid, refused
from tansuo.api.routers.holds import placed
from tansuo.api.routers.verification import attached, moved
from tansuo.api.under_receipt import STEP_OF_WAY
from tansuo.api.verification_shapes import FindingSaid, HoldSaid, NewFinding, NewHold
from tansuo.api.viewer import clock_of, require, summing
from tansuo.quantity.finding import Finding
from tansuo.registry import hold
from tansuo.reporting.html import Language

router = APIRouter(tags=["documents"])
Form = TypeVar("Form", bound=BaseModel)

OPERATIONS: Mapping[str, str] = {
    "attach": "attach_finding",
    "answer": "answer_finding",
    "close": "close_finding",
    "reopen": "reopen_finding",
    "hold": "place_hold",
    "ask": "ask_hold_release",
    "confirm": "confirm_hold_release",
}
"""What a button of the page does: the operation whose policy row decides."""


@router.post("/{language}/receipts/{receipt}/under", name="receipt_form")
async def receipt_form(
    request: Request,
    language: Language,
    receipt: str,
    viewer: Annotated[Viewer, Depends(require("receipt_form"))],
) -> Response:
    """One step of a finding or hold; back to the page, which says what entry it became."""
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    if not secrets.compare_digest(form.get("form_token", "").encode(), viewer.form_token.encode()):
        raise Problem(403, [Finding("api.form_token")])
    entry = await run_in_threadpool(_done, request, viewer, receipt, form)
    return RedirectResponse(f"/{language}/receipts/{receipt}?done={entry}#under", status_code=303)


def _done(request: Request, viewer: Viewer, receipt: str, form: Mapping[str, str]) -> int:
    action, name, text = form.get("action", ""), form.get("id", ""), form.get("text", "").strip()
    if action not in OPERATIONS:
        raise refused("form_action", action=action[:40])
    require(OPERATIONS[action])(request)
    if action == "attach":
        given = {key: form[key] for key in ("node", "severity", "clause", "deadline") if form.get(key)}
        return attached(request, viewer, receipt, _read(NewFinding, {**given, "text": text})).entry
    if action in STEP_OF_WAY:
        due = {"deadline": form["deadline"]} if form.get("deadline") else {}
        told = _read(FindingSaid, {"text": text, **due})
        return moved(request, viewer, name, STEP_OF_WAY[action], told.text, told.deadline).entry
    with summing(request) as connection:
        if action == "hold":
            wanted = _read(NewHold, {"receipt": receipt, "reason": text})
            return placed(request, connection, viewer, wanted).entry
        if action == "ask":
            said = _read(HoldSaid, {"reason": text})
            return hold.ask_release(connection, name, said.reason, viewer.actor, clock_of(request)).index
        return hold.confirm_release(connection, name, viewer.actor, clock_of(request)).index


def _read(shape: type[Form], given: Mapping[str, Any]) -> Form:
    """The form's fields as their shape; 422 naming the field that is wrong."""
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise Problem(422, [_wrong(one) for one in error.errors()]) from None


def _wrong(one: Mapping[str, Any]) -> Finding:
    """What is wrong with a field, in words; too few words are what people send."""
    if one["type"] == "string_too_short":
        return Finding("api.text_short", params={"least": one["ctx"]["min_length"]})
    return invalid({**one, "loc": ("body", *one["loc"])})
