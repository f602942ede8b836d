"""Whether a load runs behind the pages, and how far it has come."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from tansuo.api.loading import told
from tansuo.api.policy import Viewer
from tansuo.api.viewer import require

router = APIRouter(tags=["session"])


class LoadingBody(BaseModel):
    """``loading`` false: everything is there. Otherwise ``done`` of ``of`` steps, and where the load is."""

    loading: bool
    done: int
    of: int
    label_zh: str
    label_en: str


@router.get("/api/loading", response_model=LoadingBody, name="get_loading")
def get_loading(viewer: Annotated[Viewer, Depends(require("get_loading"))]) -> LoadingBody:
    """How far a load has come that runs while the pages already answer; figures grow until it is over."""
    found = told()
    if found is None:
        return LoadingBody(loading=False, done=0, of=0, label_zh="", label_en="")
    return LoadingBody(
        loading=True, done=found.done, of=found.of, label_zh=found.label_zh, label_en=found.label_en
    )
