"""The web server: whole requests are answered, however slow their answer; slow requests are cut off."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = """
import asyncio, socket, sys
from fastapi import FastAPI, Request
from tansuo.entry import web_server
web_server.DeadlineProtocol.head_seconds = web_server.DeadlineProtocol.body_seconds = 0.5
app = FastAPI()
@app.post("/length")
async def length(request: Request) -> int:
    return len(await request.body())
@app.get("/slow")
async def slow() -> str:
    await asyncio.sleep(1.5)
    return "done"
listening = socket.create_server(("127.0.0.1", 0))
web_server.run(app, listening, lambda: print(listening.getsockname()[1], flush=True))
print("ended", flush=True)
"""


@pytest.fixture
def running() -> Iterator["subprocess.Popen[str]"]:
    """A server with half-second deadlines; its port is the first line it prints."""
    process = subprocess.Popen(
        [sys.executable, "-c", APP],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")},
    )
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def client(running: "subprocess.Popen[str]") -> Iterator[socket.socket]:
    """A connection to it."""
    assert running.stdout is not None
    with socket.create_connection(("127.0.0.1", int(running.stdout.readline()))) as opened:
        yield opened


def rest(client: socket.socket) -> bytes:
    """All that comes until the server closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := client.recv(65536):
            received += part
    return received


def trickle(client: socket.socket, data: bytes) -> None:
    """Send a byte every 50 ms until the server has had enough; fails if all of it is taken."""
    client.settimeout(0.05)
    for byte in data:
        try:
            client.sendall(bytes([byte]))
            if client.recv(1, socket.MSG_PEEK) is not None:
                client.settimeout(None)
                return
        except TimeoutError:
            continue
        except (ConnectionResetError, BrokenPipeError):
            return
    pytest.fail("the server took it all")


def test_a_whole_request_is_answered_and_the_connection_kept(client: socket.socket) -> None:
    for _ in range(2):
        client.sendall(b"POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc")
        answer = b""
        while not answer.endswith(b"\r\n\r\n3"):
            answer += client.recv(1)
        assert answer.startswith(b"HTTP/1.1 200")


def test_a_slow_answer_is_not_cut_off(client: socket.socket) -> None:
    client.sendall(b"GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert rest(client).endswith(b'"done"')


def test_silence_ends_the_connection(client: socket.socket) -> None:
    assert rest(client).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\n",
        b"\r\n\r\n",
        b"POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n",
    ],
)
def test_a_request_that_trickles_is_cut_off(client: socket.socket, head: bytes) -> None:
    client.sendall(head)
    trickle(client, b"\r\n" * 100 if head == b"\r\n\r\n" else b"x-long: " + b"y" * 200)


def test_the_second_request_has_a_deadline_too(client: socket.socket) -> None:
    client.sendall(b"POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
    assert client.recv(65536).startswith(b"HTTP/1.1 200")
    client.sendall(b"GET / HTTP/1.1\r\n")
    trickle(client, b"x-long: " + b"y" * 200)


def test_an_endless_head_is_cut_off(client: socket.socket) -> None:
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        client.sendall(b"GET / HTTP/1.1\r\nx: " + b"y" * 1_000_000)
    assert b" 200 " not in rest(client)


def test_a_signal_ends_it_cleanly(running: "subprocess.Popen[str]", client: socket.socket) -> None:
    client.sendall(b"POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
    assert client.recv(65536).startswith(b"HTTP/1.1 200")
    running.send_signal(signal.SIGTERM)
    assert running.wait() == 0
    assert running.stdout is not None
    assert running.stdout.read() == "ended\n"
