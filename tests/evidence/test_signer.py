"""The signer continues its own last head or signs nothing."""

import json
import logging
import shutil
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import NoteError, open_note, verifier_key
from tansuo.evidence.proof import make_consistency, verify_consistency
from tansuo.evidence.signer import SigningService, run
from tansuo.evidence.tables import checkpoint as issued
from tansuo.evidence.tree import root
from tansuo.quantity.finding import FindingError


def notes(kept) -> list[str]:
    with transaction(kept.database, SYSTEM) as connection:
        return list(connection.scalars(select(issued.c.note).order_by(issued.c.size)))


def refusal(service: SigningService) -> str:
    with pytest.raises(FindingError) as refused:
        service.step()
    return refused.value.findings[0].code


def test_a_head_states_what_the_entries_say_and_opens_with_the_announced_key(kept, tmp_path) -> None:
    kept.say("3", "4")
    with kept.signer(tmp_path / "signer") as service:
        head = service.step()
    with transaction(kept.database, SYSTEM) as connection:
        entries = list(ledger.read(connection, 0, ledger.size(connection)))
        [note] = notes(kept)
        [key] = checkpoint.log_keys(connection)
        newest = checkpoint.latest(connection)
    assert [one.type for one in entries] == ["genesis", "say", "say", "key"]
    assert head.size == 4
    assert head.root == root([one.leaf_hash for one in entries])
    assert head.origin == entries[0].body["origin"] == key.name
    assert open_note(note, [key]).text == head.text
    assert newest.checkpoint == head
    assert str(head.as_of) == f"{head.origin}@4"


def test_nothing_is_signed_before_the_genesis_nor_without_growth(database, kept, tmp_path) -> None:
    with kept.signer(tmp_path) as service:
        assert service.step().size == 2
        assert service.step() is None
        kept.say("3")
        assert service.step().size == 3
    assert len(notes(kept)) == 2


def test_an_unopened_ledger_has_no_head(database, tmp_path) -> None:
    with SigningService(database, tmp_path) as service:
        assert service.step() is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock"]


def test_every_head_continues_the_one_before(kept, tmp_path) -> None:
    heads = []
    with kept.signer(tmp_path) as service:
        for count in (1, 3, 250, 1, 300, 7):
            kept.say(*map(str, range(count)))
            heads.append(service.step())
    with transaction(kept.database, SYSTEM) as connection:
        read = ledger.stored_nodes(connection)
        for old, new in pairwise(heads):
            proof = make_consistency(read, old.size, new.size)
            verify_consistency(old.size, new.size, proof, old.root, new.root)
        for index, wanted in ((0, 3), (3, 6), (400, 557), (10_000, None)):
            first = checkpoint.covering(connection, index)
            assert (None if first is None else first.size) == wanted


def test_memory_outlives_the_process_and_the_same_head_is_issued_again_never_another(
    kept, tmp_path, forge
) -> None:
    with kept.signer(tmp_path) as service:
        service.step()
        kept.say("3")
        service.step()
    before = notes(kept)
    forge("DELETE FROM checkpoint WHERE size = 3")  # as if the power had failed before the commit
    with kept.signer(tmp_path) as service:
        assert service.step() is None
        assert notes(kept) == before
        kept.say("4")
        assert service.step().size == 4


def test_one_folder_has_one_signer(kept, tmp_path) -> None:
    with kept.signer(tmp_path), pytest.raises(FindingError, match="Another signer"):
        kept.signer(tmp_path)
    kept.signer(tmp_path).close()


