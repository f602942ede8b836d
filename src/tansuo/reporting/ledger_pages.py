"""The ledger for people: the head, the entries, one entry with its bytes and its inclusion proof."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, select

from tansuo.database.settings import home
from tansuo.evidence import canonical, second_head
from tansuo.evidence.anchoring import Standing, parties_of
from tansuo.evidence.anchoring import standings as anchored
from tansuo.evidence.browse import heads, spine, type_counts
from tansuo.evidence.entry import Entry
from tansuo.evidence.erasable import redacted_by
from tansuo.evidence.key_change import standings as standings_of_keys
from tansuo.evidence.ledger import get, history, receipt_id, root_at, stored_nodes, suite
from tansuo.evidence.moment import to_the_second, zone_of
from tansuo.evidence.note import with_lines
from tansuo.evidence.proof import make_inclusion
from tansuo.evidence.tables import leaf
from tansuo.evidence.timestamp import latest
from tansuo.evidence.witnessing import lines_of, policy_of, standings, witnessed
from tansuo.monitoring.promise import standing
from tansuo.reporting.guards_view import Known, guards
from tansuo.reporting.html import Page, render_page, words
from tansuo.reporting.keys_view import keys_view
from tansuo.reporting.promise_view import promise_view
from tansuo.reporting.record_pages import record_rows

PAGE_LENGTH = 50

TYPES: Mapping[str, tuple[str, str]] = {
    "key": ("账本公钥", "log keys"),
    "genesis": ("创世条目", "genesis"),
    "subject": ("对象", "subjects"),
    "relation": ("关系", "relations"),
    "indicator": ("指标", "indicators"),
    "statement": ("陈述", "statements"),
    "case": ("事项", "cases"),
    "posting": ("过账", "postings"),
    "plan": ("数据质量控制方案", "monitoring plans"),
    "arrival": ("到达批次(原始报文、文件)", "arrival batches (raw frames, files)"),
    "seal": ("日封、月封(某期数据为何)", "seals (what the data of a period was)"),
    "document": ("文件", "documents"),
    "method": ("方法", "methods"),
    "correction": ("更正", "corrections"),
    "redrive": ("重新解析", "re-driven batches"),
    "decision": ("决定", "decisions"),
    "figure": ("已发布的数", "published figures"),
    "anchor": ("固化(公证、司法存证)", "anchors (notary, judicial platform)"),
    "personal": ("个人信息的承诺值", "commitments to personal data"),
    "redact": ("个人信息的删除", "erasures of personal data"),
    "drill": ("演练(备份恢复、重放)", "drills (restore, replay)"),
}


def ledger_page(
    connection: Connection,
    page: Page,
    now_ms: int,
    seals: int,
    *,
    of_type: str = "",
    before: int | None = None,
) -> str:
    """The ledger as this reader may see it: entries of others appear with their hash and no content.

    `now_ms`: when it is asked for; `seals`: how many the whole ledger holds, whoever may open them; `of_type` keeps
    one type; `before` pages backwards from an index.
    """
    t = words(page.language)
    zone = zone_of(connection)
    at = 0 if page.language == "zh" else 1
    rows = [
        {
            "index": row.index,
            "type": row.type or "—",
            "subject": row.subject or "",
            "recorded": to_the_second(row.recorded_ms, zone),
            "leaf": row.leaf_hash.hex(),
            "href": page.link(f"ledger/{row.index}"),
        }
        for row in spine(connection, page.size, before=before, limit=PAGE_LENGTH, of_type=of_type)
    ]
    head = next(iter(heads(connection, page.size, limit=1)), None)
    policy = policy_of(home())
    largest = witnessed(connection, policy, page.size)
    last = int(str(rows[-1]["index"])) if rows else 0
    drills = [_drill(connection, page, zone, kind) for kind in ("restore", "replay")]
    stamped, types = latest(connection), type_counts(connection, page.size)
    view = {
        "size": page.size,
        "last": page.size_time,
        "signed": head.size if head else "—",
        "signed_note": to_the_second(head.created_ms, zone) if head else "",
        "checkpoint": with_lines(head.note, lines_of(connection, head.size)) if head else "",
        "suite": t(f"suite.{suite(connection)}"),
        "second": other.note if (other := second_head.latest(connection)) and other.size <= page.size else "",
        "witnessed": None
        if largest is None
        else {
            "size": largest.size,
            "by": sorted(largest.by),
            "since": to_the_second(largest.since * 1000, zone),
        },
        "quorum": policy.quorum is not None,
        "promise": promise_view(standing(connection, now_ms), t),
        "drills": drills,
        "anchors": [_anchor(page, zone, one) for one in anchored(connection, parties_of(home()))],
        "stamps": [(one.authority, one.size, to_the_second(one.stamped_ms, zone)) for one in stamped],
        "guards": guards(
            Known(
                head,
                policy,
                largest,
                stamped,
                drills[0]["text"],
                seals,
                home(),
            ),
            t,
        ),
        "witnesses": [
            {
                "name": one.name,
                "counted": one.counted,
                "size": one.size,
                "time": "" if one.seconds is None else to_the_second(one.seconds * 1000, zone),
            }
            for one in standings(connection, policy)
        ],
        "log_keys": keys_view(standings_of_keys(connection, page.size), zone, t),
        "types": [
            (name, TYPES.get(name, (name, name))[at], count, page.link("ledger", type=name))
            for name, count in types.items()
        ],
        "entries": rows,
        "older": page.link("ledger", type=of_type, before=last) + "#entries" if rows and last > 0 else "",
        "newer": page.link("ledger", type=of_type) + "#entries" if before is not None else "",
    }
    return render_page("ledger.html", page, title=t("ledger_title"), view=view)


def _anchor(page: Page, zone: str, one: Standing) -> dict[str, object]:
    """How far a notary or judicial platform has anchored, as of the page's size, and what went wrong last."""
    last = one.last if one.last is not None and one.last.index < page.size else None
    return {
        "title": one.party.title,
        "size": None if last is None else last.body["size"],
        "time": "" if last is None else to_the_second(last.recorded_ms, zone),
        "href": "" if last is None else page.link(f"ledger/{last.index}"),
        "problem": one.problem,
        "tried": "" if one.tried_ms is None else to_the_second(one.tried_ms, zone),
    }


