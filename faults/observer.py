"""Observers from outside: one follows every head with a real witness, one sees what works again after a kill."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from faults.judge import Head
from faults.site import BACKEND, POSTGRES, Site

LOOK = 0.4
_TIMEOUT = 10.0


def fetch(address: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Status and body of a request; OSError where nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data=body), timeout=_TIMEOUT) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


@dataclass
class HeadObserver:
    """Asks the API for its head again and again, has a witness judge each new one, and forgets none.

    The signer's own memory on disk is looked at as well: a head that is there was let out, or will be.
    """

    site: Site
    answered: Callable[[float], None] = lambda _: None
    """Called with the time at which a request was begun that the API answered."""
    seen: set[Head] = field(default_factory=set)
    cosigned: int = 0
    wrong: list[str] = field(default_factory=list)
    _largest: int = 0
    _witnessed: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _looking: threading.Lock = field(default_factory=threading.Lock)
    """The last look of all is asked for while the thread may be at one of its own."""

    def run(self) -> None:
        """Until ``stop``."""
        while not self._stop.wait(LOOK):
            self.look()

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()

    def look(self) -> None:
        """Once; what cannot be reached is looked at the next time."""
        with self._looking:
            self._look()

    def _look(self) -> None:
        try:
            memory = json.loads((self.site.home / "signer" / "head.json").read_text())
            if memory["size"]:
                self.seen.add((int(memory["size"]), str(memory["note"])))
        except (OSError, ValueError):
            pass  # none yet
        begun = time.time()
        try:
            status, body = fetch(f"http://127.0.0.1:{self.site.api_port}/api/ledger")
            if status != 200:
                return
            self.answered(begun)
            head = json.loads(body)
            if head["checkpoint"] is not None:
                self._judge(int(head["checkpoint_size"]), str(head["checkpoint"]))
        except (OSError, ValueError):
            return  # the service, the database or the witness is down

    def _judge(self, size: int, note: str) -> None:
        self.seen.add((size, note))
        if size < self._largest:
            self.wrong.append(f"the head went back from size {self._largest} to {size}")
        self._largest = max(self._largest, size)
        if size <= self._witnessed:
            return
        for _ in range(3):  # the platform asks the same witness: it may have gone on meanwhile
            proof: list[str] = []
            if 0 < self._witnessed < size:
                query = f"old={self._witnessed}&new={size}"
                status, body = fetch(
                    f"http://127.0.0.1:{self.site.api_port}/api/ledger/proofs/consistency?{query}"
                )
                if status != 200:
                    return
                proof = json.loads(body)["proof"]
            asked = "\n".join([f"old {self._witnessed}", *proof]) + "\n\n" + note
            status, body = fetch(f"http://127.0.0.1:{self.site.witness_port}/add-checkpoint", asked.encode())
            if status == 200:
                self.cosigned += 1
                self._witnessed = size
                return
            if status != 409 or int(body) == self._witnessed:
                self.wrong.append(f"the witness refuses the head of size {size}: {status} {body.decode()}")
                return
            self._witnessed = int(body)
            if self._witnessed >= size:
                return


@dataclass
class Recovery:
    """How long after a kill its service was seen to do its work again, other kills meanwhile included."""

    site: Site
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _open: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _entries: int = 0
    _head: int = 0

    def killed(self, name: str) -> None:
        """A service has just been killed."""
        with self._lock:
            self._open[name].append(time.time())

    def waits_for(self, name: str) -> bool:
        """Whether a kill of this name has not been seen to be overcome."""
        with self._lock:
            return bool(self._open[name])

    def acknowledged(self, sent: float) -> None:
        """A frame sent at ``sent`` has been acknowledged."""
        self._worked(("gateway", POSTGRES, BACKEND), sent, time.time())

    def answered(self, begun: float) -> None:
        """A request begun at ``begun`` has been answered by the API."""
        self._worked(("api",), begun, time.time())

    def _worked(self, names: tuple[str, ...], evidence: float, now: float) -> None:
        """What was begun at ``evidence``, after a kill, and done at ``now`` shows that the service is back."""
        with self._lock:
            for name in names:
                if not self._open[name]:
                    continue
                self.seconds[name] += [now - at for at in self._open[name] if at < evidence]
                self._open[name] = [at for at in self._open[name] if at >= evidence]

    def run(self) -> None:
        """Watch the log until ``stop``: an arrival is the worker's work, a head the signer's."""
        connection: psycopg.Connection[tuple[object, ...]] | None = None
        while not self._stop.wait(LOOK):
            try:
                if connection is None:
                    connection = self.site.connect(0)
                self._look(connection)
            except Exception:  # the database is down, in one of many ways
                if connection is not None:
                    connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def stop(self) -> None:
        """Watch no more."""
        self._stop.set()

    def _look(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        entries = connection.execute(
            'SELECT "index", type, recorded FROM tansuo.entry WHERE "index" >= %s ORDER BY "index"',
            (self._entries,),
        )
        for index, kind, recorded in entries.fetchall():
            self._entries = int(str(index)) + 1
            if kind == "arrival":
                at = int(str(recorded)) / 1000
                self._worked(("worker",), at, at)
        heads = connection.execute(
            "SELECT size, created FROM tansuo.checkpoint WHERE size > %s ORDER BY size", (self._head,)
        )
        for size, created in heads.fetchall():
            self._head = int(str(size))
            at = int(str(created)) / 1000
            self._worked(("signer",), at, at)
