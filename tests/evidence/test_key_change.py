"""The log's key is changed: the old one signs the new one on, both sign for a month, then the new one alone."""

import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import tansuo
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence import checkpoint, key_change, ledger, second_head, sm2
from tansuo.evidence.check import CheckReport, check
from tansuo.evidence.entry import Draft
from tansuo.evidence.key_chain import BOTH_MS, announced, read_chain
from tansuo.evidence.key_change import make_next, retire
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import NoteError, VerifierKey, open_note, verifier_key
from tansuo.evidence.note import sign as note_of
from tansuo.evidence.proof import make_consistency, verify_consistency
from tansuo.evidence.signer import SigningService
from tansuo.evidence.witness import Witness
from tansuo.evidence.witnessing import request
from tansuo.quantity.finding import FindingError

MONTH = BOTH_MS + 86_400_000


def next_key(kept, folder: Path) -> VerifierKey:
    with transaction(kept.database, SYSTEM) as connection:
        return make_next(connection, folder)


def retired(kept, folder: Path) -> VerifierKey:
    with transaction(kept.database, SYSTEM) as connection:
        return retire(connection, folder, kept.clock.now_ms())


def sign(kept, folder: Path) -> str:
    """One more entry under a head; its note."""
    kept.say("x")
    with kept.signer(folder) as service:
        head = service.step()
    with transaction(kept.database, SYSTEM) as connection:
        return checkpoint.at_size(connection, head.size).note


def checked(kept, *keys: VerifierKey) -> CheckReport:
    with transaction(kept.database, SYSTEM) as connection:
        return check(connection, keys=keys or None)


def codes(report: CheckReport) -> list[str]:
    return [one.code for one in report.findings]


def log_keys(kept) -> list[VerifierKey]:
    with transaction(kept.database, SYSTEM) as connection:
        return checkpoint.log_keys(connection)


def signers(note: str, *keys: VerifierKey) -> list[VerifierKey]:
    return [one for one in keys if one in open_note(note, keys).signed_by]


def append(kept, body: dict[str, object]) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        subject = checkpoint.key_subject(connection)
        ledger.append(connection, [Draft("key", subject, body)], kept.clock)


def refusal(act, *args) -> str:
    with pytest.raises(FindingError) as refused:
        act(*args)
    return refused.value.findings[0].code


@pytest.fixture
def folder(kept, tmp_path) -> Path:
    """A signer's folder that has signed one head."""
    sign(kept, tmp_path / "signer")
    return tmp_path / "signer"


@pytest.fixture
def changed(kept, folder) -> tuple[Path, VerifierKey, VerifierKey]:
    """The same in the middle of a change, with the old key and the new one."""
    [old] = log_keys(kept)
    new = next_key(kept, folder)
    sign(kept, folder)
    return folder, old, new


def test_both_keys_sign_for_a_month_and_then_the_new_one_alone(kept, folder) -> None:
    [old] = log_keys(kept)
    new = next_key(kept, folder)
    assert (new.name, new.id == old.id) == (old.name, False)
    assert signers(sign(kept, folder), old, new) == [old, new]
    assert log_keys(kept) == [old, new]
    kept.clock.set(kept.clock.now_ms() + MONTH - 1)
    assert signers(sign(kept, folder), old, new) == [old, new]
    assert refusal(retired, kept, folder) == "evidence.key_too_early"
    kept.clock.set(kept.clock.now_ms() + 1)
    assert retired(kept, folder) == new
    assert signers(sign(kept, folder), old, new) == [new]
    assert sorted(path.name for path in folder.iterdir()) == ["head.json", "lock", "signer.key"]
    for given in ([], [old], [new]):
        assert checked(kept, *given).sound
    # The change may be made again.
    third = next_key(kept, folder)
    assert signers(sign(kept, folder), old, new, third) == [new, third]
    assert checked(kept, old).sound


