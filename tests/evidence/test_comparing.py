"""Two signed heads are held against each other by whoever kept one."""

import json
import shutil
from pathlib import Path

import pytest

from tansuo.database.connect import SYSTEM, transaction
from tansuo.entry.cli import main
from tansuo.evidence import checkpoint
from tansuo.evidence.comparing import compare_heads, tiles_in
from tansuo.evidence.export import export
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import VerifierKey, sign, verifier_key
from tansuo.quantity.finding import FindingError


@pytest.fixture
def heads(kept, tmp_path):
    """Notes of a log of 2, of 300 and of 700 entries, the log's key, and a mirror of the largest."""
    notes = {}
    with kept.signer(tmp_path / "signer") as service:
        for more in (0, 298, 400):
            if more:
                kept.say(*map(str, range(more)))
            made = service.step()
            with transaction(kept.database, SYSTEM) as connection:
                notes[made.size] = checkpoint.at_size(connection, made.size).note
    with transaction(kept.database, SYSTEM) as connection:
        export(connection, tmp_path / "mirror")
        [key] = checkpoint.log_keys(connection)
    return notes, key, tmp_path / "mirror"


def code(one: str, other: str, key: VerifierKey, tiles: Path | None = None) -> str:
    with pytest.raises(FindingError) as refused:
        compare_heads(one, other, [key], None if tiles is None else tiles_in(tiles))
    return refused.value.findings[0].code.removeprefix("evidence.")


def test_a_head_continues_an_older_one_by_the_tiles_of_a_mirror(heads) -> None:
    notes, key, mirror = heads
    assert compare_heads(notes[2], notes[2], [key]).verdict == "same"
    assert compare_heads(notes[2], notes[700], [key]).verdict == "unproven"
    for one, other in ((2, 700), (300, 700), (700, 300)):
        found = compare_heads(notes[one], notes[other], [key], tiles_in(mirror))
        assert (found.verdict, found.guilty) == ("continues", False)
        assert found.older.size < found.newer.size


def test_a_past_signed_twice_is_told_and_by_what(heads, tmp_path) -> None:
    notes, key, mirror = heads
    signer = FileSigner.load(tmp_path / "signer" / "signer.key")
    origin, size, root = notes[300].split("\n")[:3]
    other = ("B" if root.startswith("A") else "A") + root[1:]
    forged = sign(f"{origin}\n{size}\n{other}\n", signer)
    assert compare_heads(notes[300], forged, [key]).verdict == "two_heads"
    found = compare_heads(forged, notes[700], [key], tiles_in(mirror))
    assert (found.verdict, found.guilty) == ("rewritten", True)


def test_what_proves_nothing_is_refused(heads, tmp_path) -> None:
    notes, key, mirror = heads
    other = FileSigner(key.name, b"\1" * 32)
    assert code(notes[2], notes[300], verifier_key(other)) == "note_unknown"
    assert code(notes[2], "nonsense", key) == "note_unknown"
    foreign = FileSigner("tansuo/x/y", b"\1" * 32)
    elsewhere = sign("tansuo/x/y\n" + notes[2].split("\n\n")[0].partition("\n")[2] + "\n", foreign)
    with pytest.raises(FindingError, match="two logs"):
        compare_heads(notes[2], elsewhere, [key, verifier_key(foreign)])
    tile = mirror / "tile/0/001"
    tile.write_bytes(tile.read_bytes()[::-1])
    assert code(notes[300], notes[700], key, mirror) == "tiles_other"
    shutil.rmtree(mirror / "tile/0/002.p")
    assert code(notes[300], notes[700], key, mirror) == "tiles_other"


def test_it_is_a_command_for_whoever_holds_a_paper(heads, tmp_path, capsys) -> None:
    notes, key, mirror = heads
    files = {size: tmp_path / f"{size}.txt" for size in notes}
    for size, file in files.items():
        file.write_text(notes[size], encoding="utf-8")
    words = ["witness", "compare", str(files[2]), str(files[700]), "--key", str(key)]
    assert main(words) == 1
    assert "--tiles" in capsys.readouterr().out
    assert main([*words, "--tiles", str(mirror), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["guilty"]) == ("continues", False)
    assert main(["witness", "compare", str(tmp_path / "gone"), str(files[2]), "--key", str(key)]) == 2
