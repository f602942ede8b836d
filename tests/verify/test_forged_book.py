"""Forgeries against the book: manifest, head, entries, proofs, time-stamps. Each is refused by both verifiers."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from bundled_town import Files, pack, unpack
from forging import (
    ARRIVAL,
    FIGURE,
    KEY,
    ORIGIN,
    POLICY,
    SIGNER,
    Forged,
    encoded,
    forged,
    made,
    of_steps,
    refused,
    unsigned,
)
from second_verifier import Judges
from tansuo.evidence import canonical
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import COSIGNATURE, VerifierKey, cosignature, cosigned_text, sign, verifier_key
from tansuo.evidence.policy import Policy, read_policy
from tansuo.verify.archive import read_archive
from tansuo.verify.book import read_book
from tansuo.verify.main import verify
from tansuo.verify.report import Refused, Report

OTHER = FileSigner(ORIGIN, b"\6" * 32)
SENTINEL = b"\xff\xfe"


def manifest(**fields: Any) -> bytes:
    """Another manifest over the same files."""

    def change(files: Files, proofs: Any) -> None:
        held: Any = canonical.decode(files["manifest.json"])
        files["manifest.json"] = canonical.encode({**held, **fields})

    return unsigned(change)


def unlisted(change: Any) -> bytes:
    """Files that the manifest does not fit."""
    whole = Forged().signed()
    pairs: Any = canonical.decode(pack_manifest(whole))
    change(whole, pairs)
    return pack({**whole, "manifest.json": canonical.encode(pairs)}, listed=False)


def pack_manifest(files: Files) -> bytes:
    return unpack(pack(files))["manifest.json"]


def head(make: Any) -> bytes:
    """Another checkpoint; ``make`` is given the honest one."""

    def change(files: Files, proofs: Any) -> None:
        files["checkpoint"] = make(files["checkpoint"])

    return unsigned(change)


def lines(change: Any) -> bytes:
    """A checkpoint of other lines, signed."""

    def make(note: bytes) -> bytes:
        text = note.decode().partition("\n\n")[0].split("\n")
        change(text)
        return sign("\n".join(text) + "\n", SIGNER).encode()

    return head(make)


def root(change: Any) -> bytes:
    """A checkpoint whose root is written otherwise."""

    def other(text: list[str]) -> None:
        text[2] = change(text[2])

    return lines(other)


def entry(index: int, **fields: Any) -> bytes:
    """Another entry, signed."""
    return forged(lambda book: book.entries[index].update(fields))


def spoilt(change: Any) -> bytes:
    """Other proofs."""
    return unsigned(lambda files, proofs: change(proofs))


def named(name: str, data: bytes | None = None) -> bytes:
    """A file of one more name."""
    return unsigned(lambda files, proofs: files.update({name: data or files["entries/0.json"]}))


def dropped(name: str) -> bytes:
    """A file left out."""
    return unsigned(lambda files, proofs: files.pop(name))


def proofs_file(data: bytes) -> bytes:
    """Another file of proofs."""
    return unsigned(lambda files, proofs: files.update({"proofs.json": data}))


def no_key(book: Forged) -> None:
    del book.entries[KEY]


def wide(book: Forged) -> None:
    book.entries[ARRIVAL]["body"]["note"] = "x" * 65_536


def full(book: Forged, length: int = 65_535) -> None:
    book.entries[ARRIVAL]["body"]["note"] = ""
    book.entries[ARRIVAL]["body"]["note"] = "x" * (length - len(canonical.encode(book.entries[ARRIVAL])))


def short(one: Any) -> None:
    one["consistency"]["proof"].pop()


FORGERIES = {
    "no manifest": lambda: pack({"a": b""}, listed=False),
    "a manifest that is a list": lambda: pack({"manifest.json": b"[]"}, listed=False),
    "a manifest in another layout": lambda: pack({"manifest.json": b"{ }"}, listed=False),
    "a manifest of another form": lambda: manifest(form="tansuo.bundle/2"),
    "a manifest with one more field": lambda: manifest(more=1),
    "a manifest of no files": lambda: unlisted(lambda files, one: one.update(files=[])),
    "a manifest that lacks a file": lambda: unlisted(lambda files, one: one["files"].pop("figure.html")),
    "a manifest of a file that is not there": lambda: unlisted(
        lambda files, one: one["files"].update(
            {name: {"bytes": 0, "sha256": ""} for name in ("x", "y", "z", "u")}
        )
    ),
    "a manifest that lists itself": lambda: unlisted(
        lambda files, one: one["files"].update({"manifest.json": {"bytes": 0, "sha256": ""}})
    ),
    "a file of another length": lambda: unlisted(
        lambda files, one: one["files"]["figure.html"].update(bytes=1)
    ),
    "a file of another hash": lambda: unlisted(
        lambda files, one: files.update({"figure.html": b"<p>PAGE</p>"})
    ),
    "a file of which more is said": lambda: unlisted(
        lambda files, one: one["files"]["figure.html"].update(x=1)
    ),
    "no checkpoint": lambda: dropped("checkpoint"),
    "a checkpoint that is no text": lambda: head(lambda note: SENTINEL),
    "a checkpoint without signature": lambda: head(lambda note: note.partition(b"\n\n")[0] + b"\n"),
    "a checkpoint of another key": lambda: head(
        lambda note: sign(note.decode().partition("\n\n")[0] + "\n", OTHER).encode()
    ),
    "a checkpoint altered": lambda: head(lambda note: note.replace(b"\n157\n", b"\n158\n")),
    "a checkpoint of another size": lambda: lines(lambda text: text.__setitem__(1, "158")),
    "a checkpoint of another log": lambda: lines(lambda text: text.__setitem__(0, "tansuo-demo/x")),
    "a checkpoint of two words as its origin": lambda: lines(lambda text: text.__setitem__(0, "tansuo demo")),
    "a checkpoint of four lines": lambda: lines(lambda text: text.append("more")),
    "a checkpoint of two lines": lambda: lines(lambda text: text.pop()),
    "a checkpoint of a size with a zero before": lambda: lines(lambda text: text.__setitem__(1, "0157")),
    "a checkpoint of a size in words": lambda: lines(lambda text: text.__setitem__(1, "many")),
    "a root that is no base64": lambda: root(lambda text: "!" * 44),
    "a root of other letters": lambda: root(lambda text: "é" + text[1:]),
    "a root that is too short": lambda: root(lambda text: "AAAA"),
    "a root written otherwise": lambda: root(lambda text: text[:-2] + chr(ord(text[-2]) + 1) + "="),
    "another root": lambda: root(lambda text: encoded(bytes(32))),
    "an entry that is no object": lambda: unsigned(lambda files, _: files.update({"entries/1.json": b"[]"})),
    "an entry in another layout": lambda: unsigned(
        lambda files, _: files.update({"entries/1.json": files["entries/1.json"].replace(b",", b", ")})
    ),
    "an entry of another version": lambda: entry(ARRIVAL, v=2),
    "an entry whose body is a list": lambda: entry(ARRIVAL, body=[]),
    "an entry with one more field": lambda: entry(ARRIVAL, more=1),
    "an entry with a zero before its number": lambda: named("entries/01.json"),
    "an entry with a name for a number": lambda: named("entries/one.json"),
    "an entry of another ending": lambda: named("entries/2.txt"),
    "an entry of a number too long": lambda: named("entries/1234567890123456.json"),
    "an entry that no ledger takes": lambda: forged(wide),
    "an entry one byte longer than a ledger takes": lambda: forged(lambda book: full(book, 65_536)),
    "a figure that is not there": lambda: manifest(figure=9),
    "a figure that is no number": lambda: manifest(figure="153"),
    "a figure that is another thing": lambda: manifest(figure=ARRIVAL),
    "another receipt": lambda: manifest(receipt=f"R{FIGURE}-00000000"),
    "no proofs": lambda: dropped_proofs(),
    "proofs with one more field": lambda: spoilt(lambda one: one.update(more=1)),
    "proofs without paths": lambda: spoilt(lambda one: one.update(inclusion=[])),
    "proofs of one entry less": lambda: spoilt(lambda one: one["inclusion"].pop("1")),
    "proofs of one entry more": lambda: spoilt(lambda one: one["inclusion"].update({"2": []})),
    "proofs of another size": lambda: spoilt(lambda one: one.update(size=156)),
    "an entry's proof cut short": lambda: spoilt(lambda one: one["inclusion"]["1"].pop()),
    "an entry's proof too long": lambda: spoilt(lambda one: one["inclusion"]["1"].append(encoded(bytes(32)))),
    "an entry's proof altered": lambda: spoilt(
        lambda one: one["inclusion"]["1"].__setitem__(0, encoded(bytes(32)))
    ),
    "an entry's proof of no hashes": lambda: spoilt(lambda one: one["inclusion"].update({"1": ["AAAA"]})),
    "an entry's proof of numbers": lambda: spoilt(lambda one: one["inclusion"].update({"1": [5]})),
    "an entry's proof that is no list": lambda: spoilt(lambda one: one["inclusion"].update({"1": "AAAA"})),
    "an entry that is not in the log": lambda: unsigned(
        lambda files, _: files.update(
            {"entries/1.json": files["entries/1.json"].replace(b"zj.city", b"zj.cite")}
        )
    ),
    "no consistency": lambda: spoilt(lambda one: one.update(consistency=None)),
    "a consistency of another form": lambda: spoilt(lambda one: one["consistency"].update(more=1)),
    "a consistency from another size": lambda: spoilt(lambda one: one["consistency"].update(old=151)),
    "a consistency to another size": lambda: spoilt(lambda one: one["consistency"].update(new=158)),
    "a consistency from another root": lambda: spoilt(
        lambda one: one["consistency"].update(root=encoded(bytes(32)))
    ),
    "a consistency from no root": lambda: spoilt(lambda one: one["consistency"].update(root=None)),
    "a consistency cut short": lambda: spoilt(short),
    "a consistency of no hashes": lambda: spoilt(lambda one: one["consistency"].update(proof=None)),
    "stamps of another form": lambda: stamped(lambda one: one.update(form="tansuo.tokens/2")),
    "stamps without their list": lambda: unsigned(lambda files, _: files.update({"tokens/1.tsr": b""})),
    "a stamp of an altered note": lambda: noted(lambda note: note.replace(b"\n156\n", b"\n155\n")),
    "a stamp of what is no text": lambda: noted(lambda note: SENTINEL),
    "a stamp of another log": lambda: forged(lambda book: book.stamp(origin="tansuo-demo/x")),
    "a stamp from before the figure": lambda: forged(lambda book: book.stamp(FIGURE)),
    "a stamp of another history": lambda: stamped(lambda one: one["stamps"][0]["consistency"].pop()),
    "a stamp that holds another hash": lambda: forged(
        lambda book: book.stamp(text=b"\x04\x20" + bytes(32) + b"\x18\x0f20260301000000Z")
    ),
    "a stamp without a time": lambda: forged(lambda book: book.stamp(time=b"")),
    "a stamp with its time before the hash": lambda: forged(
        lambda book: book.stamp(before=b"\x18\x0f20260301000000Z", time=b"")
    ),
    "a stamp of a month that is none": lambda: forged(
        lambda book: book.stamp(time=b"\x18\x0f20261301000000Z")
    ),
    "a stamp of a day that is none": lambda: forged(lambda book: book.stamp(time=b"\x18\x0f20260230000000Z")),
    "a stamp of the hour 24": lambda: forged(lambda book: book.stamp(time=b"\x18\x0f20260301240000Z")),
    "a stamp of a leap second": lambda: forged(lambda book: book.stamp(time=b"\x18\x0f20260301000060Z")),
    "a stamp of the year nought": lambda: forged(lambda book: book.stamp(time=b"\x18\x0f00000301000000Z")),
    "a stamp of another zone": lambda: forged(lambda book: book.stamp(time=b"\x18\x0f202603010000+08")),
    "a stamp of letters": lambda: forged(lambda book: book.stamp(time=b"\x18\x0f2026\xff301000000Z")),
    "a stamp that is not there": lambda: stamped(lambda one: one["stamps"][0].update(token="tokens/9.tsr")),
}


def dropped_proofs() -> bytes:
    whole = Forged().signed()
    del whole["proofs.json"]
    return pack(whole)


def stamped(change: Any) -> bytes:
    """Another list of stamps."""
    book = Forged()
    book.stamp()
    change(book.json["tokens/stamps.json"])
    return pack(book.signed())


def noted(change: Any) -> bytes:
    """A stamp of another note."""
    book = Forged()
    book.stamp()
    book.files["tokens/0.note"] = change(book.files["tokens/0.note"])
    return pack(book.signed())


def log_of(data: bytes, policy: str | None = POLICY) -> Report:
    """What is said of files, head, entries and proofs alone."""
    report = Report()
    try:
        try:
            read_book(read_archive(data), Policy() if policy is None else read_policy(policy), report)
        except (ValueError, TypeError, LookupError) as problem:
            raise Refused("malformed ({}: {})", type(problem).__name__, problem) from None
    except Refused as problem:
        report.failed(problem.zh, problem.en)
    return report


@pytest.mark.parametrize(
    "what", of_steps("book", "manifest", "checkpoint", "entries", "inclusion", "consistency")
)
def test_what_looks_at_the_book_alone_refuses_it(what: str) -> None:
    refused("book", what, log_of(made(what, FORGERIES[what])))


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_book_is_refused_in_these_words(what: str) -> None:
    refused("book", what, verify(made(what, FORGERIES[what]), read_policy(POLICY)))


@pytest.mark.parametrize("what", FORGERIES)
def test_both_refuse_a_forged_book(judges: Judges, what: str) -> None:
    assert judges.ask(made(what, FORGERIES[what]), POLICY)["verdict"] == "refused"


@pytest.mark.parametrize("size", [154, 155, 156, 157])
def test_both_take_a_stamp_of_any_head_with_the_figure(judges: Judges, size: int) -> None:
    assert judges.ask(forged(lambda book: book.stamp(size)), POLICY)["verdict"] == "verified"


@pytest.mark.parametrize("size", [154, 155, 156, 157])
def test_a_stamp_of_any_head_with_the_figure(size: int) -> None:
    data = forged(lambda book: book.stamp(size))
    report = verify(data, read_policy(POLICY))
    assert ("tokens", True, f"tsa 于 2026-03-01T00:00:00Z 收到 {size} 条时的账本",
            f"tsa saw {size} entries at 2026-03-01T00:00:00Z") in report.steps  # fmt: skip
    words = "openssl ts -verify -in tokens/0.tsr -data tokens/0.note -CAfile"
    assert (
        f"tsa 的签名：{words} 根证书.pem",
        f"the signature of tsa: {words} roots.pem",
    ) in report.not_checked


def test_the_entry_of_greatest_length(judges: Judges) -> None:
    assert judges.ask(forged(full), POLICY)["verdict"] == "verified"


def test_an_entry_of_greatest_length_is_one() -> None:
    assert log_of(made("full", lambda: forged(full))).steps[-1][:2] == ("consistency", True)


KEYLESS = {
    "no key is announced": lambda: forged(no_key),
    "a key that is none": lambda: forged(lambda book: book.entries[KEY]["body"].update(key="x")),
    "a key of no text": lambda: forged(lambda book: book.entries[KEY]["body"].update(key=5)),
    "a key in no body": lambda: forged(lambda book: book.entries[KEY].update(body=[])),
    "a key that is not canonical": lambda: unsigned(
        lambda files, _: files.update(
            {f"entries/{KEY}.json": files[f"entries/{KEY}.json"].replace(b",", b" ,")}
        )
    ),
    "a key that says its type twice": lambda: unsigned(
        lambda files, _: files.update({"entries/1.json": b'{"type":"key","type":"key"}'})
    ),
}


@pytest.mark.parametrize("what", KEYLESS)
def test_the_book_alone_must_agree_with_itself(what: str) -> None:
    refused("keyless", what, log_of(made(what, KEYLESS[what]), None))


@pytest.mark.parametrize("what", KEYLESS)
def test_a_bundle_must_at_least_agree_with_itself(what: str) -> None:
    """Without a policy the key in the bundle is taken; where there is none, nothing has signed it."""
    refused("keyless", what, verify(made(what, KEYLESS[what])))


@pytest.mark.parametrize("what", KEYLESS)
def test_both_ask_that_a_bundle_agrees_with_itself(judges: Judges, what: str) -> None:
    assert judges.ask(made(what, KEYLESS[what]))["verdict"] == "refused"


def test_both_judge_a_bundle_without_a_policy(judges: Judges) -> None:
    for policy in ("", "quorum none\n"):
        assert judges.ask(made("honest", forged), policy)["verdict"] == "verified"


def test_what_a_bundle_says_without_a_policy() -> None:
    for policy in (None, "quorum none\n"):
        said: Any = log_of(made("honest", forged), policy).as_data()
        assert all(one["ok"] for one in said["steps"])
        assert [one["zh"] for one in said["not_checked"][:2]] == [
            "账本公钥未经外部政策文件核对：包内自称的公钥只证明前后一致",
            "没有要求见证方达到法定数",
        ]
        assert [one["en"] for one in said["not_checked"][:2]] == [
            "the log's key was not compared with a policy from outside: the key in the bundle only shows consistency",
            "no quorum of witnesses was asked for",
        ]


WITNESSES = {name: FileSigner(f"{name}.example", bytes([at]) * 32) for at, name in enumerate("vw", start=8)}
WITNESS_KEYS = {name: VerifierKey(one.name, COSIGNATURE, one.public_key) for name, one in WITNESSES.items()}
QUORUM = (
    "".join(f"witness {name} {key}\n" for name, key in WITNESS_KEYS.items())
    + "group both all v w\nquorum both\n"
)


@cache
def witnessed(*names: str) -> bytes:
    """A bundle whose checkpoint these witnesses have signed."""

    def more(note: bytes) -> bytes:
        text = note.decode().partition("\n\n")[0] + "\n"
        for name in names:
            line = WITNESSES[name].sign(cosigned_text(5, text.encode()))
            note += cosignature(WITNESS_KEYS[name], 5, line).encode()
        return note

    return head(more)


def test_the_book_alone_counts_a_quorum_of_witnesses() -> None:
    report = log_of(witnessed("v", "w"), POLICY + QUORUM)
    assert report.steps[1][3] == f"157 entries of {ORIGIN} are signed; witnessed by v、w"
    assert report.steps[-1][:2] == ("consistency", True) and not report.not_checked
    refused("quorum", "one of two", log_of(witnessed("v"), POLICY + QUORUM))
    refused("quorum", "none of two", log_of(witnessed(), POLICY + QUORUM))


def resigned(*signers: FileSigner) -> bytes:
    """The same head, signed by these keys."""
    return head(lambda note: sign(note.decode().partition("\n\n")[0] + "\n", *signers).encode())


def test_a_head_that_old_and_new_key_have_signed_is_good_for_who_knows_the_old_one() -> None:
    new = f"log {verifier_key(OTHER)}\n"
    for policy in (POLICY, POLICY + new):
        assert verify(resigned(SIGNER, OTHER), read_policy(policy)).verified
    assert verify(resigned(OTHER), read_policy(POLICY + new)).verified


def test_both_take_a_head_of_two_keys_and_say_what_to_do_of_one_unknown(judges: Judges) -> None:
    new = f"log {verifier_key(OTHER)}\n"
    for policy in (POLICY, POLICY + new):
        assert judges.ask(resigned(SIGNER, OTHER), policy)["verdict"] == "verified"
    said = judges.ask(resigned(OTHER), POLICY)["steps"][-1]
    assert said["step"] == "checkpoint" and "a log line of its own in the policy" in said["en"]


class Alone:
    """The first verifier without the second."""

    def ask(self, data: bytes, policy: str) -> Any:
        return verify(data, read_policy(policy)).as_data()


def test_both_count_a_quorum_of_witnesses(judges: Judges) -> None:
    quorum(judges)


def test_a_quorum_of_witnesses() -> None:
    quorum(Alone())


def quorum(judges: Judges | Alone) -> None:
    policy = QUORUM
    said = judges.ask(witnessed("v", "w"), POLICY + policy)
    assert said["verdict"] == "verified"
    report = verify(witnessed("v", "w"), read_policy(POLICY + policy))
    assert report.steps[1][2:] == (f"{ORIGIN} 的 157 条已签名；见证：v、w",
                                   f"157 entries of {ORIGIN} are signed; witnessed by v、w")  # fmt: skip
    assert "quorum" not in str(report.not_checked)
    assert judges.ask(witnessed("v"), POLICY + policy)["verdict"] == "refused"
    refused("quorum", "one of two", verify(witnessed("v"), read_policy(POLICY + policy)))
    refused("quorum", "none of two", verify(witnessed(), read_policy(POLICY + policy)))
    assert judges.ask(witnessed("v"), policy)["verdict"] == "refused"


def test_the_honest_book_says_what_was_looked_at() -> None:
    said: Any = log_of(made("honest", forged)).as_data()
    steps: Any = [(one["step"], one["zh"], one["en"]) for one in said["steps"][:5]]
    found = canonical.decode(Forged().signed()["proofs.json"])
    assert isinstance(found, dict)
    early: Any = found["consistency"]
    assert steps == [
        ("manifest", "19 个文件与清单相符", "19 files are what the manifest says"),
        ("checkpoint", f"{ORIGIN} 的 157 条已签名；见证：—", f"157 entries of {ORIGIN} are signed; witnessed by —"),
        ("entries", "10 条字节规范", "10 entries are canonical"),
        ("inclusion", "10 条都在已签名的账本内", "all 10 are in the signed log"),
        ("consistency", f"152 条时的根 {early['root']} 是现账本的开头，可与当时的打印件对照",
         f"the root at 152 entries, {early['root']}, begins this log: compare it with what was printed then"),
    ]  # fmt: skip
    assert [one["en"] for one in said["not_checked"]] == ["no quorum of witnesses was asked for"]
