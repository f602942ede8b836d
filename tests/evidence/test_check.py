"""Whatever is altered in the store is found and named; what is left alone is found sound."""

from base64 import b64encode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tansuo.database.connect import SYSTEM, owner_transaction, transaction
from tansuo.evidence import ledger
from tansuo.evidence.check import CheckReport, check
from tansuo.evidence.document import put_blob, register_document
from tansuo.evidence.entry import Draft, Entry
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import VerifierKey, sign, verifier_key
from tansuo.evidence.projection import catch_up
from tansuo.evidence.rebuild import check_projections
from tansuo.evidence.tree import leaf_hash, root
from tansuo.quantity.finding import Finding, FindingError


def checked(kept, **options) -> CheckReport:
    with transaction(kept.database, SYSTEM) as connection:
        return check(connection, **options)


def said(report: CheckReport) -> list[tuple[str, int | str]]:
    return [
        (one.code.removeprefix("evidence."), next(iter(one.where.values()), "")) for one in report.findings
    ]


@pytest.fixture
def book(kept, tmp_path):
    """
    0        genesis
    1        key                                 ── head of 2
    2        kettle says 3
    3        kettle says 4, replacing 2          ── head of 4
    4        a document with its blob
    5 … 604  lamp says 0 … 599                   ── head of 605
    """
    with kept.signer(tmp_path / "signer") as service:
        assert service.step().size == 2
        kept.say("3")
        with transaction(kept.database, SYSTEM) as connection:
            newer = Draft("say", "kettle", {"value": "4"}, supersedes=2, why={"text": "misread"})
            ledger.append(connection, [newer], kept.clock)
        assert service.step().size == 4
        with transaction(kept.database, SYSTEM) as connection:
            register_document(
                connection, "invoice.pdf", "application/pdf", b"%PDF", "org-1", clock=kept.clock
            )
        kept.say(*map(str, range(600)), subject="lamp")
        assert service.step().size == 605
    return kept


def test_an_untouched_ledger_is_sound(book) -> None:
    seen: list[tuple[str, int, int]] = []
    report = checked(book, progress=lambda *step: seen.append(step))
    with transaction(book.database, SYSTEM) as connection:
        leaves = [one.leaf_hash for one in ledger.read(connection, 0, 605)]
    assert report.sound, report.findings
    assert (report.size, report.nodes, report.checkpoints, report.signed, report.blobs) == (605, 2, 3, 605, 1)
    assert report.root == root(leaves)
    assert seen[-1] == ("blobs", 1, 1)
    assert ("entries", 605, 605) in seen and ("checkpoints", 3, 3) in seen
    stated = report.as_json()
    assert stated["sound"] is True and stated["root"] == root(leaves).hex()
    assert stated["keys"] == "from the log itself"


def test_a_key_from_outside_is_believed_rather_than_the_log(book, tmp_path) -> None:
    with transaction(book.database, SYSTEM) as connection:
        announced = VerifierKey.parse(str(ledger.get(connection, 1).body["key"]))
    assert checked(book, keys=[announced]).sound
    stranger = verifier_key(FileSigner.create(tmp_path / "key", "stranger"))
    report = checked(book, keys=[stranger])
    assert said(report) == [("checkpoint_unsigned", size) for size in (2, 4, 605)]
    assert report.keys_given


