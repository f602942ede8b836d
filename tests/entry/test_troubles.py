"""A database that is away and a disk that is full end no service: each tries again, whichever way the trouble came."""

import errno
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from tansuo.database.connect import Database
from tansuo.entry import drills, worker
from tansuo.evidence import anchoring, signer, witnessing
from tansuo.evidence.clock import SystemClock
from tansuo.monitoring import sealing
from tansuo.monitoring.importing import work

TROUBLES = (
    OperationalError("SELECT 1", {}, psycopg.OperationalError("server closed the connection unexpectedly")),
    psycopg.errors.DiskFull("could not extend file: No space left on device"),
    OSError(errno.ENOSPC, "No space left on device"),
)


class Rounds(threading.Event):
    """Lets a service go round twice without waiting, then stops it."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 3

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        return self.left <= 0


class Steps:
    """What fails the first time it is asked and not the second."""

    def __init__(self, problem: Exception, good: object = None) -> None:
        self.problem = problem
        self.good = good
        self.asked = 0

    def __call__(self, *_: object, **__: object) -> object:
        self.asked += 1
        if self.asked == 1:
            raise self.problem
        return self.good


Service = Callable[[pytest.MonkeyPatch, Steps, Rounds, Path], None]
NOBODY = cast(Database, None)


def the_worker(_: pytest.MonkeyPatch, steps: Steps, stop: Rounds, __: Path) -> None:
    worker.run(cast(worker.Worker, SimpleNamespace(step=steps)), stop, 0)


def the_sealer(_: pytest.MonkeyPatch, steps: Steps, stop: Rounds, __: Path) -> None:
    sealing.run(cast(sealing.Sealer, SimpleNamespace(step=steps)), stop)


def the_importer(_: pytest.MonkeyPatch, steps: Steps, stop: Rounds, __: Path) -> None:
    work.run(cast(work.Importer, SimpleNamespace(step=steps)), stop, 0)


def the_signer(monkeypatch: pytest.MonkeyPatch, steps: Steps, stop: Rounds, folder: Path) -> None:
    monkeypatch.setattr(signer.SigningService, "step", steps)
    signer.run(NOBODY, folder, 0, stop=stop)


def the_witnessing(monkeypatch: pytest.MonkeyPatch, steps: Steps, stop: Rounds, folder: Path) -> None:
    steps.good = {}
    monkeypatch.setattr(witnessing, "collect", steps)
    monkeypatch.setattr(witnessing.timestamp, "collect", lambda *_: {})
    witnessing.run(NOBODY, folder, stop, SystemClock())


def the_anchoring(monkeypatch: pytest.MonkeyPatch, steps: Steps, stop: Rounds, folder: Path) -> None:
    monkeypatch.setattr(anchoring, "collect", steps)
    anchoring.run(NOBODY, folder, stop, SystemClock())


def the_drills(monkeypatch: pytest.MonkeyPatch, steps: Steps, stop: Rounds, _: Path) -> None:
    monkeypatch.setattr(drills, "transaction", steps)
    steps.good = NothingDue()
    monkeypatch.setattr(drills, "due", lambda *_: False)
    drills.run(NOBODY, stop, SystemClock())


class NothingDue:
    """Stands for a transaction in which nothing is to be done."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[Any]:
    with caplog.at_level(logging.INFO):
        yield caplog


@pytest.mark.parametrize("problem", TROUBLES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize(
    "service", [the_worker, the_sealer, the_importer, the_signer, the_witnessing, the_anchoring, the_drills]
)
def test_a_service_says_it_once_and_tries_again(
    monkeypatch: pytest.MonkeyPatch,
    told: pytest.LogCaptureFixture,
    tmp_path: Path,
    service: Service,
    problem: Exception,
) -> None:
    steps = Steps(problem)
    service(monkeypatch, steps, Rounds(), tmp_path)
    assert steps.asked >= 2
    said = [record.message for record in told.records if record.levelno >= logging.WARNING]
    assert len(said) == 1
    assert "No space left" in said[0] or "server closed" in said[0]


def test_a_mistake_of_ours_is_not_taken_for_a_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyError):
        the_worker(monkeypatch, Steps(KeyError("a mistake")), Rounds(), tmp_path)
