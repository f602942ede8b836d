"""Archives that two readers could read differently: each oddity is refused by both verifiers, by its name."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from second_verifier import Judges
from tansuo.verify.archive import MANUAL, MOST_BYTES, read_archive
from tansuo.verify.main import verify
from tansuo.verify.report import Refused

FILES = {"a": b"hello " * 9, "b/c.json": b"{}"}
#: A field's place in the end record, in a row of the central directory and in a local header, and how it is written.
END = {"magic": (0, "4s"), "disk": (4, "<H"), "first": (6, "<H"), "here": (8, "<H"), "count": (10, "<H"),
       "size": (12, "<I"), "start": (16, "<I"), "comment": (20, "<H")}  # fmt: skip
ROW = {"magic": (0, "4s"), "flags": (8, "<H"), "method": (10, "<H"), "check": (16, "<I"), "packed": (20, "<I"),
       "size": (24, "<I"), "named": (28, "<H"), "extra": (30, "<H"), "note": (32, "<H"), "disk": (34, "<H"),
       "mode": (38, "<I"), "at": (42, "<I"), "name": (46, "1s")}  # fmt: skip
LOCAL = {"magic": (0, "4s"), "named": (26, "<H"), "extra": (28, "<H"), "name": (30, "1s"), "data": (31, "4s")}

Change = Callable[[bytearray], object]


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, method)
    return bytearray(out.getvalue())


def _put(data: bytearray, start: int, field: tuple[int, str], value: object) -> None:
    struct.pack_into(field[1], data, start + field[0], value)


def _start(data: bytearray) -> int:
    return int(struct.unpack_from("<I", data, len(data) - 22 + 16)[0])


def end(**fields: object) -> Change:
    """Other values in the end record."""
    return lambda data: [_put(data, len(data) - 22, END[name], one) for name, one in fields.items()]


def row(**fields: object) -> Change:
    """Other values in the first row of the central directory."""
    return lambda data: [_put(data, _start(data), ROW[name], one) for name, one in fields.items()]


def second(**fields: object) -> Change:
    """Other values in the second row of the central directory."""
    return lambda data: [_put(data, _start(data) + 47, ROW[name], one) for name, one in fields.items()]


def local(**fields: object) -> Change:
    """Other values in the first local header."""
    return lambda data: [_put(data, 0, LOCAL[name], one) for name, one in fields.items()]


def both(*changes: Change) -> Change:
    return lambda data: [one(data) for one in changes]


def stored(*changes: Change) -> Change:
    """Changes of an archive in which nothing is packed."""

    def change(data: bytearray) -> None:
        data[:] = zipped(FILES, zipfile.ZIP_STORED)
        both(*changes)(data)

    return change


def into_the_directory(data: bytearray) -> None:
    """A member that is not packed ends among the rows, and its check sum is of all that."""
    found = data[31 : _start(data) + 10]
    row(packed=len(found), size=len(found), check=zlib.crc32(found))(data)


ODD: dict[str, tuple[Change, str]] = {
    "no end record": (end(magic=b"PK\5\7"), "end record"),
    "a second disk": (end(disk=1), "end record"),
    "a directory on another disk": (end(first=1), "end record"),
    "rows on another disk": (end(here=1), "end record"),
    "a comment": (end(comment=1), "end record"),
    "more members than a bundle has": (end(here=2_001, count=2_001), "central directory"),
    "a gap before the end": (end(size=100), "central directory"),
    "a row too many": (end(here=3, count=3), "central directory"),
    "a row too few": (end(here=1, count=1), "central directory"),
    "a row with an extra field beyond the directory": (second(extra=1), "central directory"),
    "a row with a note beyond the directory": (second(note=1), "central directory"),
    "a name that is no text": (both(row(name=b"\xff"), local(name=b"\xff")), "name '\ufffd'"),
    "a name with a space": (both(row(name=b" "), local(name=b" ")), "name ' '"),
    "no row": (row(magic=b"PK\1\3"), "a"),
    "an encrypted member": (row(flags=1), "a"),
    "a patched member": (row(flags=0x20), "a"),
    "another packing": (row(method=9), "a"),
    "another packing of what is not packed": (stored(row(method=9)), "a"),
    "a member on another disk": (row(disk=1), "a"),
    "a link": (row(mode=0xA1FF << 16), "a"),
    "more than is unpacked": (row(size=MOST_BYTES + 1), "more than 200 MiB"),
    "just what is unpacked": (row(size=MOST_BYTES), "a"),
    "more than is unpacked in all": (second(size=MOST_BYTES - 53), "more than 200 MiB"),
    "just what is unpacked in all": (second(size=MOST_BYTES - 54), "b/c.json"),
    "a header beyond the members": (row(at=2_000), "a"),
    "no header": (local(magic=b"PK\3\5"), "a"),
    "a header of another name": (local(name=b"b"), "a"),
    "a header of a longer name": (local(named=2), "a"),
    "data beyond the members": (row(packed=2_000), "a"),
    "a header with a long extra field": (local(extra=2_000), "a"),
    "data that end among the rows": (stored(into_the_directory), "a"),
    "data that do not unpack": (local(data=b"\xff\xff\xff\xff"), "a"),
    "a packing that ends early": (row(packed=5), "a"),
    "something after the packing": (row(packed=15), "a"),
    "more than was said": (row(size=53), "a"),
    "less than was said": (row(size=55), "a"),
    "another check sum": (row(check=5), "a"),
    "what is not packed called packed": (both(row(method=0)), "a"),
    "two members of one name": (both(second(named=1, extra=7, name=b"a", at=0)), "a"),
}


def text(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_archive(data)
    assert refused.value.zh.startswith("不是可以接受的压缩包（") and refused.value.zh.endswith("）")
    said = str(refused.value)
    assert said.removeprefix("not an archive that can be accepted (")[:-1] == refused.value.zh[11:-1]
    return refused.value.zh[11:-1]


@pytest.mark.parametrize("what", ODD)
def test_an_odd_archive_is_refused_by_name(what: str) -> None:
    change, said = ODD[what]
    data = zipped(FILES)
    change(data)
    assert text(bytes(data)) == said


@pytest.mark.parametrize("what", ODD)
def test_the_page_refuses_it_too(judges: Judges, what: str) -> None:
    data = zipped(FILES)
    ODD[what][0](data)
    said = judges.ask(bytes(data))
    assert said["verdict"] == "refused" and "not an archive" in said["steps"][0]["en"]
    assert "not an archive" in judges.second(bytes(data))["steps"][0]["en"]


NAMES = {
    "a": True, "A/9._~-": True, "a" * 200: True, f"{'a' * 200}/{'b' * 200}": True, MANUAL: True,
    "": False, "a" * 201: False, f"a/{'b' * 201}": False, ".a": False, "a/.b": False, "/a": False, "a/": False,
    "a/b/c": False, "a\\b": False, "a\n": False, "é": False, "x": True, "-a": False, "Ω": False,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_both_name_members_alike(judges: Judges, name: str) -> None:
    odd = "not an archive" in judges.ask(bytes(zipped({name: b"1"})))["steps"][0]["en"]
    assert odd is not NAMES[name]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_members(name: str) -> None:
    data = bytes(zipped({name: b"1"}))
    if NAMES[name]:
        assert read_archive(data) == {name: b"1"}
    else:
        assert text(data) == f"name {name!r}"


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_every_member_is_read_in_order(method: int) -> None:
    files = {"b": b"", "a": bytes(range(256)) * 300, MANUAL: "说明".encode()}
    data = bytes(zipped(files, method))
    assert list(read_archive(data).items()) == list(files.items())


def test_what_is_at_the_limits() -> None:
    most = {str(number): b"" for number in range(2_000)}
    assert len(read_archive(bytes(zipped(most)))) == 2_000
    assert text(bytes(zipped({**most, "one": b""}))) == "central directory"
    assert read_archive(b"PK\5\6" + bytes(18)) == {}
    assert text(b"PK\5\6" + bytes(17)) == "length"
    assert text(bytes(MOST_BYTES + 1)) == "length"
    assert text(bytes(MOST_BYTES)) == "end record"


def test_a_link_is_no_member_and_a_mode_is_no_link() -> None:
    for mode, fine in ((0x8 << 28, True), (0xA << 28, False), (0xA << 24, True), (0xB << 28, True)):
        data = zipped(FILES)
        row(mode=mode)(data)
        if fine:
            assert read_archive(bytes(data)) == FILES
        else:
            assert text(bytes(data)) == "a"


def test_a_header_may_lie_anywhere_before_the_rows_but_not_behind() -> None:
    for past in (0, 1, 29, 30, 47):
        data = zipped(FILES)
        row(at=_start(data) + past)(data)
        assert text(bytes(data)) == "a"


def test_what_unpacks_to_more_than_was_said_is_not_unpacked() -> None:
    data = zipped({"a": bytes(30_000_000)})
    row(size=5)(data)
    packed = bytes(data)
    tracemalloc.start()
    try:
        assert text(packed) == "a"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("flags", [0x0008, 0x0800, 0x0808])
def test_flags_that_change_nothing_are_passed_over(flags: int) -> None:
    data = zipped(FILES)
    row(flags=flags)(data)
    assert read_archive(bytes(data)) == FILES


def test_bytes_between_members_are_passed_over_but_never_read() -> None:
    """Extra fields and notes of rows and headers carry nothing for a verifier."""
    raw = zlib.compress(b"hi", wbits=-15)
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 0, 0, 0, 1, 3) + b"axyz" + raw
    fields: Any = (b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(b"hi"), len(raw), 2, 1, 2, 4, 0, 0, 0, 0)
    central = struct.pack("<4sHHHHHHIIIHHHHHII", *fields) + b"a12note"
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(central), len(head), 0)
    assert read_archive(head + central + tail) == {"a": b"hi"}


def test_an_archive_without_a_manifest_is_no_bundle() -> None:
    said = verify(bytes(zipped(FILES))).steps
    assert [one[:2] for one in said] == [("manifest", False)]
    assert said[0][3] == "manifest.json is missing or not canonical JSON ('manifest.json')"
    assert said[0][2] == "manifest.json 缺失或不是规范 JSON"