ALTERATIONS = [
    ("UPDATE entry SET data = overlay(data placing 'X' from 40) WHERE index = 300", [("entry_bytes", 300)]),
    ("UPDATE entry SET leaf_hash = sha256('x') WHERE index = 300", [("entry_hash", 300)]),
    ("UPDATE leaf SET hash = sha256('x') WHERE index = 300", [("leaf_hash", 300)]),
    ("UPDATE leaf SET recorded = recorded + 1 WHERE index = 300", [("entry_column", 300)]),
    ("UPDATE entry SET type = 'tell' WHERE index = 300", [("entry_column", 300)]),
    ("UPDATE entry SET org_id = 'org-9' WHERE index = 300", [("entry_column", 300)]),
    ("UPDATE entry SET region = '321102' WHERE index = 300", [("entry_column", 300)]),
    ("UPDATE entry SET subject = 'stove' WHERE index = 300", [("entry_column", 300)]),
    ("UPDATE entry SET recorded = recorded + 1 WHERE index = 300", [("entry_column", 300)]),
    ("UPDATE entry SET supersedes = 299 WHERE index = 300", [("entry_column", 300)]),
    ("UPDATE entry SET supersedes = NULL WHERE index = 3", [("entry_column", 3), ("bad_replacement", 3)]),
    ("DELETE FROM leaf WHERE index = 300", [("leaf_missing", 300)]),
    ("DELETE FROM entry WHERE index = 300", [("entry_missing", 300)]),
    (
        "DELETE FROM entry WHERE index = 0",
        [("entry_missing", 0), *(("checkpoint_origin", size) for size in (2, 4, 605))],
    ),
    ("UPDATE tree_node SET hash = sha256('x') WHERE index = 1", [("node_hash", 256)]),
    ("DELETE FROM tree_node WHERE index = 0", [("node_missing", 0)]),
    ("INSERT INTO tree_node VALUES (1, 2, sha256('x'))", [("node_unexpected", 512)]),
    ("INSERT INTO tree_node VALUES (2, 0, sha256('x'))", [("node_unexpected", 0)]),
    (
        "UPDATE checkpoint SET note = replace(note, E'\\n605\\n', E'\\n604\\n') WHERE size = 605",
        [("checkpoint_unsigned", 605)],
    ),
    ("UPDATE checkpoint SET note = '' WHERE size = 4", [("checkpoint_unsigned", 4)]),
    ("UPDATE checkpoint SET size = 5 WHERE size = 4", [("checkpoint_size", 5)]),
    ("UPDATE blob SET data = '%%PDf'", [("blob_hash", "…")]),
    ("UPDATE blob SET size = 5", [("blob_size", "…")]),
    ("DELETE FROM blob", [("blob_missing", 4)]),
    ("INSERT INTO projection_state VALUES ('sayings', 606)", [("projection_ahead", "projection_state")]),
]


@pytest.mark.parametrize(
    ("alteration", "found"), ALTERATIONS, ids=[alteration for alteration, _ in ALTERATIONS]
)
def test_one_alteration_is_found_and_named_and_nothing_else(book, forge, alteration, found) -> None:
    forge(alteration)
    report = checked(book)
    told = [(code, "…" if code in {"blob_hash", "blob_size"} else where) for code, where in said(report)]
    malformed = [one for one in told if one[0] == "entry_malformed"]
    assert [one for one in told if one not in malformed] == found
    assert all(where == 300 for _, where in malformed)


def test_entries_and_leaves_gone_together_are_found_and_the_rest_is_still_read(book, forge) -> None:
    forge("DELETE FROM entry WHERE index IN (300, 301, 400); DELETE FROM leaf WHERE index IN (300, 301, 400)")
    report = checked(book)
    assert said(report) == [("entry_missing", 300), ("tree_broken", 300), ("entry_missing", 400)]
    assert report.findings[0].params == {"last": 301}
    assert report.root is None


def test_a_log_cut_below_a_signed_head_is_found(book, forge) -> None:
    forge("DELETE FROM entry WHERE index >= 600; DELETE FROM leaf WHERE index >= 600")
    assert said(checked(book)) == [("checkpoint_beyond", 605)]


def test_a_log_cut_to_nothing_is_found(book, forge) -> None:
    forge("TRUNCATE entry, leaf, tree_node")
    assert "ledger_not_open" in [code for code, _ in said(checked(book))]


