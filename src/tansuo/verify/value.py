"""The figure itself: method by fingerprint, inputs by digest, evaluation, and the published value."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from tansuo.evidence import canonical
from tansuo.methods.document import Cell, Document, Json, Shape, SourceKey
from tansuo.methods.evaluate import Calculator, Inputs, Outcome
from tansuo.methods.ladder import LocalValue
from tansuo.methods.lineage import feeds
from tansuo.quantity.decimals import CONTEXT, parse_decimal, plain, round_to
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing, Provenance, State, Value
from tansuo.verify.book import Book, json_file
from tansuo.verify.report import Refused, Report

INPUTS = "tansuo.inputs/1"
FIGURE = "tansuo.figure/1"
EVALUATOR = "tansuo.methods.evaluate/1"


def read_method(book: Book, report: Report) -> Document:
    """The method whose document has the fingerprint that the figure and its publication state."""
    report.now = "method"
    body = book.figure
    if body.get("form") != FIGURE or body.get("evaluator") != EVALUATOR:
        raise Refused(
            "数字条目的格式或算法版本不识",
            f"unknown form or evaluator: {body.get('form')} {body.get('evaluator')}",
        )
    document = json_file(book.files, "method.json")
    fingerprint = sha256(book.files["method.json"]).hexdigest()
    published = book.known(body["method"]["entry"], "method")
    if fingerprint != body["fingerprint"]:
        raise Refused("方法文件不是数字所用的方法", "the method document is not the one the figure names")
    if published is None or published["body"]["fingerprint"] != fingerprint:
        raise Refused("方法的发布条目不在包内", "the entry that published the method is not in the bundle")
    try:
        method = Document(document)
    except (ValueError, FindingError) as problem:
        raise Refused("方法文件读不懂", f"the method document cannot be read: {problem}") from None
    report.passed(f"方法 {method.id} {method.edition} 指纹 {fingerprint[:16]}…",
                  f"method {method.id} {method.edition}, fingerprint {fingerprint[:16]}…")  # fmt: skip
    return method


def read_working(book: Book) -> Json:
    """The working of the figure, from its entry or from the document it names."""
    working: Json = book.figure["working"]
    if "blob" not in working:
        return working
    data = book.document(working["blob"])
    if data is None or sha256(data).hexdigest() != working["blob"]:
        raise Refused("计算过程文件缺失或被改", "the working is missing or altered")
    read = canonical.decode(data)
    assert isinstance(read, dict)
    return read


def read_inputs(files: Mapping[str, bytes]) -> tuple[Inputs, dict[str, str], Json]:
    """What the evaluator was given; Refused where the form is not that of a bundle."""
    given = json_file(files, "inputs.json")
    if given.get("form") != INPUTS:
        raise Refused(f"inputs.json 不是 {INPUTS}", f"inputs.json is not of the form {INPUTS}")
    sources = tuple(SourceKey(one["id"], dict(one["attributes"])) for one in given["sources"])
    values: dict[Cell, Value] = {}
    for symbol, cells in given["values"].items():
        for place, one in cells.items():
            values[symbol, place] = _value(symbol, place, one)
    local = [
        LocalValue(
            **{**one, "value": parse_decimal(one["value"]), "provenance": Provenance(one["provenance"])}
        )
        for one in given["local"]
    ]
    shape = Shape(sources, tuple(given["months"]))
    return Inputs(shape, values, local, given["enterprise"]["attributes"]), dict(given["options"]), given


def _value(symbol: str, place: str, given: object) -> Value:
    if isinstance(given, str):
        return parse_decimal(given)
    assert isinstance(given, dict)
    return Missing(State(given["state"]), symbol, place)


def check_value(
    book: Book, method: Document, inputs: Inputs, options: Mapping[str, str], report: Report
) -> None:
    """The method run over the inputs gives the digest, the named values and the published value."""
    report.now = "evaluation"
    body, working = book.figure, read_working(book)
    try:
        made = Calculator(method).run(inputs, options)
    except FindingError as problem:
        raise Refused("方法不能用于这些数据", f"the method refuses these inputs: {problem}") from None
    results = [one for one in made.quantities if one[0] == body["cell"]["quantity"]]
    if len(results) != 1:
        raise Refused("方法没有给出唯一的数值", "the method does not give one value")
    leaves = feeds(method, inputs.shape, results[0], made.taken)
    digest = sha256(canonical.encode(_digested(body, made, leaves))).hexdigest()
    if digest != body["input_digest"]:
        raise Refused(
            "输入数据不是数字条目所承诺的数据",
            "the inputs are not those that the figure's entry committed to",
        )
    for name, stated in working["intermediates"].items():
        symbol, _, place = name.partition(" ")
        value = made.quantities.get((symbol, place))
        written = None if value is None else value.state.value if isinstance(value, Missing) else plain(value)
        if written != stated:
            raise Refused(
                f"中间值 {name} 重算为 {written}，条目写 {stated}",
                f"{name} comes out as {written}, not {stated}",
            )
    report.passed(
        f"输入摘要相符；{len(working['intermediates'])} 个中间值重算一致",
        f"the inputs' digest agrees, and {len(working['intermediates'])} intermediate values come out the same",
    )
    value = _absent(body, made, leaves, made.quantities[results[0]])
    unit = method.quantities[results[0][0]]["unit"]
    _compare(body, None if isinstance(value, Missing) else value, unit, report)
    if isinstance(value, Missing) and body["state"] != value.state.value:
        raise Refused("缺失原因不同", "the reason for its absence is another")


def _absent(body: Json, made: Outcome, leaves: Sequence[Cell], value: Value) -> Value:
    """A sum over no source is no zero."""
    if any(made.document.terms[symbol]["kind"] == "activity" for symbol, _ in leaves):
        return value
    state = State.NOT_OCCURRING if made.inputs.shape.sources else State.NOT_ESTIMATED
    return Missing(state, body["cell"]["quantity"], "")


def _digested(body: Json, made: Outcome, leaves: Sequence[Cell]) -> dict[str, object]:
    given = made.inputs.values
    steps = [step for symbol, _ in leaves for step in made.document.terms[symbol].get("ladder", ())]
    asked = sorted({name for step in steps for name in step.get("when", ())})
    return {
        "cell": body["cell"],
        "method": body["fingerprint"],
        "options": {name: made.options.get(name, "") for name in asked},
        "terms": [[*one, _written(given.get(one, made.terms[one]))] for one in leaves],
        "factors": [
            [*one, made.choices[one].factor_id, made.choices[one].rung]
            for one in leaves
            if one in made.choices
        ],
    }


def _written(value: Value) -> str:
    return value.state.value if isinstance(value, Missing) else plain(value)


def _compare(body: Json, value: Decimal | None, unit: str, report: Report) -> None:
    report.now = "value"
    text = None if value is None else plain(value)
    shown, said = (one or "—" for one in (text, body["value"]))
    if (text, unit) != (body["value"], body["unit"]):
        raise Refused(
            f"重算得 {shown} {unit}，公布为 {said} {body['unit']}",
            f"it comes out as {shown} {unit}; {said} {body['unit']} was published",
        )
    report.passed(
        f"重算得 {shown} {unit}，与公布值逐字相同", f"{shown} {unit}: the very string that was published"
    )


def check_sum(book: Book, method: Document, report: Report) -> None:
    """A roll-up: its children's digest, their sum, and the children's own entries as far as they are there."""
    report.now = "evaluation"
    body, working = book.figure, read_working(book)
    quantity = method.quantities[body["cell"]["quantity"]]
    places: int | None = quantity.get("places")
    parts = [one for child in working["children"] for one in child["figures"]]
    digested = {"cell": body["cell"], "children": [
        {name: one[name] for name in ("cell", "share", "value", "digest")} for one in parts
    ]}  # fmt: skip
    if sha256(canonical.encode(digested)).hexdigest() != body["input_digest"]:
        raise Refused("下级数字不是条目所承诺的", "the children are not those that the entry committed to")
    total: Decimal | None = None
    for child in working["children"]:
        part = _contribution(child, places, quantity["parents"] == "sum_published")
        total = part if total is None else total if part is None else CONTEXT.add(total, part)
    holed = [child["subject"] for child in working["children"] if not child["complete"]]
    if holed and body["value"] is not None:
        raise Refused(f"{holed[0]} 有缺口，不能有合计", f"{holed[0]} has a hole: there can be no total")
    report.skip("下级名单是否齐全、各自份额", "whether every member is listed, and with which share")
    if body["value"] is None:
        report.skip("合计不完整，未给出数值", "the total is incomplete and has no value")
        total = None
    elif total is not None and places is not None:
        total = round_to(total, places, quantity.get("rounding", "half_even"))
    linked = _children(book, parts)
    report.passed(f"{len(working['children'])} 个下级相加", f"{len(working['children'])} children are added")
    _compare(body, total, quantity["unit"], report)
    report.skip(
        f"下级数字 {len(parts)} 个，其中 {linked} 个的条目在包内；每个各有自己的证据包",
        f"{len(parts)} figures below, {linked} with their entry here; each has a bundle of its own",
    )


def _contribution(child: Json, places: int | None, published: bool) -> Decimal | None:
    """What a child adds; it is the sum of its published values, or as near as their rounding lets it be."""
    if child["contribution"] is None:
        return None
    stated = parse_decimal(child["contribution"])
    total, slack = Decimal(0), Decimal(0)
    for one in child["figures"]:
        if one["value"] is not None and one["share"] is not None:
            share = parse_decimal(one["share"])
            total = CONTEXT.add(total, CONTEXT.multiply(parse_decimal(one["value"]), share))
            slack += abs(share)
    allowed = Decimal(0) if published or places is None else slack * Decimal((0, (1,), -places))
    if abs(total - stated) > allowed:
        raise Refused(
            f"{child['subject']} 的贡献与其数值不符",
            f"{child['subject']} adds another amount than its values",
        )
    return stated


def _children(book: Book, parts: Sequence[Json]) -> int:
    """How many of the figures below have an entry here that says just this value of just these inputs."""
    said: list[Any] = [
        (one["body"]["cell"], one["body"]["value"], one["body"]["input_digest"])
        for one in book.entries.values()
        if one["type"] == "figure"
    ]
    return sum((one["cell"], one["value"], one["digest"]) in said for one in parts)


def check_stage(book: Book, report: Report) -> None:
    """A stage above 测算 needs a decision that gives it, over the log size the figure was computed at."""
    report.now = "value"
    body = book.figure
    if body["decision"] is None:
        if body["stage"] != "calculated":
            raise Refused("没有决定，却不是测算阶段", "no decision gives the figure its stage")
        return
    decision = book.entries.get(body["decision"])
    if decision is None:
        report.skip("给出阶段的决定不在包内", "the decision that gives the stage is not in the bundle")
    elif decision["type"] != "decision" or (decision["body"]["stage"], decision["body"]["size"]) != (
        body["stage"], body["size"]
    ):  # fmt: skip
        raise Refused("决定与数字的阶段不符", "the decision gives another stage, or froze another size")
