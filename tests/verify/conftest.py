"""Verification is tested on bundles of a small town, honest ones and those of a platform that lies."""

import pytest
from sqlalchemy import Connection

from bundled_town import Bundled
from town import Town


@pytest.fixture
def bundled(connection: Connection) -> Bundled:
    """A firm with sealed, published and signed figures of January 2026."""
    return Bundled(Town(connection)).ready()
