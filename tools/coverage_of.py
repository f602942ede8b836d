"""./run coverage: every branch of the code an auditor must trust is taken by a test; 1 if one is not.

The tests are those of that code alone: none needs a database, Node or data from outside the repository.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: The auditable core: what verifies offline, but for the words and units it shares with everything.
CORE = (
    "src/tansuo/evidence/canonical.py",
    "src/tansuo/evidence/tree.py",
    "src/tansuo/evidence/proof.py",
    "src/tansuo/methods/document.py",
    "src/tansuo/methods/evaluate.py",
    "src/tansuo/methods/ladder.py",
    "src/tansuo/methods/lineage.py",
    "src/tansuo/methods/program.py",
    "src/tansuo/methods/steps.py",
    "src/tansuo/verify/*.py",
)
TESTS = (
    "tests/evidence/test_canonical.py",
    "tests/evidence/test_tree.py",
    "tests/evidence/test_proof.py",
    "tests/methods/test_choices.py",
    "tests/methods/test_document.py",
    "tests/methods/test_evaluate.py",
    "tests/methods/test_factor_choice.py",
    "tests/methods/test_grid_rules.py",
    "tests/methods/test_ladder.py",
    "tests/methods/test_lineage.py",
    "tests/methods/test_program.py",
    "tests/methods/test_requests.py",
    "tests/methods/test_steps.py",
    "tests/methods/test_walks.py",
    "tests/verify/test_book.py",
    "tests/verify/test_forged_book.py",
    "tests/verify/test_forged_frames.py",
    "tests/verify/test_forged_laboratory.py",
    "tests/verify/test_forged_readings.py",
    "tests/verify/test_forged_receipt.py",
    "tests/verify/test_forged_second.py",
    "tests/verify/test_forged_under.py",
    "tests/verify/test_forged_value.py",
    "tests/verify/test_honest.py",
    "tests/verify/test_odd_archives.py",
    "tests/verify/test_report.py",
    "tests/verify/test_sources.py",
    "tests/verify/test_program.py",
)


def main(arguments: list[str]) -> int:
    """Run the tests (or those of ``arguments``) and print the table; 1 under 100 %, or where a test fails."""
    with tempfile.TemporaryDirectory() as folder:
        data = f"--data-file={folder}/coverage"
        words = [sys.executable, "-m", "coverage", "run", "--branch", data, f"--include={','.join(CORE)}",
                 "-m", "pytest", "-c", "pyproject.toml", "-q"]  # fmt: skip
        # The second verifier is asked by ./run test; here one would only wait for it.
        alone = {name: value for name, value in os.environ.items() if name != "TANSUO_NODE"}
        if subprocess.run([*words, *(arguments or TESTS)], cwd=ROOT, env=alone, check=False).returncode:
            return 1
        report = [sys.executable, "-m", "coverage", "report", data, "--show-missing", "--precision=1",
                  "--fail-under=100"]  # fmt: skip
        return 1 if subprocess.run(report, cwd=ROOT, check=False).returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
