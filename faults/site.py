"""A platform of its own in a folder of its own: real processes, and how they are killed and started again."""

import ctypes
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import psycopg

from faults.frames import mn, series
from tansuo.database import guardian
from tansuo.database.connect import SYSTEM, Database, conninfo, transaction
from tansuo.database.migrate import upgrade
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.entry.compose import migration_sets
from tansuo.evidence import ledger
from tansuo.evidence.clock import SystemClock
from tansuo.monitoring.plan import PlanLine, plan_draft

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("gateway", "worker", "signer", "api")
POSTGRES, BACKEND = "postgres", "backend"
Durability = Literal["on", "off", "hasty"]
"""``on``: the product as it is. ``off``: its receiver commits without waiting for the disk. ``hasty``: its receiver
acknowledges before it commits. The last two lose what they acknowledged, and the judge must see it."""

PAUSE = 0.2
"""Seconds before a fallen service is started again, as the product's own supervisor begins with."""
_CONTROL_WRITES = "fsync = off\nwal_writer_delay = 10s\n"
_PR_SET_PDEATHSIG = 1


def free_port() -> int:
    """A free port below those the system gives out, so that nobody takes it while its service is dead."""
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _die_with_parent() -> None:
    """In a child before it becomes a service: it shall not outlive the run, however the run ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Service:
    """One process of the platform, and how often it was killed and fell by itself."""

    name: str
    argv: Sequence[str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    due: float = 0.0
    killed: bool = False

    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Site:
    """The platform in ``place``/home; its witness in ``place``/witness."""

    place: Path
    devices: int
    durability: Durability = "on"
    services: dict[str, Service] = field(default_factory=dict)
    fell: Counter[str] = field(default_factory=Counter)
    """Services that ended without being killed: they were started while the database was down, say."""
    gateway_port: int = field(default_factory=free_port)
    api_port: int = field(default_factory=free_port)
    witness_port: int = field(default_factory=free_port)
    going: bool = True

    @property
    def home(self) -> Path:
        """``TANSUO_HOME``."""
        return self.place / "home"

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "postgres" / "data"

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the platform is given."""
        # Compiled files are kept: a service that is compiled anew at each start is slow to come back.
        without = ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
        inherited = {key: value for key, value in os.environ.items() if key not in without}
        return {**inherited, "TANSUO_HOME": str(self.home), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}

    # before the first start --------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make the database, the ledger with its genesis, the plan of the devices, and a witness."""
        with PostgresServer(self.home) as server:
            database = Database(server.url(role=OWNER), server.url())
            upgrade(database, migration_sets())
            with transaction(database, SYSTEM) as connection:
                ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True)
                ledger.append(connection, [plan_draft("firm", plan(self.devices))], SystemClock())
            database.close()
        if self.durability != "on":
            with (self.data / "postgresql.auto.conf").open("a") as settings:
                settings.write(_CONTROL_WRITES)
        told = self.tansuo("witness", "init", str(self.witness), "witness.faults.example")
        key = told.stdout.strip().splitlines()[-1]
        (self.home / "policy.txt").write_text(
            f"witness outside {key} http://127.0.0.1:{self.witness_port}\nquorum outside\n"
        )
        for name in SERVICES:
            words = ["--port", str(self.api_port), "--gateway-port", str(self.gateway_port)]
            program = ["-m", "tansuo", "serve", "--only", name, *words]
            if name == "gateway" and self.durability != "on":
                program = ["-m", "faults.double", self.durability, str(self.gateway_port)]
            self.services[name] = Service(name, [sys.executable, *program], self.place / f"{name}.log")
        served = ["witness", "serve", str(self.witness), "--port", str(self.witness_port)]
        argv = [sys.executable, "-m", "tansuo", *served]
        self.services["witness"] = Service("witness", argv, self.place / "witness.log")

    @property
    def witness(self) -> Path:
        """The folder of the witness."""
        return self.place / "witness"

    def tansuo(self, *words: str, wanted: int | None = 0) -> "subprocess.CompletedProcess[str]":
        """Run a command of the product here; RuntimeError with its words unless it ends in ``wanted``."""
        return self.python("tansuo", *words, wanted=wanted)

    def python(self, *words: str, wanted: int | None = 0) -> "subprocess.CompletedProcess[str]":
        """Run a module here, as ``tansuo`` does."""
        argv = [sys.executable, "-m", *words]
        done = subprocess.run(argv, env=self.environment, capture_output=True, text=True, check=False)
        if wanted is not None and done.returncode != wanted:
            raise RuntimeError(f"{' '.join(words)} ended in {done.returncode}: {done.stderr[-2000:]}")
        return done

    def trust_log(self, key: str) -> None:
        """Have the witness look after the log of this key."""
        self.tansuo("witness", "trust", str(self.witness), key)

    # while it runs -----------------------------------------------------------------------------------

    def tend(self) -> None:
        """Start what is not running and whose pause is over; to be called often, by one thread."""
        for service in self.services.values():
            if service.alive():
                continue
            if service.process is not None:
                if not service.killed:
                    self.fell[service.name] += 1
                service.process = None
                service.due = time.monotonic() + PAUSE
            elif time.monotonic() >= service.due:
                self._start(service)

    def _start(self, service: Service) -> None:
        with suppress(OSError):
            self.ready_file(service.name).unlink(missing_ok=True)
        with service.log.open("ab") as told:
            service.process = subprocess.Popen(
                service.argv,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                env=self.environment,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # one call of the C library, nothing of Python
            )
        service.killed = False

    def ready_file(self, name: str) -> Path:
        """Where a service says that it is ready."""
        return self.home / "run" / f"{name}.json"

    def ready(self, name: str) -> bool:
        """Whether the running process of a service has said so."""
        service = self.services[name]
        process = service.process
        if process is None or not service.alive():
            return False
        try:
            said = json.loads(self.ready_file(name).read_text())
        except (OSError, ValueError):
            return False
        return bool(said.get("pid") == process.pid)

    def wait(self, seconds: float, *names: str) -> None:
        """Tend until the named services (all without a name) are ready; RuntimeError if they never get so."""
        until = time.monotonic() + seconds
        while not all(self.ready(name) for name in names or SERVICES):
            self.tend()
            if time.monotonic() > until:
                missing = [name for name in names or SERVICES if not self.ready(name)]
                said = (self.place / f"{missing[0]}.log").read_text(errors="replace")[-1500:]
                raise RuntimeError(f"{', '.join(missing)} not ready in {seconds:.0f} s: {said}")
            time.sleep(0.02)

    def kill(self, name: str, chance: random.Random) -> str | None:
        """kill -9 now: what exactly was killed, or None when nothing of that name lives."""
        if name == POSTGRES:
            pid, what = guardian.postmaster(self.data), "postmaster"
        elif name == BACKEND:
            head = guardian.postmaster(self.data)
            found = {pid: _title(pid) for pid in guardian.workers(self.data) if pid != head}
            pid = chance.choice(sorted(found)) if found else None
            what = found[pid] if pid is not None else ""
        else:
            service = self.services[name]
            if not service.alive() or service.process is None:
                return None
            service.killed = True
            pid, what = service.process.pid, name
        if pid is None:
            return None
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return what
        return None

    def address(self) -> str:
        """How psycopg reaches the database now; OSError or FindingError while there is none."""
        return conninfo(PostgresServer(self.home).url())

    def connect(self, seconds: float = 60.0) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection that may read everything, waited for; the last error after ``seconds``."""
        until = time.monotonic() + seconds
        while True:
            try:
                connection = psycopg.connect(self.address(), autocommit=True, connect_timeout=5)
                connection.execute("SELECT set_config('tansuo.scope', 'all', false)")
            except Exception:
                if time.monotonic() > until:
                    raise
                self.tend()
                time.sleep(0.1)
            else:
                return connection

    def stop(self, seconds: float = 60.0) -> None:
        """Stop the services cleanly; what does not stop in time is killed."""
        until = time.monotonic() + seconds
        for service in self.services.values():
            if service.process is None:
                continue
            service.process.send_signal(signal.SIGTERM)
            try:
                service.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                service.process.kill()
                service.process.wait()

    def close(self) -> None:
        """End everything that runs here."""
        for service in self.services.values():
            if service.process is not None:
                service.process.kill()
                service.process.wait()
        guardian.stop(self.data, 30)
        for pid in guardian.workers(self.data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _title(pid: int) -> str:
    """What a PostgreSQL process says it does, such as ``tansuo_app INSERT``, ``walwriter``."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0", 1)[0].decode("utf-8", "replace")
    except OSError:
        return "gone"
    return words.partition(": ")[2].split(" [local]")[0].strip() or "starting"


def plan(devices: int) -> list[PlanLine]:
    """One series a device, every minute."""
    return [
        PlanLine(
            series=series(device), org="firm", source=f"source{device}", meter="", indicator="flue_gas",
            channel="hj212", device=mn(device), stream="2051:a05001:Cou", form="interval_amount", step_s=60,
            label="start", zone="Asia/Shanghai", unit="kg", decimals=0, authoritative=True, required=True,
            valid_from=date(2020, 1, 1),
        )
        for device in range(devices)
    ]  # fmt: skip


@contextmanager
def folder(logs: Path | None = None) -> Iterator[Path]:
    """A temporary folder that PostgreSQL's own user may pass through; gone afterwards, but for its ``logs``."""
    made = Path(tempfile.mkdtemp(prefix="tansuo-faults-", dir="/tmp"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        if logs is not None:
            kept = logs / made.name
            kept.mkdir(parents=True, exist_ok=True)
            for file in [*made.glob("*.log"), *made.glob("home/postgres.log")]:
                shutil.copy(file, kept)
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """The platform prepared, started and ready; nothing of it runs afterwards."""
    try:
        site.prepare()
        site.wait(90)
        yield site
    finally:
        site.close()