def test_the_entry_says_who_follows_whom_until_when_both_sign(changed, kept) -> None:
    _, old, new = changed
    with transaction(kept.database, SYSTEM) as connection:
        found = key_change.standings(connection, ledger.size(connection))
        before = key_change.standings(connection, found[1].known.entry)
        one = ledger.get(connection, found[1].known.entry)
    assert [(row.known.key, row.signs) for row in found] == [(old, True), (new, True)]
    assert [(row.known.key, row.signs) for row in before] == [(old, True)]
    assert one.recorded_ms + BOTH_MS <= found[1].known.both_until_ms
    assert found[0].known.both_until_ms is None
    assert set(one.body) == {"algorithm", "key", "purpose", "previous", "both_until", "signature"}


def test_who_knows_the_old_key_alone_reads_heads_of_the_overlap_and_no_later_ones(changed, kept) -> None:
    folder, old, _ = changed
    open_note(sign(kept, folder), [old])
    kept.clock.set(kept.clock.now_ms() + MONTH)
    retired(kept, folder)
    with pytest.raises(NoteError, match="no known key"):
        open_note(sign(kept, folder), [old])


def test_a_second_change_waits_for_the_first(changed, kept) -> None:
    folder, _, new = changed
    assert refusal(next_key, kept, folder) == "evidence.key_change_running"
    assert FileSigner.load(folder / "next.key").public_key == new.key


def test_nothing_is_changed_where_nobody_signs_nor_retired_where_nobody_follows(
    kept, folder, tmp_path
) -> None:
    assert refusal(next_key, kept, tmp_path / "elsewhere") == "evidence.no_key_here"
    assert refusal(retired, kept, tmp_path / "elsewhere") == "evidence.no_key_here"
    assert refusal(retired, kept, folder) == "evidence.no_next_key"
    next_key(kept, folder)
    assert refusal(retired, kept, folder) == "evidence.key_not_announced"
    assert next_key(kept, folder) == verifier_key(FileSigner.load(folder / "next.key"))


def stranger(kept, folder: Path) -> dict[str, object]:
    """Somebody names a key of his own, signed with another of his own."""
    [old] = log_keys(kept)
    one, other = (FileSigner(old.name, bytes([at]) * 32) for at in (1, 2))
    return announced(old.name, kept.size(), one, verifier_key(other), kept.clock.now_ms() + MONTH)


def stranger_under_our_name(kept, folder: Path) -> dict[str, object]:
    """The same, which claims to be signed by our key."""
    return stranger(kept, folder) | {"previous": str(log_keys(kept)[0])}


def unsigned(kept, folder: Path) -> dict[str, object]:
    """A key named as the first one was."""
    key = verifier_key(FileSigner(log_keys(kept)[0].name, b"\1" * 32))
    return {"algorithm": "ed25519", "key": str(key), "purpose": "log"}


def of_another_log(kept, folder: Path) -> dict[str, object]:
    """Our key signed it, in another log."""
    old = FileSigner.load(folder / "signer.key")
    new = verifier_key(FileSigner(old.name, b"\1" * 32))
    return announced("tansuo/110000/other", kept.size(), old, new, kept.clock.now_ms() + MONTH)


def of_another_place(kept, folder: Path) -> dict[str, object]:
    """Our key signed it, for the entry before this."""
    old = FileSigner.load(folder / "signer.key")
    new = verifier_key(FileSigner(old.name, b"\1" * 32))
    return announced(old.name, kept.size() - 1, old, new, kept.clock.now_ms() + MONTH)


def of_no_month(kept, folder: Path) -> dict[str, object]:
    """Our key signed it, with an end before thirty days."""
    old = FileSigner.load(folder / "signer.key")
    new = verifier_key(FileSigner(old.name, b"\1" * 32))
    return announced(old.name, kept.size(), old, new, kept.clock.now_ms() + BOTH_MS - 1)


def with_more(kept, folder: Path) -> dict[str, object]:
    """Our key signed it, and somebody added an SM2 key."""
    return signed(kept, folder) | {"sm2": "x"}


