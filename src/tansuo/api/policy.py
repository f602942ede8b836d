"""The policy table: which role may call which operation, over which rows.

The table is data (`policy.toml`). `require(name)` is the only way an endpoint gets its viewer, and the
application refuses to start while a route has no row or a row has no route.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from tansuo.database.connect import Access
from tansuo.evidence.entry import Actor

Scope = Literal["public", "subject", "all"]
RoleScope = Literal["city", "unit", "enterprise", "none"]


@dataclass(frozen=True, slots=True)
class Role:
    """A role with its name in both languages and how far it sees."""

    id: str
    zh: str
    en: str
    scope: RoleScope


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: `roles` None means everybody; `fresh` asks for a session that was opened just now."""

    operation: str
    roles: frozenset[str] | None
    scope: Scope
    fresh: bool = False

    def allows(self, role: str) -> bool:
        """Whether `role` may call the operation at all."""
        return self.roles is None or role in self.roles


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole table."""

    roles: dict[str, Role]
    rules: dict[str, Rule]
    features: dict[str, frozenset[str]]

    def features_of(self, role: str) -> list[str]:
        """What of the workspace a role may open: features whose every operation it may call, in order."""
        return [
            name
            for name, operations in self.features.items()
            if all(self.rules[one].allows(role) for one in operations)
        ]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. `orgs` None = every organisation of the city; an empty set = public rows only.

    `opened` is when they signed in, `language` in which they did; None and "" for the public.
    """

    role: str
    label: str
    subject: str
    orgs: frozenset[str] | None
    session: str | None = None
    form_token: str = ""
    opened: datetime | None = None
    language: str = ""

    @property
    def signed_in(self) -> bool:
        """True with a session; the public has none."""
        return self.session is not None

    @property
    def access(self) -> Access:
        """What the database's row-level security is told about this viewer."""
        return Access(actor=self.label, role=self.role, orgs=self.orgs)

    @property
    def actor(self) -> Actor:
        """Who acts, as the ledger keeps it: of the session only as much as tells two apart."""
        return Actor(self.label, self.role, (self.session or "")[:16])

    def sees(self, org: str) -> bool:
        """Whether rows of `org` lie in this viewer's scope."""
        return org == "public" or self.orgs is None or org in self.orgs

    def awaited(self, org: str, role: str, subject: str) -> bool:
        """Whether what waits for ``role`` about ``subject`` is this viewer's affair: it lies in the scope, and what
        is public concerns only those who see the whole city, and the one who has to act."""
        if org == "public" and self.orgs is not None:
            return (self.role, self.subject) == (role, subject)
        return self.sees(org)


PUBLIC = Viewer(role="public", label="public", subject="", orgs=frozenset())


@cache
def policy() -> Policy:
    """Read and check the table. Raises ValueError naming the row that is wrong."""
    raw = tomllib.loads(files("tansuo.api").joinpath("policy.toml").read_text("utf-8"))
    roles = {
        name: Role(name, row["zh"], row["en"], cast(RoleScope, row["scope"]))
        for name, row in raw["roles"].items()
    }
    rules: dict[str, Rule] = {}
    for name, row in raw["operations"].items():
        wanted = row["roles"]
        if wanted == "*":
            members: frozenset[str] | None = None
        elif isinstance(wanted, str) and wanted.startswith("@"):
            members = frozenset(raw["groups"][wanted[1:]])
        else:
            members = frozenset(wanted)
        unknown = (members or frozenset()) - roles.keys()
        if unknown:
            raise ValueError(f"policy.toml, operation {name}: unknown role {sorted(unknown)}")
        if row["scope"] not in ("public", "subject", "all"):
            raise ValueError(f"policy.toml, operation {name}: unknown scope {row['scope']!r}")
        fresh = row.get("fresh", False)
        if not isinstance(fresh, bool):
            raise ValueError(f"policy.toml, operation {name}: fresh is true or false, not {fresh!r}")
        rules[name] = Rule(name, members, cast(Scope, row["scope"]), fresh)
    features = {name: frozenset(wanted) for name, wanted in raw["features"].items()}
    return Policy(roles, rules, features)
