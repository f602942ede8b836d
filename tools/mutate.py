"""./run mutate [MODULE …]: small faults are put into the code an auditor must trust; a test must see each.

mutmut makes the mutants and runs the tests, on a copy of the tree. Printed per module: how many mutants there are,
how many were seen, and the score, killed / (all − those proven equivalent in ``docs/reference/core-tests.md``);
every survivor by name. 1 if a module is under 95 %. The names of survivors go to ``mutmut show`` in the copy.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from coverage_of import ROOT

ENOUGH = 95.0
REFERENCE = ROOT / "docs/reference/core-tests.md"
EVALUATOR = [
    f"tests/methods/test_{name}.py" for name in ("walks", "grid_rules", "document", "program", "choices")
]
#: Module → the tests that must see its mutants, quick ones first. Where a whole bundle is judged besides, those that
#: judge one part of it alone are enough.
MODULES = {
    "evidence/canonical": ["tests/evidence/test_canonical.py"],
    "evidence/tree": ["tests/evidence/test_tree.py"],
    "evidence/proof": ["tests/evidence/test_proof.py"],
    "methods/document": EVALUATOR,
    "methods/steps": ["tests/methods/test_steps.py"],
    "methods/program": EVALUATOR,
    "methods/ladder": ["tests/methods/test_factor_choice.py", "tests/methods/test_ladder.py"],
    "methods/evaluate": ["tests/methods/test_evaluate.py", "tests/methods/test_requests.py", *EVALUATOR],
    "methods/lineage": ["tests/methods/test_lineage.py", *EVALUATOR],
    "verify/archive": ["tests/verify/test_odd_archives.py"],
    "verify/book": [
        "tests/verify/test_book.py",
        *(
            f"tests/verify/test_forged_book.py::test_{name}"
            for name in (
                "what_a_bundle_says_without_a_policy",
                "an_entry_of_greatest_length_is_one",
                "the_honest_book_says_what_was_looked_at",
                "the_book_alone_counts_a_quorum_of_witnesses",
                "the_book_alone_must_agree_with_itself",
                "what_looks_at_the_book_alone_refuses_it",
            )
        ),
    ],
    "verify/main": ["tests/verify/test_program.py"],
    "verify/receipt": ["tests/verify/test_forged_receipt.py", "tests/verify/test_forged_second.py"],
    "verify/report": ["tests/verify/test_report.py", "tests/verify/test_program.py"],
    "verify/frame": ["tests/verify/test_frame.py"],
    "verify/laboratory": ["tests/verify/test_forged_laboratory.py"],
    "verify/samples": ["tests/verify/test_samples.py"],
    "verify/second": ["tests/verify/test_forged_second.py"],
    "verify/sources": [
        "tests/verify/test_sources.py",
        "tests/verify/test_honest.py::test_what_looks_at_readings_alone_says_the_same",
        "tests/verify/test_forged_readings.py::test_what_looks_at_readings_alone_refuses_them",
        "tests/verify/test_forged_laboratory.py::test_what_looks_at_local_values_alone_takes_what_was_found",
        "tests/verify/test_forged_laboratory.py::test_what_looks_at_local_values_alone_refuses_it",
    ],
    "verify/tokens": ["tests/verify/test_tokens.py"],
    "verify/under": [
        f"tests/verify/test_forged_under.py::test_{name}"
        for name in (
            "a_bundle_without_the_list_says_so_and_nothing_else",
            "a_case_may_stand_right_after_the_first_entry",
            "what_looks_under_a_figure_alone_prints_it",
            "what_looks_under_a_figure_alone_refuses_it",
        )
    ],
    "verify/value": ["tests/verify/test_value.py"],
}
#: Tests in which a mutant cannot show: they start another process, or the second verifier.
LEFT_OUT = "not judges and not as_a_module and not as_a_program"
#: Added to the copy's conftest. With a fault put in, it is enough to see it: the same few examples each time, and no
#: smallest one sought, which takes a hundred times as long.
EXAMPLES = """
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=25,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)
hypothesis.settings.load_profile("mutants")
"""


def equivalents() -> set[str]:
    """The mutants that the reference lists as proven to change nothing."""
    return set(
        re.findall(r"^\| `([\w.ǁ]+__mutmut_\d+)` ", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    )


def prepare(work: Path, module: str) -> Path:
    """A copy of what the module's tests need, with mutmut's settings."""
    tree = work / module.replace("/", "_")
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name in ("src", "tests", "packs", "maps"):
        shutil.copytree(
            ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "static", "browser")
        )
    with (tree / "tests/conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(EXAMPLES)
    settings = {
        "source_paths": ["src"],
        "only_mutate": [f"src/tansuo/{module}.py"],
        "also_copy": ["packs", "maps"],
        "pytest_add_cli_args": ["-x", "-q", "-k", LEFT_OUT, "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": MODULES[module],
        # A mutant that never ends is a mutant that was seen; the tests of a module take seconds.
        "timeout_multiplier": 3.0,
        "timeout_constant": 3.0,
        "use_git_change_detection": False,
    }
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (tree / "pyproject.toml").write_text(
        text + "\n[tool.mutmut]\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    return tree


def judged(tree: Path) -> dict[str, str]:
    """Mutant → what became of it."""
    mutmut = str(Path(sys.executable).parent / "mutmut")
    subprocess.run([mutmut, "run", "--max-children", "1"], cwd=tree, check=False, stdout=subprocess.DEVNULL)
    said = subprocess.run(
        [mutmut, "results", "--all", "true"], cwd=tree, check=True, capture_output=True, text=True
    )
    return dict(re.findall(r"^\s*(\S+__mutmut_\d+): (.+?)\s*$", said.stdout, re.MULTILINE))


def main(arguments: list[str]) -> int:
    """Measure the modules named, or all; 1 if one is under the mark."""
    parser = argparse.ArgumentParser(prog="./run mutate")
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", choices=[*MODULES, []], help=", ".join(MODULES)
    )
    parser.add_argument("--work", type=Path, default=ROOT / ".mutate", help="where the copies are made")
    args = parser.parse_args(arguments)
    proven, low = equivalents(), []
    print(f"{'module':22}{'mutants':>9}{'killed':>9}{'equivalent':>12}{'score':>9}", flush=True)
    for module in args.modules or MODULES:
        made = judged(prepare(args.work, module))
        counts = Counter("killed" if said in ("killed", "timeout") else said for said in made.values())
        alive = sorted(name for name, said in made.items() if said not in ("killed", "timeout"))
        same = proven & set(alive)
        score = 100 * counts["killed"] / (len(made) - len(same)) if len(made) > len(same) else 0.0
        print(f"{module:22}{len(made):>9}{counts['killed']:>9}{len(same):>12}{score:>8.1f}%", flush=True)
        for name in alive:
            print(f"    {name}: {'equivalent' if name in same else made[name]}", flush=True)
        if score < ENOUGH:
            low.append(module)
    if low:
        print(f"under {ENOUGH:.0f} %: {', '.join(low)}")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
