"""The process that keeps one PostgreSQL running for as long as somebody uses it.

Run by path with ``python -I -S guardian.py``: standard library only. Every program that uses the server holds
a shared lock on ``users.lock``; the kernel lets go of it however the program ends. When the last user is
gone for ``linger`` seconds, the guardian stops the server, so that nothing is left behind even after kill -9.

The plan comes as JSON on the command line: ``argv`` (empty: look after a server that already runs), ``user``,
``group``, ``log``, ``data``, ``starts``, ``users``, ``guard`` (held by the one guardian), ``linger``.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc/self")


def postmaster(data: Path) -> int | None:
    """The pid in ``postmaster.pid`` if that process is alive and works in ``data``; None otherwise.

    A pid alone proves nothing: after kill -9 it may belong to a stranger, or to a dead process nobody reaped.
    A postmaster's working folder is its data folder, a zombie has none.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if works_in(pid, data) else None


def works_in(pid: int, data: Path) -> bool:
    """True if process ``pid`` is alive and its working folder is ``data``.

    In a bare chroot without /proc nothing better is known than that the process exists.
    """
    try:
        if not PROC.exists():
            os.kill(pid, 0)
            return True
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def workers(data: Path) -> list[int]:
    """All live processes whose working folder is ``data``: the postmaster and its children."""
    if not PROC.exists():
        pid = postmaster(data)
        return [] if pid is None else [pid]
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if works_in(int(entry.name), data)]


def only_user(users: int) -> bool:
    """True if nobody else holds the lock behind file descriptor ``users``; we hold nothing afterwards."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(users, fcntl.LOCK_UN)
    return True


def stop(data: Path, seconds: float) -> int | None:
    """Ask the server for a fast, clean stop and wait; the pid if it still runs after ``seconds``."""
    pid = postmaster(data)
    if pid is None:
        return None
    folder = socket_folder(data)
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + seconds
    while works_in(pid, data):
        if time.monotonic() > deadline:
            return pid
        time.sleep(0.02)
    if folder is not None:
        with suppress(OSError):
            folder.rmdir()
    return None


def socket_folder(data: Path) -> Path | None:
    """The folder of the server's socket as ``postmaster.pid`` has it; None when there is none."""
    try:
        name = (data / "postmaster.pid").read_text().split("\n")[4]
    except (OSError, IndexError):
        return None
    return Path(name) if name.startswith("/") else None


def watch(plan: dict[str, object]) -> None:
    """Start the server if the plan says so, then wait until it is gone or no longer wanted."""
    data, linger = Path(str(plan["data"])), float(str(plan["linger"]))
    guard = os.open(str(plan["guard"]), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # A guardian that starts a server outwaits the one that is just ending; a spare one goes away.
        fcntl.flock(guard, fcntl.LOCK_EX if plan["argv"] else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    server = _launch(plan)
    starts = os.open(str(plan["starts"]), os.O_RDWR | os.O_CREAT, 0o600)
    users = os.open(str(plan["users"]), os.O_RDWR | os.O_CREAT, 0o600)
    unused_since = time.monotonic()
    while (server is not None and server.poll() is None) or postmaster(data) is not None:
        time.sleep(0.25)
        if not only_user(users):
            unused_since = time.monotonic()
        elif time.monotonic() - unused_since > linger:
            fcntl.flock(starts, fcntl.LOCK_EX)
            if only_user(users) and stop(data, 60) is None:
                break
            fcntl.flock(starts, fcntl.LOCK_UN)
    if server is not None:
        server.wait()


def _launch(plan: dict[str, object]) -> "subprocess.Popen[bytes] | None":
    argv = plan["argv"]
    if not isinstance(argv, list) or not argv:
        return None
    identity: dict[str, object] = {}
    if plan["user"] is not None:
        identity = {"user": plan["user"], "group": plan["group"], "extra_groups": []}
    log = os.open(str(plan["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    options: dict[str, object] = {
        "stdin": subprocess.DEVNULL,
        "stdout": log,
        "stderr": log,
        "cwd": "/",
        "umask": 0o077,
        "start_new_session": True,
    }
    return subprocess.Popen(argv, **options, **identity)  # type: ignore[call-overload, no-any-return]


if __name__ == "__main__":
    watch(json.loads(sys.argv[1]))
