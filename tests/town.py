"""A small town for tests of accounting: real HJ 212 frames through intake, real entries, real projections.

Everything a test says enters as raw bytes or as an entry; figures are read from what the projections made of
them. Day values (CN=2031) keep the histories short.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from tansuo.accounting.inventory import PROJECTIONS, Cell, Figure, figure, figures
from tansuo.accounting.methods_store import publish_method
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.ledger import append, open_ledger, size
from tansuo.evidence.projection import catch_up
from tansuo.methods.pack import Pack, load_pack
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.monitoring.correction import correct
from tansuo.monitoring.intake import Received, close_chunks, pack, store_chunk
from tansuo.monitoring.plan import PlanLine, current_plan, plan_draft
from tansuo.quantity.period import Period
from tansuo.registry.relation import relate
from tansuo.registry.subject import declare
from tansuo.registry.zhenjiang import seeds

ROOT = Path(__file__).resolve().parents[1]
GENERAL = "general_combustion_and_power"
START_MS = 1_772_323_200_000  # 2026-03-01T00:00Z
CLERK, CHIEF = Actor("clerk", "reporter"), Actor("chief", "reviewer")
DAY = 86_400

Row = tuple[str, datetime, str | None, str]
"""Code, label, number as sent (None: empty), flag."""


@cache
def general_pack() -> Pack:
    """The shipped pack for any firm."""
    return load_pack(ROOT / "packs" / GENERAL)


@dataclass(frozen=True)
class Source:
    """A source of a test firm: its id's last part, its code in frames, and the attributes methods ask for."""

    name: str
    code: str
    indicator: str
    unit: str
    attributes: Mapping[str, str]
    decimals: int = 3


COAL = Source("coal", "f01001", "fuel_consumption", "t", {"family": "solid_liquid", "fuel": "烟煤"})
GAS = Source("gas", "f02001", "gas_consumption", "万Nm3@20C", {"family": "gas", "fuel": "天然气"})
POWER = Source("power", "e01001", "electricity_purchased", "MWh", {"family": "electricity"})
HEAT = Source("heat", "h01001", "heat_purchased", "GJ", {"family": "heat"})


