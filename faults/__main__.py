"""`./run faults`: kill everything a thousand times while data loggers send, fill the disk, and judge what is left.

Exit code 0: nothing acknowledged was lost, nothing doubled, no head taken back, and the controls lost something.
1: anything else. The same seed draws the same lots; what the machine makes of them differs from run to run.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from faults.disk import full_disk, small_disk
from faults.report import Report
from faults.site import BACKEND, POSTGRES, Durability, Site, folder, running
from faults.storm import WEIGHTS, Outcome, storm

LONG = 200
"""From so many kills on the disk is filled and the controls are run at length."""
TRIES = 5
"""So often a control is begun anew that has lost nothing yet."""
CONTROLS: dict[Durability, tuple[str, dict[str, int]]] = {
    "off": ("commits that do not wait for the disk", {POSTGRES: 2, BACKEND: 1}),
    "hasty": ("acknowledged before committed", {POSTGRES: 1, "gateway": 0}),
}
"""The doubles of the receiver and who is killed; of the second, the receiver itself falls behind each database."""


def say(line: str) -> None:
    """One line of progress, apart from the report."""
    print(f"· {line}", file=sys.stderr, flush=True)


def options(argv: Sequence[str] | None) -> argparse.Namespace:
    """The words of the command line."""
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("--kills", type=_count, default=1000, help="how many (1000)")
    parser.add_argument("--seed", type=int, help="what lots are drawn from; without one: another each time")
    parser.add_argument(
        "--seconds", type=_count, help="end the storm after so many, whatever was reached by then"
    )
    parser.add_argument("--pause", type=_seconds, default=0.2, help="mean seconds before a kill (0.2)")
    parser.add_argument(
        "--pace", type=_seconds, default=0.04, help="seconds between two minutes of a logger (0.04)"
    )
    parser.add_argument("--devices", type=_count, default=6, help="data loggers (6)")
    parser.add_argument("--json", action="store_true", help="one JSON object when all is done")
    parser.add_argument(
        "--durability",
        choices=("on", *CONTROLS),
        default="on",
        help="off, hasty: only the storm, on a receiver that breaks its promise; it must end in 1",
    )
    parser.add_argument("--logs", type=Path, help="a folder to keep what the services said")
    return parser.parse_args(argv)


def _count(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"a number from 1, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 < seconds <= 60:
        raise argparse.ArgumentTypeError(f"seconds between 0 and 60, not {text!r}")
    return seconds


def main(argv: Sequence[str] | None = None) -> int:
    """Run, tell, judge."""
    wanted = options(argv)
    seed = secrets.randbelow(1 << 31) if wanted.seed is None else wanted.seed
    report = Report(seed)
    if wanted.durability == "on":
        report.storms.append(_storm(wanted, "on", wanted.kills, seed))
        _disk(wanted, seed, report)
        for durability in CONTROLS:
            report.controls.append(_control(wanted, durability, seed))
    else:
        report.storms.append(_storm(wanted, wanted.durability, wanted.kills, seed))
    if wanted.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        print("\n".join(report.lines()))
    return 1 if report.faults else 0


def _control(wanted: argparse.Namespace, durability: Durability, seed: int) -> Outcome:
    """A storm on a receiver that breaks its promise. A few kills may lose nothing by luck: then it is tried again."""
    kills = 12 if wanted.kills >= LONG else 6
    for attempt in range(TRIES):
        outcome = _storm(wanted, durability, kills, seed + attempt)
        if outcome.lost:
            break
    return outcome


def _storm(wanted: argparse.Namespace, durability: Durability, kills: int, seed: int) -> Outcome:
    name, weights = CONTROLS.get(durability, ("storm", dict(WEIGHTS)))
    say(f"{name} · {kills} kills …")
    with folder(wanted.logs) as place, running(Site(place, wanted.devices, durability)) as site:
        return storm(
            site,
            name,
            kills=kills,
            seed=seed,
            mean=wanted.pause,
            seconds=wanted.seconds,
            pace=wanted.pace,
            say=say,
            weights=weights,
            looks=5 if kills >= LONG else 1,
        )


def _disk(wanted: argparse.Namespace, seed: int, report: Report) -> None:
    say("disk full …")
    with folder(wanted.logs) as place, small_disk(place) as disk:
        if disk is None:
            report.not_run.append("disk full: nothing may be mounted here; run it as root")
            return
        with running(Site(place, wanted.devices)) as site:
            rounds = 5 if wanted.kills >= LONG else 1
            report.storms.append(full_disk(site, disk, rounds=rounds, seed=seed, pace=wanted.pace, say=say))


if __name__ == "__main__":
    sys.exit(main())