def _drill(connection: Connection, page: Page, zone: str, kind: str) -> dict[str, str]:
    """The last restore of a backup, or replay of figures, that the ledger speaks of at the page's size."""
    t = words(page.language)
    known = [one for one in history(connection, f"drill/{kind}") if one.index < page.size]
    if not known:
        return {"text": t(f"drill.{kind}.none"), "href": ""}
    last = known[-1]
    said = t(
        f"drill.{kind}.{'sound' if last.body['sound'] else 'unsound'}",
        when=to_the_second(last.recorded_ms, zone),
        **{name: last.body.get(name, 0) for name in ("size", "replayed", "equal", "findings")},
    )
    return {"text": said, "href": page.link(f"ledger/{last.index}")}


def entry_page(connection: Connection, page: Page, index: int, *, show_records: bool) -> str | None:
    """One entry: its own bytes where the reader may see them, its proof to the head of `page.size` for all.

    None when the ledger (of that size) has no such entry. `show_records` lists the raw frames of an arrival.
    """
    t = words(page.language)
    found = connection.execute(
        select(leaf.c.recorded, leaf.c.hash).where(leaf.c.index == index)
    ).one_or_none()
    if found is None or index >= page.size:
        return None
    zone = zone_of(connection)
    one = get(connection, index)
    facts = [
        (t("leaf"), found.hash.hex()),
        (t("recorded"), to_the_second(found.recorded, zone)),
        (f"{t('signed_head')} ({page.size})", root_at(connection, page.size).hex()),
    ]
    links: list[tuple[str, str]] = []
    text = None
    if one is not None:
        facts += [
            (t("subject"), one.subject),
            (t("type"), one.type),
            ("org", one.org),
            ("by", " · ".join(str(value) for value in one.by.as_json().values())),
        ]
        text = _readable(one)
        links = _links(page, one, t("receipt"))
        gone = redacted_by(connection, one, page.size)
        if gone is not None:
            facts.append((t("redacted"), t("redacted_at", entry=gone)))
            links.append((t("redacted_at", entry=gone), page.link(f"ledger/{gone}")))
    view = {
        "index": index,
        "type": one.type if one else "",
        "facts": facts,
        "links": links,
        "text": text,
        "proof_size": page.size,
        "proof": [step.hex() for step in make_inclusion(stored_nodes(connection), index, page.size)],
        "records": record_rows(connection, page, one) if one is not None and show_records else [],
    }
    return render_page("entry.html", page, title=f"{t('entry')} {index}", view=view)


def _readable(one: Entry) -> str:
    """The entry's JSON indented for reading; the canonical bytes are one line of exactly the same content."""
    return json.dumps(canonical.decode(one.data), ensure_ascii=False, indent=1)


def _links(page: Page, one: Entry, receipt: str) -> list[tuple[str, str]]:
    links = []
    if one.type == "figure":
        links.append((f"{receipt} {receipt_id(one)}", page.link(f"receipts/{receipt_id(one)}")))
    if one.supersedes is not None:
        links.append((f"↶ {one.supersedes}", page.link(f"ledger/{one.supersedes}")))
    return links
