"""Missing is a value: the states a value can be in, where it came from, what absence does in arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, Union


class State(StrEnum):
    """The first axis: is there a value, and if not, why not (NO, IE, NE are the IPCC notation keys)."""

    VALUE = "value"
    MEASURED_ZERO = "measured_zero"
    DECLARED_ZERO = "declared_zero"
    NOT_OPERATING = "not_operating"
    NOT_OCCURRING = "not_occurring"
    INCLUDED_ELSEWHERE = "included_elsewhere"
    NOT_ESTIMATED = "not_estimated"
    MISSING = "missing"
    CONFIDENTIAL = "confidential"

    @property
    def has_value(self) -> bool:
        """True for a number (zero among them)."""
        return self in _WITH_VALUE

    @property
    def adds_nothing(self) -> bool:
        """True where somebody said that there is nothing to add here: such a cell is no hole in a sum."""
        return self in _ADDS_NOTHING


_WITH_VALUE = frozenset({State.VALUE, State.MEASURED_ZERO, State.DECLARED_ZERO})
_ADDS_NOTHING = frozenset({State.NOT_OPERATING, State.NOT_OCCURRING, State.INCLUDED_ELSEWHERE})


class Provenance(StrEnum):
    """The second axis: how a value came to be."""

    MEASURED = "measured"
    SUBSTITUTED = "substituted"
    DEFAULT = "default"
    ESTIMATED = "estimated"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that is not there: ``state`` says why, ``what`` names the quantity, ``where`` the cell.

    Arithmetic with a Decimal, an int or another Missing, in any order, gives a Missing that names every
    absent part once (``parts``), sorted, so that the result does not depend on the order of the terms.
    It is never equal to a number and has no truth value: ``missing or 0`` raises instead of inventing a zero.
    """

    state: State
    what: str
    where: str
    others: tuple["Missing", ...] = ()

    def __post_init__(self) -> None:
        if self.state.has_value:
            raise ValueError(f"{self.what} at {self.where}: {self.state} has a value, it is not missing")

    @property
    def parts(self) -> tuple["Missing", ...]:
        """Every absent part by itself, this one among them."""
        return (Missing(self.state, self.what, self.where), *self.others) if self.others else (self,)

    @property
    def names(self) -> tuple[str, ...]:
        """``what @ where`` of every part; ``what`` alone of one that has no cell."""
        return tuple(f"{part.what} @ {part.where}" if part.where else part.what for part in self.parts)

    @classmethod
    def of(cls, several: Iterable["Missing"]) -> "Missing":
        """All of ``several`` (at least one) in one, each part once, in an order that depends on nothing: states that
        tell of a hole come before those that add nothing."""
        first, *others = sorted({part for one in several for part in one.parts}, key=_order)
        return cls(first.state, first.what, first.where, tuple(others))

    @property
    def holes(self) -> tuple[str, ...]:
        """The months (last part of ``where``) of every part that is a hole, each once, in order."""
        return tuple(
            sorted({part.where.rpartition("/")[2] for part in self.parts if not part.state.adds_nothing})
        )

    def _sum(self, other: object) -> "Missing":
        if isinstance(other, Missing):
            return Missing.of((self, other))
        if isinstance(other, (Decimal, int)):
            return self
        unsupported: Missing = NotImplemented
        return unsupported

    def _product(self, other: object) -> "Missing":
        # What does not occur adds nothing, whether or not there is a factor for it.
        if isinstance(other, Missing) and self.state.adds_nothing != other.state.adds_nothing:
            return self if self.state.adds_nothing else other
        return self._sum(other)

    __add__ = __radd__ = __sub__ = __rsub__ = _sum
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _product

    def quantize(self, *_how: object) -> "Missing":
        """What is missing stays missing however it is rounded."""
        return self

    def __neg__(self) -> "Missing":
        return self

    __pos__ = __abs__ = __neg__

    def __bool__(self) -> bool:
        raise TypeError(f"{self} is neither true nor false; ask isinstance(value, Missing)")

    def __str__(self) -> str:
        return f"{self.state}: " + ", ".join(self.names)


def _order(part: Missing) -> tuple[bool, str, str, str]:
    return (part.state.adds_nothing, part.what, part.where, part.state.value)


Value: TypeAlias = Union[Decimal, Missing]  # noqa: UP007 - an alias that isinstance and readers both take
