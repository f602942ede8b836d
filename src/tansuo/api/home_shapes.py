"""What a role's home page answers: one shape a kind, told apart by `kind`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from tansuo.api.routers.corrections import PendingCorrection
from tansuo.api.routers.samples import SampleBody
from tansuo.api.shapes import Amount, Named
from tansuo.api.verification_shapes import VerificationFinding


class Pair(BaseModel):
    """Direct and indirect emission of a period, side by side; nobody adds them. Null: nothing is published."""

    period: str
    direct: Amount | None
    indirect: Amount | None


class Mover(BaseModel):
    """A firm's direct emission against the month before; `percent` is of `before`, null over a zero."""

    firm: Named
    period: str
    base: str
    before: Amount
    after: Amount
    change: str
    percent: str | None


class Quiet(BaseModel):
    """A firm that is not heard of as its plan asks: `last` is the beginning of its newest reading."""

    firm: Named
    state: Literal["delayed", "silent", "none"]
    last: datetime | None


class Due(BaseModel):
    """Something that waits for somebody: a case with who must act and until when."""

    case: str
    entry: int
    kind: str
    title_zh: str
    title_en: str
    role: str
    subject: Named | None
    deadline: date | None
    late: bool
    synthetic: bool


class MonthDesk(BaseModel):
    """A month at the approver's desk: how many sums are ready, published, moved, incomplete."""

    period: str
    ready: int
    published: int
    moved: int
    incomplete: int


class HeldIndicator(BaseModel):
    """An indicator of a department and what was stated last; null where nothing was."""

    code: str
    name_zh: str
    name_en: str
    owner: str
    owner_en: str
    unit: str
    period: str | None
    amount: Amount | None
    stage: str | None
    subject: Named | None
    entry: int | None
    recorded_at: datetime | None


class DeliveryBody(BaseModel):
    """What a department was asked for; `done` is the entry that answers it."""

    indicator: str
    name_zh: str
    name_en: str
    period: str
    deadline: date | None
    done: int | None
    done_at: datetime | None
    late: bool
    synthetic: bool


class FirmLine(BaseModel):
    """A firm of a unit: its figures of the month, whether it is heard of, what waits."""

    firm: Named
    direct: Amount
    indirect: Amount
    complete: bool
    holes: int
    state: str
    last: datetime | None
    waiting: int


class StripDay(BaseModel):
    """One civil day of a series: readings that are there of those the plan expects (null: no grid)."""

    day: date
    expected: int | None
    present: int
    running: bool


class Strip(BaseModel):
    """The days of the month of one authoritative series."""

    series: str
    source_zh: str
    source_en: str
    meter: str
    unit: str
    missing: int
    days: list[StripDay]


class ResultBody(BaseModel):
    """One result of a report: the column of the factor table it fills, or `test.<parameter>.<basis>`; the amount.

    `source` is what was sampled; null where the viewer may not see it.
    """

    source: Named | None
    column: str
    amount: Amount


class ReportBody(BaseModel):
    """A laboratory's report of a firm and month: `entry` is null while nothing was delivered."""

    laboratory: Named
    firm: Named
    month: str
    due: date
    late: bool
    entry: int | None
    delivered_at: datetime | None
    document: str | None
    results: list[ResultBody]
    synthetic: bool


class Engagement(BaseModel):
    """A firm to verify: how many of its figures stand published, in which months."""

    firm: Named
    receipts: int
    first: str | None
    last: str | None


class Place(BaseModel):
    """What is published of an assessment unit; null where nothing is."""

    unit: Named
    direct: Amount | None
    indirect: Amount | None


class UnitFindings(BaseModel):
    """Findings of verifiers about a unit's firms that are not closed, late answers first; `late` of them are late.
    `unit` null: about a sum of the city, or a firm of no unit."""

    unit: Named | None
    late: int
    findings: list[VerificationFinding]


class CityManagerHome(BaseModel):
    """How much, who moved, what is late, which decisions wait, what verifiers found."""

    kind: Literal["city_manager"] = "city_manager"
    total: Pair
    known_direct: Amount
    known_indirect: Amount
    enterprises: int
    complete_enterprises: int
    movers: list[Mover]
    quiet: list[Quiet]
    waiting: list[Due]
    corrections: int
    findings: list[UnitFindings]


