"""What a check says: its steps in order, the statement it vouches for, and what it did not look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

FORM = "tansuo.verdict/1"

STEPS: Mapping[str, tuple[str, str]] = {
    "manifest": ("清单与文件", "manifest and files"),
    "proof": ("回执的格式", "form of the receipt"),
    "checkpoint": ("检查点签名", "signatures of the checkpoint"),
    "entries": ("条目字节", "bytes of the entries"),
    "inclusion": ("条目在账本内", "entries are in the log"),
    "consistency": ("账本只增不改", "the log only grew"),
    "sm3": ("SM3 树", "the SM3 tree"),
    "tokens": ("时间戳", "time-stamp tokens"),
    "method": ("方法指纹", "fingerprint of the method"),
    "seals": ("封存与读数", "seals and readings"),
    "inputs": ("读数与活动数据", "readings and activity data"),
    "local": ("实测因子与陈述", "local values and statements"),
    "evaluation": ("按方法重算", "the method run again"),
    "value": ("数值一致", "the value is the same"),
    "samples": ("抽取的原始帧", "drawn raw frames"),
    "under": ("不符合项、保全与更正", "findings, holds and corrections"),
    "frame": ("原始帧在批次内", "the frame is in its batch"),
    "document": ("所登记的文件", "the file that was entered"),
}


class Refused(Exception):
    """A bundle that does not show what it claims; ``zh`` and ``en`` say why, for somebody without our code."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass
class Report:
    """The verdict in the making. ``steps``: (name, ok, zh, en); ``not_checked``: (zh, en); ``now``: the step begun.

    ``notes``: what stands beside the figure, to be read with it (zh, en)."""

    statement: dict[str, Any] | None = None
    steps: list[tuple[str, bool, str, str]] = field(default_factory=list)
    not_checked: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    now: str = "manifest"

    @property
    def verified(self) -> bool:
        """Whether there is a statement and every step that was taken holds."""
        return self.statement is not None and all(ok for _, ok, _, _ in self.steps)

    def passed(self, zh: str, en: str) -> None:
        """The step begun holds."""
        self.steps.append((self.now, True, zh, en))

    def failed(self, zh: str, en: str) -> None:
        """The step begun does not hold."""
        self.steps.append((self.now, False, zh, en))

    def skip(self, zh: str, en: str) -> None:
        """Something that was not looked at, or could not be."""
        if (zh, en) not in self.not_checked:
            self.not_checked.append((zh, en))

    def note(self, zh: str, en: str) -> None:
        """Something to be read with the figure: a finding, a hold, a corrected value."""
        self.notes.append((zh, en))

    def as_data(self) -> dict[str, object]:
        """The verdict as plain JSON data."""
        return {
            "form": FORM,
            "verdict": "verified" if self.verified else "refused",
            "statement": self.statement if self.verified else None,
            "steps": [{"step": name, "ok": ok, "zh": zh, "en": en} for name, ok, zh, en in self.steps],
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes],
            "not_checked": [{"zh": zh, "en": en} for zh, en in self.not_checked],
        }

    def text(self, zh: bool) -> str:
        """The verdict for people, one step a line."""
        lines = []
        for name, ok, in_zh, in_en in self.steps:
            title = STEPS[name][0 if zh else 1]
            lines.append(f"{'✓' if ok else '✗'} {title}{'：' if zh else ': '}{in_zh if zh else in_en}")
        lines += [f"  * {one[0 if zh else 1]}" for one in self.notes]
        if self.not_checked:
            lines.append("未核验：" if zh else "Not checked:")
            lines += [f"  · {one[0 if zh else 1]}" for one in self.not_checked]
        if self.verified and self.statement:
            one = self.statement
            if "cell" in one:
                number = "—" if one["value"] is None else f"{one['value']} {one['unit']}"
                cell = " / ".join(str(part) for part in one["cell"].values() if part)
                lines.append(f"{one['receipt']} · {cell} · {one['stage']} · {number}")
            else:
                recorded = datetime.fromtimestamp(one["recorded_ms"] // 1000, UTC).isoformat()
                lines.append(f"{one['receipt']} · {one['type']} {one['subject']} · {recorded}")
            if one["synthetic"]:
                lines.append("演示数据：无人实测" if zh else "SYNTHETIC: nobody measured this")
        verdict = ("验真通过" if zh else "VERIFIED") if self.verified else ("验真未通过" if zh else "REFUSED")
        return "\n".join([*lines, verdict])
