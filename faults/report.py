"""What a run tells: a table for people, one object for programs."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from faults.storm import Outcome

WHO = {
    "gateway": "gateway",
    "worker": "worker (the writer)",
    "signer": "signer",
    "postgres": "PostgreSQL, postmaster",
    "backend": "PostgreSQL, one process",
    "api": "api",
    "disk": "disk full, from free to acknowledged",
}


@dataclass
class Report:
    """A whole run: storms that must lose nothing, controls that must lose something, what was not run."""

    seed: int
    storms: list[Outcome] = field(default_factory=list)
    controls: list[Outcome] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Why the run fails; [] when it does not."""
        found = [f"{one.name}: {what}" for one in self.storms for what in one.wrong]
        for one in self.storms:
            for count, word in (
                (one.lost, "lost"),
                (one.doubled, "doubled"),
                (one.wrong_heads, "heads wrong"),
            ):
                if count:
                    found.append(f"{one.name}: {count} {word}")
        found += [
            f"{one.name}: the control lost nothing, so this run could not have seen a loss"
            for one in self.controls
            if not one.lost
        ]
        return found

    def as_json(self) -> dict[str, object]:
        """The run for programs."""
        return {
            "seed": self.seed,
            "sound": not self.faults,
            "faults": self.faults,
            "not_run": self.not_run,
            "storms": [_as_json(one) for one in self.storms],
            "controls": [_as_json(one) for one in self.controls],
        }

    def lines(self) -> Iterator[str]:
        """The run for people."""
        for one in self.storms:
            yield from _storm(one)
        for one in self.controls:
            seen = "seen" if one.lost else "NOT SEEN: this run proves nothing"
            yield (
                f"control · {one.name}: {one.kills.total()} kills, {one.acknowledged:,} acknowledged,"
                f" {one.lost:,} of them lost: {seen}"
            )
        yield from (f"not run · {what}" for what in self.not_run)
        yield from (f"WRONG · {what}" for what in self.faults)
        kills = sum(one.kills.total() for one in self.storms)
        told = sum(one.acknowledged for one in self.storms)
        lost, doubled = sum(one.lost for one in self.storms), sum(one.doubled for one in self.storms)
        heads = sum(one.wrong_heads for one in self.storms)
        yield (
            f"{kills:,} kills, {told:,} frames acknowledged: lost {lost}, doubled {doubled}, "
            f"inconsistent heads {heads}; {'sound' if not self.faults else 'NOT SOUND'} (seed {self.seed})"
        )


def _as_json(one: Outcome) -> dict[str, object]:
    medians = {name: round(statistics.median(each), 2) for name, each in one.recovery.items() if each}
    return {**vars(one), "recovery_median_s": medians}


def _storm(one: Outcome) -> Iterator[str]:
    yield f"{one.name} · {one.kills.total():,} kills in {one.seconds:,.0f} s"
    yield from _table(
        ("killed", "times", "back after (median)", "90 %", "longest"),
        [
            (WHO[name], f"{one.kills[name]:,}", *_spread(one.recovery.get(name, ())))
            for name in WHO
            if one.kills[name] or one.recovery.get(name)
        ],
    )
    yield from _table(
        ("what", "count"),
        [
            ("frames sent whole, once or more", f"{one.whole:,}"),
            ("sent whole, every time counted", f"{one.sent:,}"),
            ("acknowledged", f"{one.acknowledged:,}"),
            ("records received, in arrival batches", f"{one.records:,} in {one.arrivals:,}"),
            ("of them halves and rubbish, kept and never answered", f"{one.rubbish:,}"),
            ("frames of which only halves were ever sent", f"{one.never_whole:,}"),
            ("readings", f"{one.readings:,}"),
            ("acknowledged and lost", f"{one.lost:,}"),
            ("received once and kept twice", f"{one.doubled:,}"),
            ("heads seen from outside; cosigned by the witness", f"{one.heads:,}; {one.cosigned:,}"),
            ("heads that do not continue one another", f"{one.wrong_heads:,}"),
            ("ledger entries; full checks passed", f"{one.size:,}; {one.checks:,}"),
        ],
    )
    did = ", ".join(f"{what} {count:,}" for what, count in one.did.most_common())
    yield f"  the loggers besides · {did}"
    if one.titles:
        titles = ", ".join(f"{what} {count}" for what, count in one.titles.most_common() if count)
        yield f"  PostgreSQL's processes killed · {titles}"
    if one.fell:
        yield f"  ended unkilled and started again · {', '.join(f'{k} {v}' for k, v in one.fell.items())}"


def _spread(seconds: Sequence[float]) -> tuple[str, str, str]:
    if not seconds:
        return "", "", ""
    ordered = sorted(seconds)
    tail = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
    return f"{statistics.median(ordered):.1f} s", f"{tail:.1f} s", f"{ordered[-1]:.1f} s"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    for row in [head, *rows]:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  " + "   ".join(cells).rstrip()
