"""The full check of a ledger, put together: what each package promises of its own entries and tables."""

from collections.abc import Sequence

from sqlalchemy import Connection

from tansuo.accounting.methods_store import METHOD, check_method
from tansuo.database.settings import home
from tansuo.entry.compose import projections
from tansuo.evidence.check import CheckReport, Progress, check
from tansuo.evidence.check_outside import check_outside
from tansuo.evidence.erasable import check_erasable
from tansuo.evidence.note import VerifierKey
from tansuo.evidence.rebuild import check_projections
from tansuo.evidence.timestamp import authorities_of
from tansuo.monitoring.intake import ARRIVAL, check_arrival
from tansuo.monitoring.seal_check import check_seals
from tansuo.quantity.finding import Finding


def full_check(
    connection: Connection,
    keys: Sequence[VerifierKey] | None = None,
    progress: Progress | None = None,
    *,
    rebuild: bool = True,
) -> CheckReport:
    """What ``tansuo ledger check`` checks, in one state of the database (REPEATABLE READ, the whole city in view).

    ``rebuild`` False leaves out making the projections again: for a database in which they were just made.
    """

    def rebuilt(connection: Connection) -> list[Finding]:
        return check_projections(
            connection,
            projections(),
            progress=None if progress is None else lambda done, whole: progress("projections", done, whole),
        )

    def outside(connection: Connection) -> list[Finding]:
        return check_outside(connection, authorities_of(home()))

    further = [outside, check_seals, check_erasable, *([rebuilt] if rebuild else [])]
    return check(
        connection,
        keys=keys,
        hooks={ARRIVAL: check_arrival, METHOD: check_method},
        further=further,
        progress=progress,
    )
