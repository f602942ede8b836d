"""Packs that build on packs: what is taken over, what is replaced, and that the origin stays known."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tansuo.methods.calculation import read_inputs
from tansuo.methods.cases import unguarded
from tansuo.methods.evaluate import CompiledMethod, evaluate, from_document
from tansuo.methods.pack import Pack, load_pack, read_pack
from tansuo.methods.tables import COLUMNS
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import FindingError

BASE = """
from tansuo.methods import Method, ladder, sum_over
m = Method("base", edition="2013", title_zh="基础", title_en="base", valid="2013-01/..", source="old")
FC = m.activity("FC", "消耗量", "fuel", "t", indicator="fuel", keys={"family": "coal"}, lower="0")
EF = m.factor("EF", "排放因子", "factor", "t CO2/t", table="fuels", column="ef", key="fuel", choose=ladder("default"))
E_s = m.quantity("E_s", "一处", "of one", "t CO2", FC * EF, places=2, parents="sum_published", scope="direct")
m.quantity("E", "合计", "total", "t CO2", sum_over(E_s, "source month"), places=2)
m.boundary("法人", "legal entity", "4.1")
m.evidence("FC", "盘存表", "stock-take", "5.2")
m.plan_field("FC", "皮带秤精度", "class of the belt scale", "7")
m.rule("缺失按高估处理", "what is missing is overestimated", "6")
"""
CHILD = """
from tansuo.methods import extend, sum_over
m = extend("base", "child", edition="2015", title_zh="扩展", title_en="child", valid="2015-01/..", source="new")
P = m.activity("P", "原料", "raw material", "t", indicator="raw", keys={"family": "stone"}, lower="0")
m.use("stones", "stones")
EFP = m.factor("EFP", "原料因子", "factor of raw material", "t CO2/t", table="stones", column="ef", key="stone")
E_p = m.quantity("E_p", "过程", "process", "t CO2", P * EFP, places=2, parents="sum_published", scope="direct")
m.quantity("E", "合计", "total", "t CO2", sum_over(m["E_s"], "source month") + sum_over(E_p, "source month"),
           places=0, override=True)
"""
STONES = """
from tansuo.methods import Method
m = Method("stones", edition="1", title_zh="石", title_en="stones", valid="2000-01/..", source="atoms")
S = m.activity("S", "石", "stone", "t", keys={"family": "stone"})
F = m.factor("F", "因子", "factor", "t CO2/t", table="stones", column="ef", key="stone")
m.quantity("E", "排放", "emission", "t CO2", S * F)
"""
SOURCE = '[{key}]\ntitle_zh = "{key}文"\ntitle_en = "text {key}"\nstatus = "example"\nnumber = "{number}"\n'


def rows(*lines: str) -> str:
    """Lines of "table,key,column,value,source" as a factors.csv."""
    made = []
    for line in lines:
        table, key, column, value, source = line.split(",")
        made.append(f"{table},{key},{column},{value},t CO2/t,2010-01-01,,,,,,,{source},p. 1,example,")
    return "\n".join([",".join(COLUMNS), *made]) + "\n"


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a pack's folder: name, pack.py, factors.csv, sources.toml."""

    def written(name: str, code: str, factors: str = "", sources: str = "") -> Path:
        path = tmp_path / name
        path.mkdir(exist_ok=True)
        (path / "pack.py").write_text(code, encoding="utf-8")
        (path / "factors.csv").write_text(factors or rows(), encoding="utf-8")
        (path / "sources.toml").write_text(sources, encoding="utf-8")
        return path

    return written


@pytest.fixture
def child(write: Write) -> Pack:
    write(
        "base",
        BASE,
        rows("fuels,coal,ef,2.1,old", "fuels,peat,ef,1.1,old"),
        SOURCE.format(key="old", number="1"),
    )
    write("stones", STONES, rows("stones,lime,ef,0.44,atoms"), SOURCE.format(key="atoms", number="2"))
    own = rows("fuels,coal,ef,2.2,new")
    return load_pack(write("child", CHILD, own, SOURCE.format(key="new", number="3")))


def test_an_extension_has_everything_of_its_base_and_what_it_adds(child: Pack) -> None:
    assert list(child.data.quantities) == ["E_s", "E", "E_p"] or list(child.data.quantities)[-1] == "E"
    given = {
        "sources": [
            {"id": "boiler", "attributes": {"family": "coal", "fuel": "coal"}},
            {"id": "kiln", "attributes": {"family": "stone", "stone": "lime"}},
        ],
        "months": ["2016-01"],
        "values": {"FC": {"boiler/2016-01": "100"}, "P": {"kiln/2016-01": "10"}},
    }
    made = evaluate(CompiledMethod(child.data), *read_inputs(given, child.data))
    total = made.quantities["E", ""]
    assert plain(total) == "224"  # type: ignore[arg-type]  # 100 × 2.2 + 10 × 0.44 = 224.4, whole tonnes here
    assert made.chosen["EF", "boiler/2016-01"].source == "new"


