"""A log of both suites: a second tree in SM3 from entry 0, signed with SM2, beside the first and independent of it."""

import base64
import json
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tansuo.database.connect import SYSTEM, Database, owner_transaction, transaction
from tansuo.evidence import ledger, second, second_head, sm2, sm3
from tansuo.evidence.check import CheckReport, check
from tansuo.evidence.checkpoint import latest, log_keys
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Draft
from tansuo.evidence.export import export
from tansuo.evidence.note import open_note, sign, verifier_key
from tansuo.evidence.proof import make_consistency, make_inclusion, verify_consistency, verify_inclusion
from tansuo.evidence.signer import SigningService
from tansuo.evidence.tables import second_node
from tansuo.evidence.tree import leaf_hash, root
from tansuo.evidence.witness import Witness, request_text
from tansuo.evidence.witnessing import request
from tansuo.quantity.finding import FindingError

NOON = 1_767_225_600_000


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> sm2.TrialDevice:
    """An SM2 key of this run, in a file."""
    return sm2.TrialDevice(tmp_path_factory.mktemp("sm2") / "sm2.key")


def write(connection: Connection, count: int, clock: SimulatedClock) -> None:
    drafts = [Draft("say", f"kettle/{number}", {"n": number}) for number in range(count)]
    ledger.append(connection, drafts, clock)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def city(database: Database, clock: SimulatedClock) -> Database:
    """A log of both suites with 300 entries."""
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", "both", demo=False, clock=clock)
        write(connection, 1, clock)
        write(connection, 298, clock)
    return database


@pytest.fixture
def service(city: Database, tmp_path: Path, clock: SimulatedClock, trial: sm2.TrialDevice) -> SigningService:
    return SigningService(city, tmp_path / "signer", clock, device=trial)


def refusal(service: SigningService) -> str:
    with pytest.raises(FindingError) as refused:
        service.step()
    return refused.value.findings[0].code


@pytest.mark.parametrize("available", [True, False])
def test_sm3_is_that_of_the_standard(available: bool) -> None:
    """GB/T 32905-2016, appendix A, examples 1 and 2; from hashlib and from cryptography."""
    new = sm3.find(available)
    assert new is not None
    assert new(b"abc").digest().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert (
        new(b"abcd" * 16).digest().hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


def test_without_any_sm3_a_log_of_both_suites_is_not_opened(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sm3, "SM3", None)
    monkeypatch.setattr(sm3.find, "__defaults__", (False,))
    with pytest.raises(FindingError) as refused:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", "both", demo=False)
    assert refused.value.findings[0].code == "evidence.no_sm3"


def test_the_second_tree_holds_the_same_entries_from_the_first_on(city: Database) -> None:
    new = second.hash_function()
    with transaction(city, SYSTEM) as connection:
        assert ledger.suite(connection) == "both"
        leaves = [leaf_hash(one.data, new) for one in ledger.read(connection, 0, 300)]
        for size in (1, 2, 255, 256, 257, 300):
            assert second.root_at(connection, size) == root(leaves[:size], new)
        read = second.stored_nodes(connection)
        top = root(leaves, new)
        for index in (0, 255, 256, 299):
            verify_inclusion(leaves[index], index, 300, make_inclusion(read, index, 300, new), top, new)
        proof = make_consistency(read, 257, 300, new)
        verify_consistency(257, 300, proof, root(leaves[:257], new), top, new)
        assert second.root_at(connection, 300) != ledger.root_at(connection, 300)


def test_a_log_of_one_suite_has_no_second_tree(connection: Connection, clock: SimulatedClock) -> None:
    ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=False, clock=clock)
    write(connection, 3, clock)
    assert not second.is_kept(connection)
    assert connection.execute(second_node.select()).all() == []


def test_both_heads_are_signed_and_announced(service: SigningService, city: Database) -> None:
    first = service.step()
    assert first is not None and first.size == 301
    with transaction(city, SYSTEM) as connection:
        one, other = latest(connection), second_head.latest(connection)
        assert one is not None and other is not None
        (key,) = second_head.keys(connection)
        assert "not for production" in str(ledger.get(connection, 300).body["sm2_device"])  # type: ignore[union-attr]
        for issued, origin in ((one, first.origin), (other, f"{first.origin}/sm3")):
            assert issued.checkpoint.origin == origin
            # Who knows the log's key alone passes over the SM2 line, as C2SP demands.
            assert open_note(issued.note, log_keys(connection)).signed_by.keys() == set(log_keys(connection))
            assert sm2.line_verifies(issued.note, key)
            assert not sm2.line_verifies(issued.note.replace("\n301\n", "\n302\n"), key)
        assert other.checkpoint.root == second.root_at(connection, 301)


