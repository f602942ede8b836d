"""A policy says who must have cosigned; what it says wrong is told by line."""

import base64

import pytest

from tansuo.evidence import ed25519
from tansuo.evidence.note import COSIGNATURE, ED25519, NoteError, VerifierKey, cosignature, cosigned_text
from tansuo.evidence.policy import Policy, PolicyError, judge, read_policy

SEEDS = {
    name: bytes([number]) * 32
    for number, name in enumerate(("log", "court", "university", "firm", "province"), 1)
}
TEXT = "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


def key(name: str) -> VerifierKey:
    kind = ED25519 if name == "log" else COSIGNATURE
    return VerifierKey(name, kind, ed25519.public_key(SEEDS[name]))


def line(name: str, seconds: int = 1_700_000_000, text: str = TEXT) -> str:
    return cosignature(key(name), seconds, ed25519.sign(SEEDS[name], cosigned_text(seconds, text.encode())))


def note(*names: str) -> str:
    own = base64.b64encode(key("log").id + ed25519.sign(SEEDS["log"], TEXT.encode())).decode()
    return f"{TEXT}\n— log {own}\n" + "".join(line(name) for name in names)


POLICY = f"""
log {key("log")}            # from the gazette
witness court {key("court")} https://witness.court.example/
witness university {key("university")}
witness province {key("province")}
witness firm {key("firm")}
group public any university province
group outside 2 court public
quorum outside
"""


@pytest.mark.parametrize(
    ("names", "enough"),
    [
        ((), False),
        (("court",), False),
        (("university", "province"), False),  # they count as one
        (("court", "firm"), False),  # the firm has an interest: it is shown and counts for nothing
        (("court", "university"), True),
        (("court", "province", "firm"), True),
    ],
)
def test_the_quorum_counts_groups_and_nobody_with_an_interest(names: tuple[str, ...], enough: bool) -> None:
    judged = judge(read_policy(POLICY), note(*names))
    assert (judged.text, judged.quorum) == (TEXT, enough)
    assert judged.by == dict.fromkeys(names, 1_700_000_000)


def test_without_a_quorum_nothing_is_ever_witnessed() -> None:
    policy = read_policy(POLICY.replace("quorum outside", "quorum none"))
    assert not judge(policy, note("court", "university", "province", "firm")).quorum
    assert policy.counted() == frozenset()
    assert not Policy().met_by(["court"])
    assert read_policy(POLICY).counted() == {"court", "university", "province"}
    assert read_policy(POLICY).witnesses["court"].address == "https://witness.court.example/"


def test_a_note_the_log_did_not_sign_is_none_whoever_cosigned() -> None:
    policy = read_policy(POLICY)
    bare = f"{TEXT}\n{line('court')}{line('university')}"
    with pytest.raises(NoteError, match="no key of the log"):
        judge(policy, bare)
    other = line("court", text=TEXT.replace("\n1\n", "\n2\n"))
    with pytest.raises(NoteError, match="wrong"):
        judge(policy, note() + other)
    assert judge(Policy(), note(), [key("log")]).by == {}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("witness court", "line 1: not a line"),
        (f"witness court {key('log')}", "line 1: the key of log is of type 1, not 4"),
        (f"log {key('court')}", "line 1: the key of court is of type 4, not 1"),
        (f"witness none {key('court')}", "line 1: none is named twice"),
        (f"witness a {key('court')}\nwitness a {key('firm')}", "line 2: a is named twice"),
        ("group a any b", "line 1: members must be named above, each once: b"),
        (f"witness a {key('court')}\ngroup g any a a", "line 2: members must be named above"),
        (f"witness a {key('court')}\ngroup g 2 a", "line 2: 2 of 1 members"),
        (f"witness a {key('court')}\ngroup g some a", "line 2: some of 1 members"),
        ("quorum a", "line 1: a is not named above"),
        ("quorum none\nquorum none", "a policy has one quorum"),
        ("log nonsense", "line 1: "),
    ],
)
def test_what_is_wrong_is_told_by_its_line(wrong: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said.replace("(", r"\(")):
        read_policy(wrong)
