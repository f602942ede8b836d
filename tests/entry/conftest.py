"""A home of a test's own with an opened ledger, and a platform run in it as people run it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tansuo.database import guardian
from tansuo.database.supervisor import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty home folder that the database's user can enter; nothing runs in it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tansuo-home-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder / "home"
    server = PostgresServer(folder / "home")
    server.stop()
    guardian.stop(server.data, 60)
    for pid in guardian.workers(server.data):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(place: Path) -> Iterator[Start]:
    """Starts ``tansuo ARGS`` in the home; all that was started is killed at the end."""
    begun: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tansuo", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
                "PYTHONPATH": str(ROOT / "src"),
                "TANSUO_HOME": str(place),
            },
        )
        begun.append(process)
        return process

    yield run
    for process in begun:
        process.kill()
        process.communicate()
