"""Accounting is tested in a small town whose figures rest on real frames."""

import pytest
from sqlalchemy import Connection

from town import Town


@pytest.fixture
def town(connection: Connection) -> Town:
    """A ledger of Zhenjiang with the general pack, and no firm yet."""
    return Town(connection)