def later_date(kept, folder: Path) -> dict[str, object]:
    """Our key signed it, and somebody put the end off."""
    return signed(kept, folder) | {"both_until": kept.clock.now_ms() + 2 * MONTH}


def spare_bits(kept, folder: Path) -> dict[str, object]:
    """The signature in another way of writing it."""
    body = signed(kept, folder)
    return body | {"signature": str(body["signature"]).rstrip("=")}


def itself(kept, folder: Path) -> dict[str, object]:
    """Our key names itself."""
    old = FileSigner.load(folder / "signer.key")
    return announced(old.name, kept.size(), old, verifier_key(old), kept.clock.now_ms() + MONTH)


def other_name(kept, folder: Path) -> dict[str, object]:
    """Our key names one of another name."""
    old = FileSigner.load(folder / "signer.key")
    other = verifier_key(FileSigner("elsewhere", b"\1" * 32))
    return announced(old.name, kept.size(), old, other, kept.clock.now_ms() + MONTH)


def signed(kept, folder: Path) -> dict[str, object]:
    """As it ought to be."""
    old = FileSigner.load(folder / "signer.key")
    new = verifier_key(FileSigner(old.name, b"\1" * 32))
    return announced(old.name, kept.size(), old, new, kept.clock.now_ms() + MONTH)


@pytest.mark.parametrize(
    "forged",
    [stranger, stranger_under_our_name, unsigned, of_another_log, of_another_place, of_no_month, with_more, later_date,
     spare_bits, itself, other_name],
)  # fmt: skip
def test_a_forged_announcement_is_no_key_of_the_log_and_reported(kept, folder, forged, caplog) -> None:
    [old] = log_keys(kept)
    append(kept, forged(kept, folder))
    note = sign(kept, folder)
    assert log_keys(kept) == signers(note, old) == [old]
    assert codes(checked(kept)) == codes(checked(kept, old)) == ["evidence.key_unsigned"]
    assert "claims to name the log's next key" in caplog.text
    # The honest change goes on behind it.
    new = next_key(kept, folder)
    assert signers(sign(kept, folder), old, new) == [old, new]


def test_what_our_key_signed_for_this_place_is_the_next_key(kept, folder) -> None:
    """The counterpart of the forgeries: what they alter one at a time counts when nothing is altered."""
    append(kept, signed(kept, folder))
    assert len(log_keys(kept)) == 2
    # A key of the log that this folder has not: nothing is signed without it.
    assert refusal(sign, kept, folder) == "evidence.signer_stranger"


def test_a_key_that_was_followed_names_no_other(kept, changed) -> None:
    folder, old, new = changed
    append(kept, signed(kept, folder))
    assert codes(checked(kept)) == ["evidence.key_unsigned"]
    assert log_keys(kept) == [old, new]


def test_a_key_named_later_cannot_sign_an_earlier_announcement(kept, folder) -> None:
    [old] = log_keys(kept)
    one, other = (FileSigner(old.name, bytes([at]) * 32) for at in (1, 2))
    until = kept.clock.now_ms() + MONTH
    append(kept, announced(old.name, kept.size(), one, verifier_key(other), until))
    append(
        kept,
        announced(old.name, kept.size(), FileSigner.load(folder / "signer.key"), verifier_key(one), until),
    )
    assert log_keys(kept) == [old, verifier_key(one)]
    assert codes(checked(kept)) == ["evidence.key_unsigned"]


def test_a_head_of_the_old_key_alone_after_the_announcement_is_reported(kept, changed, forge) -> None:
    """Who has kept, or stolen, the old key signs nothing that passes for a head of this log."""
    folder, old, new = changed
    with transaction(kept.database, SYSTEM) as connection:
        head = checkpoint.latest(connection)
    note = note_of(head.checkpoint.text, FileSigner.load(folder / "signer.key"))
    assert signers(note, old, new) == [old]
    forge(f"UPDATE checkpoint SET note = '{note}' WHERE size = {head.size}")
    for given in ([], [old], [new]):
        assert codes(checked(kept, *given)) == ["evidence.checkpoint_old_key"]


