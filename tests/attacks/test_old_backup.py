"""T11: a backup of yesterday is put back and the work goes on from there, by mistake or on purpose."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from attacked import Browser, Platform, Root
from tansuo.entry import restoring
from tansuo.evidence.comparing import compare_heads
from tansuo.evidence.export import export
from tansuo.evidence.witness import serve
from tansuo.evidence.witnessing import collect, policy_of, witnessed
from tansuo.quantity.finding import FindingError
from town import COAL


def put_back(platform: Platform, root: Root, backup: Path) -> None:
    """Everything in the database is replaced by what a backup has, as `./run restore` does on an empty one."""
    with platform.reading() as connection:
        names = connection.exec_driver_sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'tansuo' AND tablename NOT LIKE 'alembic%%'"
        ).scalars()
        tables = ", ".join(names)
    root.run(f"TRUNCATE {tables}")
    restoring.restore(platform.database, backup, platform.folder / "restored")


class Day:
    """Yesterday's backup, and what happened since: a month of data, figures, a witnessed head."""

    def __init__(self, platform: Platform, browser: Browser) -> None:
        platform.month()
        platform.head()
        platform.cosigned()
        self.backup = platform.folder / "backup"
        restoring.write(platform.database, self.backup, platform.folder / "home")
        self.old_signer = Root(platform).copy("old signer")
        self.old_court = platform.folder / "old court"
        shutil.copytree(platform.folder / "court", self.old_court)
        self.size = platform.size
        platform.account()
        platform.account()
        platform.head()
        platform.cosigned()
        self.paper = platform.note()
        assert browser.visit(self.paper, platform.prove) == "first"
        self.mirror = platform.folder / "mirror"
        with platform.reading() as connection:
            export(connection, self.mirror)


@pytest.fixture
def day(platform: Platform, browser_memory: Browser) -> Day:
    return Day(platform, browser_memory)


def test_the_signer_with_its_memory_signs_nothing_after_an_old_backup(
    platform: Platform, root: Root, day: Day
) -> None:
    put_back(platform, root, day.backup)
    assert platform.size == day.size
    assert platform.check().sound  # not caught: a whole old state is whole
    assert platform.refusal() == "evidence.signer_rollback"
    for _ in range(4):  # carried on, up to the old length and beyond
        with platform.act() as town:
            town.days("a", COAL, "2026-02", "55")
        assert platform.refusal() in {"evidence.signer_rollback", "evidence.signer_inconsistent"}
        platform.account()
    assert platform.size > day.size + 6
    assert platform.refusal() == "evidence.signer_inconsistent"


def test_a_signer_without_its_memory_does_not_begin_anew(platform: Platform, root: Root, day: Day) -> None:
    """The whole host was lost: the database comes from the backup, the signer's folder from nowhere."""
    put_back(platform, root, day.backup)
    platform.account()
    (platform.signer / "head.json").unlink()
    assert platform.refusal() == "evidence.signer_memory_lost"
    assert platform.refusal(platform.folder / "new signer") == "evidence.signer_stranger"


@pytest.fixture
def address(platform: Platform) -> Iterator[Callable[[str], str]]:
    """Puts a witness of the platform behind HTTP."""
    servers = []

    def start(name: str) -> str:
        server = serve(platform.witnesses[name], "127.0.0.1", 0)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_with_the_signers_folder_from_the_same_backup_only_those_outside_know(
    platform: Platform,
    root: Root,
    day: Day,
    browser_memory: Browser,
    address: Callable[[str], str],
) -> None:
    """Why a signer's folder is never restored from a copy: inside, nobody remembers the lost day."""
    put_back(platform, root, day.backup)
    # Before anything new is signed: the witness has seen more than there is, and says so to the platform's log.
    policy = platform.policy.replace(
        f"{platform.witnesses['court'].key}", f"{platform.witnesses['court'].key} {address('court')}"
    )
    (platform.folder / "home" / "policy.txt").write_text(policy, encoding="utf-8")
    assert collect(platform.database, policy_of(platform.folder / "home"), platform.clock) == {}
    # The backup holds the cosignature of its own head, so nothing is asked; with the next head it is.
    with platform.act() as town:
        town.days("a", COAL, "2026-02", "55")
    assert platform.head(day.old_signer).size == day.size + 1
    assert platform.check().sound
    told = collect(platform.database, policy_of(platform.folder / "home"), platform.clock)
    assert "set back" in told["court"]
    # Browser, paper and mirror.
    assert browser_memory.visit(platform.note(), platform.prove) == "broken: shrunk"
    assert compare_heads(day.paper, platform.note(), [platform.key]).verdict == "unproven"
    with platform.reading() as connection, pytest.raises(FindingError) as refused:
        export(connection, day.mirror)
    assert refused.value.findings[0].code == "evidence.export_other"
    # Carried on beyond the lost day: the same witnesses and browsers, now with a proof that does not hold.
    for _ in range(3):
        platform.account()
    platform.head(day.old_signer)
    assert platform.size > int(day.paper.split("\n")[1])
    assert collect(platform.database, policy_of(platform.folder / "home"), platform.clock)[
        "court"
    ].startswith("422")
    assert platform.ask(platform.witnesses["university"]).status == 422
    assert browser_memory.visit(platform.note(), platform.prove) == "broken: old_root"


def test_a_witness_restored_with_the_log_is_no_witness_of_the_lost_day(
    platform: Platform, root: Root, day: Day
) -> None:
    put_back(platform, root, day.backup)
    shutil.rmtree(platform.folder / "court")
    shutil.copytree(day.old_court, platform.folder / "court")
    platform.account()
    platform.head(day.old_signer)
    # Not caught: its memory is as old as the log's.
    assert platform.ask(platform.witnesses["court"]).status == 200
    # Caught: by the other one, and so the quorum of both is not met.
    assert platform.ask(platform.witnesses["university"]).status in (0, 409, 422)
    with platform.reading() as connection:
        found = witnessed(connection, platform.read_policy())
    assert found is not None and found.size <= day.size
