"""A double of the receiver that breaks its promise, for the positive control: a test must be able to fail.

It is the product's gateway with one thing changed. ``off``: its session does not wait for the disk. ``hasty``: a
frame is acknowledged before it is committed. Nothing of the product can be told to do either.
"""

import sys
from collections.abc import Callable

from tansuo.database.connect import conninfo
from tansuo.entry import compose, services
from tansuo.monitoring import group_commit
from tansuo.monitoring.connectors.hj212 import gateway

_OFF = (
    "SELECT set_config('tansuo.scope', 'all', false), set_config('tansuo.actor', 'gateway', false),"
    " set_config('tansuo.role', 'system', false), set_config('synchronous_commit', 'off', false)"
)


class HastyCommit(group_commit.GroupCommit[gateway.Answer]):
    """Tells the sender first and writes afterwards, which takes as long as it takes."""

    def __init__(self, address: str, channel: str, committed: Callable[[list[gateway.Answer]], None]) -> None:
        super().__init__(address, channel, lambda _: None)
        self._tell_at_once = committed

    def put(self, record: bytes, token: gateway.Answer | None) -> None:
        """Queue one record, and say that it is safe, which it is not."""
        super().put(record, None)
        if token is not None:
            self._tell_at_once([token])


def main(durability: str, port: int) -> None:
    """Serve until killed."""
    database = compose.open_database(migrate=False)
    services.keep_database()
    if durability == "off":
        group_commit._SESSION = _OFF
    address = conninfo(database.url_app)
    server = gateway.Gateway(address, port=port, limits=gateway.Limits(per_address=None))
    if durability == "hasty":
        server.commit = HastyCommit(address, gateway.CHANNEL, server._committed)
    gateway.run(server, lambda one: services.announce("gateway", one.host, one.port))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
