"""Live values: an event at once, another when new frames have come, and an end with the session."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from demo_city import NOW, OTHER, OWN, DemoCity
from tansuo.api.routers import live as stream
from tansuo.database.connect import SYSTEM, transaction
from tansuo.entry.demo.frames import live, live_value
from tansuo.entry.demo.model import firms
from tansuo.monitoring.intake import Received, pack, store_chunk


@pytest.fixture(autouse=True)
def _a_quick_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PACE", 0.02)


def send(city: DemoCity, firm_id: str, at: datetime, amount: int) -> None:
    """A live frame of a firm's device arrives and is worked into the tables."""
    (firm,) = [one for one in firms() if one.id == firm_id]
    values = {source.id: live_value(amount, source.decimals, 0) for source in firm.sources}
    record = Received(
        city.clock.now_ms(), 1, "127.0.0.1:9", 0, live(firm, at, values, dict.fromkeys(values, "N"))
    )
    with transaction(city.database, SYSTEM) as connection:
        store_chunk(connection, "hj212", pack([record]), 1)
    city.work()


@asynccontextmanager
async def listening(
    city: DemoCity, cookie: str, query: str
) -> AsyncIterator["asyncio.Queue[dict[str, Any] | None]"]:
    """The events of /api/live as they come; None at the end of the stream."""
    events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    asked = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if asked.is_set():
            await asyncio.Event().wait()  # the reader stays
        asked.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send_(message: Any) -> None:
        text = message.get("body", b"").decode()
        if text.startswith("event: values"):
            data = next(line[6:] for line in text.splitlines() if line.startswith("data: "))
            await events.put(json.loads(data))
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            await events.put(None)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/api/live", "raw_path": b"/api/live", "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"testserver"), (b"cookie", f"tansuo={cookie}".encode())],
        "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    running = asyncio.create_task(city.app(scope, receive, send_))
    try:
        yield events
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def next_of(events: "asyncio.Queue[dict[str, Any] | None]") -> dict[str, Any] | None:
    return await asyncio.wait_for(events.get(), 60)


def values(event: dict[str, Any] | None) -> dict[str, str]:
    assert event is not None
    return {one["series"]: one["value"] for one in event["values"] if one["series"].endswith("/live")}


def test_new_frames_make_a_new_event(demo_copy: DemoCity) -> None:
    cookie = demo_copy.signed_in("city_manager").cookies["tansuo"]

    async def listen() -> None:
        async with listening(demo_copy, cookie, "") as events:
            first = await next_of(events)
            assert first is not None and values(first) == {}  # the history holds hourly amounts only
            await asyncio.to_thread(send, demo_copy, OWN, NOW, 31000)
            second = await next_of(events)
            assert second is not None and second["size"] > first["size"]
            assert values(second) == {f"{OWN}/coal/live": "310.00", f"{OWN}/power/live": "31.000"}
            await asyncio.to_thread(send, demo_copy, OTHER, NOW + timedelta(seconds=30), 2000)
            third = values(await next_of(events))
            assert third[f"{OTHER}/coal/live"] == "20.00" and third[f"{OWN}/coal/live"] == "310.00"

    asyncio.run(listen())


def test_live_values_stay_within_ones_scope(demo_copy: DemoCity) -> None:
    send(demo_copy, OWN, NOW, 31000)
    send(demo_copy, OTHER, NOW, 2000)
    for role, subject, query, seen in (
        ("enterprise_clerk", OWN, "", {OWN}),
        ("enterprise_clerk", OWN, f"org={OTHER}", set()),
        ("county_manager", "zj.unit.dantu", "", {OWN}),
        ("verifier", "zj.city", f"org={OTHER}", {OTHER}),
    ):
        answer = demo_copy.signed_in(role, subject).get(f"/api/live?events=1&{query}")
        assert answer.headers["content-type"].startswith("text/event-stream")
        line = next(line for line in answer.text.splitlines() if line.startswith("data: "))
        event = json.loads(line[6:])
        assert {one["org"] for one in event["values"]} == seen
        assert all(one["synthetic"] for one in event["values"])


def test_the_stream_ends_with_the_session_and_does_not_keep_it_open(demo_copy: DemoCity) -> None:
    cookie = demo_copy.signed_in("city_manager").cookies["tansuo"]

    async def listen() -> None:
        async with listening(demo_copy, cookie, "") as events:
            assert await next_of(events) is not None
            demo_copy.pass_time(minutes=29)
            await asyncio.to_thread(send, demo_copy, OWN, NOW, 31000)
            assert await next_of(events) is not None
            demo_copy.pass_time(minutes=2)  # 31 minutes since the reader did anything
            assert await next_of(events) is None

    asyncio.run(listen())


def test_a_comment_keeps_the_line_open_while_nothing_comes(demo_copy: DemoCity) -> None:
    monkeyed = pytest.MonkeyPatch()
    monkeyed.setattr(stream, "LONGEST", 0.1)
    try:
        text = demo_copy.signed_in("city_manager").get("/api/live").text
    finally:
        monkeyed.undo()
    assert text.count("event: values") == 1
    assert text.count(": still here") >= 3