def test_it_goes_on_from_its_memory_and_issues_the_same_note_again(
    service: SigningService, city: Database, clock: SimulatedClock
) -> None:
    service.step()
    with transaction(city, SYSTEM) as connection:
        write(connection, 300, clock)
    assert service.step() is not None
    with transaction(city, SYSTEM) as connection:
        before = second_head.latest(connection)
    with owner_transaction(city) as owner:
        owner.exec_driver_sql("DELETE FROM second_head WHERE size = 601")
    assert service.step() is None
    with transaction(city, SYSTEM) as connection:
        after = second_head.latest(connection)
        assert after is not None and before is not None and after.note == before.note
        assert [one.size for one in second_head.every(connection)] == [301, 601]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE second_node SET digest = set_byte(digest, 0, get_byte(digest, 0) # 1) WHERE level = 0 AND index = 7",
        "UPDATE second_node SET digest = set_byte(digest, 0, get_byte(digest, 0) # 1) WHERE level = 1 AND index = 0",
        "DELETE FROM second_node WHERE level = 0 AND index = 299",
        "DELETE FROM second_node WHERE level = 1",
    ],
)
def test_a_damaged_second_tree_is_not_signed(service: SigningService, city: Database, damage: str) -> None:
    with owner_transaction(city) as owner:
        owner.exec_driver_sql(damage)
    assert refusal(service) in {"evidence.second_damaged"}
    with transaction(city, SYSTEM) as connection:
        assert latest(connection) is None and second_head.latest(connection) is None


def test_what_was_signed_stays_signed(service: SigningService, city: Database, clock: SimulatedClock) -> None:
    """Nodes below the last head are held against the memory of the edge, by the roots they give."""
    service.step()
    with transaction(city, SYSTEM) as connection:
        write(connection, 3, clock)
    with owner_transaction(city) as owner:
        owner.exec_driver_sql(
            "UPDATE second_node SET digest = set_byte(digest, 0, get_byte(digest, 0) # 1) WHERE level = 1"
        )
    assert refusal(service) == "evidence.second_damaged"


def test_another_second_head_is_never_signed(service: SigningService, city: Database) -> None:
    service.step()
    with owner_transaction(city) as owner:
        owner.exec_driver_sql("UPDATE second_head SET note = note || 'x'")
    assert refusal(service) == "evidence.second_head"


def test_another_sm2_key_is_a_stranger(
    service: SigningService, city: Database, clock: SimulatedClock, tmp_path: Path
) -> None:
    service.step()
    service.close()
    with transaction(city, SYSTEM) as connection:
        write(connection, 1, clock)
    other = sm2.TrialDevice(tmp_path / "other.key")
    with SigningService(city, tmp_path / "signer", clock, device=other) as stranger:
        assert refusal(stranger) == "evidence.signer_stranger"


def test_without_a_device_nothing_is_signed(city: Database, tmp_path: Path, clock: SimulatedClock) -> None:
    with SigningService(city, tmp_path / "signer", clock) as service:
        assert refusal(service) == "evidence.sm2_not_configured"
        (tmp_path / "signer.toml").write_text('[sm2]\ntrial_key = "trial.key"\n')
        assert service.step() is not None
    assert (tmp_path / "trial.key").stat().st_mode & 0o777 == 0o600


def program(folder: Path, body: str) -> list[str]:
    """A device of the city's own, as a program."""
    file = folder / "device"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o700)
    return [str(file)]


def test_a_program_takes_the_place_of_a_signature_server(
    city: Database, tmp_path: Path, clock: SimulatedClock, trial: sm2.TrialDevice
) -> None:
    opts = "-rawin -digest sm3 -pkeyopt distid:1234567812345678"
    hexed = "od -An -v -tx1 | tr -d ' \\n'"
    command = program(
        tmp_path,
        f"""case $1 in
        public_key) openssl pkey -in {trial.key} -pubout -outform DER | tail -c 65 | {hexed};;
        sign) cat > {tmp_path}/m; openssl pkeyutl -sign -inkey {trial.key} {opts} -in {tmp_path}/m | {hexed};;
        info) echo "server of the key office"; echo more;;
        esac""",
    )
    (tmp_path / "signer.toml").write_text(f"[sm2]\ncommand = {json.dumps(command)}\n")
    with SigningService(city, tmp_path / "signer", clock) as service:
        assert service.step() is not None
    with transaction(city, SYSTEM) as connection:
        (key,) = second_head.keys(connection)
        assert key.key[-65:] == trial.public_key()
        assert ledger.get(connection, 300).body["sm2_device"] == "server of the key office"  # type: ignore[union-attr]


