"""Laboratory values worked out again from the results they rest on: fractions throughout, divided once, last."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from tansuo.methods.document import Json
from tansuo.quantity.decimals import CONTEXT, parse_decimal
from tansuo.quantity.period import Period
from tansuo.quantity.unit import convert

UNITS = {"ncv": "GJ/t", "cc": "t C/GJ", "C_ad": "t C/t", "C_d": "t C/t", "M_ad": "1", "M_ar": "1",
         "C_arm": "t C/t", "C_ar": "t C/t", "carbon": "t C/t"}  # fmt: skip
"""What a month's results are asked for, and its unit."""
_EVAPORATION, _HYDROGEN = 23, 206
Results = Mapping[tuple[str, str], Fraction]


def worked_out(statements: Sequence[Json], column: str, month: Period, accredited: bool) -> Decimal:
    """The value of ``column`` for a month from statements of laboratory results (docs/reference/bundle.md).

    Several analyses are weighted by the fuel they stand for. LookupError or ValueError where they give none: of
    another month or standing, without a moisture, an ash or a weight that is needed.
    """
    found: dict[tuple[str, ...], dict[tuple[str, str], Fraction]] = {}
    weights: dict[tuple[str, ...], str | None] = {}
    for one in statements:
        detail, basis = one["detail"], one["basis"].partition(" ")[0]
        first, last = detail["represents"]
        marked = bool({"CMA", "CNAS"} & set(detail["marks"]))
        within = first < month.end.isoformat() and month.start.isoformat() <= last
        if not within or marked is not accredited:
            raise ValueError(f"{detail['sample']} is of another month or standing")
        sample = (one["subject"], one["issuer"], detail["report"], detail["sample"])
        parameter = one["indicator"].removeprefix("test.")
        own = "J/g" if parameter.endswith("calorific_value") else "%"
        value = convert(parse_decimal(one["value"]), one["unit"], own)
        found.setdefault(sample, {})[parameter, basis] = Fraction(value)
        weights[sample] = detail["amount"]

    def mean(ask: Callable[[Results], Fraction]) -> Fraction:
        given = [(_tried(ask, results), weights[sample]) for sample, results in found.items()]
        known = [(value, weight) for value, weight in given if value is not None]
        if len(known) == 1:
            return known[0][0]
        fuel = [(value, Fraction(weight or "")) for value, weight in known]
        return Fraction(sum(value * weight for value, weight in fuel)) / sum(weight for _, weight in fuel)

    if column[:2] in ("C_", "M_") and column not in ("C_arm", "C_ar"):
        ((_, results),) = found.items()
        number = results["carbon" if column[0] == "C" else "moisture", column[2:]] / 100
    elif column == "ncv":
        number = mean(_heat) / 1_000
    else:
        number = mean(_carbon) / 100
        number = number / (mean(_heat) / 1_000) if column == "cc" else number
    return CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


def _tried(ask: Callable[[Results], Fraction], results: Results) -> Fraction | None:
    """What an analysis gives; None where it lacks what is asked, or a moisture or ash."""
    try:
        return ask(results)
    except KeyError:
        return None


def _first(results: Results, parameter: str, *bases: str) -> str:
    """The first basis on which a parameter was reported; empty where on none."""
    return next((one for one in bases if (parameter, one) in results), "")


def _carbon(results: Results) -> Fraction:
    """Carbon as received in per cent; KeyError where it was not reported."""
    basis = _first(results, "carbon", "ar", "ad", "d", "daf")
    return _received(results["carbon", basis], basis, results)


def _heat(results: Results) -> Fraction:
    """Net calorific value as received in J/g, from the gross one where only that was reported; KeyError where none."""
    basis = _first(results, "net_calorific_value", "ar", "ad", "d", "daf")
    if basis == "ar":
        return results["net_calorific_value", "ar"]
    if basis:
        kept = results["net_calorific_value", basis]
        kept += _EVAPORATION * results["moisture", "ad"] if basis == "ad" else 0
    else:
        basis = _first(results, "gross_calorific_value", "ad", "ar", "d", "daf")
        kept = results["gross_calorific_value", basis] - _HYDROGEN * results["hydrogen", basis]
    return _received(kept, basis, results) - _EVAPORATION * results["moisture", "ar"]


def _received(number: Fraction, basis: str, results: Results) -> Fraction:
    """A share of the fuel on ``basis`` as received; KeyError where a moisture or ash lacks."""
    if basis == "daf":
        fitting = (one for one in ("ar", "ad", "d") if ("ash", one) in results)
        basis = next(one for one in (*fitting, "") if one in ("d", "") or ("moisture", one) in results)
        number *= (_dry(basis, results) - results["ash", basis]) / 100
    return number if basis == "ar" else number * _dry("ar", results) / _dry(basis, results)


def _dry(basis: str, results: Results) -> Fraction:
    """Dry matter in a hundred parts."""
    return Fraction(100) if basis == "d" else 100 - results["moisture", basis]
