"""A witness cosigns what continues the head it remembers; a log that changes its past finds nobody to sign it."""

import base64
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import COSIGNATURE, NoteError, open_note, sign, verifier_key, with_lines
from tansuo.evidence.policy import Known, Policy, judge
from tansuo.evidence.proof import make_consistency
from tansuo.evidence.signer import Memory
from tansuo.evidence.tree import leaf_hash, root
from tansuo.evidence.witness import Witness, request_text, serve
from tansuo.evidence.witnessing import accept, collect, policy_of, request, standings, witnessed
from tansuo.quantity.finding import FindingError

ORIGIN = "tansuo/321100/test"
LEAVES = [leaf_hash(str(number).encode()) for number in range(600)]


class Log:
    """A log of so many leaves, of which any head can be signed: what an operator with the key can do."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves
        self.signer = FileSigner(ORIGIN, b"\7" * 32)

    def note(self, size: int) -> str:
        head = base64.b64encode(root(self.leaves[:size])).decode()
        return sign(f"{ORIGIN}\n{size}\n{head}\n", self.signer)

    def proof(self, old: int, new: int) -> list[bytes]:
        def read(level: int, start: int, stop: int) -> list[bytes]:
            width = 256**level
            whole = len(self.leaves) // width
            return [root(self.leaves[at * width : (at + 1) * width]) for at in range(start, min(stop, whole))]

        return make_consistency(read, old, new) if 0 < old < new else []

    def ask(self, old: int, new: int) -> str:
        return request_text(old, self.proof(old, new), self.note(new))


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    made = Witness.create(tmp_path / "witness", "court.example")
    made.trust(verifier_key(Log(LEAVES).signer))
    return made


def status(witness: Witness, asked: str) -> tuple[int, str]:
    answer = witness.add_checkpoint(asked)
    return answer.status, answer.body


def test_growth_is_cosigned_with_the_time_and_remembered(witness: Witness) -> None:
    log = Log(LEAVES)
    witness.now = lambda: 1_700_000_000.9
    for old, new in ((0, 1), (1, 300), (300, 300), (300, 600)):
        code, line = status(witness, log.ask(old, new))
        assert code == 200
        policy = Policy((verifier_key(log.signer),), {"court": Known("court", witness.key)}, {}, "court")
        judged = judge(policy, with_lines(log.note(new), [line]))
        assert (judged.by, judged.quorum) == ({"court": 1_700_000_000}, True)
    assert witness.heads() == {ORIGIN: (600, root(LEAVES))}
    assert Witness(witness.directory).heads() == witness.heads()
    assert witness.key.algorithm == COSIGNATURE
    assert (witness.directory / "witness.key").stat().st_mode & 0o777 == 0o600


def test_a_rewritten_history_is_refused_though_the_signature_is_right(witness: Witness) -> None:
    """The operator has the database and the key: he changes entry 3, rehashes everything and signs."""
    assert status(witness, Log(LEAVES).ask(0, 300))[0] == 200
    forged = Log([leaf_hash(b"forged") if number == 3 else one for number, one in enumerate(LEAVES)])
    assert open_note(forged.note(600), [verifier_key(forged.signer)])
    code, why = status(witness, forged.ask(300, 600))
    assert (code, "another old head" in why) == (422, True)
    assert status(witness, request_text(300, [], forged.note(300))) == (
        409,
        "300\n",
    )  # another head of one size
    assert witness.heads()[ORIGIN] == (300, root(LEAVES[:300]))
    assert status(witness, Log(LEAVES).ask(300, 600))[0] == 200  # the honest log goes on


def test_an_old_backup_is_refused_and_told_what_was_seen(witness: Witness) -> None:
    log = Log(LEAVES)
    assert status(witness, log.ask(0, 600))[0] == 200
    assert status(witness, log.ask(0, 300)) == (409, "600\n")
    assert status(witness, request_text(600, [], log.note(300)))[0] == 400


def test_strangers_and_nonsense_are_refused(witness: Witness) -> None:
    log = Log(LEAVES)
    stranger = FileSigner("tansuo/other", b"\1" * 32)
    other = sign(log.note(1).partition("\n\n")[0].replace(ORIGIN, "tansuo/other") + "\n", stranger)
    assert status(witness, request_text(0, [], other))[0] == 404
    forged = sign(log.note(1).partition("\n\n")[0] + "\n", FileSigner(ORIGIN, b"\2" * 32))
    assert status(witness, request_text(0, [], forged))[0] == 403
    good = log.ask(0, 1)
    for wrong in (
        "",
        "old 0",
        good.replace("old 0", "old -1"),
        good.replace("old 0", "old 00"),
        good.replace("old 0", "old x"),
        good.replace("old 0\n", "old 0\n" + "AAAA\n" * 64),
        good.replace("old 0\n", "old 0\n!!\n"),
        good.replace(f"{ORIGIN}\n1\n", f"{ORIGIN}\none\n"),
        good.replace("\n1\n", "\n"),
    ):
        assert status(witness, wrong)[0] == 400, wrong
    assert (
        status(witness, log.ask(0, 1).replace("old 0\n", f"old 0\n{base64.b64encode(LEAVES[0]).decode()}\n"))[
            0
        ]
        == 422
    )
    assert witness.heads() == {}


def test_a_key_is_never_overwritten_and_a_name_is_a_name(witness: Witness, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        Witness.create(witness.directory, "again")
    with pytest.raises(NoteError):
        Witness.create(tmp_path / "new", "two words")


def test_two_requests_at_once_never_cosign_two_histories(witness: Witness) -> None:
    forged = Log([leaf_hash(b"forged"), *LEAVES[1:]])
    asked = [Log(LEAVES).ask(0, 600), forged.ask(0, 600)] * 8
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda one=one: answers.append(status(witness, one)[0])) for one in asked
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers.count(200) == 1
    assert set(answers) == {200, 409}


@pytest.fixture
def served(witness: Witness) -> Iterator[str]:
    server = serve(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def named(kept, witness: Witness, address: str = "") -> Policy:
    with transaction(kept.database, SYSTEM) as connection:
        keys = checkpoint.log_keys(connection)
    witness.trust(keys[0])
    return Policy(tuple(keys), {"court": Known("court", witness.key, address)}, {}, "court")


def test_the_platform_is_witnessed_over_http(kept, tmp_path: Path, witness: Witness, served: str) -> None:
    with kept.signer(tmp_path / "signer") as service:
        service.step()
        policy = named(kept, witness, served)
        assert collect(kept.database, policy, kept.clock) == {"court": "cosigned"}
        assert collect(kept.database, policy, kept.clock) == {}  # nothing new, nobody is asked
        kept.say(*map(str, range(300)))
        head = service.step()
    assert collect(kept.database, policy, kept.clock) == {"court": "cosigned"}
    with transaction(kept.database, SYSTEM) as connection:
        now = witnessed(connection, policy)
        assert now is not None
        assert (now.size, set(now.by)) == (head.size, {"court"})
        [one] = standings(connection, policy)
        assert (one.size, one.counted) == (head.size, True)
        assert witnessed(connection, policy, below=head.size - 1).size == 2
        assert witnessed(connection, Policy(witnesses=policy.witnesses)) is None


def test_a_witness_that_remembers_more_than_we_kept_is_asked_again(
    kept, tmp_path: Path, witness: Witness, served: str
) -> None:
    """Its answer was lost on the way once."""
    with kept.signer(tmp_path / "signer") as service:
        service.step()
        policy = named(kept, witness, served)
        with transaction(kept.database, SYSTEM) as connection:
            asked = request(connection, witness.key)
        assert witness.add_checkpoint(asked).status == 200
        kept.say("3")
        service.step()
    assert collect(kept.database, policy, kept.clock) == {"court": "cosigned"}


def test_a_history_rewritten_under_the_witness_is_told_by_it(
    kept, tmp_path: Path, witness: Witness, served: str, forge
) -> None:
    """Somebody with the owner's password and the signer's key makes the past anew."""
    kept.say("3")
    with kept.signer(tmp_path / "signer") as service:
        service.step()
        policy = named(kept, witness, served)
        collect(kept.database, policy, kept.clock)
    forge("DELETE FROM checkpoint")
    forge("DELETE FROM cosignature")
    forge("DELETE FROM entry WHERE index > 0")
    forge("DELETE FROM leaf WHERE index > 0")
    kept.say("4", "5")
    (tmp_path / "forger").mkdir()
    shutil.copy(tmp_path / "signer" / "signer.key", tmp_path / "forger" / "signer.key")
    with transaction(kept.database, SYSTEM) as connection:
        empty = Memory(ledger.origin(connection), 0, (), "")
    (tmp_path / "forger" / "head.json").write_bytes(empty.to_bytes())
    with kept.signer(tmp_path / "forger") as service:
        assert service.step().size == 4
    told = collect(kept.database, policy, kept.clock)
    assert told["court"].startswith("422: ")
    with transaction(kept.database, SYSTEM) as connection:
        assert witnessed(connection, policy) is None


def test_networks_that_do_not_meet_use_files(kept, tmp_path: Path, witness: Witness) -> None:
    with kept.signer(tmp_path / "signer") as service:
        service.step()
    policy = named(kept, witness)
    assert collect(kept.database, policy, kept.clock) == {}  # no address, nobody is called
    with transaction(kept.database, SYSTEM) as connection:
        asked = request(connection, witness.key)
    answer = witness.add_checkpoint(asked).body
    with transaction(kept.database, SYSTEM) as connection:
        assert accept(connection, policy, answer, kept.clock) == ["court"]
        assert accept(connection, policy, answer, kept.clock) == ["court"]  # twice is once
        assert request(connection, witness.key) is None
        with pytest.raises(FindingError) as refused:
            accept(connection, Policy(policy.logs), answer, kept.clock)
    assert refused.value.findings[0].code == "evidence.cosignature_unknown"


def test_a_witness_out_of_reach_stops_nothing(kept, tmp_path: Path, witness: Witness) -> None:
    with kept.signer(tmp_path / "signer") as service:
        service.step()
    policy = named(kept, witness, "http://127.0.0.1:9")
    assert "refused" in collect(kept.database, policy, kept.clock, timeout=2)["court"]
    odd = Policy(policy.logs, {"court": Known("court", witness.key, "ftp://x")}, {}, "court")
    assert "http://" in collect(kept.database, odd, kept.clock)["court"]


def test_the_policy_of_an_installation_is_a_file(tmp_path: Path, witness: Witness) -> None:
    assert policy_of(tmp_path).quorum is None
    (tmp_path / "policy.txt").write_text(f"witness court {witness.key}\nquorum court\n", encoding="utf-8")
    assert policy_of(tmp_path).quorum == "court"
    (tmp_path / "policy.txt").write_text("quorum nobody\n", encoding="utf-8")
    with pytest.raises(FindingError, match="line 1"):
        policy_of(tmp_path)
