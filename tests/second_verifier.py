"""The page's verifier in Node: the second opinion, asked beside the first one."""

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tansuo.evidence.policy import read_policy
from tansuo.reporting.verify_page import verifier_script
from tansuo.verify.main import verify as first

_LOOP = """
const lines = require('readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { data, policy, given } = JSON.parse(line);
  const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'));
  const held = given === null ? null : bytes(given);
  process.stdout.write(JSON.stringify(verifyBundle(bytes(data), policy, held)) + '\\n');
});
"""


class Judges:
    """Both verifiers. ``ask`` gives the verdict they agree on."""

    def __init__(self, node: str, folder: Path) -> None:
        script = folder / "verify.cjs"
        script.write_text(verifier_script() + _LOOP, encoding="utf-8")
        self.process = subprocess.Popen(
            [node, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, data: bytes, policy: str = "", given: bytes | None = None) -> dict[str, Any]:
        """The verdict (``tansuo.verdict/1``) of a bundle; an AssertionError where the two are not of one mind."""
        one: Any = first(data, read_policy(policy) if policy else None, given).as_data()
        other = self.second(data, policy, given)
        assert (one["verdict"], one["statement"]) == (other["verdict"], other["statement"]), (one, other)
        if one["verdict"] == "verified":
            assert one == other
        if not malformed(one) and not malformed(other):
            assert steps(one) == steps(other), (one["steps"][-1], other["steps"][-1])
        return one

    def second(self, data: bytes, policy: str = "", given: bytes | None = None) -> dict[str, Any]:
        """What the page's verifier says."""
        assert self.process.stdin is not None and self.process.stdout is not None
        held = None if given is None else base64.b64encode(given).decode()
        asked = json.dumps({"data": base64.b64encode(data).decode(), "policy": policy, "given": held})
        self.process.stdin.write(asked + "\n")
        self.process.stdin.flush()
        said: dict[str, Any] = json.loads(self.process.stdout.readline())
        return said


def malformed(said: dict[str, Any]) -> bool:
    """Whether the check ended at something that has not the form of a bundle: each stumbles at its own place."""
    return bool(said["steps"]) and str(said["steps"][-1]["en"]).startswith("malformed")


def steps(said: dict[str, Any]) -> list[tuple[str, bool]]:
    """Which steps were taken, and whether they hold."""
    return [(one["step"], one["ok"]) for one in said["steps"]]


@pytest.fixture(scope="session")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judges]:
    """Both verifiers; skipped where there is no Node."""
    node = os.environ.get("TANSUO_NODE")
    if not node:
        pytest.skip("the page's verifier needs Node, which ./run test brings: TANSUO_NODE is not set")
    made = Judges(node, tmp_path_factory.mktemp("page"))
    yield made
    made.process.kill()
    made.process.wait()
