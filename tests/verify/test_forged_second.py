"""Forgeries against the second tree of a log of both suites, before both verifiers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bundled_town import Files, pack
from forging import ORIGIN, POLICY, SIGNER, Forged, encoded, made, refused
from second_verifier import Judges
from tansuo.evidence import canonical, sm3
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import sign, verifier_key
from tansuo.evidence.policy import read_policy
from tansuo.evidence.proof import make_inclusion
from tansuo.evidence.tree import leaf_hash, root
from tansuo.verify.main import verify

NAME = f"{ORIGIN}/sm3"
SECOND = FileSigner(NAME, b"\7" * 32)
KEYS = f"{POLICY}log {verifier_key(SECOND)}\n"


def second(book: Forged, name: str = NAME, size: int = 0) -> dict[str, Any]:
    """The second tree over the entries of a bundle, signed."""
    new = sm3.find()
    assert new is not None, "the tests' environment has SM3"
    book.frames()
    held = {index: canonical.encode(one) for index, one in book.entries.items()}
    leaves = [leaf_hash(held.get(index, b"%d" % index), new) for index in range(book.size)]

    def read(level: int, start: int, stop: int) -> list[bytes]:
        return leaves[start:stop]

    head = f"{name}\n{size or book.size}\n{encoded(root(leaves, new))}\n"
    paths = {str(at): [encoded(one) for one in make_inclusion(read, at, book.size, new)] for at in held}
    return {"form": "tansuo.sm3/1", "note": sign(head, SECOND, SIGNER), "inclusion": paths}


def both(change: Callable[[Any], object], **head: Any) -> Callable[[], bytes]:
    """A bundle with a second tree, altered."""

    def make() -> bytes:
        book = Forged()
        given = second(book, **head)
        change(given)

        def add(files: Files, proofs: Any) -> None:
            files["sm3.json"] = canonical.encode(given)

        return pack(book.signed(add))

    return make


HONEST = both(lambda one: None)
FORGERIES: dict[str, Callable[[], bytes]] = {
    "another form": both(lambda one: one.update(form="tansuo.sm3/2")),
    "an entry less": both(lambda one: one["inclusion"].pop("0")),
    "an entry more": both(lambda one: one["inclusion"].update({"2": []})),
    "a head of another size": both(lambda one: None, size=156),
    "a head of the first tree": both(lambda one: None, name=ORIGIN),
    "a head that nobody signed": both(lambda one: one.update(note=one["note"].partition("\n\n")[0] + "\n")),
    "a path cut short": both(lambda one: one["inclusion"]["0"].pop()),
    "a path of another tree": both(lambda one: one["inclusion"]["0"].__setitem__(0, encoded(bytes(32)))),
    "a path of no hashes": both(lambda one: one["inclusion"].update({"0": ["AAAA"]})),
    "no form": both(lambda one: one.pop("form")),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_second_tree_is_refused_in_these_words(what: str) -> None:
    refused("second", what, verify(made(what, FORGERIES[what]), read_policy(KEYS)))


@pytest.mark.parametrize("what", FORGERIES)
def test_both_refuse_a_forged_second_tree(judges: Judges, what: str) -> None:
    assert judges.ask(made(what, FORGERIES[what]), KEYS)["verdict"] == "refused"


def test_both_vouch_for_an_honest_second_tree(judges: Judges) -> None:
    assert judges.ask(made("honest", HONEST), KEYS)["verdict"] == "verified"


def test_what_is_said_of_a_second_tree() -> None:
    report = verify(made("honest", HONEST), read_policy(KEYS))
    assert report.verified
    assert report.steps[5] == (
        "sm3",
        True,
        "SM3 根与证明已核验：10 条都在 SM3 树内",
        "SM3 root and proof checked: 10 entries are in the SM3 tree",
    )
    assert (
        "SM2 签名未核验：请用 openssl 核验 SM3 检查点的 SM2 签名行",
        "the SM2 signature was not checked: check the SM2 line of the SM3 head with openssl",
    ) in report.not_checked


@pytest.mark.parametrize("suite", ["both", "intl"])
def test_a_log_of_both_suites_without_its_second_tree(suite: str) -> None:
    book = Forged()
    book.entries[0]["body"]["suite"] = suite
    report = verify(pack(book.signed()), read_policy(POLICY))
    words = ("SM3 树：包内没有，未核验", "the SM3 tree: not in the bundle, not checked")
    assert report.verified and (words in report.not_checked) is (suite == "both")
    del book.entries[0]
    report = verify(pack(book.signed()), read_policy(POLICY))
    assert report.verified and words not in report.not_checked


def test_where_there_is_no_sm3(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made("honest", HONEST)
    monkeypatch.setattr(sm3, "find", lambda: None)
    report = verify(data, read_policy(KEYS))
    assert report.verified and "sm3" not in [one[0] for one in report.steps]
    assert (
        "SM3 树：本机没有 SM3，未核验",
        "the SM3 tree: this machine has no SM3, not checked",
    ) in report.not_checked


def test_a_receipt_with_its_place_in_the_second_tree() -> None:
    from .test_forged_receipt import ENTRIES, receipt
    from .test_forged_receipt import POLICY as OWN

    new = sm3.find()
    assert new is not None
    leaves = [leaf_hash(one, new) for one in ENTRIES]
    path = [encoded(one) for one in make_inclusion(lambda level, start, stop: leaves[start:stop], 1, 4, new)]
    note = sign(f"{NAME}\n4\n{encoded(root(leaves, new))}\n", SIGNER)
    whole = receipt(1)
    extra: Any = canonical.decode(whole.extra or b"")
    for inclusion, fine in (({"1": path}, True), ({"2": path}, False), ({"1": path[1:]}, False)):
        extra["sm3"] = {"form": "tansuo.sm3/1", "note": note, "inclusion": inclusion}
        report = verify(replace(whole, extra=canonical.encode(extra)).written.encode(), read_policy(OWN))
        assert report.verified is fine and report.steps[4][:2] == ("sm3", fine)
