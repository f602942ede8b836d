"""Sign-in by one-time link, the running session, sign-out. No state changes by GET; no password exists."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool

from tansuo.api import sessions
from tansuo.api.access_log import note_request
from tansuo.api.attempts import address_of, attempts_of
from tansuo.api.policy import PUBLIC, Viewer, policy
from tansuo.api.problems import Problem
from tansuo.api.site import over_tls
from tansuo.api.viewer import clock_of, cookie_name, database_of, require, summing
from tansuo.database.connect import SYSTEM, transaction
from tansuo.quantity.finding import Finding
from tansuo.registry import subject
from tansuo.reporting.frame import frame
from tansuo.reporting.html import Language, language_of, render_page, words

router = APIRouter(tags=["session"])


def home_of(viewer: Viewer, language: Language) -> str:
    """The document that answers a role's first question without a script."""
    if policy().roles[viewer.role].scope == "enterprise":
        return f"/{language}/enterprises/{viewer.subject}"
    return f"/{language}/"


def _page(request: Request, viewer: Viewer, language: Language, path: str, view: dict[str, object]) -> str:
    with summing(request) as connection:
        page = frame(
            connection,
            language=language,
            section="session",
            path=path,
            clock=clock_of(request),
            viewer=viewer.label if viewer.signed_in else "",
            form_token=viewer.form_token,
            pick_date=False,
        )
    t = words(language)
    return render_page(
        "session.html", page, title=t("session" if view.get("label") else "sign_in"), view=view
    )


@router.get("/api/health", name="health")
def health(request: Request, viewer: Annotated[Viewer, Depends(require("health"))]) -> dict[str, str]:
    """Whether the application and its database answer."""
    with summing(request) as connection:
        connection.execute(text("SELECT 1"))
    return {"status": "ok"}


class SessionBody(BaseModel):
    """Who is looking, how far they see, and what of the workspace is theirs.

    `subject` is what the role is held over ("" for a role without one), with its names as now known. `orgs`
    null means the whole city. `form_token` is what requests that change something carry as X-Tansuo-Token;
    null without a session. Until `fresh_until` what binds may still be done; the session ends at `ends` at
    the latest. `language` is the one of the sign-in, or what the browser asks for.
    """

    signed_in: bool
    role: str
    role_zh: str
    role_en: str
    label: str
    subject: str
    subject_zh: str
    subject_en: str
    orgs: list[str] | None
    features: list[str]
    form_token: str | None
    language: Language
    fresh_until: datetime | None
    ends: datetime | None


@router.get("/api/session", name="get_session")
def get_session(request: Request, viewer: Annotated[Viewer, Depends(require("get_session"))]) -> SessionBody:
    """The viewer's role and scope, and the features of the workspace that they may open."""
    return session_of(request, viewer)


def session_of(request: Request, viewer: Viewer) -> SessionBody:
    """What a viewer's own browser is told about them."""
    role = policy().roles[viewer.role]
    with summing(request) as connection:
        over = subject.get(connection, viewer.subject) if viewer.subject else None
    opened = viewer.opened
    asked = viewer.language or language_of("", request.headers.get("accept-language", ""))
    return SessionBody(
        signed_in=viewer.signed_in,
        role=role.id,
        role_zh=role.zh,
        role_en=role.en,
        label=viewer.label,
        subject=viewer.subject,
        subject_zh=over.name_zh if over else "",
        subject_en=over.name_en if over else "",
        orgs=None if viewer.orgs is None else sorted(viewer.orgs),
        features=policy().features_of(role.id),
        form_token=viewer.form_token or None,
        language="en" if asked == "en" else "zh",
        fresh_until=None if opened is None else opened + sessions.FRESH,
        ends=None if opened is None else opened + sessions.ABSOLUTE,
    )


