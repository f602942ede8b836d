"""What the product says its readings are, asked in a process of the platform's own: ``python -m faults.readings``.

Prints one JSON list a reading: series, start (seconds since 1970), value in the last place of its unit.
"""

import json
import sys
from datetime import date

from faults.frames import series
from tansuo.database.connect import SYSTEM, transaction
from tansuo.entry import compose
from tansuo.monitoring.lookup import versions


def main(devices: int, first: date, last: date) -> None:
    """Every current version of every reading of the devices from ``first`` to ``last``."""
    with transaction(compose.open_database(migrate=False), SYSTEM) as connection:
        for device in range(devices):
            for one in versions(connection, series(device), first, last):
                print(json.dumps([one.series, one.start, one.value]))


if __name__ == "__main__":
    main(int(sys.argv[1]), date.fromisoformat(sys.argv[2]), date.fromisoformat(sys.argv[3]))
