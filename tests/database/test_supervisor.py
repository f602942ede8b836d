"""The server starts for whoever asks, survives kill -9 of everything, and leaves nothing behind."""

import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tansuo.database import guardian
from tansuo.database.supervisor import APP, LONGEST_SOCKET, OWNER, PostgresServer
from tansuo.quantity.finding import FindingError


def ask(server: PostgresServer, question: str, role: str = OWNER) -> object:
    engine = create_engine(server.url(role=role))
    try:
        with engine.begin() as connection:
            result = connection.execute(text(question))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def wait_until_gone(server: PostgresServer) -> None:
    while guardian.workers(server.data):
        time.sleep(0.02)


def test_starts_answers_and_stops_cleanly(place: Path) -> None:
    server = PostgresServer(place).start()
    socket_folder = guardian.socket_folder(server.data)
    assert ask(server, "SELECT 1 + 1") == 2
    assert server.stop()
    wait_until_gone(server)
    assert "database system is shut down" in server.log_file.read_text()
    assert socket_folder is not None
    assert not socket_folder.exists()


def test_what_was_written_is_there_after_a_restart(place: Path) -> None:
    with PostgresServer(place) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    with PostgresServer(place) as server:
        assert ask(server, "SELECT answer FROM kept") == 42


def test_kill_9_of_postmaster_children_and_guardian_loses_nothing_committed(place: Path) -> None:
    server = PostgresServer(place).start()
    ask(server, "CREATE TABLE kept (n int PRIMARY KEY)")
    for round_ in range(3):
        ask(server, f"INSERT INTO kept VALUES ({round_})")
        guards = [
            int(entry.name)
            for entry in Path("/proc").glob("[0-9]*")
            if str(server.data).encode() in _cmdline(entry) and b"guardian.py" in _cmdline(entry)
        ]
        assert len(guards) == 1
        for pid in [*guards, *guardian.workers(server.data)]:
            with suppress(ProcessLookupError):  # a backend that has just ended
                os.kill(pid, signal.SIGKILL)
        server.start()
        assert ask(server, "SELECT count(*) FROM kept") == round_ + 1


def _cmdline(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_children_that_outlive_a_killed_postmaster_do_not_hinder_the_next_start(place: Path) -> None:
    server = PostgresServer(place).start()
    sleeper = create_engine(server.url(role=OWNER))
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # it cannot take its children along
    os.kill(pid, signal.SIGKILL)
    server.start()
    assert ask(server, "SELECT 1") == 1
    sleeper.dispose()


def test_a_pid_file_naming_a_stranger_is_not_believed(place: Path) -> None:
    server = PostgresServer(place).start()
    server.stop()
    lines = [str(os.getpid()), str(server.data), "0", "5432", "/nowhere", "", "", "ready"]
    (server.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert server.pid is None
    server.start()
    assert server.pid not in (None, os.getpid())
    assert ask(server, "SELECT 1") == 1


def test_two_holders_share_one_server_and_the_last_one_stops_it(place: Path) -> None:
    first, second = PostgresServer(place).start(), PostgresServer(place).start()
    assert first.pid == second.pid
    assert not first.stop()
    assert ask(second, "SELECT 1") == 1
    assert second.stop()
    wait_until_gone(second)


def test_starters_at_the_same_moment_make_one_server(place: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tansuo.database.supervisor import PostgresServer\n"
        "server = PostgresServer(Path(sys.argv[1])).start(); print(server.pid, flush=True)\n"
        "sys.stdin.read(); server.stop()"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(3)
    ]
    pids = {child.stdout.readline().strip() for child in children if child.stdout}
    for child in children:
        child.communicate()
    assert len(pids) == 1
    assert pids != {""}
    wait_until_gone(PostgresServer(place))


def test_the_server_ends_by_itself_when_its_only_user_is_killed(place: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tansuo.database.supervisor import PostgresServer\n"
        "PostgresServer(Path(sys.argv[1])).start(); print('up', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "up\n"
    child.kill()
    child.communicate()
    wait_until_gone(PostgresServer(place))
    assert "database system is shut down" in (place / "postgres.log").read_text()


def test_no_network_port_and_a_short_private_socket(looked_at: PostgresServer) -> None:
    assert ask(looked_at, "SHOW listen_addresses") == ""
    folder = guardian.socket_folder(looked_at.data)
    assert folder is not None
    assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET
    found = folder.stat()
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == looked_at.data.stat().st_uid == looked_at.user.owner


def test_a_socket_folder_prepared_by_somebody_else_is_refused(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = PostgresServer(place)
    server.start()
    folder = guardian.socket_folder(server.data)
    assert folder is not None
    server.stop()
    folder.symlink_to("/tmp")
    try:
        with pytest.raises(FindingError) as refused:
            server.start()
    finally:
        folder.unlink()
    assert [finding.code for finding in refused.value.findings] == ["database.unsafe_folder"]


def test_nobody_gets_in_without_the_password_and_the_superuser_not_at_all(looked_at: PostgresServer) -> None:
    for url in (
        looked_at.url(role=APP).replace(":", ":x", 2).replace(":x//", "://", 1),
        looked_at.url(role=OWNER).replace(OWNER, "postgres"),
    ):
        engine = create_engine(url)
        with pytest.raises(Exception, match=r"password authentication failed|no pg_hba.conf entry"):
            engine.connect()
        engine.dispose()


def test_passwords_and_locks_are_for_their_owner_only(looked_at: PostgresServer) -> None:
    secrets = list((looked_at.home / "secrets").iterdir())
    assert {file.name for file in secrets} == {f"{OWNER}.password", f"{APP}.password"}
    for file in [*secrets, *looked_at.home.glob("*.lock"), looked_at.home / "postgres.log"]:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_lost_passwords_are_replaced_at_the_next_start(place: Path) -> None:
    with PostgresServer(place) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    (place / "secrets" / f"{APP}.password").unlink()
    with PostgresServer(place) as server:
        assert ask(server, "SELECT answer FROM kept") == 42
        assert ask(server, "SELECT current_user", role=APP) == APP


def test_commits_are_durable_and_pages_are_checksummed(looked_at: PostgresServer) -> None:
    for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert ask(looked_at, f"SHOW {name}") == "on", name


def test_a_home_the_service_user_cannot_enter_puts_the_data_elsewhere_and_says_so(
    place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place.mkdir(mode=0o700)
    place.parent.chmod(0o700)
    if os.geteuid() == 0:  # as a start under a narrow umask leaves it
        Path("/var/lib/tansuo").mkdir(exist_ok=True)
        Path("/var/lib/tansuo").chmod(0o700)
    with caplog.at_level("INFO"), PostgresServer(place) as server:
        assert ask(server, "SELECT 1") == 1
        if os.geteuid() == 0:
            assert not server.place.is_relative_to(place)
            assert str(server.place) in caplog.text
        else:
            assert server.place.is_relative_to(place)


def test_a_long_home_path_still_gives_a_usable_socket(place: Path) -> None:
    deep = place.parent / ("d" * 120) / "home"
    with PostgresServer(deep) as server:
        assert ask(server, "SELECT 1") == 1