@router.get("/{language}/session", response_class=HTMLResponse, name="session_page")
def session_page(
    request: Request, language: Language, viewer: Annotated[Viewer, Depends(require("session_page"))]
) -> str:
    """Who is signed in, and the way out."""
    role = policy().roles[viewer.role]
    view: dict[str, object] = {"link_label": "", "label": "", "home": "", "facts": []}
    if viewer.signed_in:
        view |= {
            "label": viewer.label,
            "home": home_of(viewer, language),
            "facts": [
                (words(language)("sign_in"), f"{viewer.label} · {role.zh if language == 'zh' else role.en}")
            ],
        }
    return _page(request, viewer, language, "session", view)


@router.get("/{language}/sign-in/{token}", response_class=HTMLResponse, name="sign_in_page")
def sign_in_page(
    request: Request,
    language: Language,
    token: str,
    viewer: Annotated[Viewer, Depends(require("sign_in_page"))],
) -> str:
    """Shows for whom a link is; looking at it does not use it up."""
    with transaction(database_of(request), SYSTEM) as connection:
        found = sessions.peek_link(connection, token, clock_of(request))
    if found is None:
        raise Problem(410, [Finding("api.link_used")])
    role = policy().roles[found[0]]
    label = f"{found[1]}({role.zh})" if language == "zh" else f"{found[1]} ({role.en})"
    view: dict[str, object] = {"link_label": label, "action": f"/{language}/sign-in/{token}", "label": ""}
    return _page(request, viewer, language, "session", view)


@router.post("/{language}/sign-in/{token}", name="sign_in")
def sign_in(
    request: Request,
    language: Language,
    token: str,
    viewer: Annotated[Viewer, Depends(require("sign_in"))],
) -> Response:
    """Use the link up, open a session under a new id, go to the workspace, which opens at the role's home.

    An address that has failed too often is answered 429, whatever link it brings.
    """
    attempts, address = attempts_of(request), address_of(request)
    attempts.admit(address)
    with transaction(database_of(request), SYSTEM) as connection:
        opened = sessions.redeem_link(connection, token, clock_of(request), language)
        if opened is None:
            note_request(connection, request, "sign_in_failed", PUBLIC, "sign_in", detail="api.link_used")
        elif viewer.session is not None:
            sessions.end(connection, viewer.session, clock_of(request))
        found = None if opened is None else sessions.current(connection, opened, clock_of(request))
        if found is not None:
            entered = Viewer(found.role, found.label, found.subject, frozenset(), found.token_hash)
            note_request(connection, request, "signed_in", entered, "sign_in")
    if opened is None or found is None:
        attempts.failed(address)
        raise Problem(410, [Finding("api.link_used")])
    response = RedirectResponse(f"/{language}/app/", status_code=303)
    secure = over_tls(request)
    response.set_cookie(cookie_name(request), opened, path="/", httponly=True, samesite="lax", secure=secure)
    return response


@router.post("/{language}/sign-out", name="sign_out")
async def sign_out(
    request: Request, language: Language, viewer: Annotated[Viewer, Depends(require("sign_out"))]
) -> Response:
    """End the session, or with `everywhere` all of this person's; the form's token must be the session's own."""
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    if viewer.session is not None:
        if not secrets.compare_digest(form.get("form_token", [""])[0].encode(), viewer.form_token.encode()):
            raise Problem(403, [Finding("api.form_token")])
        await run_in_threadpool(_end, request, viewer, everywhere="everywhere" in form)
    response = RedirectResponse(f"/{language}/session", status_code=303)
    # A browser obeys for a __Host- cookie only if the order to forget it is itself marked secure.
    secure = over_tls(request)
    response.delete_cookie(cookie_name(request), path="/", httponly=True, samesite="lax", secure=secure)
    return response


def _end(request: Request, viewer: Viewer, *, everywhere: bool) -> None:
    assert viewer.session is not None
    with transaction(database_of(request), SYSTEM) as connection:
        sessions.end(connection, viewer.session, clock_of(request))
        if everywhere:
            sessions.end_all(connection, viewer.label, clock_of(request))
        detail = "everywhere" if everywhere else ""
        note_request(connection, request, "signed_out", viewer, "sign_out", detail=detail)
