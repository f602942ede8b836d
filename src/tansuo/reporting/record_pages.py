"""The far end of every receipt: one raw frame, byte for byte, or one row of a file."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection

from tansuo.evidence.entry import Entry
from tansuo.evidence.moment import civil, zone_of
from tansuo.monitoring import plan
from tansuo.monitoring.connectors.hj212.frame import decode
from tansuo.monitoring.intake import records
from tansuo.monitoring.record import Grade, Received
from tansuo.reporting.html import Page, render_page, words

ROWS_SHOWN = 400
BYTES_SHOWN = 4096


def _when(milliseconds: int, zone: str) -> str:
    return civil(milliseconds, zone).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def text_of(data: bytes) -> str:
    """Bytes as people read them: UTF-8 or GB 18030 where they are text, else with escapes."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("ascii", "backslashreplace")


def hex_of(data: bytes) -> str:
    """Sixteen bytes a line."""
    return "\n".join(
        f"{at:06x}  {data[at : at + 16].hex(' ')}" for at in range(0, min(len(data), BYTES_SHOWN), 16)
    )


def record_rows(connection: Connection, page: Page, arrival: Entry) -> list[dict[str, object]]:
    """The records of an arrival for its ledger page: number, when received, first characters."""
    if arrival.type != "arrival" or arrival.body.get("channel") != "hj212":
        return []
    zone = zone_of(connection)
    return [
        {
            "number": number,
            "received": _when(one.received_ms, zone),
            "text": text_of(one.data[:110]).strip(),
            "href": page.link(f"frames/{arrival.index}/{number}"),
        }
        for number, one in enumerate(records(connection, arrival)[:ROWS_SHOWN])
    ]


def record_of(connection: Connection, arrival: Entry, number: int) -> Received | None:
    """The record at `number` of an arrival; of a file there is one record, whatever the row."""
    held = records(connection, arrival)
    if arrival.body.get("channel") == "file":
        return held[0]
    return held[number] if 0 <= number < len(held) else None


def device_of(arrival: Entry, record: Received) -> str:
    """The device a frame names (its MN); "" for a file or bytes that are no frame."""
    if arrival.body.get("channel") != "hj212":
        return ""
    return decode(record.data).header.get("MN", "")


def frame_page(connection: Connection, page: Page, arrival: Entry, number: int) -> str | None:
    """One raw frame with its decoding, or the row of a file; None where the arrival has no such record."""
    record = record_of(connection, arrival, number)
    if record is None:
        return None
    if arrival.body.get("channel") == "file":
        return _file_page(connection, page, arrival, number, record)
    t = words(page.language)
    seen = decode(record.data)
    bound = {line.stream: line for line in plan.lines(connection, device=seen.header.get("MN", ""))}
    day = (seen.data_time or "")[:8]
    fields = []
    for code, values in seen.values.items():
        for name, value in values.items():
            line = bound.get(f"{seen.header.get('CN', '')}:{code}:{name}")
            href = ""
            if line is not None and len(day) == 8:
                href = page.link(f"series/{line.series}/{day[:4]}-{day[4:6]}-{day[6:]}")
            fields.append(
                {
                    "code": code,
                    "field": name,
                    "value": value,
                    "series": line.series if line else "",
                    "href": href,
                }
            )
    facts = [
        (t("arrival_entry"), f"{arrival.index} · {t('raw_frame', record=number)}"),
        (t("received_at"), _when(record.received_ms, zone_of(connection))),
        (t("from_peer"), record.peer),
        (t("grade_"), f"{int(record.grade)} ({Grade(record.grade).name.lower()})"),
        (t("frame_hash"), sha256(record.data).hexdigest()),
        (t("batch_root"), str(arrival.body["root"])),
        (t("verdict"), seen.verdict),
        (t("crc"), f"{seen.crc_text} / {seen.crc_computed}"),
    ]
    view = {
        "arrival": arrival.index,
        "number": number,
        "entry_href": page.link(f"ledger/{arrival.index}"),
        "title": t("title_frame", record=number),
        "synthetic": page.synthetic,
        "facts": facts,
        "text": text_of(record.data),
        "hex": hex_of(record.data),
        "fields": fields,
        "problems": list(seen.problems),
    }
    return render_page("frame.html", page, title=str(view["title"]), view=view)


def _file_page(connection: Connection, page: Page, arrival: Entry, row: int, record: Received) -> str:
    t = words(page.language)
    name = str(arrival.body["name"])
    lines = record.data.splitlines()
    shown = (
        lines[row - 1]
        if name.endswith((".csv", ".txt")) and 0 < row <= len(lines)
        else record.data[:BYTES_SHOWN]
    )
    view = {
        "arrival": arrival.index,
        "number": 0,
        "entry_href": page.link(f"ledger/{arrival.index}"),
        "title": t("title_file", name=name, record=row),
        "synthetic": page.synthetic,
        "facts": [
            (t("arrival_entry"), str(arrival.index)),
            (t("received_at"), _when(arrival.recorded_ms, zone_of(connection))),
            ("SHA-256", str(arrival.body["document"])),
        ],
        "text": text_of(shown),
        "hex": hex_of(shown),
        "fields": [],
        "problems": [],
    }
    return render_page("frame.html", page, title=str(view["title"]), view=view)
