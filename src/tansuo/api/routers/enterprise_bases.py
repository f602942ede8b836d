"""企业 page: the same firm by each basis 口径 that applies to it, one in detail, two explained against each other."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from tansuo.accounting.bases import Basis, bases_of, choose_basis, figures_of, rungs
from tansuo.accounting.completeness import Completeness
from tansuo.accounting.drilldown import Step, steps_of
from tansuo.accounting.face import face, is_standard
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.reconcile import Line, Reconciliation, Side, like, reconcile
from tansuo.accounting.standing import StandingValue, receipt_for, standing_values
from tansuo.api import basis_shapes as shape
from tansuo.api.drawer import replaced_default
from tansuo.api.drawer_shapes import Text
from tansuo.api.looking import Look, firm_of, looking
from tansuo.api.policy import Viewer
from tansuo.api.problems import FindingBody, not_found, refused
from tansuo.api.shapes import named, of_figure
from tansuo.api.viewer import Moment, clock_of, own_subject, period_of, require, summing
from tansuo.evidence.ledger import append
from tansuo.methods.render import branch_word
from tansuo.methods.render import name as symbol_name
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.registry import subject
from tansuo.registry.source import Source, Status
from tansuo.reporting.words import mark_words

router = APIRouter(prefix="/api/enterprises", tags=["enterprises"])

Standing = dict[Cell, StandingValue]


@router.get("/{name}/bases", name="get_enterprise_bases")
def get_enterprise_bases(
    request: Request,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_enterprise_bases"))],
    period: Annotated[str | None, Query(max_length=9)] = None,
    basis: Annotated[
        str | None, Query(max_length=32, description="The basis in detail; the first if not said")
    ] = None,
    against: Annotated[
        str | None, Query(max_length=32, description="Another basis to explain it against")
    ] = None,
) -> shape.EnterpriseBases:
    """The month that ended last, if no period is said."""
    with looking(request, viewer, moment) as look:
        firm = firm_of(look, name)
        asked = period_of(period) if period else look.last_month
        found = bases_of(look.inventory, firm.id, asked)
        made = {one.code: figures_of(look.inventory, firm.id, asked, one) for one in found}
        chosen = _asked(found, basis) or found[0]
        other = _asked(found, against)
        cells = [one.cell for figures, _ in made.values() for one in figures]
        standing = dict(standing_values(look.connection, cells, look.size)) if cells else {}
        figures, _ = made[chosen.code]
        bound = next((one.bound for one in figures if one.bound is not None), None)
        remarks = () if bound is None else (*bound.findings, *bound.evaluation.findings)
        return shape.EnterpriseBases(
            point=look.point,
            as_of=look.size,
            enterprise=named(firm),
            period=asked.text,
            running=asked.end > look.today,
            synthetic=firm.synthetic or any(one.synthetic for one in figures),
            bases=[_total(one, *made[one.code], standing) for one in found],
            basis=chosen.code,
            boundary=_boundary(chosen),
            quantities=[_quantity(chosen, one, standing) for one in figures],
            remarks=[_finding(one) for one in dict.fromkeys(remarks)],
            comparison=_comparison(look, firm.id, asked, chosen, other, standing),
        )


def _asked(found: list[Basis], code: str | None) -> Basis | None:
    """The basis of that code; 404 for one that the enterprise does not have."""
    if code is None:
        return None
    for one in found:
        if one.code == code:
            return one
    raise not_found("basis", code)


def _finding(one: Finding) -> FindingBody:
    return FindingBody.model_validate(one.as_json())


def _marks(figure: Figure) -> list[Text]:
    return [Text(zh=mark_words(one, "zh"), en=mark_words(one, "en")) for one in face(figure)]


def _sources(figure: Figure | None) -> shape.BasisSources:
    if figure is None:
        return shape.BasisSources(local=0, default=0, override=0)
    made = rungs(figure)
    return shape.BasisSources(local=made.local, default=made.default, override=made.override)


def _both(symbol: str, basis: Basis) -> Text:
    words = basis.stored.words if basis.stored is not None else {}
    return Text(zh=symbol_name(symbol, "zh", words), en=symbol_name(symbol, "en", words))


def _total(
    basis: Basis, figures: list[Figure], problems: list[Finding], standing: Standing
) -> shape.BasisTotal:
    total = next((one for one in figures if one.cell.quantity == basis.total), None)
    listing = None if basis.stored is None else basis.stored.listing
    said = _both(basis.total, basis)
    nothing = Completeness((), ())
    state = nothing if total is None else total.completeness
    return shape.BasisTotal(
        basis=basis.code,
        name_zh=basis.names["zh"],
        name_en=basis.names["en"],
        method=basis.method,
        edition=None if listing is None else listing.edition,
        title_zh=basis.method if listing is None else listing.title_zh,
        title_en=basis.method if listing is None else listing.title_en,
        valid=None if listing is None else listing.valid,
        fingerprint=None if listing is None else listing.fingerprint,
        quantity=basis.total,
        quantity_zh=said.zh,
        quantity_en=said.en,
        scope="" if total is None else total.quantity.scope,
        amount=None if total is None else of_figure(total, receipt_for(total, standing)),
        known=None if total is None or total.partial is None else plain(total.partial),
        completeness=Text(zh=state.text("zh"), en=state.text("en")) if total else Text(zh="—", en="—"),
        nonstandard=[] if total is None else _marks(total),
        sources=_sources(total),
        problems=[_finding(one) for one in problems],
    )


def _boundary(basis: Basis) -> list[Text]:
    """What the method says it covers, as its paper has it; none where the pack has no such paper."""
    words = basis.stored.words if basis.stored is not None else {}
    said = words.get("paper", {}).get("boundary", [])
    return [Text(zh=str(one["zh"]), en=str(one["en"])) for one in said]


def _quantity(basis: Basis, figure: Figure, standing: Standing) -> shape.BasisQuantity:
    nothing = figure.missing is not None and figure.missing.state.adds_nothing
    steps = [] if nothing else steps_of(figure)
    last: Step | None = steps[-1] if steps else None
    state, said = figure.completeness, _both(figure.cell.quantity, basis)
    return shape.BasisQuantity(
        symbol=figure.cell.quantity,
        name_zh=said.zh,
        name_en=said.en,
        scope=figure.quantity.scope,
        clause=figure.quantity.clause,
        head=figure.cell.quantity == basis.total,
        amount=of_figure(figure, receipt_for(figure, standing)),
        worked=Text(zh=last.worked["zh"], en=last.worked["en"]) if last else Text(zh="", en=""),
        branch=branch_word(figure.evaluation.taken.get(figure.result_cell, ""), figure.method.words),
        readings_expected=state.expected,
        readings_present=state.present,
        holes=sum(1 for cell in state.cells if cell.is_hole),
        sources=_sources(figure),
        nonstandard=not is_standard(figure),
    )


def _comparison(
    look: Look, firm: str, period: Period, chosen: Basis, other: Basis | None, standing: Standing
) -> shape.BasisComparison | None:
    """The chosen basis against another; none where either has no figures."""
    if other is None or other.code == chosen.code or chosen.stored is None or other.stored is None:
        return None
    if not chosen.total or not other.total:
        return None
    first, second = like(chosen.stored, chosen.total, other.stored, other.total)
    sides = [
        [one for one in figures_of(look.inventory, firm, period, basis)[0] if one.cell.quantity == quantity]
        for basis, quantity in ((chosen, first), (other, second))
    ]
    if not sides[0] or not sides[1]:
        return None
    made = reconcile(sides[0][0], sides[1][0])
    return shape.BasisComparison(
        basis=chosen.code,
        against=other.code,
        quantity=_both(first, chosen),
        against_quantity=_both(second, other),
        chosen=of_figure(made.first, receipt_for(made.first, standing)),
        other=of_figure(made.second, receipt_for(made.second, standing)),
        lines=[_line(made, one) for one in made.lines],
        left=plain(made.left),
        difference=None if made.difference is None else plain(made.difference),
        complete=made.first.completeness.complete and made.second.completeness.complete,
    )


def _line(made: Reconciliation, one: Line) -> shape.BasisLine:
    return shape.BasisLine(
        source=one.source,
        name_zh=one.names["zh"],
        name_en=one.names["en"],
        chosen=_side(made.first, one.first),
        other=_side(made.second, one.second),
        difference=plain(one.difference),
        why=list(one.why),
    )


def _side(figure: Figure, one: Side) -> shape.BasisSide:
    words = figure.method.words
    return shape.BasisSide(
        added=None if one.added is None else plain(one.added),
        amounts=[
            shape.BasisAmount(
                symbol=symbol,
                name_zh=symbol_name(symbol, "zh", words),
                name_en=symbol_name(symbol, "en", words),
                value=None if value is None else plain(value),
                unit=unit,
            )
            for symbol, (value, unit) in one.amounts.items()
        ],
        factors=[
            shape.BasisFactor(
                symbol=used.symbol,
                name_zh=used.names["zh"],
                name_en=used.names["en"],
                value=plain(used.chosen.value),
                unit=used.chosen.unit,
                rung=used.chosen.rung,
                status=used.chosen.status,
                instead_of=replaced_default(used.chosen.instead_of),
            )
            for used in one.factors
        ],
    )


@router.post("/{name}/bases", name="choose_enterprise_basis", status_code=201)
def choose_enterprise_basis(
    request: Request,
    name: str,
    wanted: shape.BasisChoice,
    viewer: Annotated[Viewer, Depends(require("choose_enterprise_basis"))],
) -> shape.Recorded:
    """Say which method applies to an enterprise as a basis over a span of days."""
    with summing(request) as connection:
        own_subject(connection, viewer, name, "enterprise", None)
        firm = subject.get(connection, name)
        if firm is None or firm.kind != "enterprise":
            raise not_found("enterprise", name)
        draft = choose_basis(
            firm.id,
            wanted.basis,
            wanted.method,
            valid_from=_day(wanted.valid_from),
            valid_to=_day(wanted.valid_to),
            source=Source(wanted.reason, Status.OFFICIAL if not firm.synthetic else Status.EXAMPLE),
            org=firm.org,
            by=viewer.actor,
        )
        return shape.Recorded(entries=[append(connection, [draft], clock_of(request))[0].index])


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise refused("bad_period", value=text or "") from None