def test_an_old_copy_of_the_folder_signs_nothing_after_the_change(kept, folder, tmp_path) -> None:
    shutil.copytree(folder, tmp_path / "before")
    next_key(kept, folder)
    sign(kept, folder)
    shutil.copytree(folder, tmp_path / "between")
    kept.clock.set(kept.clock.now_ms() + MONTH)
    retired(kept, folder)
    sign(kept, folder)
    for copy in ("before", "between"):
        assert refusal(sign, kept, tmp_path / copy) == "evidence.second_head"
    assert checked(kept).sound


def test_an_old_key_file_beside_the_present_memory_signs_nothing(kept, folder, tmp_path) -> None:
    shutil.copy(folder / "signer.key", tmp_path / "old.key")
    next_key(kept, folder)
    sign(kept, folder)
    kept.clock.set(kept.clock.now_ms() + MONTH)
    retired(kept, folder)
    shutil.copy(tmp_path / "old.key", folder / "signer.key")
    assert refusal(sign, kept, folder) == "evidence.signer_stranger"
    assert refusal(next_key, kept, folder) == "evidence.signer_stranger"


def test_an_old_copy_of_the_folder_announces_nothing(kept, folder, tmp_path) -> None:
    """Else its key would stand in the log, and the folder that may sign would not have it."""
    shutil.copytree(folder, tmp_path / "old")
    sign(kept, folder)
    next_key(kept, tmp_path / "old")
    assert refusal(sign, kept, tmp_path / "old") == "evidence.second_head"
    assert len(log_keys(kept)) == 1
    sign(kept, folder)


def test_a_next_key_that_is_gone_stops_the_signer(kept, changed) -> None:
    folder, _, _ = changed
    (folder / "next.key").rename(folder.parent / "copy")
    assert refusal(sign, kept, folder) == "evidence.signer_stranger"
    (folder.parent / "copy").rename(folder / "next.key")
    sign(kept, folder)


@pytest.mark.parametrize("dies_at", ["announced", "remembered", "published"])
def test_a_signer_that_dies_in_the_change_signs_on(kept, folder, monkeypatch, dies_at) -> None:
    [old] = log_keys(kept)
    new = next_key(kept, folder)
    with kept.signer(folder) as service, monkeypatch.context() as patched:

        def dies(*_: object) -> None:
            raise KeyboardInterrupt

        whole = service._publish
        calls: list[int] = []

        def publishes(connection, memory) -> None:
            calls.append(memory.size)
            if len(calls) == 3:
                raise KeyboardInterrupt
            whole(connection, memory)

        if dies_at == "announced":
            patched.setattr("tansuo.evidence.signer.sign", dies)
        elif dies_at == "remembered":
            patched.setattr("tansuo.evidence.signer.replace_file", dies)
        else:
            patched.setattr(service, "_publish", publishes)
        with pytest.raises(KeyboardInterrupt):
            service.step()
    assert log_keys(kept) == [old, new]
    assert signers(sign(kept, folder), old, new) == [old, new]
    report = checked(kept)
    assert report.sound
    assert report.checkpoints == (3 if dies_at == "published" else 2)


PROGRAM = """
import sys
from pathlib import Path
from tansuo.database.connect import Database
from tansuo.evidence.signer import SigningService

with SigningService(Database(sys.argv[1], sys.argv[1]), Path(sys.argv[2])) as service:
    print("up", flush=True)
    while True:
        service.step()
"""