def rewrite(kept, forge, index: int, data: bytes) -> None:
    """Put other bytes at an index, with all the hashes above them: the whole tree is coherent again."""
    digest = leaf_hash(data).hex()
    forge(f"UPDATE entry SET data = '\\x{data.hex()}', leaf_hash = '\\x{digest}' WHERE index = {index}")
    forge(f"UPDATE leaf SET hash = '\\x{digest}' WHERE index = {index}")
    with owner_transaction(kept.database) as owner:
        leaves = [one.leaf_hash for one in ledger.read(owner, 0, 605)]
    for node in (0, 1):
        fresh = root(leaves[256 * node : 256 * node + 256]).hex()
        forge(f"UPDATE tree_node SET hash = '\\x{fresh}' WHERE level = 1 AND index = {node}")


def bytes_of(kept, index: int) -> bytes:
    with transaction(kept.database, SYSTEM) as connection:
        return ledger.get(connection, index).data


def test_history_rewritten_with_all_its_hashes_contradicts_the_signed_heads_after_it(book, forge) -> None:
    rewrite(book, forge, 300, bytes_of(book, 300).replace(b'"value":"295"', b'"value":"296"'))
    assert said(checked(book)) == [("checkpoint_root", 605)]


@pytest.mark.parametrize(
    ("index", "old", "new", "found"),
    [
        (300, b'"value":"295"', b'"value":29.5', [("entry_malformed", 300)]),
        (300, b'"value":"295"', b'"value": "295"', [("entry_malformed", 300)]),
        (300, b'"v":1,', b'"v":1,"w":1,', [("entry_malformed", 300)]),
        (300, b'"v":1,', b'"v":2,', [("entry_malformed", 300)]),
        (300, b'"sup":null', b'"sup":300', [("entry_malformed", 300)]),
        (3, b'"sup":2', b'"sup":5', [("entry_column", 3), ("bad_replacement", 3)]),
        (3, b'"subj":"kettle"', b'"subj":"kettlf"', [("entry_column", 3), ("bad_replacement", 3)]),
        (300, b'"type":"say"', b'"type":"genesis"', [("entry_column", 300), ("genesis_place", 300)]),
        (
            300,
            b'"rec":17672256',
            b'"rec":17672255',
            [("entry_column", 300), ("entry_column", 300), ("time_backwards", 300)],
        ),
        (0, b'"type":"genesis"', b'"type":"genesit"', [("entry_column", 0), ("genesis_place", 0)]),
    ],
)
def test_an_entry_no_ledger_would_have_taken_is_named_even_where_all_hashes_agree(
    book, forge, index, old, new, found
) -> None:
    data = bytes_of(book, index)
    assert old in data
    rewrite(book, forge, index, data.replace(old, new))
    told = [one for one in said(checked(book)) if not one[0].startswith("checkpoint_")]
    assert told == found


@pytest.fixture
def without_the_index(forge):
    """The database's own guard against a second replacement is down; the check must see it all the same."""
    forge("DROP INDEX entry_replaced_once")
    yield
    forge("UPDATE entry SET supersedes = NULL")
    forge("CREATE UNIQUE INDEX entry_replaced_once ON entry (supersedes) WHERE supersedes IS NOT NULL")


@pytest.mark.usefixtures("without_the_index")
def test_an_entry_replaced_by_two_others_is_found(book, forge) -> None:
    data = (
        bytes_of(book, 300).replace(b'"subj":"lamp"', b'"subj":"kettle"').replace(b'"sup":null', b'"sup":2')
    )
    rewrite(book, forge, 300, data.replace(b'"why":null', b'"why":{"text":"misread again"}'))
    forge("UPDATE entry SET supersedes = 2, subject = 'kettle' WHERE index = 300")
    assert said(checked(book)) == [("bad_replacement", 300), ("checkpoint_root", 605)]


def test_a_head_signed_by_the_right_key_over_another_history_is_found(book, forge, tmp_path) -> None:
    """The operator has the key too; what he signed contradicts what is stored."""
    signer = FileSigner.load(tmp_path / "signer" / "signer.key")
    for origin, code in ((signer.name, "checkpoint_root"), ("elsewhere", "checkpoint_origin")):
        note = sign(f"{origin}\n100\n{b64encode(bytes(32)).decode()}\n", signer)
        forge("DELETE FROM checkpoint WHERE size IN (4, 100)")
        forge(f"INSERT INTO checkpoint VALUES (100, '{note}', 0), (4, '', 0)")
        assert (code, 100) in said(checked(book))


