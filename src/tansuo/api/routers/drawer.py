"""The receipt drawer: everything that explains one figure, published or provisional, as its reader may see it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection

from tansuo.accounting.figure import Cell, Figure, read_cell
from tansuo.accounting.inventory import Inventory, known_size
from tansuo.accounting.receipt import history_of, of_entry
from tansuo.api import drawer as made
from tansuo.api.drawer import Reader
from tansuo.api.drawer_shapes import Drawer
from tansuo.api.drawer_since import corrected_values, since
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import not_found, refused
from tansuo.api.shapes import of_figure, of_published
from tansuo.api.viewer import (
    Moment,
    computing,
    own,
    own_subject,
    period_of,
    require,
    summing,
)
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import PUBLIC, Entry
from tansuo.evidence.ledger import find_receipt, receipt_id
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.reporting.cells import Seen

router = APIRouter(prefix="/api", tags=["accounting"])


@router.get("/drawer", name="get_drawer")
def get_drawer(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_drawer"))],
    figure: Annotated[
        str, Query(min_length=2, max_length=400, description="R… or subject~quantity~period~method~relation")
    ],
) -> Drawer:
    """What stands behind a figure: a receipt as published, or a cell as known at the asked point."""
    seen = Seen(viewer.orgs, policy().rules["get_overview"].allows(viewer.role))
    if "~" not in figure:
        return _of_receipt(request, moment, viewer, seen, figure)
    require("get_figure")(request)
    cell = _cell(figure)
    with computing(request, viewer, roll_up=bool(cell.relation)) as connection:
        size = moment.size(connection) if moment.fixed else None
        own_subject(connection, viewer, cell.subject, "figure", size)
        inventory = Inventory(connection, size)
        found = inventory.figures([cell])[0]
        if found.org != CITY:
            own(viewer, found.org, "figure", cell.subject)
        return _drawer(Reader(connection, seen, inventory.as_of), inventory, found, None)


def _of_receipt(request: Request, moment: Moment, viewer: Viewer, seen: Seen, receipt: str) -> Drawer:
    with summing(request) as connection:
        entry = find_receipt(connection, receipt)
        if entry is None or entry.type != "figure":
            raise not_found("receipt", receipt)
        if entry.org != PUBLIC:
            own(viewer, entry.org, "receipt", receipt)
        size = _known(connection, moment)
        if entry.index >= size:
            raise not_found("receipt", receipt)
        inventory = Inventory(connection, int(str(entry.body["size"])))
        found = inventory.figures([read_cell(entry.body["cell"])])[0]  # type: ignore[arg-type]
        return _drawer(Reader(connection, seen, size), inventory, found, entry)


def _known(connection: Connection, moment: Moment) -> int:
    """The size looked from: the one asked for, or all that the projections know."""
    return moment.size(connection) if moment.fixed else known_size(connection)


def _cell(text: str) -> Cell:
    """The cell that `subject~quantity~period~method~relation` names; 422 for another form."""
    parts = [*text.split("~"), ""][:5] if text.count("~") == 3 else text.split("~")
    if len(parts) != 5 or not all(parts[:4]):
        raise refused("bad_figure", value=text)
    subject, quantity, period, method, relation = parts
    return Cell(subject, quantity, period_of(period).text, method, relation or None)


def _drawer(reader: Reader, inventory: Inventory, figure: Figure, entry: Entry | None) -> Drawer:
    details = reader.details(figure)
    published = None if entry is None else of_entry(entry)
    history = [one for one in history_of(reader.connection, figure.cell) if one.entry < reader.as_of]
    now = figure
    if entry is not None:
        now = Inventory(reader.connection, reader.as_of).figures([figure.cell])[0]
    name = made.named(reader.connection, figure.cell.subject, figure.as_of)
    return Drawer(
        receipt=None if entry is None else receipt_id(entry),
        title=made.title(figure, name),
        subject=figure.cell.subject,
        subject_name=name,
        quantity=figure.cell.quantity,
        period=figure.cell.period,
        running=Period.parse(figure.cell.period).end > reader.day,
        stage="calculated" if published is None else published.stage.value,
        scope=figure.quantity.scope,
        amount=of_figure(figure) if published is None else of_published(published),
        known=None if figure.partial is None else plain(figure.partial),
        kinds=made.kinds(figure),
        basis=made.method_words(figure),
        nonstandard=made.nonstandard(figure),
        remarks=made.remarks(figure),
        completeness=made.completeness(reader, figure),
        steps=made.steps(figure),
        factors=made.factors(reader, figure),
        activities=made.activities(reader, figure),
        parts=made.parts(reader, figure, entry),
        months=made.months(reader, inventory, figure),
        position=made.position(reader, figure, entry),
        since=since(reader, figure, entry, history, now) if details and (entry or history) else None,
        corrected=corrected_values(reader, figure) if details else [],
        details=details,
        newer=entry is not None and not details and now.text != figure.text,
        document=_document(figure, entry),
    )


def _document(figure: Figure, entry: Entry | None) -> str:
    """The address of the receipt document, without its language."""
    if entry is not None:
        return f"receipts/{quote(receipt_id(entry))}"
    named = {name: value for name, value in figure.cell.as_json().items() if value}
    return f"figures?{urlencode({**named, 'as_of': figure.as_of})}"
