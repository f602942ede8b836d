"""Questions are asked in the small town of the accounting tests."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import Connection

from query_things import Ask
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.query.answer import Answer, answer, registered
from tansuo.accounting.query.computed import Access, computed, monitored_since
from tansuo.accounting.query.question import Grain, question
from tansuo.registry.statement import Stage
from tansuo.registry.subject import find
from town import Town


@pytest.fixture
def town(connection: Connection) -> Town:
    """A ledger of Zhenjiang with the general pack, and no firm yet."""
    return Town(connection)


@pytest.fixture
def ask(town: Town) -> Ask:
    """Asks as a reader of the whole city, whose log tells up to 30 April 2026; or as the public."""

    def asked(
        indicators: Sequence[str],
        subjects: Sequence[str],
        span: str,
        grain: Grain = "year",
        *,
        computing: bool = True,
        as_of: int | None = None,
        bases: Sequence[str] = (),
        stages: Sequence[Stage] = (),
    ) -> Answer:
        size, opened = as_of or town.size, town.connection
        inventory = Inventory(opened, size)
        access = Access(inventory, inventory, monitored_since(opened, size), date(2026, 4, 30))
        return answer(
            opened,
            question(indicators, subjects, span, grain, bases=bases, stages=stages),
            registered(opened, size),
            computed(opened, size),
            {one.id: one for one in find(opened, ids=subjects, as_of=size)},
            size,
            access if computing else None,
        )

    return asked
