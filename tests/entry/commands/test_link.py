"""tansuo link: the way in that is made on the server, and the only one for administrators."""

import pytest

from demo_city import DemoCity
from tansuo.api import access_log
from tansuo.database.connect import SYSTEM, transaction
from tansuo.entry import cli, compose


@pytest.fixture
def made_here(demo_copy: DemoCity, monkeypatch: pytest.MonkeyPatch) -> DemoCity:
    monkeypatch.setattr(compose, "open_database", lambda: demo_copy.database)
    monkeypatch.setattr(compose, "system_clock", lambda: demo_copy.clock)
    return demo_copy


def test_an_administrator_is_let_in_from_the_server(
    made_here: DemoCity, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["link", "audit_admin", "audit.one", "--base", "https://carbon.example"]) == 0
    address = capsys.readouterr().out.strip()
    browser = made_here.client()
    assert browser.post(address.removeprefix("https://carbon.example")).status_code == 303
    assert browser.get("/api/session").json()["role"] == "audit_admin"
    with transaction(made_here.database, SYSTEM) as connection:
        (noted,) = access_log.events(connection, kinds={"link_made"})
    assert (noted.about, noted.actor) == ("audit.one", "")
    assert address.rpartition("/")[2] not in str(noted)


@pytest.mark.parametrize(
    "words", [["link", "mayor", "one"], ["link", "city_manager", "one"], ["link", "audit_admin", "王小明"]]
)
def test_what_no_link_is_made_for(
    words: list[str], made_here: DemoCity, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 2
    assert "sign-in" not in capsys.readouterr().out
