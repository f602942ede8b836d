"""``tansuo serve``: four services under one roof, none lost, none left over."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tansuo.database import guardian

Start = Callable[..., "subprocess.Popen[str]"]
SERVE = ("serve", "--city", "321100", "--port", "0", "--gateway-port", "0")


def ready_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith("ready "):
        process.kill()
        pytest.fail(f"no ready line: {line}{process.communicate()}")
    return line


def said(place: Path, name: str) -> dict[str, int]:
    answer: dict[str, int] = json.loads((place / "run" / f"{name}.json").read_text())
    return answer


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.02)


def page(line: str) -> int:
    with urllib.request.urlopen(line.split()[1] + "/") as answer:
        return int(answer.status)


def test_everything_starts_answers_and_stops_without_a_trace(start: Start, place: Path) -> None:
    process = start(*SERVE)
    line = ready_line(process)
    assert page(line) == 200
    host, port = line.split()[3].rsplit(":", 1)
    socket.create_connection((host, int(port))).close()
    pids = [said(place, name)["pid"] for name in ("api", "gateway", "worker", "signer")]
    assert len(set(pids)) == 4
    assert all(alive(pid) for pid in pids)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0
    assert not any(alive(pid) for pid in pids)
    assert list((place / "run").glob("*.json")) == []
    wait_for(lambda: not guardian.workers(place / "postgres" / "data"))
    assert "database system is shut down" in (place / "postgres.log").read_text()


def test_a_killed_service_or_database_comes_back_and_the_others_stay(start: Start, place: Path) -> None:
    process = start(*SERVE)
    line = ready_line(process)
    for name in ("api", "gateway", "worker", "signer"):
        before = {each: said(place, each) for each in ("api", "gateway", "worker", "signer")}
        os.kill(before[name]["pid"], signal.SIGKILL)
        wait_for(
            lambda name=name, before=before: (
                (place / "run" / f"{name}.json").exists() and said(place, name)["pid"] != before[name]["pid"]
            )
        )
        after = said(place, name)
        assert alive(after["pid"])
        assert after["port"] == before[name]["port"]
        assert all(alive(one["pid"]) for each, one in before.items() if each != name)

    old = guardian.postmaster(place / "postgres" / "data")
    assert old is not None
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: guardian.postmaster(place / "postgres" / "data") not in (None, old))

    def answers() -> bool:
        try:
            return page(line) == 200
        except OSError:
            return False

    wait_for(answers)
    assert process.poll() is None


def test_killing_the_parent_leaves_no_orphans(start: Start, place: Path) -> None:
    process = start(*SERVE)
    ready_line(process)
    pids = [said(place, name)["pid"] for name in ("api", "gateway", "worker", "signer")]
    process.kill()
    process.wait()
    wait_for(lambda: not any(alive(pid) for pid in pids))
    wait_for(lambda: not guardian.workers(place / "postgres" / "data"))


def test_one_service_runs_alone(start: Start, place: Path) -> None:
    process = start("serve", "--only", "gateway", "--city", "321100", "--gateway-port", "0")
    wait_for(lambda: (place / "run" / "gateway.json").exists() or process.poll() is not None)
    socket.create_connection(("127.0.0.1", said(place, "gateway")["port"])).close()
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0


def test_without_a_ledger_it_says_how_to_begin(start: Start) -> None:
    process = start("--language", "en", "serve", "--port", "0", "--gateway-port", "0")
    _, told = process.communicate()
    assert process.returncode == 2
    assert "--city" in told


def test_a_port_that_is_taken_is_told_and_nothing_is_left_running(start: Start, place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = start(
            "--language", "en", "serve", "--city", "321100", "--gateway-port", "0", "--port", port
        )
        _, told = process.communicate()
    assert process.returncode == 2
    assert f"127.0.0.1:{port}" in told
    wait_for(lambda: not guardian.workers(place / "postgres" / "data"))
