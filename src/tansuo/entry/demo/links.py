"""One-time sign-in links of the demo, one a role: every business role and the three administrators.

The public needs none: it has the plain address.
"""

from __future__ import annotations

from tansuo.api.policy import policy
from tansuo.api.sessions import create_link
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry.demo.people import LABORATORY, VERIFIER
from tansuo.registry.zhenjiang import CITY

SHOWN: tuple[tuple[str, str, str], ...] = (
    ("city_manager", CITY, "demo.city"),
    ("city_approver", CITY, "demo.approver"),
    ("department", "zj.department.statistics", "demo.statistics"),
    ("county_manager", "zj.unit.xinqu", "demo.xinqu"),
    ("enterprise_clerk", "demo.power-a", "demo.power-a.clerk"),
    ("enterprise_reviewer", "demo.chemical-d", "demo.chemical-d.reviewer"),
    ("laboratory", LABORATORY, "demo.laboratory.clerk"),
    ("verifier", VERIFIER, f"{VERIFIER}.assessor"),
    ("investor", "", "demo.investor"),
    ("system_admin", "", "demo.system"),
    ("security_admin", "", "demo.security"),
    ("audit_admin", "", "demo.audit"),
)


def fresh(database: Database, base: str) -> list[tuple[str, str]]:
    """(role in both languages, address) of newly made links; each works once, for a day."""
    found = []
    with transaction(database, SYSTEM) as connection:
        for role, subject, label in SHOWN:
            token = create_link(connection, role=role, subject=subject, label=label)
            named = policy().roles[role]
            found.append((f"{named.zh} {named.en}", f"{base}/zh/sign-in/{token}"))
    return found
