"""Geometry without a binary float."""

import json

import pytest

from tansuo.evidence import canonical
from tansuo.quantity.finding import FindingError
from tansuo.registry.geometry import as_geojson, line, point, polygon

RING = [("119.40", "32.10"), ("119.50", "32.10"), ("119.50", "32.20"), ("119.40", "32.10")]


def test_a_shape_enters_canonical_json_and_comes_back_exact() -> None:
    shape = polygon(RING)
    assert canonical.decode(canonical.encode(shape)) == shape
    assert shape["coordinates"][0][0] == [1_194_000_000, 321_000_000]
    assert as_geojson(point("119.4250001", "-0.5")) == (
        '{"type":"Point","coordinates":[119.4250001,-0.5000000]}'
    )
    assert json.loads(as_geojson(shape))["coordinates"][0][1] == [119.5, 32.1]
    assert json.loads(as_geojson(line(RING[:2])))["type"] == "LineString"


def test_a_shape_that_cannot_be_is_refused() -> None:
    for make in (
        lambda: polygon(RING[:3]),
        lambda: polygon([*RING[:3], ("0", "0")]),
        lambda: polygon(),
        lambda: line(RING[:1]),
        lambda: point("200", "32"),
        lambda: point("32", "119"),
        lambda: point("119.12345678", "32"),
    ):
        with pytest.raises(FindingError, match="geometry"):
            make()