@pytest.mark.parametrize(
    ("story", "forgery", "code"),
    [
        (
            "the log is set back behind a signed head",
            "DELETE FROM entry WHERE index >= 500; DELETE FROM leaf WHERE index >= 500",
            "evidence.signer_rollback",
        ),
        (
            "an old leaf hash is replaced, on the right edge",
            "UPDATE leaf SET hash = sha256('x') WHERE index = 600",
            "evidence.signer_inconsistent",
        ),
        (
            "a stored subtree is replaced",
            "UPDATE tree_node SET hash = sha256('x') WHERE level = 1 AND index = 0",
            "evidence.signer_inconsistent",
        ),
        (
            "a stored subtree is gone",
            "DELETE FROM tree_node WHERE level = 1 AND index = 1",
            "evidence.signer_inconsistent",
        ),
        (
            "a new entry is not what was hashed",
            "UPDATE entry SET data = data || ' ' WHERE index = 603",
            "evidence.signer_damaged",
        ),
        (
            "a new entry's own hash is not the leaf's",
            "UPDATE entry SET leaf_hash = sha256('x') WHERE index = 603",
            "evidence.signer_damaged",
        ),
        (
            "a new entry is gone",
            "DELETE FROM entry WHERE index = 603",
            "evidence.signer_damaged",
        ),
        (
            "a new leaf is gone",
            "DELETE FROM leaf WHERE index = 603",
            "evidence.signer_damaged",
        ),
        (
            "a new subtree is not that of its leaves",
            "UPDATE tree_node SET hash = sha256('x') WHERE level = 1 AND index = 2",
            "evidence.signer_damaged",
        ),
        (
            "somebody else issued a head for a later size",
            "INSERT INTO checkpoint SELECT 700, note, 0 FROM checkpoint LIMIT 1",
            "evidence.second_head",
        ),
        (
            "somebody replaced an issued head",
            "UPDATE checkpoint SET note = replace(note, '602', '603')",
            "evidence.second_head",
        ),
    ],
)
def test_a_ledger_that_does_not_continue_is_never_signed(kept, tmp_path, forge, story, forgery, code) -> None:
    kept.say(*map(str, range(600)))
    with kept.signer(tmp_path) as service:
        assert service.step().size == 602
        kept.say(*map(str, range(200)))
        forge(forgery)
        memory = (tmp_path / "head.json").read_bytes()
        before = notes(kept)
        assert refusal(service) == code, story
        assert refusal(service) == code, "asking twice does not help"
        assert (tmp_path / "head.json").read_bytes() == memory
        assert notes(kept) == before


def test_history_rewritten_with_all_its_hashes_is_refused(kept, tmp_path, forge) -> None:
    """The operator with every password builds a new, coherent log; only the signer's memory knows better."""
    kept.say("3", "4")
    with kept.signer(tmp_path) as service:
        service.step()
        forge("TRUNCATE entry, leaf, tree_node, checkpoint")
        with transaction(kept.database, SYSTEM) as connection:
            ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=kept.clock)
        kept.say("3", "5", "6", "7")
        assert refusal(service) == "evidence.signer_other_log"


def test_a_log_set_back_and_grown_again_is_refused(kept, tmp_path, forge) -> None:
    kept.say("3", "4")
    with kept.signer(tmp_path) as service:
        service.step()
        forge("DELETE FROM entry WHERE index >= 2; DELETE FROM leaf WHERE index >= 2")
        kept.say("5", "6", "7", "8")
        assert refusal(service) == "evidence.signer_inconsistent"
        forge("DELETE FROM checkpoint")
        assert refusal(service) == "evidence.signer_inconsistent"
        assert kept.size() == 6


def test_an_old_copy_of_the_signers_folder_is_noticed(kept, tmp_path) -> None:
    folder, copy = tmp_path / "signer", tmp_path / "copy"
    with kept.signer(folder) as service:
        service.step()
        shutil.copytree(folder, copy)
        kept.say("3")
        service.step()
        kept.say("4")
    with kept.signer(copy) as service:
        assert refusal(service) == "evidence.second_head"


def test_a_second_key_is_not_taken_unasked(kept, tmp_path) -> None:
    with kept.signer(tmp_path / "first") as service:
        service.step()
    with kept.signer(tmp_path / "second") as service:
        assert refusal(service) == "evidence.signer_stranger"


@pytest.mark.parametrize(
    ("lost", "code"),
    [("head.json", "evidence.signer_memory_lost"), ("signer.key", "evidence.signer_key_lost")],
)
def test_a_lost_file_is_never_made_anew(kept, tmp_path, lost, code) -> None:
    with kept.signer(tmp_path) as service:
        service.step()
    (tmp_path / lost).unlink()
    kept.say("3")
    with kept.signer(tmp_path) as service:
        assert refusal(service) == code


def test_the_first_start_may_die_between_memory_and_key(kept, tmp_path, monkeypatch) -> None:
    def dies(path: Path, name: str) -> FileSigner:
        raise KeyboardInterrupt

    with kept.signer(tmp_path) as service, monkeypatch.context() as patched:
        patched.setattr(FileSigner, "create", dies)
        with pytest.raises(KeyboardInterrupt):
            service.step()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["head.json", "lock"]
    with kept.signer(tmp_path) as service:
        assert service.step().size == 2


