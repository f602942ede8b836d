"""A storm: kills at moments drawn by lot while loggers send, then calm, then judgement."""

import json
import math
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg

from faults.frames import FIRST, instant, series
from faults.judge import Judge
from faults.loggers import Fleet
from faults.observer import HeadObserver, Recovery
from faults.site import BACKEND, POSTGRES, Site

WEIGHTS: Mapping[str, int] = {
    "gateway": 26,
    "worker": 20,
    "signer": 16,
    POSTGRES: 16,
    BACKEND: 20,
    "api": 2,
}
"""Of a hundred kills, how many whom. The worker is the writer: it closes arrival batches."""
STAND = 1 / 3
"""The part of kills that wait until their victim has been seen at work since it was killed last."""
PATIENCE = 90.0
"""Seconds after which a platform that does no work is a failure."""

Say = Callable[[str], None]


@dataclass
class Outcome:
    """What one storm gave."""

    name: str
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    titles: Counter[str] = field(default_factory=Counter)
    fell: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    whole: int = 0
    acknowledged: int = 0
    never_whole: int = 0
    did: Counter[str] = field(default_factory=Counter)
    arrivals: int = 0
    records: int = 0
    rubbish: int = 0
    readings: int = 0
    size: int = 0
    heads: int = 0
    cosigned: int = 0
    checks: int = 0
    lost: int = 0
    doubled: int = 0
    wrong_heads: int = 0
    wrong: list[str] = field(default_factory=list)
    recovery: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def sound(self) -> bool:
        """Nothing lost, doubled or wrong."""
        return not (self.lost or self.doubled or self.wrong_heads or self.wrong)


