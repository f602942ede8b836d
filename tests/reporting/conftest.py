"""What the tests of reports share."""

import os
from collections.abc import Iterator

import pytest

from second_verifier import Judges


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
