"""Sessions, one-time sign-in links, and who came in or was refused. None is evidence; all may be erased.

Only hashes of tokens are stored. The application adds to `access_event` and cannot change it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, MetaData, String, Table, Text

metadata = MetaData()

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("role", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("label", String(128), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Column("used", DateTime(timezone=True)),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("role", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("label", String(128), nullable=False),
    Column("form_token", String(64), nullable=False),
    Column("language", String(2), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),
    Column("ended", DateTime(timezone=True)),
)

access_event = Table(
    "access_event",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("actor", String(128), nullable=False, comment="label of who acted; empty where nobody is known"),
    Column("role", String(32), nullable=False),
    Column("session", String(16), nullable=False, comment="first digits of the session's hash"),
    Column("address", String(64), nullable=False),
    Column("operation", String(64), nullable=False),
    Column(
        "about", String(128), nullable=False, comment="label of the person concerned, where another one is"
    ),
    Column("detail", Text, nullable=False),
)
