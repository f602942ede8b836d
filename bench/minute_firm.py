"""Firms that send a frame a minute (HJ 212, CN 2051), through the product's own intake: for benches of evidence.

Numbers are drawn (a daily swing, noise, three decimals), so that they pack as measured ones do and no better.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from tansuo.accounting.methods_store import publish_method
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry.compose import projections
from tansuo.entry.worker import Worker
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.ledger import append, open_ledger
from tansuo.evidence.signer import SigningService
from tansuo.methods.pack import load_pack
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.monitoring.intake import Received, pack, store_chunk
from tansuo.monitoring.plan import PlanLine, plan_draft
from tansuo.registry.relation import relate
from tansuo.registry.subject import declare
from tansuo.registry.zhenjiang import seeds

ROOT = Path(__file__).resolve().parents[1]
METHOD = "general_combustion_and_power"
ZONE = "Asia/Shanghai"
SINCE = date(2026, 1, 1)
START_MS = 1_767_225_600_000  # 2026-01-01T00:00Z


@dataclass(frozen=True)
class Kind:
    """A source: its code in frames, what it measures, and what methods ask of it."""

    code: str
    indicator: str
    unit: str
    attributes: dict[str, str]


SOLID = {"family": "solid_liquid", "fuel": "烟煤"}
FUELS = (
    Kind("f01001", "fuel_consumption", "t", SOLID),
    Kind("f01002", "fuel_consumption", "t", SOLID),
    Kind("f02001", "gas_consumption", "万Nm3@20C", {"family": "gas", "fuel": "天然气"}),
)
TEN = tuple(
    Kind(f"e010{number:02d}", "electricity_purchased", "MWh", {"family": "electricity"})
    for number in range(1, 11)
)


class MinuteCity:
    """A ledger with the general method, and firms whose sources report by the minute."""

    def __init__(self, database: Database, home: Path) -> None:
        self.database = database
        self.clock = SimulatedClock(START_MS)
        self.worker = Worker(database, projections(), self.clock, home / "segments")
        self.signer = SigningService(database, home / "signer", self.clock)
        self._chance = random.Random(20261126)
        self._sequence = 0
        with transaction(database, SYSTEM) as connection:
            open_ledger(connection, "321100", ZONE, demo=True, clock=self.clock)
            append(connection, seeds(), self.clock)
            publish_method(connection, load_pack(ROOT / "packs" / METHOD), clock=self.clock)
        self.signer.step()

    def firm(self, name: str, kinds: Sequence[Kind]) -> None:
        """An enterprise with one source of each kind, as drawn numbers are: synthetic."""
        drafts = [
            declare(name, "enterprise", name, name, org=name, synthetic=True),
            relate(name, "reports_for", "zj.unit.dantu", org=name),
            declare(f"{name}.site", "facility", "厂区", "Site", org=name, synthetic=True),
            relate(f"{name}.site", "part_of", name, org=name),
        ]
        for kind in kinds:
            source = f"{name}.{kind.code}"
            drafts.append(
                declare(source, "emission_source", kind.code, kind.code, attributes=kind.attributes, org=name,
                        synthetic=True)
            )  # fmt: skip
            drafts.append(relate(source, "part_of", f"{name}.site", org=name))
        drafts.append(plan_draft(name, [self._line(name, kind) for kind in kinds]))
        with transaction(self.database, SYSTEM) as connection:
            append(connection, drafts, self.clock)

    def _line(self, name: str, kind: Kind) -> PlanLine:
        return PlanLine(
            series=f"{name}/{kind.code}", org=name, source=f"{name}.{kind.code}",
            meter=f"{name}.{kind.code}.meter", indicator=kind.indicator, channel="hj212",
            device=f"MN-{name}", stream=f"2051:{kind.code}:Cou", form="interval_amount", step_s=60,
            label="start", zone=ZONE, unit=kind.unit, decimals=3, authoritative=True, required=True,
            valid_from=SINCE, synthetic=True,
        )  # fmt: skip

    def frames(
        self, names: Sequence[str], kinds: Sequence[Kind], first: datetime, minutes: int
    ) -> Iterator[bytes]:
        """The frame of each firm for each minute from ``first`` on, minute by minute."""
        draw = self._chance.uniform
        for number in range(minutes):
            label = first + timedelta(minutes=number)
            at = label.strftime("%Y%m%d%H%M%S")
            swing = 30 + 12 * math.sin(2 * math.pi * number / 1440)
            for name in names:
                header = {
                    "QN": f"{at}{number % 1000:03d}", "ST": "31", "CN": "2051", "PW": "123456",
                    "MN": f"MN-{name}", "Flag": "5",
                }  # fmt: skip
                groups = [
                    [(f"{kind.code}-Cou", f"{swing + draw(-2, 2):.3f}"), (f"{kind.code}-Flag", "N")]
                    for kind in kinds
                ]
                yield encode(header, [[("DataTime", at)], *groups])

    def store(self, connection: Connection, frames: Sequence[bytes]) -> None:
        """One raw chunk, as the gateway commits it."""
        received = []
        for frame in frames:
            self._sequence += 1
            received.append(Received(self.clock.now_ms(), self._sequence, "10.3.2.1:9000", 0, frame))
        store_chunk(connection, "hj212", pack(received), len(received))
