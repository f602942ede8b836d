"""What has just come in: who stands still by what their devices say now."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tansuo.monitoring.newest import standing_still

DAY = date(2026, 3, 1)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("second", "later", "still"),
    [("F", 0, {"firm.a"}), ("N", 0, set()), ("F", 61, set())],
    ids=["both lines stopped", "one of two runs", "an hour ago"],
)
def test_a_firm_stands_still_when_all_its_live_values_say_so_now(
    river, line, say, second, later, still
) -> None:
    lines = [
        line(series=name, stream=name, channel="hj212", form="rate", unit="kW") for name in ("one", "two")
    ]
    river.plan(*lines)
    at = datetime.combine(DAY, datetime.min.time()) + timedelta(hours=5)
    flags = {"one": "F", "two": second}
    river.arrive(
        *(
            say(name, at, "0" if flag == "F" else "7", flag=flag)._replace(channel="hj212")
            for name, flag in flags.items()
        )
    )
    now = at.replace(tzinfo=ZONE) + timedelta(minutes=later)
    assert standing_still(river.connection, lines, now) == still
