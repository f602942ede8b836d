"""How a method is written: declared terms, formulas with ordinary operators, and nothing that runs later.

A pack's ``pack.py`` builds one ``Method``. Every declaration is checked where it stands, so that a wrong
formula fails on its own line. What decides a figure goes into the data document; names and explanations go
into the wording.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tansuo.methods.building import wanted
from tansuo.methods.check import DIMENSIONS, Meaning, define
from tansuo.methods.expression import FirstOf, Node, Term
from tansuo.methods.expression import symbols as named
from tansuo.methods.paper import Paper
from tansuo.methods.term import (
    Additivity,
    Declared,
    FactorRow,
    Grain,
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
    only in a method that compares sets, whose tonnes still do not add. ``grain``: "month", or "year" for a method
    of yearly values, whose dimension is then the year.
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
        grain: Grain = "month",
    ) -> None:
        if not _VALID.fullmatch(valid):
            raise FindingError(Finding("methods.valid_form", {"method": method_id}, {"valid": valid}))
        self.id = method_id
        self.edition = edition
        self.valid = valid
        self.source = source
        self.gwp = gwp or ""
        self.grain: Grain = grain
        self.extends: dict[str, str] = {}
        self.borrowed: list[tuple[str, str]] = []
        self.paper = Paper()
        self.terms: dict[str, Declared] = {}
        self.quantities: dict[str, Quantity] = {}
        self.options: dict[str, Option] = {}
        self.names: dict[str, tuple[str, str]] = {"": (title_zh, title_en)}
        self.option_names: dict[str, tuple[str, str]] = {}
        self.branch_names: dict[str, str] = {}

    def __getitem__(self, symbol: str) -> Node:
        """The term or quantity declared (or inherited) under ``symbol``, for use in a formula."""
        if symbol not in self.terms and symbol not in self.quantities:
            raise self._refuse("unknown_symbol", symbol, unknown=symbol)
        return Term(symbol)

    def inherit(self, data: MethodData, words: Mapping[str, Any]) -> None:
        """Begin with everything that ``data`` declares and ``words`` (its wording document) says of it."""
        self.terms.update(data.terms)
        self.quantities.update(data.quantities)
        self.options.update(data.options)
        self.names.update({symbol: (said["zh"], said["en"]) for symbol, said in words["terms"].items()})
        self.option_names.update({name: (said["zh"], said["en"]) for name, said in words["options"].items()})
        self.branch_names.update(words.get("branches", {}))
        self.paper = Paper.read(words.get("paper", {}))

    def drop(self, *symbols: str) -> None:
        """Leave out what was inherited; FindingError where something that is kept names it."""
        for symbol in symbols:
            users = [
                one.symbol
                for one in self.quantities.values()
                if one.symbol not in symbols and symbol in named(one.expression)
            ]
            if users:
                raise self._refuse("still_used", symbol, users=", ".join(users))
            if self.names.pop(symbol, None) is None:
                raise self._refuse("unknown_symbol", symbol, unknown=symbol)
            self.terms.pop(symbol, None)
            self.quantities.pop(symbol, None)
            self.paper.drop(symbol)

    def use(self, pack: str, table: str) -> None:
        """Take the rows of ``table`` of another pack (a folder beside this one), with their citations.

        Only rows that a factor declared here reads become part of the method. A row of the pack's own
        factors.csv for the same table, key, column and selectors replaces the borrowed ones.
        """
        self.borrowed.append((pack, table))

    def boundary(self, zh: str, en: str, clause: str = "", status: str = "official") -> None:
        """核算边界: what this edition covers and what it leaves out; shown, without effect on any figure."""
        self.paper.say("boundary", "", zh, en, clause, status)

    def evidence(self, symbol: str, zh: str, en: str, clause: str = "", status: str = "official") -> None:
        """Evidence that the edition asks to be kept behind the term or quantity ``symbol``."""
        self._say("evidence", symbol, zh, en, clause, status)

    def plan_field(self, symbol: str, zh: str, en: str, clause: str = "", status: str = "official") -> None:
        """What the 数据质量控制方案 must state about a term: frequency, instrument, class, calibration …"""
        self._say("plan", symbol, zh, en, clause, status)

    def rule(self, zh: str, en: str, clause: str = "", status: str = "official") -> None:
        """A rule in words: an exclusion, a punitive default, what is done about missing data."""
        self.paper.say("rules", "", zh, en, clause, status)

    def _say(self, part: str, symbol: str, zh: str, en: str, clause: str, status: str) -> None:
        self[symbol]
        self.paper.say(part, symbol, zh, en, clause, status)

    def option(
        self, name: str, zh: str, en: str, *, choices: tuple[str, ...], default: str, override: bool = False
    ) -> None:
        """A choice the standard leaves open; rungs refer to it by ``when={name: choice}``."""
        self._judge_override(name, override, name in self.options)
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
        over: str | None = None,
        indicator: str = "",
        keys: Mapping[str, str | tuple[str, ...]] | None = None,
        additivity: Additivity = "flow",
        places: int | None = None,
        rounding: Rounding = "half_even",
        lower: str | None = None,
        upper: str | None = None,
        clause: str = "",
        override: bool = False,
    ) -> Node:
        """What is measured: an amount for every source (with all attributes in ``keys``) and month (or year).

        ``over``: the dimensions it varies over, all of the grid where nothing is said. ``override``: it stands in
        for the inherited term of that symbol.
        """
        declared = Declared(
            symbol,
            "activity",
            unit,
            keys=wanted(keys),
            indicator=indicator,
            additivity=additivity,
            places=places,
            rounding=rounding,
            lower=_bound(lower),
            upper=_bound(upper),
            clause=clause,
        )
        return self._declare(declared, self._over("source month") if over is None else over, zh, en, override)

    def factor(
        self,
        symbol: str,
        zh: str,
        en: str,
        unit: str,
        *,
        over: str | None = None,
        keys: Mapping[str, str | tuple[str, ...]] | None = None,
        table: str = "",
        column: str = "",
        key: str = "",
        choose: tuple[Rung, ...] = (),
        places: int | None = None,
        rounding: Rounding = "half_even",
        lower: str | None = None,
        upper: str | None = None,
        clause: str = "",
        override: bool = False,
    ) -> Node:
        """What an amount is multiplied by, found on a ladder: measured values, then rows of ``table``.

        ``over``: a dimension in brackets is one the value need not be given along. ``keys``: only sources with
        these attributes have it; quantities of factors alone (a carbon content from a laboratory) need that, others
        take the sources of their activity. ``key``: the source's
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
            keys=wanted(keys),
            ladder=steps,
            places=places,
            rounding=rounding,
            lower=_bound(lower),
            upper=_bound(upper),
            clause=clause,
        )
        return self._declare(
            declared, self._over("source [month]") if over is None else over, zh, en, override
        )

    def constant(
        self,
        symbol: str,
        zh: str,
        en: str,
        unit: str,
        *,
        exactly: str,
        clause: str = "",
        override: bool = False,
    ) -> Node:
        """A ratio of integers with a unit (44/12 in t CO2/t C): multiplied first, divided last.

        A conversion such as "MWh/kWh" must be the exact one (1/1000).
        """
        try:
            value = Ratio.parse(exactly)
        except ValueError:
            raise self._refuse("constant_form", symbol, exactly=exactly) from None
        declared = Declared(symbol, "constant", unit, exactly=value, clause=clause)
        term = self._declare(declared, "", zh, en, override)
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
        override: bool = False,
    ) -> Node:
        """A named result. FindingError where the formula does not give ``unit``, or breaks another rule.

        ``places``/``rounding``: the published value is rounded once, by that rule; without places it is not
        rounded. ``parents``: formulas that use it take the rounded ("sum_published") or the unrounded value.
        ``additivity`` is found from the formula; a declaration may only narrow it to "ratio". ``scope``:
        direct, indirect, or both for a quantity that says it adds them. ``override``: it stands in for the
        inherited quantity of that symbol, and what is made of that follows it; so it may name none of those.
        """
        if parents not in ("sum_published", "sum_unrounded"):
            raise self._refuse("parents_form", symbol, parents=parents)
        if missing != "refuse":
            raise self._refuse("sum_over_missing", symbol, missing=missing)
        self._check_name(symbol, rounding, override)
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
        if isinstance(expression, FirstOf):
            self.branch_names |= {one.name: one.zh for one in expression.branches if one.zh}
        if override:
            self._put_last(symbol)
        meaning = define(self.id, self.terms, self._before(symbol), made)
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
            self.grain,
            dict(self.extends),
        )

    def _put_last(self, symbol: str) -> None:
        """Move a quantity that is overridden, and everything made of it, behind all others."""
        behind = {symbol}
        for one in self.quantities.values():
            if not behind.isdisjoint(named(one.expression)):
                behind.add(one.symbol)
        self.quantities = {
            **{name: one for name, one in self.quantities.items() if name not in behind},
            **{name: one for name, one in self.quantities.items() if name in behind},
        }

    def _before(self, symbol: str) -> dict[str, Quantity]:
        """The quantities a formula for ``symbol`` may name: those declared, up to its own place."""
        listed = list(self.quantities)
        upto = listed.index(symbol) if symbol in self.quantities else len(listed)
        return {name: self.quantities[name] for name in listed[:upto]}

    def _over(self, dims: str) -> str:
        return dims if self.grain == "month" else dims.replace("month", "year")

    def _declare(self, declared: Declared, over: str, zh: str, en: str, override: bool) -> Node:
        self._check_name(declared.symbol, declared.rounding, override)
        dims = over.replace("[", " ").replace("]", " ").split()
        for name in dims:
            if name not in DIMENSIONS or (name in ("month", "year") and name != self.grain):
                raise self._refuse("unknown_dimension", declared.symbol, dimension=name)
        self.terms[declared.symbol] = replace(
            declared,
            unit=self._unit(declared.symbol, declared.unit, declared.clause),
            over=tuple(name for name in DIMENSIONS if name in dims),
            optional=tuple(name for name in DIMENSIONS if f"[{name}]" in over.replace(" ", "")),
        )
        self.names[declared.symbol] = (zh, en)
        return Term(declared.symbol)

    def _check_name(self, symbol: str, rounding: str, override: bool) -> None:
        if not _SYMBOL.fullmatch(symbol):
            raise self._refuse("symbol_form", symbol)
        self._judge_override(symbol, override, symbol in self.names)
        if rounding not in RULES:
            raise self._refuse("rounding_form", symbol, rounding=rounding, rules=", ".join(RULES))

    def _judge_override(self, name: str, override: bool, there: bool) -> None:
        """What is there is replaced only on purpose, and what is not there cannot be."""
        if there and not override:
            raise self._refuse("symbol_twice", name)
        if override and not there:
            raise self._refuse("nothing_to_override", name)

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