WRONG = {
    "it fails": "echo out of order >&2; exit 3",
    "it fails without a word": "exit 3",
    "no hex": "echo hello",
    "no point": "echo 0001",
    "a wrong signature": "case $1 in public_key) printf '04%0128d' 1;; *) echo 3006020101020101;; esac",
}


@pytest.mark.parametrize("what", WRONG)
def test_a_device_that_does_not_do_its_work_is_named(what: str, tmp_path: Path) -> None:
    device = sm2.CommandDevice(program(tmp_path, WRONG[what]))
    with pytest.raises(FindingError) as refused:
        sm2.Sm2Signer("x", device).sign(b"message")
    assert refused.value.findings[0].code == "evidence.sm2_device"


def test_a_machine_without_openssl_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for act in (lambda: sm2.verifies(b"\4" * 65, b"", b""), lambda: sm2.TrialDevice(tmp_path / "key")):
        with pytest.raises(FindingError) as refused:
            act()
        assert refused.value.findings[0].code == "evidence.sm2_device"


@pytest.mark.parametrize(
    "text", ["", "no toml [", "[sm2]\n", "[sm2]\ncommand = []\n", "[sm2]\ncommand = [1]\n"]
)
def test_a_setting_that_names_no_device(text: str, tmp_path: Path) -> None:
    (tmp_path / "signer.toml").write_text(text)
    with pytest.raises(FindingError) as refused:
        sm2.device_of(tmp_path)
    assert refused.value.findings[0].code == "evidence.sm2_not_configured"


def test_an_sm2_key_is_read_in_its_one_form(trial: sm2.TrialDevice) -> None:
    key = verifier_key(sm2.Sm2Signer("city.example", trial))
    assert sm2.parse_key(str(key)) == key
    note = sign("a\n1\n", sm2.Sm2Signer("city.example", trial))
    assert sm2.line_verifies(note, key)
    short = base64.b64encode(b"\xff" + bytes(65)).decode()
    for text in ("", "x+y+***", f"x+00000000+{short}", str(key).replace(key.id.hex(), "00000000"), f"{key}="):
        assert sm2.parse_key(text) is None
    assert not sm2.line_verifies("a\n1\n\n— other AAAAAAA=\nnothing\n— x ***\n", key)


def test_a_demo_log_never_becomes_a_real_one(connection: Connection, clock: SimulatedClock) -> None:
    ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
    for suite in ("intl", "both"):
        with pytest.raises(FindingError) as refused:
            ledger.open_ledger(connection, "321100", "Asia/Shanghai", suite, demo=False, clock=clock)
        assert refused.value.findings[0].code == "evidence.demo_for_ever"
    assert ledger.origin(connection).startswith("tansuo-demo/")


def test_a_log_keeps_its_suite(city: Database) -> None:
    with transaction(city, SYSTEM) as connection, pytest.raises(FindingError) as refused:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", "intl", demo=False)
    assert refused.value.findings[0].code == "evidence.other_ledger"


def checked(city: Database) -> CheckReport:
    with transaction(city, SYSTEM) as connection:
        return check(connection)


def test_the_check_recomputes_both_trees(service: SigningService, city: Database) -> None:
    service.step()
    report = checked(city)
    assert report.sound and report.second is not None
    assert (report.second.heads, report.second.sm2) == (1, 1)
    with transaction(city, SYSTEM) as connection:
        assert report.second.root == second.root_at(connection, 301)
    assert report.as_json()["second"] == {
        "hash": "sm3", "root": report.second.root.hex(), "checkpoints": 1, "sm2_checked": 1,
    }  # fmt: skip


