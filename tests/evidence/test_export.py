"""What a mirror holds: enough to check everything without us."""

import shutil
from base64 import b64decode
from pathlib import Path

import pytest

from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.checkpoint import Checkpoint
from tansuo.evidence.entry import strict_entry
from tansuo.evidence.export import Exported, export, tile_names, tile_path
from tansuo.evidence.note import open_note
from tansuo.evidence.tree import leaf_hash, root, tree_root
from tansuo.quantity.finding import FindingError


def exported(kept, directory: Path, **options) -> Exported:
    with transaction(kept.database, SYSTEM) as connection:
        return export(connection, directory, **options)


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def entries_of(directory: Path, size: int) -> list[bytes]:
    """The entries as a stranger reads them: two bytes of length, then the entry."""
    found: list[bytes] = []
    for level, number, width in tile_names(size):
        if level is None:
            raw = (directory / tile_path(None, number, width)).read_bytes()
            while raw:
                length = int.from_bytes(raw[:2], "big")
                found.append(raw[2 : 2 + length])
                raw = raw[2 + length :]
    return found


@pytest.fixture
def mirror(kept, tmp_path):
    """A ledger of 602 entries, signed, exported."""
    kept.say(*map(str, range(600)))
    with kept.signer(tmp_path / "signer") as service:
        service.step()
    exported(kept, tmp_path / "mirror")
    return tmp_path / "mirror"


def test_the_layout_is_that_of_tlog_tiles(mirror) -> None:
    assert sorted(files(mirror)) == [
        "checkpoint",
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/90",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/90",
    ]
    assert (mirror / "tile/0/000").stat().st_size == 256 * 32


def test_a_stranger_with_the_key_checks_everything_from_the_files(kept, mirror) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        keys = checkpoint.log_keys(connection)
        ours = [one.data for one in ledger.read(connection, 0, 602)]
    head = Checkpoint.parse(open_note((mirror / "checkpoint").read_text(), keys).text)
    entries = entries_of(mirror, head.size)
    assert entries == ours
    assert [strict_entry(at, data).index for at, data in enumerate(entries)] == list(range(602))
    leaves = [leaf_hash(data) for data in entries]
    assert root(leaves) == head.root

    def read(level: int, start: int, stop: int) -> list[bytes]:
        count = head.size >> 8 * level
        number = start // 256
        width = min(256, count - 256 * number)
        raw = (mirror / tile_path(level, number, width)).read_bytes()
        hashes = [raw[at : at + 32] for at in range(0, len(raw), 32)]
        return hashes[start - 256 * number : stop - 256 * number]

    assert tree_root(read, head.size) == head.root
    assert read(0, 256, 512) == leaves[256:512]


def test_a_grown_log_adds_and_never_changes(kept, mirror, tmp_path) -> None:
    before = files(mirror)
    kept.say(*map(str, range(200)))
    with kept.signer(tmp_path / "signer") as service:
        service.step()
    seen: list[tuple[int, int]] = []
    done = exported(kept, mirror, progress=lambda *step: seen.append(step))
    after = files(mirror)
    assert (done.written, done.kept) == (5, 4)
    assert seen[-1] == (9, 9)
    assert all(after[name] == data for name, data in before.items() if ".p" not in name and "/" in name)
    assert "tile/0/002" in after and "tile/0/002.p/90" not in after
    assert exported(kept, mirror).written == 0
    assert files(mirror) == after


def test_only_signed_entries_leave(kept, mirror) -> None:
    kept.say("not signed yet")
    assert exported(kept, mirror).head.size == 602
    assert len(entries_of(mirror, 602)) == 602


def test_an_unsigned_log_is_not_exported(kept, tmp_path) -> None:
    with pytest.raises(FindingError, match="no signed checkpoint"):
        exported(kept, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_mirror_with_other_bytes_is_told(kept, mirror) -> None:
    tile = mirror / "tile/entries/001"
    tile.write_bytes(tile.read_bytes()[:-1] + b"?")
    before = files(mirror)
    with pytest.raises(FindingError, match="other bytes"):
        exported(kept, mirror)
    assert files(mirror) == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda head: Checkpoint("elsewhere", head.size, head.root),
        lambda head: Checkpoint(head.origin, head.size + 1, head.root),
        lambda head: Checkpoint(head.origin, head.size - 1, head.root),
        lambda head: Checkpoint(head.origin, head.size, bytes(32)),
    ],
)
def test_a_mirror_of_another_history_is_left_alone(kept, mirror, spoil) -> None:
    file = mirror / "checkpoint"
    head = Checkpoint.parse(file.read_text().rpartition("\n\n")[0] + "\n")
    file.write_text(spoil(head).text + "\n— nobody AAAAAAAA\n")
    before = files(mirror)
    with pytest.raises(FindingError, match="does not continue"):
        exported(kept, mirror)
    assert files(mirror) == before


def test_a_folder_whose_checkpoint_cannot_be_read_is_left_alone(kept, mirror) -> None:
    for content in (b"", b"\xff", b"no note"):
        (mirror / "checkpoint").write_bytes(content)
        with pytest.raises(FindingError, match="does not continue"):
            exported(kept, mirror)


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ("UPDATE tree_node SET hash = sha256('x') WHERE index = 1", "evidence.checkpoint_root"),
        ("DELETE FROM leaf WHERE index = 600", "evidence.checkpoint_root"),
        ("DELETE FROM entry WHERE index = 600", "evidence.export_gap"),
    ],
)
def test_a_damaged_log_is_not_exported(kept, mirror, forge, tmp_path, damage, code) -> None:
    forge(damage)
    with pytest.raises(FindingError) as refused:
        exported(kept, tmp_path / "new")
    assert refused.value.findings[0].code == code
    assert not (tmp_path / "new" / "checkpoint").exists()


def test_an_export_that_died_is_taken_up_again(kept, mirror, tmp_path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(mirror, copy)
    (copy / "checkpoint").unlink()
    (copy / "tile/0/001").unlink()
    (copy / "tile/0/001.new").write_bytes(b"half")
    assert exported(kept, copy).written == 1
    assert files(copy) == files(mirror)


def test_tile_paths() -> None:
    assert tile_path(0, 0) == "tile/0/000"
    assert tile_path(1, 999) == "tile/1/999"
    assert tile_path(0, 1000) == "tile/0/x001/000"
    assert tile_path(None, 1_234_067) == "tile/entries/x001/x234/067"
    assert tile_path(2, 1_234_067, 8) == "tile/2/x001/x234/067.p/8"


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_536, 70_000])
def test_tiles_hold_every_entry_and_every_full_subtree_once(size: int) -> None:
    rows: dict[int | None, int] = {}
    for level, number, width in tile_names(size):
        assert rows.get(level, 0) == number * 256
        assert 0 < width <= 256
        rows[level] = number * 256 + width
    wanted: dict[int | None, int] = {} if size == 0 else {None: size, 0: size}
    for level in (1, 2):
        if size >> 8 * level:
            wanted[level] = size >> 8 * level
    assert rows == wanted


def test_roots_are_written_in_base64(mirror) -> None:
    assert len(b64decode((mirror / "checkpoint").read_text().split("\n")[2])) == 32
