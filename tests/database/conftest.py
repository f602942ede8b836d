"""Servers of a test's own: durable, in a home that the service user can enter."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tansuo.database import guardian
from tansuo.database.supervisor import PostgresServer


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty home folder; whatever still runs in it at the end is ended, and the folder removed."""
    with home_folder() as home:
        yield home


@pytest.fixture(scope="module")
def looked_at() -> Iterator[PostgresServer]:
    """A durable server that the tests of a module look at and leave as it is."""
    with home_folder() as home, PostgresServer(home) as server:
        yield server


@contextmanager
def home_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tansuo-home-", dir="/tmp"))
    folder.chmod(0o711)
    home = folder / "home"
    yield home
    server = PostgresServer(home)
    server.stop()
    for data in {server.data, home / "postgres" / "data"}:
        guardian.stop(data, 60)
        for pid in guardian.workers(data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    shutil.rmtree(server.place, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