DAMAGES = {
    "a leaf": ("UPDATE second_node SET digest = sha256(digest) WHERE level = 0 AND index = 7", 7),
    "a subtree": ("UPDATE second_node SET digest = sha256(digest) WHERE level = 1", 0),
    "a leaf is gone": ("DELETE FROM second_node WHERE level = 0 AND index = 300", 300),
    "a leaf too many": ("INSERT INTO second_node VALUES ('sm3', 0, 301, sha256('x'))", 301),
    "everything is gone": ("DELETE FROM second_node", 0),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_of_the_second_tree_is_named(service: SigningService, city: Database, what: str) -> None:
    service.step()
    statement, index = DAMAGES[what]
    with owner_transaction(city) as owner:
        owner.exec_driver_sql(statement)
    report = checked(city)
    assert {one.code for one in report.findings} == {"evidence.second_damaged"}
    assert report.findings[0].where["entry"] == index
    assert len(report.findings) <= 51


WRONG_HEADS = {
    "another size": "UPDATE second_head SET size = 300",
    "a byte of the note": "UPDATE second_head SET note = replace(note, E'\\n301\\n', E'\\n302\\n')",
    "the first tree's note": "UPDATE second_head SET note = (SELECT note FROM checkpoint WHERE size = 301)",
    "no SM2 line": "UPDATE second_head SET note = regexp_replace(note, E'\\n\\n[^\\n]*\\n', E'\\n\\n')",
}


@pytest.mark.parametrize("what", WRONG_HEADS)
def test_a_wrong_head_of_the_second_tree_is_named(service: SigningService, city: Database, what: str) -> None:
    service.step()
    with owner_transaction(city) as owner:
        owner.exec_driver_sql(WRONG_HEADS[what])
    assert [one.code for one in checked(city).findings] == ["evidence.second_head_wrong"]


def test_an_entry_altered_with_its_first_tree_is_found_by_the_second(
    service: SigningService, city: Database
) -> None:
    """Who can make SHA-256 say what he likes still has SM3 to deceive."""
    service.step()
    with owner_transaction(city) as owner:
        owner.exec_driver_sql(
            "UPDATE entry SET data = replace(encode(data, 'escape'), '\"n\":5', '\"n\":6')::bytea WHERE index = 7"
        )
    codes = {one.code for one in checked(city).findings}
    assert "evidence.second_damaged" in codes and "evidence.second_head_wrong" in codes


def test_a_lost_entry_ends_the_walk(service: SigningService, city: Database) -> None:
    service.step()
    with owner_transaction(city) as owner:
        owner.exec_driver_sql("DELETE FROM entry WHERE index = 9")
    report = checked(city)
    assert "evidence.entry_missing" in {one.code for one in report.findings}
    assert report.second is not None and report.second.root is None


def test_without_openssl_the_signatures_are_said_to_be_unchecked(
    service: SigningService, city: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.step()
    monkeypatch.setenv("PATH", str(tmp_path))
    report = checked(city)
    assert report.sound and report.second is not None and (report.second.heads, report.second.sm2) == (1, 0)


def test_mirrors_get_the_second_tree_too(service: SigningService, city: Database, tmp_path: Path) -> None:
    service.step()
    new = second.hash_function()
    for written in (8, 0):
        with transaction(city, SYSTEM) as connection:
            done = export(connection, tmp_path / "mirror")
            entries = [one.data for one in ledger.read(connection, 0, 301)]
        assert (done.written, done.written + done.kept) == (written, 8)
    tiles = tmp_path / "mirror" / "sm3" / "tile" / "0"
    hashes = (tiles / "000").read_bytes() + (tiles / "001.p" / "45").read_bytes()
    assert hashes == b"".join(leaf_hash(data, new) for data in entries)
    note = (tmp_path / "mirror" / "sm3" / "checkpoint").read_text()
    with transaction(city, SYSTEM) as connection:
        assert note == second_head.latest(connection).note  # type: ignore[union-attr]
    with owner_transaction(city) as owner:
        owner.exec_driver_sql(
            "UPDATE second_node SET digest = sha256(digest) WHERE level = 0 AND index = 299"
        )
    with transaction(city, SYSTEM) as connection, pytest.raises(FindingError) as refused:
        export(connection, tmp_path / "other")
    assert refused.value.findings[0].code == "evidence.second_head_wrong"


def test_a_witness_passes_over_the_sm2_line(
    service: SigningService, city: Database, tmp_path: Path, clock: SimulatedClock
) -> None:
    service.step()
    witness = Witness.create(tmp_path / "witness", "court.example")
    with transaction(city, SYSTEM) as connection:
        note = latest(connection).note  # type: ignore[union-attr]
        witness.trust(log_keys(connection)[0])
        assert note.count("\n— ") == 2
        assert witness.add_checkpoint(request_text(0, [], note)).status == 200
        write(connection, 1, clock)
    service.step()
    with transaction(city, SYSTEM) as connection:
        asked = request(connection, witness.key, 301)
    assert asked is not None and witness.add_checkpoint(asked).status == 200