class Storm:
    """One platform, its loggers and observers, while they are up. Usable as a context manager."""

    def __init__(self, site: Site, name: str, seed: int, pace: float, say: Say) -> None:
        self.site = site
        self.say = say
        self.chance = random.Random(f"{seed}/kills")
        self.outcome = Outcome(name, seed)
        self.recovery = Recovery(site)
        self.observer = HeadObserver(site, self.recovery.answered)
        self.judge = Judge()
        self.fleet = Fleet(site.devices, site.gateway_port, pace, seed, self.recovery.acknowledged)
        self._last = ""
        self._begun = time.monotonic()

    def __enter__(self) -> "Storm":
        self._trust()
        for watch in (self.observer.run, self.recovery.run):
            threading.Thread(target=watch, daemon=True).start()
        self.fleet.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.observer.stop()
        self.recovery.stop()
        self.fleet.stop(0)

    def _trust(self) -> None:
        """Give the witness the log's key, which the ledger announces once it has signed."""
        with self.site.connect() as connection:
            until = time.monotonic() + PATIENCE
            while True:
                row = connection.execute(
                    "SELECT data FROM tansuo.entry WHERE type = 'key' ORDER BY \"index\" LIMIT 1"
                ).fetchone()
                if row is not None:
                    break
                if time.monotonic() > until:
                    raise RuntimeError("the signer announces no key")
                time.sleep(0.1)
        data = row[0]
        assert isinstance(data, bytes)
        self.site.trust_log(str(json.loads(data)["body"]["key"]))

    # the kills ---------------------------------------------------------------------------------------

    def pause(self, seconds: float) -> None:
        """Let time pass; what has fallen is started again meanwhile."""
        until = time.monotonic() + seconds
        while True:
            self.site.tend()
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(0.02, left))

    def progress(self, since: float) -> None:
        """Wait until a frame is acknowledged after ``since`` (seconds since 1970)."""
        until = time.monotonic() + PATIENCE
        while self.fleet.last <= since:
            self.pause(0.02)
            if time.monotonic() > until:
                raise RuntimeError(f"nothing is acknowledged for {PATIENCE:.0f} s")

    def progress_now(self) -> float:
        """Wait until a frame that is sent from now on, or was just sent, is acknowledged; the seconds it took."""
        begun = time.time()
        self.progress(begun)
        return self.fleet.last - begun

    def blow(self, mean: float, weights: Mapping[str, int]) -> None:
        """Kill somebody at a moment drawn by lot, ``mean`` seconds from now on the whole; everybody once before
        anybody twice, and then by ``weights``.

        Now and then the receiver falls right behind the database, with frames in its memory and nowhere to put
        them; and two in three fall whoever else is down, or while they are still starting.
        """
        control = self.site.durability != "on"  # few kills, so each while frames are acknowledged
        often = 1.0 if control else 0.4
        behind = self._last == POSTGRES and "gateway" in weights and self.chance.random() < often
        spared = [name for name in weights if not self.outcome.kills[name]]
        while True:
            among = spared or list(weights)
            name = "gateway" if behind else self.chance.choices(among, [weights[one] for one in among])[0]
            spared = [one for one in spared if one != name]  # he may not be there to be killed
            if not behind and (control or self.chance.random() < STAND):
                self._let_stand(name)
            self.pause(self.chance.uniform(0.1, 0.5) if behind else self.chance.uniform(0, 2 * mean))
            told = self.site.kill(name, self.chance)
            if told is not None:
                break
        self._last = name
        self.recovery.killed(name)
        self.outcome.kills[name] += 1
        if name == BACKEND:
            self.outcome.titles[told] += 1

    def _let_stand(self, name: str) -> None:
        """Wait until somebody has been seen at work since he was killed last, and frames are acknowledged."""
        until = time.monotonic() + PATIENCE
        while self.recovery.waits_for(name) and time.monotonic() < until:
            self.pause(0.02)
        self.progress(time.time() - 1.0)

    def look(self) -> None:
        """A check point: what is acknowledged by now is in the database, as of one moment."""
        acknowledged = self.fleet.acknowledged()
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with self.site.connect() as connection:
                    self.judge.look(connection, acknowledged)
                return
            except psycopg.OperationalError:  # it has just been killed
                if time.monotonic() > until:
                    raise
                self.pause(0.2)

    def look_if_there(self) -> None:
        """A check point, where the database can be asked; on a full disk it may be down."""
        acknowledged = self.fleet.acknowledged()
        with suppress(Exception), self.site.connect(1.0) as connection:
            self.judge.look(connection, acknowledged)

    def ledger_check(self) -> None:
        """``tansuo ledger check`` on what is there now."""
        done = self.site.tansuo("ledger", "check", "--json", wanted=None)
        try:
            report = json.loads(done.stdout)
        except ValueError:
            self.outcome.wrong.append(f"ledger check ended in {done.returncode}: {done.stderr[-500:]}")
            return
        self.outcome.checks += 1
        if done.returncode or report["findings"]:
            self.outcome.wrong.append(f"ledger check finds {json.dumps(report['findings'])[:500]}")

    # the calm ----------------------------------------------------------------------------------------

    def calm(self) -> Outcome:
        """Let everything come to rest, then judge all of it."""
        self._deliver()
        self._settle()
        self.look()
        self.observer.look()
        self.observer.stop()
        self.recovery.stop()
        self.judge.sent(self.fleet)
        self._readings()
        self.judge.heads(self.observer.seen)
        self._remembered()
        self.ledger_check()
        return self._tell()

    def _deliver(self) -> None:
        for device in self.fleet.devices:
            device.going = False
        until = time.monotonic() + PATIENCE
        while not self.fleet.stop(0.05):
            self.site.tend()
            if time.monotonic() > until:
                left = sum(len(device.spool) for device in self.fleet.devices)
                self.outcome.wrong.append(f"{left} frames are still not acknowledged after {PATIENCE:.0f} s")
                return

    def _settle(self) -> None:
        until = time.monotonic() + 2 * PATIENCE
        question = (
            'SELECT (SELECT coalesce(max("index") + 1, 0) FROM tansuo.entry),'
            " (SELECT coalesce(max(size), 0) FROM tansuo.checkpoint),"
            " (SELECT min(applied) FROM tansuo.projection_state),"
            " (SELECT count(*) FROM tansuo.raw_chunk)"
        )
        while time.monotonic() < until:
            self.pause(0.3)
            with self.site.connect() as connection:
                row = connection.execute(question).fetchone()
            assert row is not None
            size, head, applied, waiting = (int(str(value)) for value in row)
            if not waiting and size == head == applied:
                return
        self.outcome.wrong.append(f"no rest: size {size}, head {head}, applied {applied}, chunks {waiting}")

    def _readings(self) -> None:
        expected = {
            (series(device.device), instant(number), number)
            for device in self.fleet.devices
            for number in device.acknowledged
        }
        first = FIRST.date() - timedelta(days=1)
        last = FIRST.date() + timedelta(
            days=3 + max((number for _, _, number in expected), default=0) // 1440
        )
        asked = ["faults.readings", str(len(self.fleet.devices)), first.isoformat(), last.isoformat()]
        lines = (json.loads(line) for line in self.site.python(*asked).stdout.splitlines())
        found = Counter((str(name), int(start), value) for name, start, value in lines)
        self.outcome.readings = sum(found.values())
        self.judge.readings(found, expected)

    def _remembered(self) -> None:
        """What the witness remembers is a head of this log too."""
        told = json.loads(self.site.tansuo("witness", "show", str(self.site.witness), "--json").stdout)
        for head in told["heads"].values():
            root = self.judge.roots.get(head["size"], b"").hex()
            if root != head["root"]:
                self.observer.wrong.append(f"the witness remembers another head of size {head['size']}")

    def _tell(self) -> Outcome:
        outcome, findings, devices = self.outcome, self.judge.findings, self.fleet.devices
        outcome.fell = self.site.fell
        outcome.sent = sum(device.whole.total() for device in devices)
        outcome.whole = sum(len(device.whole) for device in devices)
        outcome.acknowledged = self.fleet.count
        outcome.never_whole = sum(len(device.torn) for device in devices)
        outcome.did = self.fleet.did()
        outcome.arrivals, outcome.records = findings.arrivals, findings.records
        outcome.rubbish = findings.rubbish
        outcome.size = self.judge.edge.size
        outcome.heads, outcome.cosigned = len(self.observer.seen), self.observer.cosigned
        outcome.lost, outcome.doubled = len(findings.lost), findings.doubled
        outcome.wrong_heads = len(self.observer.wrong)
        outcome.wrong += [*findings.other, *self.observer.wrong]
        outcome.recovery |= {name: list(each) for name, each in self.recovery.seconds.items()}
        outcome.seconds = time.monotonic() - self._begun
        return outcome


def storm(
    site: Site,
    name: str,
    *,
    kills: int,
    seed: int,
    mean: float,
    pace: float,
    say: Say,
    weights: Mapping[str, int] = WEIGHTS,
    looks: int = 5,
    seconds: float | None = None,
) -> Outcome:
    """``kills`` kills on a running platform, judged ``looks`` times on the way and wholly at the end.

    After ``seconds`` there are no further kills; the outcome says how many there were.
    """
    until = math.inf if seconds is None else time.monotonic() + seconds
    with Storm(site, name, seed, pace, say) as one:
        one.progress_now()
        for number in range(1, kills + 1):
            if time.monotonic() > until:
                break
            one.blow(mean, weights)
            if number % max(1, kills // (looks + 1)) == 0 and number < kills:
                one.look()
                if site.durability == "on" and looks > 1:
                    one.progress_now()
                    one.ledger_check()
                said = ", ".join(f"{who} {count}" for who, count in sorted(one.outcome.kills.items()))
                say(f"{name}: {number} kills ({said}), {one.fleet.count:,} acknowledged,"
                    f" lost {len(one.judge.findings.lost)}, {one.judge.edge.size} entries")  # fmt: skip
        one.progress_now()
        return one.calm()