def test_a_key_changed_behind_the_signers_back_is_not_used(kept, tmp_path) -> None:
    with kept.signer(tmp_path) as service:
        service.step()
    (tmp_path / "signer.key").unlink()
    FileSigner.create(tmp_path / "signer.key", "another")
    kept.say("3")
    with kept.signer(tmp_path) as service:
        assert refusal(service) == "evidence.signer_stranger"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data.replace(b'"size":2', b'"size":3'),
        lambda data: data.replace(b'"peaks":["', b'"peaks":["AAAA'),
        lambda data: b"",
        lambda data: b"[]",
        lambda data: json.dumps(json.loads(data) | {"peaks": [json.loads(data)["peaks"][0][::-1]]}).encode(),
    ],
)
def test_a_damaged_memory_is_not_believed(kept, tmp_path, damage) -> None:
    with kept.signer(tmp_path) as service:
        service.step()
    file = tmp_path / "head.json"
    file.write_bytes(damage(file.read_bytes()))
    with kept.signer(tmp_path) as service:
        assert refusal(service) == "evidence.signer_memory_unreadable"


def test_the_folder_and_its_files_are_for_the_signer_alone(kept, tmp_path) -> None:
    folder = tmp_path / "signer"
    with kept.signer(folder) as service:
        service.step()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "lock": 0o600,
        "head.json": 0o600,
        "signer.key": 0o600,
    }


def test_a_key_that_others_can_read_is_not_used(kept, tmp_path) -> None:
    with kept.signer(tmp_path) as service:
        service.step()
    (tmp_path / "signer.key").chmod(0o640)
    kept.say("3")
    with kept.signer(tmp_path) as service:
        assert refusal(service) == "evidence.key_exposed"


def test_memory_is_on_disk_before_the_head_is_known(kept, tmp_path, monkeypatch) -> None:
    """If the folder cannot be written, no signature leaves."""

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "no space left on device")

    with kept.signer(tmp_path) as service:
        service.step()
        kept.say("3")
        with monkeypatch.context() as patched:
            patched.setattr("tansuo.evidence.signer.replace_file", full)
            with pytest.raises(OSError, match="no space"):
                service.step()
        assert len(notes(kept)) == 1
        assert service.step().size == 3


def test_another_signer_may_stand_in_for_the_file(kept, tmp_path) -> None:
    module = FileSigner.create(tmp_path / "elsewhere", "module.example")
    with SigningService(kept.database, tmp_path / "signer", kept.clock, signer=module) as service:
        head = service.step()
    assert open_note(notes(kept)[0], [verifier_key(module)]).text == head.text
    assert not (tmp_path / "signer" / "signer.key").exists()


def test_the_service_goes_on_after_a_refusal_and_says_it_once(kept, tmp_path, forge, caplog) -> None:
    kept.say("3")
    with kept.signer(tmp_path) as service:
        service.step()
    kept.say("4")
    forge("UPDATE leaf SET hash = sha256('x') WHERE index = 3")

    class Rounds(threading.Event):
        """Lets the service look a few times, mends the damage in between, then stops it."""

        def __init__(self) -> None:
            super().__init__()
            self.left = 4

        def wait(self, timeout: float | None = None) -> bool:
            self.left -= 1
            if self.left == 2:
                forge("UPDATE leaf SET hash = (SELECT leaf_hash FROM entry WHERE index = 3) WHERE index = 3")
            return self.left == 0

    with caplog.at_level(logging.INFO, logger="tansuo.signer"):
        run(kept.database, tmp_path, 10.0, stop=Rounds(), clock=kept.clock)
    said = [record.message for record in caplog.records]
    assert len(said) == 2
    assert said[0].startswith("nothing signed") and "leaf hash" in said[0]
    assert said[1].startswith("signed ") and said[1].endswith("@4")


def test_a_note_of_another_key_is_no_head_of_this_log(kept, tmp_path) -> None:
    with kept.signer(tmp_path / "signer") as service:
        service.step()
    stranger = FileSigner.create(tmp_path / "key", "elsewhere")
    with pytest.raises(NoteError, match="no known key"):
        open_note(notes(kept)[0], [verifier_key(stranger)])
