"""What is due in the demo city: a few cases with a role and a deadline, all of them invented.

Evidence of a month's daily data is to be deposited within 40 days of the month's end (以日保月; domain paper, section
2.9); the other deadlines are the demo's own. What departments must deliver is in `people`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from tansuo.entry.demo.declare import BY
from tansuo.entry.demo.model import PUBLISHING_DAY, Firm, months_before
from tansuo.evidence.entry import Draft
from tansuo.registry.case import step
from tansuo.registry.zhenjiang import CITY

EVIDENCE_DAYS = 40
EVIDENCE_SECTORS = ("power", "cement")
SELF_CHECK_DAYS = 20
SELF_CHECK_UNIT = "zj.unit.xinqu"


def drafts(firms: Sequence[Firm], today: date) -> list[Draft]:
    """The cases that are open on a civil day."""
    return [*_evidence(firms, today), _self_check(today), _publication(today)]


def _evidence(firms: Sequence[Firm], today: date) -> Iterator[Draft]:
    """The month that has ended, firm by firm; every third one has been entered and waits for its reviewer."""
    month, end = months_before(today, 1), months_before(today, 0)
    members = [firm for firm in firms if firm.sector in EVIDENCE_SECTORS]
    for number, firm in enumerate(members):
        entered = number % 3 == 1
        yield step(
            f"demo-evidence-{firm.id}-{month:%Y-%m}",
            "monthly_evidence",
            firm.id,
            f"{firm.zh}:{month:%Y-%m} 以日保月证据提交(演示)",
            f"{firm.en}: evidence of the daily data of {month:%Y-%m} (demo)",
            step="review" if entered else "collect",
            role="enterprise_reviewer" if entered else "enterprise_clerk",
            deadline=end + timedelta(days=EVIDENCE_DAYS - 1),
            notes={"month": f"{month:%Y-%m}"},
            synthetic=True,
            org=firm.id,
            by=BY,
        )


def _self_check(today: date) -> Draft:
    """A county's self-check of the quarter whose deadline comes next."""
    quarter = months_before(today, (today.month - 1) % 3 + 3)
    due = months_before(quarter, -3) + timedelta(days=SELF_CHECK_DAYS - 1)
    if due < today:
        quarter = months_before(quarter, -3)
        due = months_before(quarter, -3) + timedelta(days=SELF_CHECK_DAYS - 1)
    name = f"{quarter.year}-Q{quarter.month // 3 + 1}"
    return step(
        f"demo-self-check-{SELF_CHECK_UNIT}-{name}",
        "self_check",
        SELF_CHECK_UNIT,
        f"镇江新区:{name} 碳考核季度自查(演示)",
        f"Zhenjiang New Area: self-check of {name} (demo)",
        step="collect",
        role="county_manager",
        deadline=due,
        notes={"quarter": name},
        synthetic=True,
        by=BY,
    )


def _publication(today: date) -> Draft:
    """The publication of the key enterprises' sums that comes next."""
    due = today.replace(day=PUBLISHING_DAY)
    if due <= today:
        due = months_before(today, -1).replace(day=PUBLISHING_DAY)
    month = months_before(due, 1)
    return step(
        f"demo-next-publication-{month:%Y-%m}",
        "publication",
        CITY,
        f"审批并公开 {month:%Y-%m} 重点企业合计(演示)",
        f"Approve and publish the key enterprises' sums of {month:%Y-%m} (demo)",
        step="prepare",
        role="city_approver",
        deadline=due,
        notes={"month": f"{month:%Y-%m}"},
        synthetic=True,
        org="city",
        by=BY,
    )
