"""Findings of verifiers and holds as the API tells them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from tansuo.api.shapes import Named
from tansuo.evidence.entry import Entry


class NodeBody(BaseModel):
    """A place of a receipt that a finding can be about."""

    id: str
    zh: str
    en: str


class FindingStep(BaseModel):
    """One step of a finding, or of a hold: what was done by whom in which role, when, and the words."""

    step: str
    by: str
    role_zh: str
    role_en: str
    at: datetime
    said: str
    entry: int


class VerificationFinding(BaseModel):
    """A finding 不符合项 with its steps. `organisation` found it; `late`: an answer is due and its day has gone by;
    `may`: what this viewer may do with it now."""

    id: str
    receipt: str
    subject: Named | None
    node: NodeBody
    severity: str
    clause: str
    state: str
    organisation: Named
    deadline: date | None
    late: bool
    synthetic: bool
    steps: list[FindingStep]
    may: list[Literal["answer", "close", "reopen"]]


class HoldBody(BaseModel):
    """A hold 证据保全 with its steps. `may`: what this viewer may do with it now."""

    id: str
    subject: Named
    period: str
    receipt: str
    state: str
    stands: bool
    org: str
    reason: str
    synthetic: bool
    steps: list[FindingStep]
    may: list[Literal["ask", "confirm"]]


class UnderReceipt(BaseModel):
    """What a receipt's reader sees of findings and holds, the nodes a finding can be attached to (none where this
    viewer may not), and whether the viewer may place a hold."""

    receipt: str
    findings: list[VerificationFinding]
    holds: list[HoldBody]
    nodes: list[NodeBody]
    may_hold: bool


class NewFinding(BaseModel):
    """What a verifier found at a node; `clause` is of the standard or plan, `deadline` when an answer is due."""

    node: str = Field(min_length=1, max_length=300)
    severity: Literal["misstatement", "nonconformity", "improvement"]
    clause: str = Field(default="", max_length=200)
    text: str = Field(min_length=3, max_length=4000)
    deadline: date | None = None


class FindingSaid(BaseModel):
    """The words of an answer, a closure or a re-opening; of the last `deadline` may say until when an answer is due."""

    text: str = Field(min_length=3, max_length=4000)
    deadline: date | None = None


class NewHold(BaseModel):
    """A hold over a receipt, or over a subject with or without a period."""

    receipt: str = Field(default="", max_length=80)
    subject: str = Field(default="", max_length=128)
    period: str = Field(default="", max_length=32)
    reason: str = Field(min_length=3, max_length=4000)


class HoldSaid(BaseModel):
    """Why a hold shall end."""

    reason: str = Field(min_length=3, max_length=4000)


class Made(BaseModel):
    """The id and the entry that was made."""

    id: str
    entry: int


def step_made(entry: Entry) -> Made:
    """The case that an entry is a step of, and the entry."""
    return Made(id=str(entry.body["id"]), entry=entry.index)