@dataclass
class Town:
    """A ledger of Zhenjiang with the general pack published; firms and frames come from the test."""

    connection: Connection
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(START_MS))
    sent: int = 0
    suite: str = "intl"

    def __post_init__(self) -> None:
        open_ledger(self.connection, "321100", "Asia/Shanghai", self.suite, demo=True, clock=self.clock)
        self.enter(*seeds())
        self.publish(general_pack())

    @property
    def size(self) -> int:
        """How many entries the ledger holds."""
        return size(self.connection)

    def enter(self, *drafts: Draft) -> list[Entry]:
        """Append drafts and bring every projection forward."""
        entries = append(self.connection, drafts, self.clock)
        self.follow()
        return entries

    def follow(self) -> None:
        """Bring every projection up to the end of the ledger."""
        catch_up(self.connection, PROJECTIONS)

    def publish(self, pack_: Pack, reason: str = "") -> Entry:
        """Publish a method."""
        entry = publish_method(self.connection, pack_, clock=self.clock, reason=reason)
        self.follow()
        return entry

    def firm(
        self,
        name: str,
        unit: str,
        sources: Sequence[Source] = (COAL, POWER),
        *,
        since: date = date(2026, 1, 1),
        step: int = DAY,
        synthetic: bool = True,
    ) -> None:
        """An enterprise that reports for ``zj.unit.<unit>``: one facility, its sources and their plan."""
        drafts = [
            declare(name, "enterprise", f"演示企业{name}", f"Demo {name}", org=name, synthetic=synthetic),
            relate(name, "reports_for", f"zj.unit.{unit}", org=name),
            declare(f"{name}.site", "facility", "厂区", "Site", org=name, synthetic=synthetic),
            relate(f"{name}.site", "part_of", name, org=name),
        ]
        for one in sources:
            source = f"{name}.{one.name}"
            drafts += [
                declare(
                    source,
                    "emission_source",
                    one.name,
                    one.name,
                    attributes=one.attributes,
                    org=name,
                    synthetic=synthetic,
                ),
                relate(source, "part_of", f"{name}.site", org=name),
            ]
        self.enter(*drafts)
        self.plan(
            name, [self.line(name, one, since=since, step=step, synthetic=synthetic) for one in sources]
        )

    def line(
        self,
        firm: str,
        source: Source,
        /,
        *,
        since: date,
        step: int = DAY,
        synthetic: bool = True,
        **more: object,
    ) -> PlanLine:
        """The authoritative line of a source: amounts of ``step`` seconds, labelled with their start."""
        command = "2031" if step == DAY else "2061"
        usual: dict[str, object] = {
            "series": f"{firm}/{source.name}", "org": firm, "source": f"{firm}.{source.name}",
            "meter": f"{firm}.{source.name}.meter", "indicator": source.indicator, "channel": "hj212",
            "device": f"MN-{firm}", "stream": f"{command}:{source.code}:Cou", "form": "interval_amount",
            "step_s": step, "label": "start", "zone": "Asia/Shanghai", "unit": source.unit,
            "decimals": source.decimals, "authoritative": True, "required": True, "valid_from": since,
            "synthetic": synthetic,
        }  # fmt: skip
        return PlanLine(**{**usual, **more})  # type: ignore[arg-type]

    def plan(self, firm: str, lines: Sequence[PlanLine]) -> Entry:
        """Make ``lines`` the plan of a firm."""
        before = current_plan(self.connection, firm)
        why = None if before is None else {"reason": "new plan"}
        return self.enter(plan_draft(firm, lines, supersedes=before, why=why))[0]

    def send(self, firm: str, rows: Iterable[Row], command: str = "2031") -> Entry:
        """One arrival with a frame for each row, as the gateway would close it."""
        received = []
        for code, label, text, flag in rows:
            self.sent += 1
            at = label.strftime("%Y%m%d%H%M%S")
            header = {
                "QN": f"{at}{self.sent % 1000:03d}", "ST": "31", "CN": command, "PW": "123456",
                "MN": f"MN-{firm}", "Flag": "5",
            }  # fmt: skip
            value = [] if text is None else [(f"{code}-Cou", text)]
            groups = [[("DataTime", at)], [*value, (f"{code}-Flag", flag)]]
            received.append(
                Received(self.clock.now_ms(), self.sent, "127.0.0.1:9", 0, encode(header, groups))
            )
        store_chunk(self.connection, "hj212", pack(received), len(received))
        (entry,) = close_chunks(self.connection, self.clock)
        self.follow()
        return entry

    def days(
        self,
        firm: str,
        source: Source,
        period: str,
        amount: str,
        *,
        without: Sequence[int] = (),
        flag: str = "N",
    ) -> Entry:
        """A frame with ``amount`` for every civil day of ``period`` but those ``without`` (day of month)."""
        rows = [
            (source.code, datetime.combine(day, datetime.min.time()), amount, flag)
            for day in Period.parse(period).days()
            if day.day not in without
        ]
        return self.send(firm, rows)

    def hours(
        self, firm: str, source: Source, first: datetime, amounts: Sequence[str | None], flag: str = "N"
    ) -> Entry:
        """A frame an hour from ``first`` on; None leaves an hour out."""
        rows = [
            (source.code, first + timedelta(hours=n), amount, flag)
            for n, amount in enumerate(amounts)
            if amount is not None
        ]
        return self.send(firm, rows, "2061")

    def correct(self, series: str, start: datetime, value: Decimal) -> Entry:
        """A correction by the clerk, confirmed by the chief."""
        entry = correct(self.connection, series, start, value, "misread", None, CLERK, CHIEF, self.clock)
        self.follow()
        return entry

    def cell(self, subject: str, quantity: str, period: str, relation: str | None = None) -> Cell:
        """A cell of the general pack."""
        return Cell(subject, quantity, period, GENERAL, relation)

    def figure(
        self, subject: str, quantity: str, period: str, relation: str | None = None, as_of: int | None = None
    ) -> Figure:
        """A figure by the general pack."""
        return figure(self.connection, self.cell(subject, quantity, period, relation), as_of)

    def figures(self, cells: Sequence[Cell], as_of: int | None = None) -> list[Figure]:
        """Many figures at once."""
        return figures(self.connection, cells, as_of)
