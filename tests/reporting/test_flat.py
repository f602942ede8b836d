"""Several modules made one flat program."""

import pytest

from tansuo.reporting.flat import flat
from tansuo.reporting.verifier import verifier_program

FIRST = """
import re
from collections import Counter
LIMIT = 3
_WORD = re.compile("x")
def counted(given):
    return Counter(_WORD.findall(given))
"""
SECOND = """
import re
from tansuo.first import LIMIT as MOST
from tansuo import first as before
_WORD = re.compile("y")
def main(given, word=None):
    return before.counted(given), f"{_WORD.pattern}", MOST, given.LIMIT
"""


def test_imports_stand_once_at_the_top_and_a_name_of_two_meanings_has_its_modules_name_before_it() -> None:
    imports, bodies = flat({"tansuo.first": FIRST, "tansuo.second": SECOND})
    assert imports == [
        "from collections import Counter\n",
        "from types import SimpleNamespace\n",
        "import re\n",
    ]
    assert bodies["tansuo.first"].endswith(
        "    return Counter(_WORD.findall(given))\nbefore = SimpleNamespace(**globals())\n"
    )
    assert bodies["tansuo.second"].split("\n")[-4:-1] == [
        'second_WORD = re.compile("y")',
        "def main(given, word=None):",
        '    return before.counted(given), f"{second_WORD.pattern}", LIMIT, given.LIMIT',
    ]


def test_an_import_of_much_fills_its_lines() -> None:
    names = [f"a_rather_long_name_{number}" for number in range(9)]
    imports, _ = flat({"tansuo.first": f"from town import {', '.join(names)}\n"})
    assert imports == [
        "from town import (\n",
        f"    {', '.join(names[:4])},\n",
        f"    {', '.join(names[4:8])},\n",
        f"    {names[8]},\n",
        ")\n",
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("from town import word\n", "from city import word\n"),  # one name from two places
        ("def open():\n    pass\n", ""),  # a name of Python's own
        ("def main():\n    from tansuo.second import late\n    return late\n", "def late():\n    pass\n"),
        ("LIMIT = 1\n", 'LIMIT = 2\nSAID = "LIMIT"\n'),  # a text that would be rewritten with the name
    ],
)
def test_what_would_change_its_meaning_is_not_made_flat(first: str, second: str) -> None:
    with pytest.raises(AssertionError):
        flat({"tansuo.first": first, "tansuo.second": second})


def test_the_program_names_no_module_of_the_platform() -> None:
    lines = [line for line in verifier_program().decode().splitlines() if not line.startswith("#")]
    assert not any("import tansuo" in line or "from tansuo" in line for line in lines)