def test_a_signer_killed_at_any_moment_of_two_changes_signs_one_head_a_size(kept, folder) -> None:
    chance = random.Random(20260701)
    environment = {**os.environ, "PYTHONPATH": str(Path(tansuo.__file__).parents[1])}
    command = [sys.executable, "-c", PROGRAM, kept.database.url_app, str(folder)]
    for turn in range(6):
        running = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        try:
            assert running.stdout is not None and running.stdout.readline() == "up\n"
            kept.say(*["x"] * chance.randint(1, 50))
            if turn % 3 == 0:
                next_key(kept, folder)
            if turn % 3 == 2:
                kept.clock.set(max(kept.clock.now_ms(), int(time.time() * 1000)) + 2 * MONTH)
                retired(kept, folder)
            time.sleep(chance.random() / 10)
        finally:
            running.kill()
            running.communicate()
        if turn % 3 == 1:
            with SigningService(kept.database, folder) as service:
                service.step()
    with SigningService(kept.database, folder) as service:
        service.step()
    report = checked(kept)
    assert report.sound, report.findings
    assert len(log_keys(kept)) == 3
    with transaction(kept.database, SYSTEM) as connection:
        heads = [one.checkpoint for one in checkpoint.every(connection)]
        read = ledger.stored_nodes(connection)
        for old, new in pairwise(heads):
            proof = make_consistency(read, old.size, new.size)
            verify_consistency(old.size, new.size, proof, old.root, new.root)
    assert heads[-1].size == kept.size()


def test_a_witness_follows_through_the_overlap_and_then_wants_the_new_key(kept, changed, tmp_path) -> None:
    folder, old, new = changed
    witness = Witness.create(tmp_path / "witness", "court.example")
    witness.trust(old)

    def answer():
        with transaction(kept.database, SYSTEM) as connection:
            remembered = witness.heads().get(old.name, (0, b""))[0]
            return witness.add_checkpoint(request(connection, witness.key, remembered))

    assert answer().status == 200
    kept.clock.set(kept.clock.now_ms() + MONTH)
    retired(kept, folder)
    sign(kept, folder)
    refused = answer()
    assert refused.status == 403 and "tansuo witness trust" in refused.body
    witness.trust(new)
    assert answer().status == 200
    # Its keeper takes the old key out: nobody who has it is believed any more.
    (tmp_path / "witness" / "logs").write_text(f"{new}\n")
    sign(kept, folder)
    assert answer().status == 200


def test_a_log_of_both_suites_keeps_its_sm2_key(database, kept, tmp_path, forge) -> None:
    forge("TRUNCATE entry, leaf")
    device = sm2.TrialDevice(tmp_path / "sm2.key")
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", "both", demo=False, clock=kept.clock)

    def step() -> None:
        kept.say("x")
        with SigningService(database, tmp_path / "signer", kept.clock, device=device) as service:
            service.step()

    def notes() -> list[str]:
        with transaction(database, SYSTEM) as connection:
            return [checkpoint.latest(connection).note, second_head.latest(connection).note]

    step()
    [old] = log_keys(kept)
    new = next_key(kept, tmp_path / "signer")
    step()
    assert [signers(note, old, new) for note in notes()] == [[old, new]] * 2
    kept.clock.set(kept.clock.now_ms() + MONTH)
    retired(kept, tmp_path / "signer")
    step()
    with transaction(database, SYSTEM) as connection:
        [key] = second_head.keys(connection)
    assert [signers(note, old, new) for note in notes()] == [[new]] * 2
    assert all(sm2.line_verifies(note, key) for note in notes())
    report = checked(kept, old)
    assert report.sound and report.second.heads == 3


def test_a_chain_begins_with_a_key_that_follows_none(kept, changed) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        history = ledger.history(connection, checkpoint.key_subject(connection))
    name = history[0].body["key"].partition("+")[0]
    assert len(read_chain(name, history).keys) == 2
    for entries in (history[1:], [replace(history[0], body={"key": "x"}), history[1]]):
        chain = read_chain(name, entries)
        assert chain.keys == () and chain.newest() is None
        assert chain.findings[-1].code == "evidence.key_unsigned"
