"""What a verifier has of a log: its head, entries that were known to a figure, and documents and files by name."""

from hashlib import sha3_256, sha256
from typing import Any

import pytest

from bundled_town import pack, unpack
from forging import POLICY, Forged
from tansuo.evidence import canonical
from tansuo.evidence.note import NoteError
from tansuo.evidence.policy import read_policy
from tansuo.evidence.proof import ProofError, make_inclusion
from tansuo.evidence.tree import leaf_hash, root
from tansuo.verify.book import Book, Head, read_book
from tansuo.verify.report import Refused, Report

FIGURE: Any = {"type": "figure", "body": {"size": 7}}
PLAN: Any = {"type": "plan", "body": {}}


def book(**files: bytes) -> Book:
    """A figure at 9, computed at a size of 7; plans on either side of it."""
    return Book(
        files, {"figure": 9}, Head("x", 10, bytes(32)), [], {1: PLAN, 6: PLAN, 7: PLAN, 8: PLAN, 9: FIGURE}
    )


@pytest.mark.parametrize(
    ("index", "kind", "found"),
    [(6, "plan", True), (6, "seal", False), (5, "plan", False), (7, "plan", False), (8, "plan", False),
     ("6", "plan", False), (None, "plan", False), (6.0, "plan", False)],
)  # fmt: skip
def test_an_entry_of_its_kind_was_known_to_a_figure_if_it_is_older(
    index: object, kind: str, found: bool
) -> None:
    assert book().known(index, kind) is (PLAN if found else None)


def test_a_document_is_found_by_its_hash() -> None:
    data = canonical.encode({"a": 1})
    digest = sha256(data).hexdigest()
    assert book(**{f"docs/{digest}": data}).document(digest, "entry {} is no seal", 1) == {"a": 1}
    for files, name in (({}, digest), ({f"docs/{digest}": b"{}"}, digest), ({"docs/None": data}, None)):
        with pytest.raises(Refused, match=r"^entry 1 is no seal$"):
            book(**files).document(name, "entry {} is no seal", 1)
    with pytest.raises(canonical.CanonicalError):
        book(**{f"docs/{sha256(b' {}').hexdigest()}": b" {}"}).document(
            sha256(b" {}").hexdigest(), "{} is no seal"
        )


def test_the_hash_of_nothing_names_no_document() -> None:
    empty = sha256(b"").hexdigest()
    with pytest.raises(canonical.CanonicalError):
        book().document(empty, "entry {} is no seal", 1)


@pytest.mark.parametrize("given", [{"form": "f/2"}, {"form": None}, {}])
def test_a_file_of_another_form_is_refused_by_name(given: dict[str, object]) -> None:
    with pytest.raises(Refused, match=r"^a\.json is not of the form f/1$"):
        book(**{"a.json": canonical.encode(given)}).formed("a.json", "f/1")


def test_a_file_of_the_form_is_read() -> None:
    assert book(**{"a.json": b'{"form":"f/1"}'}).formed("a.json", "f/1") == {"form": "f/1"}


def test_a_head_contains_a_leaf_by_the_hash_of_its_tree() -> None:
    leaves = [leaf_hash(b"%d" % at, sha3_256) for at in range(3)]
    path = make_inclusion(lambda level, start, stop: leaves[start:stop], 1, 3, sha3_256)
    head = Head("x", 3, root(leaves, sha3_256))
    head.contains(leaves[1], 1, path, sha3_256)
    with pytest.raises(ProofError):
        head.contains(leaves[1], 1, path)


def test_a_head_begins_none_of_another_log() -> None:
    with pytest.raises(NoteError, match=r"^a head of x$"):
        Head("x", 1, bytes(32)).begins(Head("y", 1, bytes(32)), [])
    Head("x", 1, bytes(32)).begins(Head("x", 1, bytes(32)), [])


def test_a_folder_of_entries_holds_no_folders() -> None:
    one = Forged()
    files = unpack(
        pack(one.signed(lambda files, proofs: files.update({"entries/a/1.json": files["entries/1.json"]})))
    )
    with pytest.raises(Refused, match=r"^an entry's file is named entries/a/1\.json$"):
        read_book(files, read_policy(POLICY), Report())


def test_a_book_keeps_the_keys_that_its_log_is_known_by() -> None:
    policy = read_policy(POLICY)
    assert tuple(read_book(unpack(pack(Forged().signed())), policy, Report()).keys) == policy.logs != ()
