"""Bundles of the first form, kept as they were made: whoever holds one must be able to check it for ever.

``leaf`` and ``roll_up`` are of the form's first day, ``under`` also carries a finding, a hold and a corrected value.

The two verifiers are not in them (they are the program's, not the format's). A change that refuses one of these, or
says another thing about it, needs a new form and a verifier that still reads this one.
"""

import json
from pathlib import Path

import pytest

from second_verifier import Judges
from tansuo.evidence.policy import read_policy
from tansuo.verify.main import verify

HERE = Path(__file__).resolve().parent / "bundle_v1"
VERDICTS = json.loads((HERE / "verdicts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", VERDICTS)
def test_a_bundle_of_the_first_form_still_says_the_same(name: str) -> None:
    report = verify(
        (HERE / f"{name}.zip").read_bytes(), read_policy((HERE / "policy.txt").read_text(encoding="utf-8"))
    )
    steps = [step for step, ok, _, _ in report.steps if ok]
    assert {
        "verdict": report.as_data()["verdict"],
        "statement": report.statement,
        "steps": steps,
        "notes": [list(one) for one in report.notes],
    } == {"notes": [], **VERDICTS[name]}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_page_says_the_same(judges: Judges, name: str) -> None:
    said = judges.ask((HERE / f"{name}.zip").read_bytes(), (HERE / "policy.txt").read_text(encoding="utf-8"))
    assert (said["verdict"], said["statement"]) == (VERDICTS[name]["verdict"], VERDICTS[name]["statement"])
