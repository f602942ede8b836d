"""A city that the tests of one module may write into."""

from collections.abc import Iterator

import pytest

from demo_city import DemoCity, copy_of
from tansuo.database.supervisor import PostgresServer


@pytest.fixture(scope="module")
def city(server: PostgresServer, demo_template: str) -> Iterator[DemoCity]:
    """A copy of the loaded city for one module; its tests do not undo what they do."""
    with copy_of(server, demo_template) as made:
        yield made
