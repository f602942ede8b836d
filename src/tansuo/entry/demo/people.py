"""Who else belongs to the demo city: departments with their duties, laboratory, verifier, a request that waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tansuo.entry.demo.declare import BY, ZONE, series_id, source_id
from tansuo.entry.demo.model import Firm
from tansuo.evidence.entry import Actor, Draft
from tansuo.monitoring.correction import ASKED, REQUEST
from tansuo.registry import case, relation, subject
from tansuo.registry.duties import ask
from tansuo.registry.indicator import Indicator

LABORATORY, VERIFIER = "demo.laboratory", "demo.verifier"
ASKING_FIRM, ASKING_SOURCE = "demo.chemical-d", "coal"

DEPARTMENTS: Sequence[tuple[str, str, str]] = (
    ("zj.department.statistics", "统计局", "Bureau of Statistics"),
    ("zj.department.power", "供电公司", "Power supply company"),
    ("zj.department.industry", "工信局", "Bureau of Industry and Information Technology"),
    ("zj.department.ecology", "生态环境局", "Bureau of Ecology and Environment"),
    ("zj.department.development", "发改委", "Development and Reform Commission"),
    ("zj.department.transport", "交通运输局", "Bureau of Transport"),
    ("zj.department.resources", "自然资源和规划局", "Bureau of Natural Resources and Planning"),
)
"""Departments as owners of indicators are named. What is asked of them here, and by when, is invented."""


def organisations(firms: Sequence[Firm], since: date) -> Iterator[Draft]:
    """The departments; the verifier; the laboratory, and which firms name it."""
    for name, zh, en in DEPARTMENTS:
        yield subject.declare(name, "department", zh, en, by=BY)
    yield subject.declare(
        VERIFIER, "verifier", "演示审核机构", "Demo Verification Body", synthetic=True, by=BY
    )
    yield subject.declare(LABORATORY, "laboratory", "演示检测机构", "Demo Laboratory", synthetic=True, by=BY)
    for firm in firms:
        if firm.laboratory:
            yield relation.relate(LABORATORY, "tests_for", firm.id, valid_from=since, org=firm.id, by=BY)


def deliveries(known: Sequence[Indicator], today: date) -> Iterator[Draft]:
    """What the departments are asked for: some in time, one whose day has just gone by."""
    defined = {one.code: one for one in known}
    year = today.year
    asked = (
        ("zj.department.statistics", "gdp", str(year - 3), today - timedelta(days=40)),
        ("zj.department.statistics", "population.resident", str(year - 2), today - timedelta(days=40)),
        ("zj.department.statistics", "gdp", str(year), date(year + 1, 4, 30)),
        ("zj.department.industry", "retrofit.saving", str(year - 1), today - timedelta(days=12)),
        ("zj.department.power", "capacity.photovoltaic", str(year), today + timedelta(days=21)),
        ("zj.department.transport", "shoreline.vacated", str(year), today + timedelta(days=35)),
    )
    for department, code, period, deadline in asked:
        if code in defined:
            yield ask(department, defined[code], period, deadline, synthetic=True)


def waiting_request(firms: Sequence[Firm], day: date) -> Iterator[Draft]:
    """A clerk's request of ``day`` about an hour two days before, which nobody has confirmed yet."""
    for firm in firms:
        source = next((one for one in firm.sources if one.id == ASKING_SOURCE), None)
        if firm.id != ASKING_FIRM or source is None:
            continue
        start = datetime.combine(day - timedelta(days=2), time(3), ZoneInfo(ZONE))
        notes = {
            "series": series_id(firm, source), "start": start.isoformat(), "value": None,
            "state": "not_operating", "document": None,
            "reason": "该小时停炉检修,装置未置停运标志(演示) boiler stopped for repair, the device did not say (demo)",
        }  # fmt: skip
        yield case.step(
            f"correction-demo-{day:%Y%m%d}", REQUEST, source_id(firm, source), "读数更正", "Correction of a reading",
            step=ASKED, role="enterprise_reviewer", notes=notes, synthetic=True, org=firm.id,
            by=Actor(f"{firm.id}.clerk", "enterprise_clerk"),
        )  # fmt: skip
