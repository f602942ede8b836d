"""The log's keys in words, on the ledger's page and in the QR code of a head that two keys have signed."""

from sqlalchemy import Connection

from bundled_town import Bundled
from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.checkpoint import Checkpoint
from tansuo.evidence.entry import Draft
from tansuo.evidence.key_chain import BOTH_MS, LogKey, announced
from tansuo.evidence.key_change import Standing
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import sign, verifier_key
from tansuo.evidence.tables import checkpoint as issued
from tansuo.reporting.head_code import head_code
from tansuo.reporting.html import Page, words
from tansuo.reporting.keys_view import keys_lines, keys_view
from tansuo.reporting.ledger_pages import ledger_page
from town import Town

NAME = "tansuo/321100/00000000"
OLD, NEW = (FileSigner(NAME, bytes([at]) * 32) for at in (1, 2))


def standing(*signs: bool) -> list[Standing]:
    keys = [LogKey(verifier_key(OLD), 1, 0), LogKey(verifier_key(NEW), 9, 1000, 1000 + BOTH_MS)]
    return [Standing(one, says) for one, says in zip(keys, signs, strict=False)]


def test_each_key_has_its_state() -> None:
    def states(*signs: bool) -> list[str]:
        return [one.state for one in keys_view(standing(*signs), "Asia/Shanghai", words("en"))]

    assert states(False) == ["has not signed yet"]
    assert states(True) == ["signs"]
    assert states(True, False) == ["signs beside the new one", "has not signed yet"]
    assert states(True, True) == ["signs beside the new one", "signs"]
    assert states(False, True) == ["retired", "signs"]


def test_lines_say_since_when_and_until_when() -> None:
    old, first, new, second = keys_lines(standing(True, True), "Asia/Shanghai", "zh")
    assert (old, new) == (str(verifier_key(OLD)), str(verifier_key(NEW)))
    assert "条目 1" in first and "同时签名至" not in first
    assert "条目 9" in second and "1970-01-31 08:00:01" in second
    assert keys_lines([], "Asia/Shanghai", "en") == ["the log has announced no key yet"]


def test_a_head_of_both_keys_fits_the_code() -> None:
    one = head_code(sign(Checkpoint(NAME, 1, bytes(32)).text, OLD))
    assert "<svg" in head_code(sign(Checkpoint(NAME, 10**9, bytes(32)).text, OLD, NEW)) != one


def test_the_page_shows_both_keys_as_of_its_size(connection: Connection) -> None:
    town = Town(connection)
    old = Bundled(town).ready().signer
    before = ledger.size(connection)
    new = FileSigner(old.name, b"\6" * 32)
    until = town.clock.now_ms() + 2 * BOTH_MS
    body = announced(old.name, before, old, verifier_key(new), until)
    ledger.append(connection, [Draft("key", checkpoint.key_subject(connection), body)], town.clock)
    head = Checkpoint(old.name, before + 1, ledger.root_at(connection, before + 1))
    row = {"size": head.size, "note": sign(head.text, old, new), "created": town.clock.now_ms()}
    connection.execute(issued.insert().values(row))

    def page(size: int) -> str:
        at = Page("en", "ledger", "ledger", "Zhenjiang", old.name, size, "")
        return ledger_page(connection, at, town.clock.now_ms(), 0)

    assert str(verifier_key(new)) in page(before + 1)
    assert "signs beside the new one" in page(before + 1)
    assert "signs beside the new one" not in page(before)
