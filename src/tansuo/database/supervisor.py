"""Our own PostgreSQL: made on first use, shared by every program that asks, stopped when unused.

Socket only, never TCP. One guardian process a server stops it when its last user is gone (``guardian``).
"""

import fcntl
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

import psycopg

from tansuo.database import guardian
from tansuo.database.binaries import CLEAN, ServiceUser, choose, readable, service_user
from tansuo.database.cluster import APP as APP
from tansuo.database.cluster import DATABASE, Cluster
from tansuo.database.cluster import OWNER as OWNER
from tansuo.database.settings import flavour, key_of
from tansuo.quantity.finding import Finding, FindingError

log = logging.getLogger("tansuo.database")

LONGEST_SOCKET = 106  # sun_path holds 108 bytes with its final zero; one more is kept free
LINGER_SECONDS = 3.0  # a next command of the same script finds the server warm
START_SECONDS = 600.0  # recovery of a large database may take minutes


class PostgresServer:
    """One server for one home folder; every process that calls ``start`` shares it.

    ``durable=False`` turns fsync off: for tests whose data may be lost with the machine, never for evidence.
    Usable as a context manager. Not thread-safe; one object a process is enough.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.absolute()
        self.user: ServiceUser = service_user()
        self.durable = durable
        self.place = self.home / "postgres"
        self._users: int | None = None
        self._guardian: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """The data folder, 0700, owned by the user PostgreSQL runs as."""
        return self.place / "data"

    @property
    def cluster(self) -> Cluster:
        """The server's files."""
        return Cluster(self.data, self.home / "secrets", self.user, self.durable)

    @property
    def log_file(self) -> Path:
        """Where PostgreSQL writes what it has to say."""
        return self.home / "postgres.log"

    @property
    def held(self) -> bool:
        """True if the server we hold runs and has its guardian; a cheap look, without a connection."""
        return self._users is not None and self.pid is not None and self._guarded()

    @property
    def pid(self) -> int | None:
        """The running postmaster, or None."""
        return guardian.postmaster(self.data)

    def start(self) -> Self:
        """Make the database if there is none, start the server if it does not run, and hold on to it.

        Recovers by itself from kill -9 of every process. Calling it again on a held server checks that the
        server still runs and starts it again if not. Raises FindingError ``database.*``.
        """
        self._prepare_folders()
        with self._starting():
            if self._users is None:
                self._users = self._lock_file("users.lock")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                if self.pid is None or not self._ready():
                    self._launch()
                    if not self._ready():
                        raise self._failure()
                if not self._guarded():
                    self._spawn_guardian([], CLEAN)
            except BaseException:
                self.release()
                raise
        return self

    def stop(self) -> bool:
        """Let go of the server and stop it cleanly unless another process uses it; True if it is stopped.

        Raises FindingError ``database.stop_failed`` when it does not stop within a minute.
        """
        self._prepare_folders()
        with self._starting():
            self.release()
            users = self._lock_file("users.lock")
            try:
                if not guardian.only_user(users):
                    return False
                still = guardian.stop(self.data, 60)
            finally:
                os.close(users)
        if still is not None:
            raise FindingError(Finding("database.stop_failed", params={"pid": still, "seconds": 60}))
        return True

    def release(self) -> None:
        """Let go of the server without stopping it; the guardian stops it when nobody has used it a while."""
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, database: str = DATABASE, role: str = APP) -> str:
        """A SQLAlchemy URL for ``role``, password and socket folder included; the server must run."""
        password = self.cluster.secret(role)
        folder = self._socket_of_running()
        return f"postgresql+psycopg://{role}:{quote(password)}@/{database}?{urlencode({'host': folder})}"

    # folders -----------------------------------------------------------------------------------------

    def _prepare_folders(self) -> None:
        # 0711: the service user passes through to the data, and nobody lists what else is here.
        private = 0o700 if self.user.uid is None else 0o711
        for folder, mode in ((self.home, private), (self.home / "secrets", 0o700)):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)
        inside = self.home / "postgres"
        if self.user.uid is not None and not self.user.may_enter(self.home):
            self.place = Path("/var/lib/tansuo") / key_of(self.home)
            if not self.place.is_dir():
                log.warning(
                    "the user %s cannot enter %s; the database lives in %s",
                    self.user.name,
                    self.home,
                    self.place,
                )
        else:
            self.place = inside
        self.place.mkdir(parents=True, exist_ok=True)
        self.place.chmod(private)
        if self.place != inside:
            # Made under whatever umask this process has; a folder above that is closed closes all below it.
            self.place.parent.chmod(private)

    def _socket_folder(self) -> Path:
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        name = f"tansuo-{self.user.owner}-{key_of(self.data)}"
        folder = Path("/tmp") / name  # noqa: S108 - owner and mode are checked below
        if self.user.uid is None and runtime and os.access(runtime, os.W_OK):
            candidate = Path(runtime) / name
            if len(os.fsencode(candidate / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET:
                folder = candidate
        try:
            folder.mkdir(mode=0o700)
            if self.user.uid is not None:
                os.chown(folder, self.user.uid, self.user.gid or -1)
        except FileExistsError:
            pass
        found = folder.lstat()
        if found.st_uid != self.user.owner or found.st_mode & 0o170077 != 0o040000:
            raise FindingError(Finding("database.unsafe_folder", params={"folder": str(folder)}))
        return folder

    def _socket_of_running(self) -> str:
        folder = guardian.socket_folder(self.data)
        if folder is None:
            raise self._failure()
        return str(folder)

    # locks and secrets -------------------------------------------------------------------------------

    def _lock_file(self, name: str) -> int:
        return os.open(self.home / name, os.O_RDWR | os.O_CREAT, 0o600)

    @contextmanager
    def _starting(self) -> Iterator[None]:
        lock = self._lock_file("start.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    # starting ----------------------------------------------------------------------------------------

    def _launch(self) -> None:
        self._clear_remains()
        chosen = choose(flavour(), self.cluster.major, self.data)
        binaries = readable(chosen, self.user, self._binary_store())
        self.cluster.prepare(binaries, self._socket_folder())
        if self.log_file.is_file() and self.log_file.stat().st_size > 16 << 20:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        self._spawn_guardian([str(binaries.bin / "postgres"), "-D", str(self.data)], binaries.environment)

    def _binary_store(self) -> Path:
        if self.user.uid is None or self.place == self.home / "postgres":
            return self.place
        return self.place.parent

    def _clear_remains(self) -> None:
        """After kill -9: end children that outlived their postmaster, drop its pid and socket files."""
        for blow in (signal.SIGQUIT, signal.SIGKILL):
            left = guardian.workers(self.data)
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, blow)
            deadline = time.monotonic() + 5
            while any(guardian.works_in(pid, self.data) for pid in left) and time.monotonic() < deadline:
                time.sleep(0.02)
        folder = guardian.socket_folder(self.data)
        if folder is not None:
            for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
                (folder / name).unlink(missing_ok=True)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _spawn_guardian(self, argv: list[str], environment: dict[str, str]) -> None:
        plan = {
            "argv": argv,
            "user": self.user.uid,
            "group": self.user.gid,
            "log": str(self.log_file),
            "data": str(self.data),
            "starts": str(self.home / "start.lock"),
            "users": str(self.home / "users.lock"),
            "guard": str(self.home / "guard.lock"),
            "linger": LINGER_SECONDS,
        }
        self._guardian = subprocess.Popen(
            [sys.executable, "-I", "-S", guardian.__file__, json.dumps(plan)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=environment,
            start_new_session=True,
        )

    def _guarded(self) -> bool:
        lock = self._lock_file("guard.lock")
        try:
            return not guardian.only_user(lock)
        finally:
            os.close(lock)

    def _ready(self) -> bool:
        """Wait until the server takes connections: True; False if its process ends before that."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.pid is None and (self._guardian is None or self._guardian.poll() is not None):
                return False
            with suppress(FileNotFoundError):
                lines = (self.data / "postmaster.pid").read_text().split("\n")
                if len(lines) > 7 and lines[7].strip() == "ready" and self._answers(lines[4]):
                    return True
            time.sleep(0.01)
        return False

    def _answers(self, folder: str) -> bool:
        """Whether a session can be had: a server that was just killed may still look ready from outside."""
        try:
            psycopg.connect(
                host=folder, user=APP, password=self.cluster.secret(APP), dbname="postgres", connect_timeout=5
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    def _failure(self) -> FindingError:
        lines = self.log_file.read_text(errors="replace").splitlines() if self.log_file.is_file() else []
        return FindingError(
            Finding(
                "database.start_failed",
                params={"log": str(self.log_file), "output": " | ".join(lines[-5:])},
            )
        )
