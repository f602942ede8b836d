"""A quorum is worth something only where two histories cannot both meet it."""

import pytest

from tansuo.evidence.ed25519 import public_key
from tansuo.evidence.note import COSIGNATURE, VerifierKey
from tansuo.evidence.overlap import MOST, withstands
from tansuo.evidence.policy import Policy, read_policy


def policy(count: int, *lines: str) -> Policy:
    keys = [VerifierKey(f"w{n}", COSIGNATURE, public_key(bytes([n + 1]) * 32)) for n in range(count)]
    return read_policy("\n".join([*(f"witness {one.name} {one}" for one in keys), *lines]))


@pytest.mark.parametrize("count", range(1, 7))
def test_of_equal_witnesses_a_quorum_withstands_what_the_formula_says(count: int) -> None:
    names = " ".join(f"w{n}" for n in range(count))
    for needed in range(1, count + 1):
        # Safe against f of n liars: 2k > n + f.
        assert withstands(policy(count, f"group g {needed} {names}", "quorum g")) == max(
            2 * needed - count - 1, -1
        )


def test_groups_within_groups_are_tried_one_by_one() -> None:
    inner = ("group a 2 w0 w1 w2", "group b all w3 w4")
    assert withstands(policy(5, *inner, "group both all a b", "quorum both")) == 2
    assert withstands(policy(5, *inner, "group one any a b", "quorum one")) == -1
    assert withstands(policy(5, "quorum w0")) == 0  # the one witness, honest or not


def test_without_a_quorum_or_with_too_many_witnesses_nothing_is_said() -> None:
    assert withstands(Policy()) is None
    assert withstands(policy(3, "group g 2 w0 w1 w2", "quorum none")) is None
    many = MOST + 1
    names = " ".join(f"w{n}" for n in range(many))
    assert withstands(policy(many, f"group g {many} {names}", "quorum g")) is None
