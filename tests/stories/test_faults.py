"""A short run of ./run faults: the same storm, full disk and controls as the long one, with fewer kills."""

import json
import os
import random

import pytest
from faults import __main__ as program
from faults.site import SERVICES

KILLS = 8


def test_a_short_storm_loses_nothing_and_its_controls_lose_something(
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed = random.SystemRandom().randrange(1 << 31)  # told when it fails: the report ends with it
    code = program.main(["--kills", str(KILLS), "--seed", str(seed), "--json"])
    out = capsys.readouterr().out
    told = json.loads(out)
    assert told["faults"] == [], f"seed {seed}"
    assert code == 0

    storm, *others = told["storms"]
    assert sum(storm["kills"].values()) == KILLS
    assert storm["acknowledged"] == storm["whole"] == storm["readings"] > 100
    assert storm["records"] > storm["acknowledged"], "frames came more than once, and halves are kept"
    assert storm["rubbish"] > 0
    assert storm["never_whole"] > 0
    assert storm["heads"] >= 2
    assert storm["cosigned"] >= 1
    assert storm["checks"] >= 1
    assert set(storm["recovery"]) <= {*SERVICES, "postgres", "backend"}
    assert set(storm["kills"]) >= {"gateway", "worker", "signer", "postgres", "backend"}, (
        "each falls once first"
    )
    assert {"gateway", "worker"} <= set(storm["recovery"])

    # As root a small disk can be mounted and filled; where it cannot, the report says so and nothing is claimed.
    if os.geteuid() == 0 and not told["not_run"]:
        (full,) = others
        assert full["recovery"]["disk"]
        assert full["acknowledged"] == full["readings"] > 0
    else:
        assert others == []
        assert told["not_run"]

    assert [one["lost"] > 0 for one in told["controls"]] == [True, True]
