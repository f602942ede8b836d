"""The map: our own tiles for everybody, an operator's outlines from the entry on that loaded them."""

import json
import re

from demo_city import DemoCity
from tansuo.registry.zhenjiang import UNITS

SQUARE = [[119.0, 32.0], [119.4, 32.0], [119.4, 32.4], [119.0, 32.4], [119.0, 32.0]]
FILE = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {"properties": {"adcode": 321183}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
            {
                "properties": {"name": "镇江新区"},
                "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
            },
            {"properties": {"name": "某地"}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
        ],
    }
).encode()
BYTES = {"content-type": "application/octet-stream"}


def test_everybody_sees_eight_tiles_and_no_shape_of_anybodys(demo: DemoCity) -> None:
    body = demo.client().get("/api/map").json()
    assert body["schematic"] is True
    assert {one["unit"]["id"] for one in body["places"]} == set(UNITS)
    assert len({(one["column"], one["row"]) for one in body["places"]}) == len(UNITS)
    assert all(one["path"] is None for one in body["places"])
    west = min(body["places"], key=lambda one: one["column"])
    assert west["unit"]["name_zh"] == "句容市"


def test_boundaries_hold_from_their_entries_on_until_they_are_withdrawn(demo_copy: DemoCity) -> None:
    admin, city = demo_copy.signed_in("system_admin"), demo_copy.signed_in("city_manager")
    before = city.get("/api/map").json()
    made = admin.put("/api/map/boundaries?name=own.geojson", content=FILE, headers=BYTES)
    assert made.status_code == 200, made.text
    assert [one["code"] for one in made.json()["findings"]] == ["registry.boundary_unmatched"]
    assert len(made.json()["entries"]) == 2
    demo_copy.work()
    now = city.get("/api/map").json()
    assert (now["schematic"], now["width"]) == (False, 1000)
    drawn = {one["unit"]["id"]: one for one in now["places"] if one["path"]}
    assert {name: one["outline_of"] for name, one in drawn.items()} == {
        "zj.unit.jurong": "zj.division.jurong",
        "zj.unit.xinqu": "zj.unit.xinqu",
    }
    assert all(re.fullmatch(r"(M\d+ \d+(L\d+ \d+){2,}Z)+", one["path"]) for one in drawn.values())
    assert city.get("/api/map", params={"as_of": before["size"]}).json() == before

    gone = admin.delete("/api/map/boundaries", params={"reason": "review number has lapsed"})
    assert len(gone.json()["entries"]) == 2
    demo_copy.work()
    assert city.get("/api/map").json()["schematic"] is True
    assert city.get("/api/map", params={"as_of": now["size"]}).json() == now


def test_names_and_codes_outlive_a_boundary(demo_copy: DemoCity) -> None:
    admin, city = demo_copy.signed_in("system_admin"), demo_copy.signed_in("city_manager")
    before = city.get("/api/subjects/zj.division.jurong").json()
    admin.put("/api/map/boundaries", content=FILE, headers=BYTES)
    demo_copy.work()
    after = city.get("/api/subjects/zj.division.jurong").json()
    assert after.pop("geometry") is not None
    before.pop("geometry")
    assert after == before


def test_a_file_that_gives_nothing_is_refused_in_both_languages(demo: DemoCity) -> None:
    admin = demo.signed_in("system_admin")
    for data in (b"no", FILE.replace(b"321183", b"1").replace("镇江新区".encode(), "别处".encode())):
        data = data.replace(json.dumps("镇江新区")[1:-1].encode(), b"x")
        answer = admin.put("/api/map/boundaries", content=data, headers=BYTES)
        assert answer.status_code == 422
        assert all(one["zh"] and one["en"] for one in answer.json()["findings"])


def test_a_long_file_is_taken_here_and_one_too_long_is_not(demo: DemoCity) -> None:
    admin = demo.signed_in("system_admin")
    long = b" " * (2 * 1024 * 1024)
    assert admin.put("/api/map/boundaries", content=long, headers=BYTES).status_code == 422
    assert admin.put("/api/map/boundaries", content=long * 5, headers=BYTES).status_code == 413
