"""A point of a log, and what was visible there. (What projections make of it: test_projection.)"""

import pytest

from tansuo.evidence.as_of import AsOf


def test_a_point_is_written_origin_at_size() -> None:
    point = AsOf("tansuo/321100/1a2b3c4d", 1200)
    assert str(point) == "tansuo/321100/1a2b3c4d@1200"
    assert AsOf.parse(str(point)) == point


@pytest.mark.parametrize(
    "text", ["", "@1", "a@", "a@01", "a@-1", "a@1 ", "a b@1", "a@1@2", "a@１", f"a@{'9' * 19}"]
)
def test_other_texts_are_no_point(text: str) -> None:
    with pytest.raises(ValueError, match="origin@size"):
        AsOf.parse(text)
