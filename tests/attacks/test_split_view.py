"""T10: two histories at once, each shown to those who shall believe it."""

import itertools
import random
from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from attacked import Browser, Platform, Root
from second_verifier import Judges
from tansuo.entry.cli import main
from tansuo.evidence.comparing import compare_heads
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import sign, verifier_key, with_lines
from tansuo.evidence.policy import Policy, judge, read_policy
from tansuo.evidence.proof import make_consistency
from tansuo.evidence.tree import leaf_hash, root, tree_root
from tansuo.evidence.witness import Witness, request_text
from tansuo.quantity.finding import FindingError


def test_each_believes_his_own_history_until_any_two_meet(
    platform: Platform, root: Root, new_browser: Callable[[], Browser], judges: Judges, tmp_path: Path
) -> None:
    court, university = platform.witnesses.values()
    citizen, minister = new_browser(), new_browser()
    start = platform.size
    platform.cosigned()
    for one in (citizen, minister):
        assert one.visit(platform.note(), platform.prove) == "first"

    # The first history: the court and the citizen see it.
    shown = platform.month()
    platform.head()
    assert platform.ask(court).status == 200
    first, first_bundle = platform.note(), platform.bundle(shown["E_fuel"])
    assert citizen.visit(first, platform.prove) == "continues"

    # The second one, of the same length: the university and the minister see it.
    hidden = root.rewrite(start, lambda: platform.month(coal="90.125"))
    assert platform.ask(university).status == 200
    second, second_bundle = platform.note(), platform.bundle(hidden["E_fuel"])
    assert minister.visit(second, platform.prove) == "continues"

    # Not caught: by the platform, by either witness, by either browser, by a judge who knows the key alone.
    assert platform.check().sound
    for bundle in (first_bundle, second_bundle):
        assert judges.ask(bundle, f"log {platform.key}\n")["verdict"] == "verified"
    # The quorum of two catches it at once: neither history has it, so that neither figure is witnessed.
    for bundle in (first_bundle, second_bundle):
        assert judges.ask(bundle, platform.policy)["verdict"] == "refused"
    # A browser that is shown the other one.
    assert citizen.visit(second, platform.prove) == "broken: two_heads"
    # Any two holders who meet: one size, two roots, both signed. The two notes are the proof, and need no platform.
    assert compare_heads(first, second, [platform.key]).verdict == "two_heads"
    files = [tmp_path / "citizen.txt", tmp_path / "minister.txt"]
    for file, note in zip(files, (first, second), strict=True):
        file.write_text(note, encoding="utf-8")
    assert main(["witness", "compare", *map(str, files), "--key", str(platform.key)]) == 1
    # Witnesses that are asked about the other's head refuse.
    assert platform.ask(court).status == 409


LOG = FileSigner("tansuo/321100/split", b"\7" * 32)
COMMON = [leaf_hash(b"%d" % number) for number in range(5)]


class View:
    """One of the histories a dishonest log shows."""

    def __init__(self, *own: bytes) -> None:
        self.leaves = [*COMMON, *map(leaf_hash, own)]

    def read(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        assert level == 0
        return self.leaves[start:stop]

    def note(self, size: int) -> str:
        text = f"{LOG.name}\n{size}\n{b64encode(tree_root(self.read, size)).decode()}\n"
        return sign(text, LOG)

    def shown_to(self, witness: Witness) -> str:
        """The cosignature a witness gives to the whole of this view; "" where it refuses."""
        seen = witness.heads().get(LOG.name, (0, b""))[0]
        size = len(self.leaves)
        proof = make_consistency(self.read, seen, size) if 0 < seen < size else []
        answer = witness.add_checkpoint(request_text(seen, proof, self.note(size)))
        return answer.body if answer.status == 200 else ""


def witnesses(folder: Path) -> list[Witness]:
    made = [Witness.create(folder / f"w{number}", f"w{number}") for number in range(5)]
    for one in made:
        one.trust(verifier_key(LOG))
    return made


def quorum(made: Sequence[Witness], needed: int) -> Policy:
    lines = [f"witness {one.key.name} {one.key}" for one in made]
    names = " ".join(one.key.name for one in made)
    return read_policy(
        f"log {verifier_key(LOG)}\n" + "\n".join(lines) + f"\ngroup g {needed} {names}\nquorum g\n"
    )


def met(policy: Policy, view: View, lines: Sequence[str]) -> bool:
    note = with_lines(view.note(len(view.leaves)), [one for one in lines if one])
    return judge(policy, note).quorum


@pytest.mark.parametrize("liars", [0, 1, 2])
def test_two_views_never_both_meet_a_quorum_that_outnumbers_halves_and_liars(
    tmp_path: Path, liars: int
) -> None:
    """Five witnesses, of whom up to two cosign whatever they are given; every way to share the honest ones out."""
    honest = 5 - liars
    reached: dict[int, int] = dict.fromkeys(range(1, 6), 0)
    for number, sides in enumerate(itertools.product((0, 1), repeat=honest)):
        made = witnesses(tmp_path / str(number))
        views = (View(b"coal 100", b"x"), View(b"coal 90", b"y"))
        lines: tuple[list[str], list[str]] = ([], [])
        for witness, side in zip(made, sides, strict=False):
            lines[side].append(views[side].shown_to(witness))
            assert views[1 - side].shown_to(witness) == ""  # an honest one never cosigns both
        for witness in made[honest:]:
            for side in (0, 1):
                (witness.directory / "heads.json").unlink(missing_ok=True)  # a liar forgets at will
                lines[side].append(views[side].shown_to(witness))
        for needed in reached:
            policy = quorum(made, needed)
            reached[needed] += met(policy, views[0], lines[0]) and met(policy, views[1], lines[1])
    # n witnesses, f liars: safe is a quorum above (n + f) / 2. With five, four stand against two liars.
    assert {needed for needed, times in reached.items() if times} == {
        needed for needed in reached if 2 * needed <= 5 + liars
    }


def test_two_signed_heads_of_one_size_are_proof_whoever_finds_them(tmp_path: Path) -> None:
    chance = random.Random(20261126)
    for _ in range(50):
        views = [View(*(chance.randbytes(4) for _ in range(9))) for _ in range(2)]
        size = chance.randint(len(COMMON) + 1, len(COMMON) + 9)
        judged = compare_heads(views[0].note(size), views[1].note(size), [verifier_key(LOG)])
        assert judged.guilty, size
        shared = chance.randint(1, len(COMMON))
        assert (
            compare_heads(views[0].note(shared), views[1].note(shared), [verifier_key(LOG)]).verdict == "same"
        )
        assert root(views[0].leaves[:shared]) == tree_root(views[1].read, shared)
    # Not proof: a head that another key has signed in the log's name.
    stranger = FileSigner(LOG.name, b"\x08" * 32)
    forged = sign(views[1].note(size).partition("\n\n")[0] + "\n", stranger)
    with pytest.raises(FindingError) as refused:
        compare_heads(views[0].note(size), forged, [verifier_key(LOG)])
    assert refused.value.findings[0].code == "evidence.note_unknown"
