"""What the assembled verifier leaves out of the modules it is made of."""

import builtins
from dis import get_instructions
from types import CodeType

from tansuo.reporting.needed import needed
from tansuo.reporting.verifier import verifier_program

FIRST = """
import json
import re
from collections.abc import Mapping, Sequence

from town import second
from town.second import LIMIT, Shape, spare, used

WORD = re.compile("x")
OTHER = json.dumps({})


def main(given: Sequence[str]) -> int:
    return Shape(given).size() + LIMIT + second.beside()


def spare_too() -> Mapping[str, str]:
    return spare(WORD)


def calls_itself() -> int:
    return calls_itself() + used()
"""
SECOND = """
try:
    from fast import adder
except ImportError:
    adder = None

LIMIT = 3
assert LIMIT


class Shape:
    many: int

    def __init__(self, given):
        self.given = given

    def size(self):
        return _inner(self.given).real

    @property
    def real(self):
        return 1

    @property
    def name(self):
        return "no one asks"

    def _sum(self, other):
        return other

    __add__ = _sum


def _inner(given):
    from town.third import late

    return late


def beside():
    return adder


def spare(one):
    return one


def used():
    return 1
"""
THIRD = "def late():\n    return 1\n\n\ndef later():\n    return 2\n"
KEPT_FIRST = """
from town import second
from town.second import LIMIT, Shape
def main(given: Sequence[str]) -> int:
    return Shape(given).size() + LIMIT + second.beside()
"""


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def test_what_the_start_does_not_come_to_is_left_out_and_the_rest_is_left_as_it_is() -> None:
    sources = {"town.first": FIRST, "town.second": SECOND, "town.third": THIRD}
    kept = needed(sources, ("town.first", "main"))
    assert lines(kept["town.first"]) == lines(KEPT_FIRST)
    gone = """    @property
    def name(self):
        return "no one asks"
"""
    gone_too = ("def spare(one):\n    return one\n", "def used():\n    return 1\n")
    left = SECOND.replace(gone, "").replace(gone_too[0], "").replace(gone_too[1], "")
    assert lines(kept["town.second"]) == lines(left)
    assert lines(kept["town.third"]) == ["def late():", "    return 1"]


def test_an_import_of_much_is_laid_out_as_everywhere() -> None:
    names = [f"a_rather_long_name_{number}" for number in range(9)]
    text = f"from town.second import (\n{''.join(f'    {name},{chr(10)}' for name in names)})\n"
    first = f"{text}\n\ndef main():\n    return {' + '.join(names[:8])}\n"
    second = "".join(f"{name} = 1\n" for name in names)
    kept = needed({"town.first": first, "town.second": second}, ("town.first", "main"))
    assert kept["town.first"] == first.replace(f"    {names[8]},\n", "")
    assert kept["town.second"] == second.replace(f"{names[8]} = 1\n", "")


def test_every_name_that_the_assembled_program_reads_means_something_in_it() -> None:
    """A function's names that are no variable around it are looked up at the top of the program, where little is."""
    program = compile(verifier_program(), "verify.py", "exec")
    known = {*dir(builtins), *program.co_names, "__name__"}
    waiting: list[CodeType] = [program]
    read: set[str] = set()
    while waiting:
        code = waiting.pop()
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
        read |= {one.argval for one in get_instructions(code) if one.opname == "LOAD_GLOBAL"}
    assert len(read) > 40 and read <= known


def test_what_only_annotations_name_is_not_imported_but_stays_where_it_is_defined() -> None:
    sources = {
        "town.first": "from town.second import Size, Word\n\n\ndef main(size: Size) -> int:\n    given: Word = 'x'\n"
        "    return len(given) + size\n",
        "town.second": "Size = int\nWord = str\nOther = str\n",
    }
    kept = needed(sources, ("town.first", "main"))
    assert lines(kept["town.first"]) == lines(sources["town.first"])[1:]
    assert lines(kept["town.second"]) == ["Size = int", "Word = str"]