def test_its_document_names_the_origin_and_reads_back(child: Pack) -> None:
    base = load_pack(child.path.parent / "base")
    document = child.document()
    assert document["extends"] == {"id": "base", "edition": "2013", "fingerprint": base.fingerprint}
    assert from_document(document).data == child.data
    assert child.fingerprint != base.fingerprint
    assert "extends" not in base.document()
    assert "grain" not in base.document()


def test_own_rows_replace_inherited_ones_and_unread_rows_stay_behind(child: Pack) -> None:
    assert [(row.id, row.source) for row in child.data.factors] == [
        ("fuels/coal/ef@2010-01-01", "new"),
        ("fuels/peat/ef@2010-01-01", "old"),
        ("stones/lime/ef@2010-01-01", "atoms"),
    ]
    assert set(child.data.sources) == {"old", "new", "atoms"}
    assert child.handed.from_others == {"fuels/peat/ef@2010-01-01", "stones/lime/ef@2010-01-01"}
    # What others say is guarded by their cases; only the pack's own row wants a case here.
    assert {one.where["key"] for one in unguarded(child)} == {"fuels/coal/ef@2010-01-01"}


def test_what_a_standard_asks_for_comes_along_in_the_wording_only(child: Pack) -> None:
    paper = child.words["paper"]
    assert {part: [one["en"] for one in said] for part, said in paper.items()} == {
        "boundary": ["legal entity"],
        "evidence": ["stock-take"],
        "plan": ["class of the belt scale"],
        "rules": ["what is missing is overestimated"],
    }
    assert "paper" not in child.document()


def test_a_change_of_the_base_is_seen_by_what_extends_it(child: Pack, write: Write) -> None:
    before = child.fingerprint
    write(
        "base",
        BASE,
        rows("fuels,coal,ef,2.1,old", "fuels,peat,ef,1.2,old"),
        SOURCE.format(key="old", number="1"),
    )
    (child.path / "pack.py").write_text(CHILD + "\n", encoding="utf-8")
    assert load_pack(child.path).fingerprint != before


def codes(path: Path) -> list[str]:
    return sorted(
        {one.code.removeprefix("methods.") for one in read_pack(path)[1] if one.severity == "error"}
    )


def test_what_cannot_be_taken_over_is_said(child: Pack, write: Write) -> None:
    new = SOURCE.format(key="new", number="3")
    assert codes(write("lost", CHILD.replace('"base"', '"nowhere"'), sources=new)) == ["pack_unusable"]
    assert "no_table" in codes(
        write("tableless", CHILD.replace('"stones", "stones"', '"stones", "rocks"'), sources=new)
    )
    assert "pack_unusable" in codes(
        write("useless", CHILD.replace('"stones", "stones"', '"hills", "x"'), sources=new)
    )
    twice = CHILD.replace(", override=True", "")
    assert codes(write("twice", twice, sources=new)) == ["symbol_twice"]
    nothing = CHILD + 'm.quantity("F", "", "", "t CO2", m["E"], override=True)\n'
    assert codes(write("nothing", nothing, sources=new)) == ["nothing_to_override"]
    dropped = CHILD + 'm.drop("E_s")\n'
    assert codes(write("dropped", dropped, sources=new)) == ["still_used"]
    other = SOURCE.format(key="new", number="3") + SOURCE.format(key="old", number="another text")
    assert "source_differs" in codes(write("citing", CHILD, sources=other))
    later = CHILD.replace("2015-01/..", "2015-01/..").replace('m["E_s"]', 'm["E_q"]')
    assert codes(write("later", later, sources=new)) == ["unknown_symbol"]


def test_what_an_edition_does_not_have_can_be_dropped(child: Pack, write: Write) -> None:
    code = CHILD.split("P = m.activity")[0] + 'm.drop("E")\n'
    made = load_pack(write("less", code, sources=SOURCE.format(key="new", number="3")))
    assert list(made.data.quantities) == ["E_s"]
    assert "E" not in made.words["terms"]


def test_a_base_that_is_faulty_spoils_what_extends_it(child: Pack, write: Write) -> None:
    write("base", BASE.replace("FC * EF", "FC * EF * EF"), rows(), SOURCE.format(key="old", number="1"))
    (child.path / "pack.py").write_text(CHILD + "\n", encoding="utf-8")
    with pytest.raises(FindingError) as caught:
        load_pack(child.path)
    assert {one.code for one in caught.value.findings} == {"methods.pack_unusable"}