class CityApproverHome(BaseModel):
    """Which sums wait for a decision, and what else waits for this person."""

    kind: Literal["city_approver"] = "city_approver"
    months: list[MonthDesk]
    corrections: list[PendingCorrection]


class DepartmentHome(BaseModel):
    """What the department must deliver by when, and what it stated last. `department` null: all are shown."""

    kind: Literal["department"] = "department"
    department: Named | None
    deliveries: list[DeliveryBody]
    holdings: list[HeldIndicator]


class CountyManagerHome(BaseModel):
    """The unit's own figures, and its firms: late, incomplete, with something unanswered."""

    kind: Literal["county_manager"] = "county_manager"
    unit: Named
    total: Pair
    firms: list[FirmLine]
    findings: list[UnitFindings]


class EnterpriseClerkHome(BaseModel):
    """This month's tasks: meters and gaps, documents that are due, corrections that wait."""

    kind: Literal["enterprise_clerk"] = "enterprise_clerk"
    firm: Named
    month: str
    strips: list[Strip]
    last_month: Pair
    reports: list[ReportBody]
    corrections: list[PendingCorrection]
    findings: list[VerificationFinding]


class EnterpriseReviewerHome(BaseModel):
    """What waits for the second person."""

    kind: Literal["enterprise_reviewer"] = "enterprise_reviewer"
    firm: Named
    last_month: Pair
    corrections: list[PendingCorrection]
    findings: list[VerificationFinding]


class LaboratoryHome(BaseModel):
    """Reports delivered and due of the firms that named the laboratory, and the fuel sources whose samples it may
    report. `laboratory` null: none is named."""

    kind: Literal["laboratory"] = "laboratory"
    laboratory: Named | None
    reports: list[ReportBody]
    clients: list[LaboratoryClient]


class LaboratoryClient(BaseModel):
    """A firm that named the laboratory, with its sources that burn a solid or liquid fuel."""

    firm: Named
    sources: list[Named]


class VerifierHome(BaseModel):
    """Firms to verify, the samples drawn, and the own organisation's findings that are not closed."""

    kind: Literal["verifier"] = "verifier"
    engagements: list[Engagement]
    samples: list[SampleBody]
    findings: list[VerificationFinding]


class InvestorHome(BaseModel):
    """What is public of the places of the city."""

    kind: Literal["investor"] = "investor"
    period: str | None
    places: list[Place]


class PublicHome(BaseModel):
    """What is published: the total, its trend, the units; over how many firms each of the two sums is."""

    kind: Literal["public"] = "public"
    total: Pair | None
    trend: list[Pair]
    places: list[Place]
    enterprises_direct: int | None
    enterprises_indirect: int | None


class SystemHome(BaseModel):
    """Whether the platform runs."""

    kind: Literal["system_admin"] = "system_admin"
    running: int
    services: int
    lag: int
    unsigned: int
    waiting_records: int
    disk_bytes: int
    disk_free_bytes: int


class SecurityHome(BaseModel):
    """Who is in, which links wait, what failed in the last day."""

    kind: Literal["security_admin"] = "security_admin"
    people: int
    open_sessions: int
    waiting_links: int
    failures_last_day: int


class AuditHome(BaseModel):
    """What the last day had to note."""

    kind: Literal["audit_admin"] = "audit_admin"
    last_day: dict[str, int]


Answer = Annotated[
    CityManagerHome
    | CityApproverHome
    | DepartmentHome
    | CountyManagerHome
    | EnterpriseClerkHome
    | EnterpriseReviewerHome
    | LaboratoryHome
    | VerifierHome
    | InvestorHome
    | PublicHome
    | SystemHome
    | SecurityHome
    | AuditHome,
    Field(discriminator="kind"),
]


class Home(BaseModel):
    """A role's first question, answered as known at `as_of`."""

    as_of: int
    today: date
    synthetic: bool
    answer: Answer
