"""`./run bench [NAME…] [--json] [--quick]`: measure, hold each figure against its bar, exit 1 if one is missed."""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence

from harness import Figure, machine, say

NAMES = ("frames", "gateway", "roll_up", "evaluate", "load", "start", "pages", "web", "evidence")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benches named (all without a name) and tell their figures."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; without one: all")
    parser.add_argument("--json", action="store_true", help="one JSON object when all is done")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter repeats: a look, no verdict")
    options = parser.parse_args(argv)
    if unknown := sorted(set(options.names) - set(NAMES)):
        parser.error(f"no bench named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    before = machine()
    if not options.json:
        print(f"machine · {', '.join(f'{key} {value}' for key, value in before.items())}", flush=True)
    found: list[Figure] = []
    for name in options.names or NAMES:
        say(f"{name} …")
        for figure in importlib.import_module(name).measure(options.quick):
            found.append(figure)
            if not options.json:
                print("\n".join(figure.lines()), flush=True)
    missed = [figure for figure in found if not figure.good]
    after = machine()["load"]
    if options.json:
        told = {"machine": {**before, "load_after": after}, "figures": [one.as_json() for one in found]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        judged = sum(1 for figure in found if figure.bar is not None)
        named = "".join(f"; {one.bench} · {one.name}" for one in missed)
        print(f"machine · load {before['load']} before, {after} after")
        print(f"{judged} bars, {len(missed)} figures missed or wrong{named}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
