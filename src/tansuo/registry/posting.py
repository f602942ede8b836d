"""Postings 过账: double entry in whole units, for allowances, certificates, budgets and savings.

A posting moves whole units between accounts of subjects and its lines add up to nothing. Nothing is edited:
a mistake is reversed by a posting with the same lines negated.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from tansuo.evidence.as_of import visible
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft, Entry
from tansuo.quantity.unit import parse_unit
from tansuo.registry import tables
from tansuo.registry.source import Source
from tansuo.registry.wording import Body, identifier, refuse

LARGEST = 2**53 - 1
"""Largest amount of a line: what canonical JSON can carry as an integer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting: ``amount`` whole units onto (positive) or off (negative) a subject's account.

    ``org`` owns the line (row-level security); "" means the posting's owner.
    """

    subject: str
    account: str
    amount: int
    org: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands on one account of one subject in one book, in whole ``unit``s."""

    book: str
    subject: str
    account: str
    amount: int
    unit: str
    synthetic: bool


def post(
    book: str,
    unit: str,
    booked_on: date,
    lines: Sequence[Line],
    *,
    memo: str = "",
    source: Source | None = None,
    synthetic: bool = False,
    reverses: int | None = None,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry that books ``lines`` in ``book``. FindingError unless there are two lines or more of non-zero
    whole amounts that add up to zero."""
    parse_unit(unit)
    for one in lines:
        if isinstance(one.amount, bool) or not isinstance(one.amount, int) or one.amount == 0:
            raise refuse("posting_amount", account=one.account, amount=str(one.amount))
        if abs(one.amount) > LARGEST:
            raise refuse("posting_amount", account=one.account, amount=str(one.amount))
    total = sum(one.amount for one in lines)
    if total != 0 or len(lines) < 2:
        raise refuse("posting_unbalanced", book=book, total=total)
    body = {
        "book": identifier(book),
        "unit": unit,
        "date": booked_on.isoformat(),
        "memo": memo,
        "lines": [
            {
                "subject": identifier(one.subject),
                "account": identifier(one.account),
                "amount": one.amount,
                "org": one.org,
            }
            for one in lines
        ],
        "reverses": reverses,
        "synthetic": synthetic,
        "source": source and source.as_json(),
    }
    return Draft(type="posting", subject=f"posting/{book}", body=body, org=org, by=by)


def reverse(entry: Entry, booked_on: date, memo: str, *, by: Actor = SYSTEM_ACTOR) -> Draft:
    """The entry that undoes an earlier posting by its mirror image."""
    body: Body = entry.body
    return post(
        body["book"],
        body["unit"],
        booked_on,
        [Line(one["subject"], one["account"], -one["amount"], one["org"]) for one in body["lines"]],
        memo=memo,
        synthetic=body["synthetic"],
        reverses=entry.index,
        org=entry.org,
        by=by,
    )


def balances(
    connection: Connection,
    book: str,
    *,
    subject: str | Collection[str] | None = None,
    account: str | None = None,
    until: date | None = None,
    as_of: int | None = None,
) -> list[Balance]:
    """Balances of a book by subject and account, ordered so; ``until`` is the last day counted (inclusive).

    Units of one book and account must agree: each unit gives its own row.
    """
    table = tables.posting
    keys = (table.c.subject, table.c.account, table.c.unit)
    query = (
        select(
            *keys,
            func.sum(table.c.amount).label("amount"),
            func.bool_or(table.c.synthetic).label("synthetic"),
        )
        .where(visible(table, as_of), table.c.book == book)
        .group_by(*keys)
        .order_by(*keys)
    )
    if subject is not None:
        wanted = [subject] if isinstance(subject, str) else list(subject)
        query = query.where(table.c.subject.in_(wanted))
    if account is not None:
        query = query.where(table.c.account == account)
    if until is not None:
        query = query.where(table.c.booked_on <= until)
    return [
        Balance(book, row["subject"], row["account"], int(row["amount"]), row["unit"], row["synthetic"])
        for row in connection.execute(query).mappings()
    ]


def trial_balance(connection: Connection, book: str, as_of: int | None = None) -> dict[str, int]:
    """Sum of all lines of a book by unit: every value is 0, or a line was lost."""
    totals: dict[str, int] = {}
    for one in balances(connection, book, as_of=as_of):
        totals[one.unit] = totals.get(one.unit, 0) + one.amount
    return totals
