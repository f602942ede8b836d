"""What `tansuo demo` does: a database, the city in it, the services, the devices, the links."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import time
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from tansuo.database.bulk import analyze
from tansuo.database.connect import SYSTEM, Database, owner_transaction, transaction
from tansuo.database.migrate import upgrade
from tansuo.database.settings import home
from tansuo.entry import compose, serve, services
from tansuo.entry.demo import links
from tansuo.entry.demo.live import Devices, Memory, civil_now
from tansuo.evidence import ledger
from tansuo.quantity.finding import Finding, FindingError

if TYPE_CHECKING:
    from tansuo.entry.demo.load import Loader


def folder() -> Path:
    """Where the demo keeps what is its own: the devices' memory and the mark of a whole load."""
    return home() / "demo"


def loaded() -> bool:
    """Whether a load ran to its end here."""
    return (folder() / "loaded").is_file()


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


def run(arguments: argparse.Namespace) -> int:
    """The command; returns the exit code."""
    started = time.monotonic()
    if arguments.action == "scene":
        from tansuo.entry.demo import show

        return show.run(arguments)
    say("碳索 Tansuo · 演示 demo")
    database = compose.open_database()
    fresh = arguments.action == "reset" or not loaded()
    if fresh:
        wipe(database)
    if arguments.action in ("load", "reset"):
        if fresh:
            load(database)
        return 0
    return serve_demo(database, arguments, started, fresh)


def load(database: Database) -> None:
    """Load the city and mark the load as whole."""
    loader = loader_of(database)
    size = loader.run()
    analyze(database)
    (folder() / "loaded").write_text(f"{size}\n")


def loader_of(database: Database) -> Loader:
    """A loader of the whole city, up to this moment."""
    # A second start loads nothing and need not import what loads.
    from tansuo.entry.demo.load import Loader

    folder().mkdir(parents=True, exist_ok=True)
    return Loader(database, compose.projections(), folder(), civil_now())


def alive(name: str) -> bool:
    """Whether a service of this home runs: its ready file names a living process."""
    file = services.ready_file(name)
    if not file.is_file():
        return False
    pid = int(json.loads(file.read_text("utf-8"))["pid"])
    return Path(f"/proc/{pid}").exists()


def wipe(database: Database) -> None:
    """Begin anew: a demo log and all made from it go. FindingError for a log that is no demo's."""
    if running := [name for name in services.NAMES if alive(name)]:
        raise FindingError(Finding("entry.demo_running", params={"names": ", ".join(running)}))
    with transaction(database, SYSTEM) as connection:
        genesis = ledger.get(connection, 0) if ledger.size(connection) else None
    if genesis is not None:
        if not genesis.body.get("demo"):
            raise FindingError(
                Finding("entry.no_demo_ledger", params={"origin": str(genesis.body["origin"])})
            )
        with owner_transaction(database) as connection:
            connection.execute(text("DROP SCHEMA tansuo CASCADE"))
        database.close()
        upgrade(database, compose.migration_sets())
    for name in ("demo", "signer", "segments"):
        shutil.rmtree(home() / name, ignore_errors=True)


def serve_demo(database: Database, arguments: argparse.Namespace, started: float, fresh: bool) -> int:
    """Services and devices until a signal.

    Of a city that is not loaded yet the pages come first: they answer while the history is loaded behind them,
    and what receives and works comes after.
    """
    options = services.Options(arguments.host, arguments.port, "127.0.0.1", arguments.gateway_port)
    platform = serve.Platform(options, ("api",) if fresh else services.NAMES)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt if fresh else lambda *_: platform.ask_to_stop())
    if fresh:
        loader_of(database).open()
    with platform:
        base = "http://{}:{}".format(*platform.address("api"))
        tell(database, base, started)
        if not arguments.no_browser and sys.stdout.isatty():
            webbrowser.open(f"{base}/zh/")
        if fresh:
            load(database)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: platform.ask_to_stop())
            platform.also(*(name for name in services.NAMES if name != "api"))
        devices = Devices(*platform.address("gateway"), Memory(folder() / "devices.json"))
        devices.start()
        say(f"  运行中 running ({time.monotonic() - started:.1f} s) · Ctrl-C 停止 stops")
        platform.watch()
        devices.stop()
    return 0


def tell(database: Database, base: str, started: float) -> None:
    """The addresses, on standard output."""
    print(f"\n  {base}/zh/   ({time.monotonic() - started:.1f} s)", flush=True)
    print(f"  {base}/zh/app/   工作台 workspace\n", flush=True)
    print("  一次性登录链接 one-time sign-in links:", flush=True)
    for role, address in links.fresh(database, base):
        print(f"  {role:<34} {address}", flush=True)
    print(f"  {'公众 Public':<34} {base}/zh/\n", flush=True)


def _interrupt(*_: object) -> None:
    """A signal while the city is loaded ends everything; the next start begins anew."""
    raise KeyboardInterrupt
