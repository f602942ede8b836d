"""tansuo link: a one-time sign-in link, made on the server; the only way to let an administrator in."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta

NAME = "link"
SUMMARY = "make a one-time sign-in link; the only way to let an administrator in"


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("role", help="a role of the policy table, such as security_admin or city_manager")
    parser.add_argument("label", help="pseudonym of the person; never a name")
    parser.add_argument("--subject", default="", help="what the role is held over: zj.city, a unit, a firm")
    parser.add_argument("--hours", type=int, default=24, choices=range(1, 73), metavar="1…72")
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="address readers use")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def run(arguments: argparse.Namespace) -> int:
    """Make the link, note it, print it once."""
    from tansuo.api import access_log, people
    from tansuo.database.connect import SYSTEM, transaction
    from tansuo.entry import compose

    clock = compose.system_clock()
    with transaction(compose.open_database(), SYSTEM) as connection:
        token = people.let_in(
            connection, role=arguments.role, over=arguments.subject, label=arguments.label,
            life=timedelta(hours=arguments.hours), clock=clock, administrators=True,
        )  # fmt: skip
        detail = f"{arguments.role} {arguments.subject} (command line)".replace("  ", " ")
        access_log.note(
            connection, clock, "link_made", operation="make_link", about=arguments.label, detail=detail
        )
    address = f"{arguments.base.rstrip('/')}/zh/sign-in/{token}"
    print(json.dumps({"link": address}) if arguments.json else address)
    return 0
