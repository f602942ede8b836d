"""tansuo personal: what an operator does for two administrators, and the keys file."""

import json
from pathlib import Path

import pytest

from demo_city import OWN, DemoCity
from personal_things import FIELDS
from tansuo.database.connect import SYSTEM, transaction
from tansuo.entry import cli, compose
from tansuo.evidence.entry import Actor
from tansuo.evidence.erasable import check_erasable
from tansuo.registry import personal

SCAN = "示例人员甲签字.pdf"


@pytest.fixture
def made_here(demo_copy: DemoCity, monkeypatch: pytest.MonkeyPatch) -> DemoCity:
    monkeypatch.setattr(compose, "open_database", lambda: demo_copy.database)
    monkeypatch.setattr(compose, "system_clock", lambda: demo_copy.clock)
    for role, label in (("security_admin", "s.one"), ("audit_admin", "a.two"), ("city_manager", "c.one")):
        demo_copy.link(role, label=label)
    return demo_copy


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert cli.main(["--language", "en", "personal", *words]) == code
    shown = capsys.readouterr()
    return shown.out + shown.err


def test_an_erasure_from_the_server_takes_two_administrators(
    made_here: DemoCity, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with transaction(made_here.database, SYSTEM) as connection:
        personal.store(connection, "p.clerk", OWN, FIELDS, Actor("s.one", "security_admin"), made_here.clock)
    (tmp_path / SCAN).write_bytes(b"%PDF signed")
    kept = json.loads(said(capsys, "document", str(tmp_path / SCAN), "--org", OWN, "--json"))
    listed = said(capsys, "list")
    assert "p.clerk" in listed and OWN in listed and FIELDS["name"] not in listed
    words = ("--basis", "pipl-47-1", "--reason", "has left")
    assert "is no administrator" in said(
        capsys, "ask", "--person", "p.clerk", *words, "--by", "c.one", code=2
    )
    asked = json.loads(said(capsys, "ask", "--person", "p.clerk", *words, "--by", "s.one", "--json"))
    name = asked["what"].partition(" ")[0]
    assert "another person has to confirm" in said(capsys, "confirm", name, "--by", "s.one", code=2)
    assert "erased" in said(capsys, "confirm", name, "--by", "a.two")
    document = json.loads(
        said(capsys, "ask", "--entry", str(kept["entry"]), *words, "--by", "s.one", "--json")
    )
    assert "declined" in said(
        capsys, "decline", document["what"].partition(" ")[0], "--reason", "kept by law", "--by", "a.two"
    )
    assert "redacted at entry" in said(capsys, "list")
    with transaction(made_here.database, SYSTEM) as connection:
        assert list(check_erasable(connection)) == []
        assert personal.open_document(connection, kept["what"]) == (SCAN, b"%PDF signed")
    told = json.loads(said(capsys, "keys", str(tmp_path / "personal.keys"), "--json"))
    assert (told["count"], told["erased"]) == (1, 1)
