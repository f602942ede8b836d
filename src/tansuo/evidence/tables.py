"""The tables of the ledger. All but ``projection_state``, ``anchor_attempt`` and the two of what can be erased are
only ever added to.

``leaf`` is the public spine: index, recorded time and hash of every entry, whoever may read the entry. So a
reader who sees only its own organisation's entries still knows the size and can prove inclusion; the hashes
are salted and tell nothing. ``tree_node`` holds the full subtrees of 256, 256², … leaves; ``second_node`` and
``second_head`` are leaves, subtrees and heads of the second tree of a log of both suites.
"""

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, SmallInteger, Table, Text

metadata = MetaData()

entry = Table(
    "entry",
    metadata,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("recorded", BigInteger, nullable=False, comment="ms since 1970 by the ledger's clock"),
    Column("supersedes", BigInteger),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False, comment="canonical bytes: the evidence"),
)

leaf = Table(
    "leaf",
    metadata,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

tree_node = Table(
    "tree_node",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("created", BigInteger, nullable=False, comment="ms since 1970 by the signer's clock"),
)

second_node = Table(
    "second_node",
    metadata,
    Column("hash", Text, primary_key=True, comment="sm3"),
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
)

second_head = Table(
    "second_head",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("created", BigInteger, nullable=False, comment="ms since 1970 by the signer's clock"),
)

cosignature = Table(
    "cosignature",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True, comment="the witness's verifier key"),
    Column("seconds", BigInteger, nullable=False, comment="since 1970, as the witness states"),
    Column("line", Text, nullable=False),
    Column("received", BigInteger, nullable=False, comment="ms since 1970 by our clock"),
)

time_stamp = Table(
    "time_stamp",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("authority", Text, primary_key=True),
    Column("stamped", BigInteger, nullable=False, comment="ms since 1970, as the authority states"),
    Column("response", LargeBinary, nullable=False, comment="RFC 3161 TimeStampResp, DER"),
    Column("received", BigInteger, nullable=False, comment="ms since 1970 by our clock"),
)

anchor_attempt = Table(
    "anchor_attempt",
    metadata,
    Column("name", Text, primary_key=True),
    Column("tried", BigInteger, nullable=False, comment="ms since 1970 by our clock"),
    Column("problem", Text, nullable=False, comment="empty where it went well"),
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("org_id", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

projection_state = Table(
    "projection_state",
    metadata,
    Column("name", Text, primary_key=True),
    Column("applied", BigInteger, nullable=False, comment="entries below this index are in the tables"),
)

erasable = Table(
    "erasable",
    metadata,
    Column("commitment", Text, primary_key=True, comment="SHA-256(salt ‖ data) in hex"),
    Column("entry", BigInteger, nullable=False, comment="index of the entry that holds the commitment"),
    Column("org_id", Text, nullable=False),
    Column("person", Text, nullable=False, comment="pseudonym; empty for a document"),
    Column("sealed", LargeBinary, nullable=False, comment="AES-256-GCM under the key of its own"),
)

erasable_key = Table(
    "erasable_key",
    metadata,
    Column("commitment", Text, primary_key=True),
    Column("org_id", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("key", LargeBinary, nullable=False),
)
