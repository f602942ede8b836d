"""The four services, each one process: what it runs, and how it says that it is ready."""

import contextlib
import ctypes
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tansuo.database.connect import SYSTEM, Database, conninfo, transaction
from tansuo.database.settings import external_url, home
from tansuo.entry import compose
from tansuo.entry.stopping import SignalFlag
from tansuo.evidence import ledger
from tansuo.quantity.finding import Finding, FindingError

NAMES = ("gateway", "worker", "signer", "api")
"""In the order they are started; they are stopped in the same order, so that what came in is worked off."""

PARENT = "TANSUO_PARENT"
DEFAULT_PORT = 8000
DEFAULT_GATEWAY_PORT = 9212
SIGN_SECONDS = 5.0
KEEP_SECONDS = 2.0
_PR_SET_PDEATHSIG = 1

log = logging.getLogger("tansuo.serve")


@dataclass(frozen=True, slots=True)
class Options:
    """Addresses to listen on, port 0 lets the system choose; the URL readers use, empty where that is the same."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    gateway_host: str = "127.0.0.1"
    gateway_port: int = DEFAULT_GATEWAY_PORT
    public_url: str = ""

    def argv(self) -> list[str]:
        """The same as command line words."""
        words = []
        for name, value in asdict(self).items():
            words += [f"--{name.replace('_', '-')}", str(value)]
        return words


def run(name: str, options: Options) -> int:
    """Be one service until SIGTERM or SIGINT; the exit code."""
    logging.basicConfig(level=logging.INFO, format=f"{name} · %(message)s", stream=sys.stderr, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    child = _follow_parent()
    database = compose.open_database(migrate=not child)
    if not child:
        keep_database()
    need_ledger(database)
    try:
        SERVICES[name](database, options)
    finally:
        ready_file(name).unlink(missing_ok=True)
        database.close()
    return 0


def _api(database: Database, options: Options) -> None:
    from tansuo.api import warming
    from tansuo.api.app import create_app
    from tansuo.entry import web_server

    app = create_app(database, public_url=options.public_url or None)
    listening = _listen(options.host, options.port)

    def ready() -> None:
        announce("api", options.host, listening.getsockname()[1])
        warming.begin(app)

    web_server.run(app, listening, ready)


def _gateway(database: Database, options: Options) -> None:
    from tansuo.monitoring.connectors.hj212 import gateway

    # Behind a loopback address every sender is of this machine: the cap a stranger gets would only hit our own.
    limits = (
        gateway.Limits(per_address=None) if options.gateway_host == "127.0.0.1" else gateway.DEFAULT_LIMITS
    )
    server = gateway.Gateway(
        conninfo(database.url_app), options.gateway_host, options.gateway_port, limits=limits
    )
    try:
        gateway.run(server, lambda one: announce("gateway", one.host, one.port))
    except OSError as problem:
        raise _port_taken(options.gateway_host, options.gateway_port, problem) from problem


def _worker(database: Database, options: Options) -> None:
    from tansuo.entry import drills, worker
    from tansuo.evidence import anchoring, witnessing
    from tansuo.monitoring import sealing
    from tansuo.monitoring.importing import work as importing

    stop = _stop_on_signal()
    projections, clock = compose.projections(), compose.system_clock()
    importer = importing.Importer(database, projections, clock)
    thread = threading.Thread(target=importing.run, args=(importer, stop), name="importer", daemon=True)
    thread.start()
    watching = threading.Thread(
        target=witnessing.run, args=(database, home(), stop, clock), name="witnessing", daemon=True
    )
    watching.start()
    threading.Thread(
        target=anchoring.run, args=(database, home(), stop, clock), name="anchoring", daemon=True
    ).start()
    sealer = threading.Thread(
        target=sealing.run, args=(sealing.Sealer(database, clock), stop), name="sealer", daemon=True
    )
    sealer.start()
    threading.Thread(target=drills.run, args=(database, stop, clock), name="drills", daemon=True).start()
    announce("worker")
    worker.run(worker.Worker(database, projections, clock), stop)


def _signer(database: Database, options: Options) -> None:
    from tansuo.evidence import signer

    log.info("signs the head of the ledger every %s s while it grows", SIGN_SECONDS)
    logging.getLogger("tansuo.signer").setLevel(logging.WARNING)
    stop = _stop_on_signal()
    announce("signer")
    signer.run(database, home() / "signer", SIGN_SECONDS, stop=stop, clock=compose.system_clock())


SERVICES: dict[str, Callable[[Database, Options], None]] = {
    "api": _api,
    "gateway": _gateway,
    "worker": _worker,
    "signer": _signer,
}


def ready_file(name: str) -> Path:
    """``<home>/run/<name>.json``: {"pid", "host", "port"} of a service that is ready; gone when it stops."""
    return home() / "run" / f"{name}.json"


def announce(name: str, host: str = "", port: int = 0) -> None:
    """Say that a service is ready, for whoever waits on its ready file."""
    file = ready_file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({"pid": os.getpid(), "host": host, "port": port}))
    fresh.replace(file)
    log.info("ready%s", f" on {host}:{port}" if port else "")


def keep_database() -> None:
    """Start our own PostgreSQL again whenever it has died, as long as this process lives."""
    if external_url() is not None:
        return
    server = compose.own_server(home())

    def keep() -> None:
        while not threading.Event().wait(KEEP_SECONDS):
            try:
                if server.held:
                    continue
                log.warning("PostgreSQL or its guardian is gone; starting it again")
                server.start()
            except (FindingError, OSError) as problem:
                log.error("PostgreSQL does not start: %s", problem)

    threading.Thread(target=keep, name="keep-database", daemon=True).start()


def _follow_parent() -> bool:
    """Have the kernel end us cleanly when the process that supervises us dies, however it dies."""
    parent = os.environ.pop(PARENT, "")
    if not parent:
        return False
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        raise SystemExit(0)
    return True


def need_ledger(database: Database) -> None:
    """FindingError ``entry.no_ledger`` where nobody has opened the log: there is no city to serve yet."""
    with transaction(database, SYSTEM) as connection:
        if ledger.size(connection) == 0:
            raise FindingError(Finding("entry.no_ledger"))


def open_city(city: str, zone: str, suite: str = ledger.INTL) -> None:
    """Open the ledger of a city, once for ever; the same words again change nothing."""
    with transaction(compose.open_database(), SYSTEM) as connection:
        ledger.open_ledger(connection, city, zone, suite, demo=False, clock=compose.system_clock())


def _stop_on_signal() -> threading.Event:
    stop = SignalFlag()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as problem:
        raise _port_taken(host, port, problem) from problem


def _port_taken(host: str, port: int, problem: OSError) -> FindingError:
    params: dict[str, str | int] = {"host": host, "port": port, "problem": problem.strerror or str(problem)}
    return FindingError(Finding("entry.port_taken", params=params))


def reached(name: str) -> tuple[str, int] | None:
    """Host and port a ready service announced; None while it is not ready."""
    with contextlib.suppress(FileNotFoundError, ValueError, KeyError):
        said = json.loads(ready_file(name).read_text())
        return str(said["host"]), int(said["port"])
    return None
