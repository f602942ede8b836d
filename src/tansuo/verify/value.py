"""The figure itself: method by fingerprint, inputs by digest, evaluation, and the published value."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import reduce
from hashlib import sha256

from tansuo.evidence import canonical
from tansuo.methods.document import Cell, Document, Json, Shape, SourceKey
from tansuo.methods.evaluate import Calculator, Inputs, Outcome
from tansuo.methods.ladder import LocalValue
from tansuo.methods.lineage import feeds
from tansuo.quantity.decimals import CONTEXT, parse_decimal, plain, round_to
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing, Provenance, State, Value
from tansuo.verify.book import Book, json_file
from tansuo.verify.report import Report, otherwise, require

INPUTS = "tansuo.inputs/1"
FIGURE = "tansuo.figure/1"
EVALUATOR = "tansuo.methods.evaluate/1"


def read_method(book: Book, report: Report) -> Document:
    """The method whose document has the fingerprint that the figure and its publication state."""
    report.now = "method"
    body = book.figure
    form, evaluator = body.get("form"), body.get("evaluator")
    known = (form, evaluator) == (FIGURE, EVALUATOR)
    require(known, "unknown form or evaluator: {} {}", form, evaluator)
    document = json_file(book.files, "method.json")
    fingerprint = sha256(book.files["method.json"]).hexdigest()
    published = book.known(body["method"]["entry"], "method")
    named = fingerprint == body["fingerprint"]
    require(named, "the method document is not the one the figure names")
    there = published is not None and published["body"]["fingerprint"] == fingerprint
    require(there, "the entry that published the method is not in the bundle")
    with otherwise("the method document cannot be read: {}"):
        method = Document(document)
    report.passed("method {} {}, fingerprint {}…", method.id, method.edition, fingerprint[:16])
    return method


def _read_working(book: Book) -> Json:
    """The working of the figure, from its entry or from the document it names."""
    working: Json = book.figure["working"]
    if "blob" in working:
        read = book.document(working["blob"], "the working is missing or altered")
        assert isinstance(read, dict)
        return read
    return working


def read_inputs(files: Mapping[str, bytes]) -> tuple[Inputs, dict[str, str], Json]:
    """What the evaluator was given; Refused where the form is not that of a bundle."""
    given = json_file(files, "inputs.json")
    require(given.get("form") == INPUTS, "inputs.json is not of the form {}", INPUTS)
    sources = tuple(SourceKey(one["id"], dict(one["attributes"])) for one in given["sources"])
    values: dict[Cell, Value] = {}
    for symbol, cells in given["values"].items():
        for place, one in cells.items():
            amount = isinstance(one, str)
            values[symbol, place] = (
                parse_decimal(one) if amount else Missing(State(one["state"]), symbol, place)
            )
    local = [
        LocalValue(**{**one, "value": parse_decimal(one["value"]), "provenance": Provenance(one["provenance"])})
        for one in given["local"]
    ]  # fmt: skip
    shape = Shape(sources, tuple(given["months"]))
    return Inputs(shape, values, local, given["enterprise"]["attributes"]), dict(given["options"]), given


def check_value(
    book: Book, method: Document, inputs: Inputs, options: Mapping[str, str], report: Report
) -> None:
    """The method run over the inputs gives the digest, the named values and the published value."""
    report.now = "evaluation"
    body, named = book.figure, _read_working(book)["intermediates"]
    with otherwise("the method refuses these inputs: {}", of=(FindingError,)):
        made = Calculator(method).run(inputs, options)
    results = [one for one in made.quantities if one[0] == body["cell"]["quantity"]]
    require(len(results) == 1, "the method does not give one value")
    leaves = feeds(method, inputs.shape, results[0], made.taken)
    digest = sha256(canonical.encode(_digested(body, made, leaves))).hexdigest()
    committed = digest == body["input_digest"]
    require(committed, "the inputs are not those that the figure's entry committed to")
    for name, stated in named.items():
        symbol, _, place = name.partition(" ")
        value = made.quantities.get((symbol, place))
        written = None if value is None else _written(value)
        require(written == stated, "{} comes out as {}, not {}", name, written, stated)
    report.passed("the inputs' digest agrees, and {} intermediate values come out the same", len(named))
    value = made.quantities[results[0]]
    state, text = (value.state, None) if isinstance(value, Missing) else (None, plain(value))
    if not any(method.terms[symbol]["kind"] == "activity" for symbol, _ in leaves):  # nothing makes no zero
        state, text = State.NOT_OCCURRING if inputs.shape.sources else State.NOT_ESTIMATED, None
    _compare(body, text, method.quantities[results[0][0]]["unit"], report)
    require(state in (None, body["state"]), "the reason for its absence is another")


def _digested(body: Json, made: Outcome, leaves: Sequence[Cell]) -> dict[str, object]:
    given, terms = made.inputs.values, made.document.terms
    steps = [step for symbol, _ in leaves for step in terms[symbol].get("ladder", ())]
    asked = sorted({name for step in steps for name in step.get("when", ())})
    chosen = [(one, made.choices[one]) for one in leaves if one in made.choices]
    return {
        "cell": body["cell"],
        "method": body["fingerprint"],
        "options": {name: made.options.get(name, "") for name in asked},
        "terms": [[*one, _written(given.get(one, made.terms[one]))] for one in leaves],
        "factors": [[*one, choice.factor_id, choice.rung] for one, choice in chosen],
    }


def _written(value: Value) -> str:
    return value.state.value if isinstance(value, Missing) else plain(value)


def _compare(body: Json, text: str | None, unit: str, report: Report) -> None:
    report.now = "value"
    shown, stated = (one or "—" for one in (text, body["value"]))
    words = "it comes out as {} {}; {} {} was published"
    same = (text, unit) == (body["value"], body["unit"])
    require(same, words, shown, unit, stated, body["unit"])
    report.passed("{} {}: the very string that was published", shown, unit)


def check_sum(book: Book, method: Document, report: Report) -> None:
    """A roll-up: its children's digest, their sum, and the children's own entries as far as they are there."""
    report.now = "evaluation"
    body, children = book.figure, _read_working(book)["children"]
    quantity = method.quantities[body["cell"]["quantity"]]
    places: int | None = quantity.get("places")
    parts = [one for child in children for one in child["figures"]]
    said_of = [{name: one[name] for name in ("cell", "share", "value", "digest")} for one in parts]
    digest = sha256(canonical.encode({"cell": body["cell"], "children": said_of})).hexdigest()
    committed = digest == body["input_digest"]
    require(committed, "the children are not those that the entry committed to")
    published = quantity["parents"] == "sum_published"
    last = Decimal(0) if published or places is None else Decimal((0, (1,), -places))
    given = [_contribution(one, last) for one in children]
    for child in children:
        holed = body["value"] is not None and not child["complete"]
        require(not holed, "{} has a hole: there can be no total", child["subject"])
    report.skip("whether every member is listed, and with which share")
    added = [one for one in given if one is not None]
    total = reduce(CONTEXT.add, added) if added else None
    if body["value"] is None:
        report.skip("the total is incomplete and has no value")
        total = None
    elif total is not None and places is not None:
        total = round_to(total, places, quantity.get("rounding", "half_even"))
    report.passed("{} children are added", len(children))
    _compare(body, None if total is None else plain(total), quantity["unit"], report)
    entries = [one["body"] for one in book.entries.values() if one["type"] == "figure"]
    there = [(one["cell"], one["value"], one["input_digest"]) for one in entries]
    linked = sum((one["cell"], one["value"], one["digest"]) in there for one in parts)
    words = "{} figures below, {} with their entry here; each has a bundle of its own"
    report.skip(words, len(parts), linked)


def _contribution(child: Json, last: Decimal) -> Decimal | None:
    """What a child adds; it is the sum of its published values, or as near as their rounding (``last``) lets it be."""
    if child["contribution"] is None:
        return None
    stated = parse_decimal(child["contribution"])
    total, slack = Decimal(0), Decimal(0)
    for one in child["figures"]:
        if one["value"] is not None and one["share"] is not None:
            share = parse_decimal(one["share"])
            total = CONTEXT.add(total, CONTEXT.multiply(parse_decimal(one["value"]), share))
            slack += abs(share)
    near = abs(total - stated) <= slack * last
    require(near, "{} adds another amount than its values", child["subject"])
    return stated


def check_stage(book: Book, report: Report) -> None:
    """A stage above 测算 needs a decision that gives it, over the log size the figure was computed at."""
    report.now = "value"
    body = book.figure
    if body["decision"] is None:
        require(body["stage"] == "calculated", "no decision gives the figure its stage")
    elif body["decision"] not in book.entries:
        report.skip("the decision that gives the stage is not in the bundle")
    else:
        decision = book.entries[body["decision"]]
        right = decision["type"] == "decision"
        right = right and all(decision["body"][name] == body[name] for name in ("stage", "size"))
        require(right, "the decision gives another stage, or froze another size")
