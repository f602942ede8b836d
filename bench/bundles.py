"""The evidence bundle of an enterprise-month of minute data: its size, and the time of both verifiers.

129,600 readings (three series, 30 days) go through intake, projections, segments, seals and the signer as they would
live; one figure is published, and its bundle is checked by the ``verify.py`` inside it and by the page's verifier in
Node, each in a process of its own from cold.
"""

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from harness import Bar, Figure, folder, own_database, say
from minute_firm import FUELS, METHOD, MinuteCity

from tansuo.accounting.figure import Cell
from tansuo.accounting.inventory import figure
from tansuo.accounting.receipt import publish
from tansuo.database.connect import SYSTEM, admit, transaction
from tansuo.entry.commands.bundle import papers_of
from tansuo.evidence.checkpoint import log_keys
from tansuo.evidence.ledger import find_receipt, receipt_id
from tansuo.monitoring.sealing import Sealer
from tansuo.reporting.bundle import make_bundle
from tansuo.reporting.verify_page import verifier_script

SIZE = Bar("at most", 2.0)
VERIFY = Bar("at most", 1.5)
MONTH, DAYS = "2026-04", 30
READINGS = len(FUELS) * DAYS * 1440
AFTER_MS = 1_778_832_000_000  # 2026-05-15: the month has rested and is sealed
_IN_NODE = """
const fs = require('fs');
const [, , bundle, policy] = process.argv;
const said = verifyBundle(new Uint8Array(fs.readFileSync(bundle)), fs.readFileSync(policy, 'utf8'));
process.stdout.write(JSON.stringify(said));
"""


def measure(quick: bool) -> Iterator[Figure]:
    """Size, then both verifiers."""
    say(f"evidence: a month of {READINGS:,} minute readings …")
    with folder() as home:
        bundle, policy = home / "one.zip", home / "policy.txt"
        receipt, value, keys = _make(home, bundle)
        policy.write_text("".join(f"log {key}\n" for key in keys), encoding="utf-8")
        with zipfile.ZipFile(bundle) as archive:
            inside = {one.filename: one.compress_size for one in archive.infolist()}
            (home / "verify.py").write_bytes(archive.read("verify.py"))
        segments = sum(size for name, size in inside.items() if name.startswith("segments/"))
        yield Figure(
            "evidence", f"bundle of {READINGS:,} minute readings", (bundle.stat().st_size / 1e6,), SIZE, "MB",
            notes=(
                f"{len(inside)} files; segments {segments:,} bytes, proofs {inside['proofs.json']:,}, both verifiers"
                f" {inside['verify.py'] + inside['verify.html']:,}",
            ),
        )  # fmt: skip
        ways = [
            (
                "verify.py in Python",
                [sys.executable, "-I", "-S", "verify.py", "one.zip", "--policy", "policy.txt", "--json"],
            )
        ]
        if node := os.environ.get("TANSUO_NODE"):
            (home / "verify.cjs").write_text(verifier_script() + _IN_NODE, encoding="utf-8")
            ways.append(("the page's verifier in Node", [node, "verify.cjs", "one.zip", "policy.txt"]))
        for name, words in ways:
            yield _verified(name, words, home, (receipt, value), 3 if quick else 9)
        if not node:
            missing = ("TANSUO_NODE is not set: Node or the workspace's packages could not be installed",)
            yield Figure(
                "evidence", "verified by the page's verifier in Node", (0.0,), VERIFY, "s", faults=missing
            )


def _verified(name: str, words: Sequence[str], home: Path, stated: tuple[str, str], repeats: int) -> Figure:
    times, faults = [], []
    steps: list[str] = []
    for _ in range(repeats):
        begun = time.perf_counter()
        done = subprocess.run(words, cwd=home, capture_output=True, text=True, encoding="utf-8", check=False)
        times.append(time.perf_counter() - begun)
        said = json.loads(done.stdout or "{}")
        if said.get("verdict") != "verified":
            faults.append(f"{said.get('verdict')}: {done.stderr or said.get('steps')}"[:300])
        elif (said["statement"]["receipt"], said["statement"]["value"]) != stated:
            faults.append(f"another statement: {said['statement']}")
        else:
            steps = [one["step"] for one in said["steps"]]
    return Figure(
        "evidence", f"verified by {name}", tuple(times), VERIFY, "s",
        notes=(f"a process from cold, elapsed; steps: {', '.join(steps)}",), faults=tuple(dict.fromkeys(faults)),
    )  # fmt: skip


def _make(home: Path, bundle: Path) -> tuple[str, str, list[str]]:
    """The town of one firm, and the bundle of its fuel's emission; (receipt, value, keys of the log)."""
    with own_database(home) as database:
        city = MinuteCity(database, home)
        city.firm("one", FUELS)
        frames = list(city.frames(["one"], FUELS, datetime.fromisoformat(f"{MONTH}-01"), DAYS * 1440))
        for at in range(0, len(frames), 1440):  # a day, as an arrival
            with transaction(database, SYSTEM) as connection:
                city.store(connection, frames[at : at + 1440])
            city.worker.step()
            city.clock.advance(1000)
        city.clock.set(AFTER_MS)
        while city.worker.step().days:
            city.clock.advance(120_000)
        sealer = Sealer(database, city.clock)
        city.clock.advance(600_000)
        while sealer.step() is not None:
            city.clock.advance(600_000)
        cell = Cell("one", "E_fuel", MONTH, METHOD, None)
        with transaction(database, SYSTEM) as connection:
            (entry,) = publish(connection, [figure(connection, cell)], clock=city.clock)
        city.worker.step()
        city.signer.step()
        city.signer.close()
        receipt = receipt_id(entry)
        with database.engine.connect() as connection:
            admit(connection, SYSTEM)
            made = figure(connection, cell, int(str(entry.body["size"])))
            found = find_receipt(connection, receipt)
            assert found is not None
            bundle.write_bytes(make_bundle(connection, receipt, made, *papers_of(connection, receipt, found)))
            keys = [str(key) for key in log_keys(connection)]
        return receipt, str(entry.body["value"]), keys