def test_a_package_checks_its_own_entries(book) -> None:
    def refuses_odd(_connection: Connection, one: Entry) -> list[Finding]:
        number = int(one.body["value"])
        if number == 7:
            raise KeyError("seven")
        if number == 9:
            raise FindingError(Finding("evidence.nine", {"entry": one.index}))
        return [Finding("evidence.odd", {"entry": one.index})] if number in {3, 5} else []

    report = checked(book, hooks={"say": refuses_odd})
    assert said(report) == [("odd", 2), ("odd", 8), ("odd", 10), ("entry_unreadable", 12), ("nine", 14)]


def test_projections_are_rebuilt_and_compared(book, sayings, forge) -> None:
    with transaction(book.database, SYSTEM) as connection:
        catch_up(connection, sayings)
    rebuilt = [lambda connection: check_projections(connection, sayings)]
    assert checked(book, further=rebuilt).sound
    forge("UPDATE saying SET value = '1000' WHERE entry = 300")
    assert said(checked(book, further=rebuilt)) == [("projection_differs", "saying")]


def test_a_check_that_breaks_down_is_itself_a_finding(book) -> None:
    def stumbles(connection: Connection) -> list[Finding]:
        connection.exec_driver_sql("SELECT 1/0")
        return []

    def refuses(_connection: Connection) -> list[Finding]:
        raise FindingError(Finding("evidence.beyond_the_log", {}, {"asked": 9, "size": 2}))

    report = checked(book, further=[stumbles, refuses])
    assert [one.code for one in report.findings] == ["evidence.check_failed", "evidence.beyond_the_log"]


def test_a_key_entry_nobody_can_read_is_named(kept) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        ledger.append(connection, [Draft("key", "key/x", {"key": "x+00000000+AAAA"})], kept.clock)
    assert said(checked(kept)) == [("key_unreadable", 1)]


STORED = {
    "entry": ("data", "leaf_hash"),
    "leaf": ("hash",),
    "tree_node": ("hash",),
    "blob": ("data",),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_stored_byte_can_be_changed_unnoticed(book, data) -> None:
    """Any bit of any stored byte, of entries, hashes, nodes, blobs and notes."""
    places = [(table, column) for table, columns in STORED.items() for column in columns]
    table, column = data.draw(st.sampled_from([*places, ("checkpoint", "note")]))
    with owner_transaction(book.database) as owner:
        rows = owner.exec_driver_sql(f"SELECT ctid::text, {column} FROM {table} ORDER BY 1").all()
        place, value = data.draw(st.sampled_from(rows))
        value = value.encode() if isinstance(value, str) else bytes(value)
        at = data.draw(st.integers(0, len(value) - 1))
        bit = data.draw(st.integers(0, 7 if column != "note" else 5))
        altered = value[:at] + bytes([value[at] ^ (1 << bit)]) + value[at + 1 :]
        try:
            stored = altered.decode() if column == "note" else altered
        except UnicodeDecodeError:
            return
        if column == "note" and "\x00" in str(stored):
            return
        with owner.begin_nested() as attempt:
            owner.exec_driver_sql(f"UPDATE {table} SET {column} = %s WHERE ctid = %s::tid", (stored, place))
            report = check(owner)
            attempt.rollback()
    assert not report.sound, (table, column, place, at, bit)


def test_a_blob_is_kept_once_an_organisation_and_checked_for_each(kept, forge) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        for org in ("org-1", "org-2", "org-2"):
            put_blob(connection, b"the same", org)
    forge("UPDATE blob SET data = 'the sama' WHERE org_id = 'org-2'")
    [finding] = checked(kept).findings
    assert (finding.code, finding.params["org"]) == ("evidence.blob_hash", "org-2")
