"""A PostgreSQL that somebody else runs: make or check the application role, keep its password."""

import os
import secrets
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from tansuo.database.connect import Database, app_url, driver_url
from tansuo.database.settings import external_app_url
from tansuo.database.supervisor import APP
from tansuo.quantity.finding import Finding, FindingError


def connect_external(url: str, home: Path) -> Database:
    """The database behind ``DATABASE_URL``, with a checked application role beside its owner.

    The role ``tansuo_app`` is made when it is missing, with a generated password in
    ``<home>/secrets/tansuo_app.external.password`` (0600); an administrator may make it instead and set
    ``DATABASE_APP_URL``. Raises FindingError ``database.app_role_missing`` or ``database.app_role_unsafe``.
    """
    owner = driver_url(url)
    password = "" if external_app_url() else _kept_password(home)
    database = Database(owner, app_url(url, password))
    if password and not _answers(database):
        _make_app_role(owner, password)
    _check_app_role(database)
    return database


def _answers(database: Database) -> bool:
    try:
        with database.engine.connect():
            return True
    except OperationalError:
        return False


def _make_app_role(owner: str, password: str) -> None:
    engine = create_engine(owner)
    try:
        with engine.begin() as connection:
            who = str(connection.execute(text("SELECT current_user")).scalar_one())
            known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": APP}).first()
            try:
                connection.execute(
                    text(f"{'ALTER' if known else 'CREATE'} ROLE {APP} LOGIN PASSWORD '{password}'")
                )
            except ProgrammingError as problem:
                raise FindingError(
                    Finding("database.app_role_missing", params={"owner": who, "role": APP})
                ) from problem
    finally:
        engine.dispose()


def _check_app_role(database: Database) -> None:
    with database.engine.begin() as connection:
        row = connection.execute(
            text(
                "SELECT current_user, rolsuper OR rolbypassrls OR EXISTS"
                " (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                "  WHERE n.nspname = 'tansuo' AND c.relowner = r.oid)"
                " FROM pg_roles r WHERE rolname = current_user"
            )
        ).one()
    if row[1]:
        raise FindingError(Finding("database.app_role_unsafe", params={"role": str(row[0])}))


def _kept_password(home: Path) -> str:
    folder = home / "secrets"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    file = folder / f"{APP}.external.password"
    if not file.is_file():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(32) + "\n")
    return file.read_text().strip()
