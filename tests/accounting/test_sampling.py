"""Sampling by size: the same seed draws the same receipts, the large ones always come, nothing comes twice."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.accounting.sampling import draw

SIZES = {f"R{number}": Decimal(number) for number in range(1, 41)}
SEEDS = st.text(alphabet="0123456789abcdef", min_size=1, max_size=16)


@given(seed=SEEDS, count=st.integers(1, 40))
def test_a_sample_has_the_size_asked_for_and_no_receipt_twice(seed: str, count: int) -> None:
    drawn = [one.receipt for one in draw(SIZES, count, seed)]
    assert len(drawn) == len(set(drawn)) == count
    assert drawn == [one.receipt for one in draw(dict(reversed(SIZES.items())), count, seed)]


def test_another_seed_draws_others() -> None:
    samples = {tuple(one.receipt for one in draw(SIZES, 5, str(seed))) for seed in range(20)}
    assert len(samples) > 10


@given(seed=SEEDS)
def test_what_is_longer_than_a_step_always_comes(seed: str) -> None:
    drawn = draw({**SIZES, "huge": Decimal(10_000)}, 4, seed)
    assert [one.certain for one in drawn if one.receipt == "huge"] == [True]
    assert sum(one.certain for one in drawn) == 1


def test_the_chance_grows_with_the_size() -> None:
    drawn = [one.receipt for seed in range(400) for one in draw(SIZES, 5, f"seed-{seed}")]
    large = sum(drawn.count(f"R{number}") for number in range(31, 41))
    small = sum(drawn.count(f"R{number}") for number in range(1, 11))
    assert large > 4 * small  # 355 of 820 parts of the length against 55


def test_of_few_all_come_and_of_nothing_none() -> None:
    assert [one.certain for one in draw({"a": Decimal(1), "b": Decimal(2)}, 9, "x")] == [True, True]
    assert draw({"a": Decimal(0)}, 3, "x") == []


@pytest.mark.parametrize(("sizes", "count"), [({"a": Decimal(-1)}, 1), ({"a": Decimal(1)}, 0)])
def test_a_sample_that_cannot_be_meant_is_refused(sizes: dict[str, Decimal], count: int) -> None:
    with pytest.raises(ValueError, match="a sample needs"):
        draw(sizes, count, "x")
