"""How a method is written: declared terms, formulas with ordinary operators, and nothing that runs later.

A pack's ``pack.py`` builds one ``Method``. Every declaration is checked where it stands, so that a wrong
formula fails on its own line. What decides a figure goes into the data document; names and explanations go
into the wording.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from tansuo.methods.check import DIMENSIONS, Meaning, define
from tansuo.methods.expression import Node, Term
from tansuo.methods.term import (
    Additivity,
    Declared,
    FactorRow,
    MethodData,
    Option,
    Quantity,
    Rung,
)
from tansuo.quantity.decimals import RULES, Ratio, Rounding, parse_decimal
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.unit import UnitError, parse_unit

_SYMBOL = re.compile(r"[A-Za-z][A-Za-z0-9]*(_\w+)*")
_VALID = re.compile(r"\d{4}-\d{2}/(\d{4}-\d{2}|\.\.)", re.ASCII)


class Method:
    """One method of one edition of one standard.

    ``valid``: months it may be used for, half-open, "2021-01/2026-01" or open, "2021-01/..". ``source``: key
    of the pack's sources.toml. ``gwp``: "AR2", "AR4", "AR5", "AR6" where CO2e occurs; several, parted by blanks,
    only in a method that compares sets, whose tonnes still do not add.
    """

    def __init__(
        self,
        method_id: str,
        *,
        edition: str,
        title_zh: str,
        title_en: str,
        valid: str,
        source: str,
        gwp: str | None = None,
    ) -> None:
        if not _VALID.fullmatch(valid):
            raise FindingError(Finding("methods.valid_form", {"method": method_id}, {"valid": valid}))
        self.id = method_id
        self.edition = edition
        self.valid = valid
        self.source = source
        self.gwp = gwp or ""
        self.terms: dict[str, Declared] = {}
        self.quantities: dict[str, Quantity] = {}
        self.options: dict[str, Option] = {}
        self.names: dict[str, tuple[str, str]] = {"": (title_zh, title_en)}
        self.option_names: dict[str, tuple[str, str]] = {}

    def option(self, name: str, zh: str, en: str, *, choices: tuple[str, ...], default: str) -> None:
        """A choice the standard leaves open; rungs refer to it by ``when={name: choice}``."""
        if default not in choices:
            raise self._refuse("option_default", name, default=default, choices=", ".join(choices))
        self.options[name] = Option(tuple(choices), default)
        self.option_names[name] = (zh, en)

    def activity(
        self,
        symbol: str,
        zh: str,
        en: str,
        unit: str,
        *,
        over: str = "source month",
        indicator: str = "",
        keys: Mapping[str, str | tuple[str, ...]] | None = None,
        additivity: Additivity = "flow",
        places: int | None = None,
        rounding: Rounding = "half_even",
        lower: str | None = None,
        upper: str | None = None,
        clause: str = "",
    ) -> Node:
        """What is measured: an amount for every source (with all attributes in ``keys``) and month."""
        wanted = {
            name: (value,) if isinstance(value, str) else tuple(value) for name, value in (keys or {}).items()
        }
        declared = Declared(
            symbol,
            "activity",
            unit,
            keys=wanted,
            indicator=indicator,
            additivity=additivity,
            places=places,
            rounding=rounding,
            lower=_bound(lower),
            upper=_bound(upper),
            clause=clause,
        )
        return self._declare(declared, over, zh, en)

    def factor(
        self,
        symbol: str,
        zh: str,
        en: str,
        unit: str,
        *,
        over: str = "source [month]",
        table: str = "",
        column: str = "",
        key: str = "",
        choose: tuple[Rung, ...] = (),
        places: int | None = None,
        rounding: Rounding = "half_even",
        lower: str | None = None,
        upper: str | None = None,
        clause: str = "",
    ) -> Node:
        """What an amount is multiplied by, found on a ladder: measured values, then rows of ``table``.

        ``over``: a dimension in brackets is one the value need not be given along. ``key``: the source's
        attribute that is the row's key, or "=" and the key itself. No ladder: one rung "default".
        """
        steps = tuple(_filled(step, table, column, key) for step in (choose or (Rung("default"),)))
        for step in steps:
            if step.take == "table" and not (step.table and step.column):
                raise self._refuse("rung_without_table", symbol, rung=step.name)
            for name, answer in step.when.items():
                if name not in self.options or answer not in self.options[name].choices:
                    raise self._refuse("rung_option", symbol, rung=step.name, option=f"{name}={answer}")
        declared = Declared(
            symbol,
            "factor",
            unit,
            ladder=steps,
            places=places,
            rounding=rounding,
            lower=_bound(lower),
            upper=_bound(upper),
            clause=clause,
        )
        return self._declare(declared, over, zh, en)

    def constant(self, symbol: str, zh: str, en: str, unit: str, *, exactly: str, clause: str = "") -> Node:
        """A ratio of integers with a unit (44/12 in t CO2/t C): multiplied first, divided last.

        A conversion such as "MWh/kWh" must be the exact one (1/1000).
        """
        try:
            value = Ratio.parse(exactly)
        except ValueError:
            raise self._refuse("constant_form", symbol, exactly=exactly) from None
        term = self._declare(Declared(symbol, "constant", unit, exactly=value, clause=clause), "", zh, en)
        parsed = parse_unit(unit)
        if not parsed.dimensions and parsed.symbol not in ("1", "%"):
            right = 1 / parsed.scale
            if right != right.__class__(value.numerator, value.denominator):
                raise self._refuse("wrong_conversion", symbol, unit=unit, exactly=exactly, right=str(right))
        return term

    def quantity(
        self,
        symbol: str,
        zh: str,
        en: str,
        unit: str,
        expression: Node,
        *,
        places: int | None = None,
        rounding: Rounding = "half_even",
        additivity: Additivity | None = None,
        parents: str = "sum_unrounded",
        scope: str | None = None,
        indicator: str = "",
        lower: str | None = None,
        upper: str | None = None,
        missing: str = "refuse",
        clause: str = "",
    ) -> Node:
        """A named result. FindingError where the formula does not give ``unit``, or breaks another rule.

        ``places``/``rounding``: the published value is rounded once, by that rule; without places it is not
        rounded. ``parents``: formulas that use it take the rounded ("sum_published") or the unrounded value.
        ``additivity`` is found from the formula; a declaration may only narrow it to "ratio". ``scope``:
        direct, indirect, or both for a quantity that says it adds them.
        """
        if parents not in ("sum_published", "sum_unrounded"):
            raise self._refuse("parents_form", symbol, parents=parents)
        if missing != "refuse":
            raise self._refuse("sum_over_missing", symbol, missing=missing)
        self._check_name(symbol, rounding)
        made = Quantity(
            symbol,
            self._unit(symbol, unit, clause),
            expression,
            places=places,
            rounding=rounding,
            parents="sum_published" if parents == "sum_published" else "sum_unrounded",
            scope=scope or "",
            indicator=indicator,
            lower=_bound(lower),
            upper=_bound(upper),
            clause=clause,
        )
        meaning = define(self.id, self.terms, self.quantities, made)
        if additivity not in (None, meaning.additivity, "ratio"):
            raise self._refuse("additivity", symbol, declared=str(additivity), found=meaning.additivity)
        self.quantities[symbol] = replace(
            made,
            over=meaning.over,
            keys=dict(meaning.keys),
            additivity=additivity or meaning.additivity,
            scope=made.scope or _one_scope(meaning),
        )
        self.names[symbol] = (zh, en)
        return Term(symbol)

    def data(
        self,
        factors: tuple[FactorRow, ...] = (),
        sources: Mapping[str, Mapping[str, str]] | None = None,
    ) -> MethodData:
        """The method with its factor rows and citations, as frozen data."""
        return MethodData(
            self.id,
            self.edition,
            self.valid,
            self.source,
            self.gwp,
            dict(self.options),
            dict(self.terms),
            dict(self.quantities),
            tuple(sorted(factors, key=lambda row: row.id)),
            dict(sources or {}),
        )

    def _declare(self, declared: Declared, over: str, zh: str, en: str) -> Node:
        self._check_name(declared.symbol, declared.rounding)
        dims = over.replace("[", " ").replace("]", " ").split()
        for name in dims:
            if name not in DIMENSIONS:
                raise self._refuse("unknown_dimension", declared.symbol, dimension=name)
        self.terms[declared.symbol] = replace(
            declared,
            unit=self._unit(declared.symbol, declared.unit, declared.clause),
            over=tuple(name for name in DIMENSIONS if name in dims),
            optional=tuple(name for name in DIMENSIONS if f"[{name}]" in over.replace(" ", "")),
        )
        self.names[declared.symbol] = (zh, en)
        return Term(declared.symbol)

    def _check_name(self, symbol: str, rounding: str) -> None:
        if not _SYMBOL.fullmatch(symbol):
            raise self._refuse("symbol_form", symbol)
        if symbol in self.names:
            raise self._refuse("symbol_twice", symbol)
        if rounding not in RULES:
            raise self._refuse("rounding_form", symbol, rounding=rounding, rules=", ".join(RULES))

    def _unit(self, symbol: str, unit: str, clause: str) -> str:
        try:
            return parse_unit(unit).symbol
        except UnitError as error:
            where = {"method": self.id, "symbol": symbol, **({"clause": clause} if clause else {})}
            raise FindingError([Finding(one.code, where, one.params) for one in error.findings]) from None

    def _refuse(self, code: str, symbol: str, **params: str) -> FindingError:
        return FindingError(Finding(f"methods.{code}", {"method": self.id, "symbol": symbol}, params))


def _bound(text: str | None) -> Decimal | None:
    return None if text is None else parse_decimal(text)


def _filled(step: Rung, table: str, column: str, key: str) -> Rung:
    if step.take == "local":
        return step
    return replace(step, table=step.table or table, column=step.column or column, key=step.key or key)


def _one_scope(meaning: Meaning) -> str:
    return next(iter(meaning.scopes)) if len(meaning.scopes) == 1 else ""
