"""Runs the four services as child processes: starts them, restarts one that falls, stops them together."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from tansuo.entry import compose, services
from tansuo.entry.services import NAMES, Options
from tansuo.entry.stopping import SignalFlag
from tansuo.quantity.finding import Finding, FindingError

log = logging.getLogger("tansuo.serve")

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 45.0


class Child:
    """One service and its restarts: the pause doubles with each fall, until it has stood for a minute."""

    def __init__(self, name: str, options: Options) -> None:
        self.name = name
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.pause = FIRST_PAUSE
        self.due = 0.0
        self.restarts = -1

    @property
    def ready(self) -> bool:
        """Whether the running process has announced itself."""
        return self.process is not None and services.reached(self.name) is not None

    def start(self) -> None:
        """Start the process; its ready file of before is gone first."""
        services.ready_file(self.name).unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tansuo", "serve", "--only", self.name, *self.options.argv()],
            stdin=subprocess.DEVNULL,
            env={**os.environ, services.PARENT: str(os.getpid())},
            start_new_session=True,  # a Ctrl-C in the terminal comes to us alone; we stop them in order
        )
        self.started = time.monotonic()
        self.restarts += 1

    def look_after(self) -> int | None:
        """Start it again when it has fallen and its pause is over; the exit code when it has just fallen."""
        now = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return None
            self.process = None
            if now - self.started > STEADY_SECONDS:
                self.pause = FIRST_PAUSE
            self.due = now + self.pause
            self.pause = min(2 * self.pause, LONGEST_PAUSE)
            return code
        if now >= self.due:
            self.start()
        return None

    def signal(self, number: int) -> None:
        """Pass a signal on."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def wait(self, deadline: float) -> None:
        """Wait for its end until ``deadline`` (monotonic), then end it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("%s does not stop; it is killed", self.name)
            self.process.kill()
            self.process.wait()


class Platform:
    """The running platform. ``start`` returns once every service is ready; usable as a context manager."""

    def __init__(self, options: Options, names: Sequence[str] = NAMES) -> None:
        self.options = options
        self.children = [Child(name, options) for name in names]
        self._stop = SignalFlag()

    def start(self) -> Self:
        """Database, migrations, services.

        FindingError ``entry.service_failed`` if one never gets ready, KeyboardInterrupt when it was asked to
        stop meanwhile; nothing is left running then.
        """
        services.need_ledger(compose.open_database())
        services.keep_database()
        self._bring_up(self.children)
        return self

    def also(self, *names: str) -> None:
        """Start further services beside those that run; errors as in ``start``."""
        fresh = [Child(name, self.options) for name in names]
        self.children = sorted([*self.children, *fresh], key=lambda child: NAMES.index(child.name))
        self._bring_up(fresh)

    def _bring_up(self, children: Sequence[Child]) -> None:
        for child in children:
            child.start()
        try:
            while not all(child.ready for child in children):
                for child in children:
                    code = child.look_after()
                    if code is not None and (code == 2 or child.restarts >= 3):
                        raise FindingError(Finding("entry.service_failed", params={"name": child.name}))
                if self._stop.wait(0.02):
                    raise KeyboardInterrupt
        except BaseException:
            self.stop()
            raise
        self._keep_ports()

    def _keep_ports(self) -> None:
        """A service that is started again takes the port it had, though any would have done at first."""
        for child in self.children:
            _, port = self.address(child.name)
            if child.name == "api":
                child.options = replace(child.options, port=port)
            elif child.name == "gateway":
                child.options = replace(child.options, gateway_port=port)

    def watch(self) -> None:
        """Restart what falls, until ``ask_to_stop``."""
        while not self._stop.wait(0.1):
            for child in self.children:
                code = child.look_after()
                if code is not None:
                    log.warning("%s ended with code %s; it is started again", child.name, code)

    def ask_to_stop(self) -> None:
        """Make ``start`` and ``watch`` return; safe in a signal handler."""
        self._stop.set()

    def stop(self) -> None:
        """Stop the services one after the other, each cleanly, in the order data flow through them."""
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.signal(signal.SIGTERM)
            child.wait(deadline)

    def address(self, name: str) -> tuple[str, int]:
        """Host and port of a ready service."""
        found = services.reached(name)
        if found is None:
            raise FindingError(Finding("entry.service_failed", params={"name": name}))
        return found

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def run(options: Options) -> int:
    """The whole platform until SIGTERM or SIGINT; prints a line beginning with ``ready`` when it answers."""
    platform = Platform(options)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: platform.ask_to_stop())
    with platform:
        host, port = platform.address("api")
        device_host, device_port = platform.address("gateway")
        print(f"ready http://{host}:{port} gateway {device_host}:{device_port}", flush=True)
        platform.watch()
    return 0
