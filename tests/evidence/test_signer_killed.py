"""The signer is killed at random moments while the log grows: there is one head a size, and all continue."""

import os
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import tansuo
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence import ledger
from tansuo.evidence.check import check
from tansuo.evidence.checkpoint import every
from tansuo.evidence.proof import make_consistency, verify_consistency
from tansuo.evidence.signer import Memory

KILLS = 8
PROGRAM = """
import sys
from pathlib import Path
from tansuo.database.connect import Database
from tansuo.evidence.signer import SigningService

with SigningService(Database(sys.argv[1], sys.argv[1]), Path(sys.argv[2])) as service:
    while True:
        head = service.step()
        if head is not None:
            print(head.size, flush=True)
"""


def test_a_signer_killed_at_any_moment_never_signs_two_heads(kept, tmp_path) -> None:
    chance = random.Random(20260101)
    announced: set[int] = set()
    environment = {**os.environ, "PYTHONPATH": str(Path(tansuo.__file__).parents[1])}
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, kept.database.url_app, str(tmp_path)],
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        ) as signer:
            assert signer.stdout is not None
            for _ in range(chance.randint(1, 3)):
                kept.say(*["x"] * chance.randint(1, 300))
                announced.add(int(signer.stdout.readline()))
            for _ in range(chance.randint(0, 5)):
                kept.say(*["x"] * chance.randint(1, 50))
            signer.kill()
            announced |= {int(line) for line in signer.stdout if line.endswith("\n")}
    memory = Memory.from_bytes((tmp_path / "head.json").read_bytes(), tmp_path)
    with kept.signer(tmp_path) as service:
        service.step()
    with transaction(kept.database, SYSTEM) as connection:
        report = check(connection)
        heads = [one.checkpoint for one in every(connection)]
        assert report.sound, report.findings
        # What the signer told anybody is in the store; what it only remembered is issued by its successor.
        assert announced <= {head.size for head in heads}
        assert len(announced) >= KILLS
        assert memory.size in {head.size for head in heads}
        assert heads[-1].size == kept.size()
        read = ledger.stored_nodes(connection)
        for old, new in pairwise(heads):
            proof = make_consistency(read, old.size, new.size)
            verify_consistency(old.size, new.size, proof, old.root, new.root)
