"""The files of one PostgreSQL cluster: made, configured, given roles and passwords, while it stands.

The superuser has no way in while the server runs: roles and passwords are set in single-user mode, and
``pg_hba.conf`` admits only ``tansuo_owner`` and ``tansuo_app``, each with a generated password in a file of
mode 0600.
"""

import logging
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from tansuo.database.binaries import Binaries, ServiceUser
from tansuo.quantity.finding import Finding, FindingError

log = logging.getLogger("tansuo.database")

OWNER = "tansuo_owner"
APP = "tansuo_app"
DATABASE = "tansuo"

_HBA = f"local all {OWNER},{APP} scram-sha-256\n"
_INCLUDE = "include 'tansuo.conf'"
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Data folder and password folder of one server. Nothing here may be called while the server runs."""

    data: Path
    secrets: Path
    user: ServiceUser
    durable: bool = True

    @property
    def major(self) -> int | None:
        """The major version of the data; None when there are none yet."""
        version = self.data / "PG_VERSION"
        return int(version.read_text()) if version.is_file() else None

    def secret_file(self, role: str) -> Path:
        """Where the password of a role is kept."""
        return self.secrets / f"{role}.password"

    def secret(self, role: str) -> str:
        """The password of a role; FindingError ``database.secrets_lost`` when its file is gone."""
        file = self.secret_file(role)
        try:
            return file.read_text().strip()
        except FileNotFoundError:
            raise FindingError(Finding("database.secrets_lost", params={"file": str(file)})) from None

    def prepare(self, binaries: Binaries, socket_folder: Path) -> None:
        """Have everything ready for a start; makes only what is missing.

        A cluster is made beside and renamed, so that a crash leaves no half of one. Raises FindingError
        ``database.initdb_failed``.
        """
        if self.major is None:
            self._initialise(binaries)
        self._configure(socket_folder)
        if not all(self.secret_file(role).is_file() for role in (OWNER, APP)):
            self._make_roles(binaries)

    def _initialise(self, binaries: Binaries) -> None:
        log.info("making a PostgreSQL database in %s with %s", self.data, binaries)
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.user.uid is not None:
            os.chown(fresh, self.user.uid, self.user.gid or -1)
        argv = [str(binaries.bin / "initdb"), "-D", str(fresh), "-U", "postgres", "-E", "UTF8"]
        argv += ["--data-checksums", "--auth=reject", "--no-instructions", "--locale=C.UTF-8"]
        if binaries.major >= 17:
            argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.durable:
            argv.append("--no-sync")
        done = self.user.run(argv, env=binaries.environment)
        if done.returncode != 0:
            raise FindingError(Finding("database.initdb_failed", params={"output": done.stdout[-2000:]}))
        for role in (OWNER, APP):  # old passwords belong to a database that is gone
            self.secret_file(role).unlink(missing_ok=True)
        fresh.rename(self.data)

    def _configure(self, socket_folder: Path) -> None:
        wanted = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket_folder),
            "unix_socket_permissions": "0700",
            "port": "5432",
            "max_connections": "100",
            "password_encryption": "scram-sha-256",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
            **(_DURABLE if self.durable else _FLEETING),
        }
        self._write("tansuo.conf", "".join(f"{name} = '{value}'\n" for name, value in wanted.items()))
        self._write("pg_hba.conf", _HBA)
        usual = (self.data / "postgresql.conf").read_text()
        if _INCLUDE not in usual:
            self._write("postgresql.conf", f"{usual}\n{_INCLUDE}\n")

    def _write(self, name: str, text: str) -> None:
        # The folder belongs to the service user, and we may be root: never through a link it has laid.
        handle = os.open(self.data / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w") as out:
            if self.user.uid is not None:
                os.fchown(handle, self.user.uid, self.user.gid or -1)
            out.write(text)

    def _make_roles(self, binaries: Binaries) -> None:
        passwords = {role: secrets.token_urlsafe(32) for role in (OWNER, APP)}
        safe = "LOGIN NOSUPERUSER NOBYPASSRLS NOREPLICATION NOCREATEROLE"
        lines = [
            f"CREATE ROLE {OWNER}",
            f"CREATE ROLE {APP}",
            f"ALTER ROLE {OWNER} {safe} CREATEDB PASSWORD '{passwords[OWNER]}'",
            f"ALTER ROLE {APP} {safe} NOCREATEDB PASSWORD '{passwords[APP]}'",
            f"GRANT pg_signal_backend, pg_checkpoint TO {OWNER}",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
        ]
        argv = [str(binaries.bin / "postgres"), "--single", "-D", str(self.data), "postgres"]
        done = self.user.run(argv, input="\n".join(lines) + "\n", umask=0o077, env=binaries.environment)
        if done.returncode != 0:
            raise FindingError(Finding("database.initdb_failed", params={"output": done.stdout[-2000:]}))
        for role, password in passwords.items():
            fresh = self.secret_file(role).with_suffix(".new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                out.write(password + "\n")
                out.flush()
                os.fsync(out.fileno())
            fresh.rename(self.secret_file(role))
