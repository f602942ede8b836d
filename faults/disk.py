"""A disk of a few megabytes that can be filled to the last byte and emptied again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.site import Site
from faults.storm import PATIENCE, Outcome, Say, Storm

MEGABYTES = 300
QUIET = 3.0
"""Seconds without an acknowledgement, while loggers send, after which intake is taken to refuse."""
HOLD = 6.0
_BLOCK = bytes(1 << 20)


@dataclass
class Disk:
    """A mounted small disk."""

    kind: str
    folder: Path

    @property
    def ballast(self) -> Path:
        """The file that fills it."""
        return self.folder / "ballast"

    def fill(self) -> None:
        """Leave no byte free."""
        handle = os.open(self.ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = len(_BLOCK)
            while size:
                try:
                    os.write(handle, _BLOCK[:size])
                except OSError:
                    size //= 4
        finally:
            os.close(handle)

    def free(self) -> None:
        """Give the space back."""
        self.ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(place: Path) -> Iterator[Disk | None]:
    """``place``/home on a disk of its own: ext4 on a loop device, else tmpfs; None where nothing may be mounted."""
    home, image = place / "home", place / "disk.img"
    home.mkdir()
    with image.open("wb") as made:
        made.truncate(MEGABYTES << 20)
    ways = {
        "ext4 on a loop device": [
            ["mkfs.ext4", "-q", "-F", "-m", "0", str(image)],
            ["mount", "-o", "loop", str(image), str(home)],
        ],
        "tmpfs": [["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=711", "tmpfs", str(home)]],
    }
    for kind, commands in ways.items():
        if all(_ran(argv) for argv in commands):
            try:
                yield Disk(kind, home)
            finally:
                _ran(["umount", str(home)]) or _ran(["umount", "-l", str(home)])
            return
    yield None


def _ran(argv: list[str]) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def full_disk(site: Site, disk: Disk, *, rounds: int, seed: int, pace: float, say: Say) -> Outcome:
    """Fill the disk under a running platform, kill somebody on the full disk, free it; ``rounds`` times."""
    with Storm(site, "disk full", seed, pace, say) as one:
        one.progress_now()
        for number in range(rounds):
            one.pause(one.chance.uniform(1, 3))
            if not _refuses(one, disk):
                one.outcome.wrong.append(f"disk full, and intake acknowledges for {PATIENCE:.0f} s")
            told = one.fleet.count
            victim = ("gateway", "postgres", "backend", "worker", "signer")[number % 5]
            _hold(one, disk, HOLD / 2)
            if site.kill(victim, one.chance) is not None:
                one.outcome.kills[victim] += 1
            _hold(one, disk, HOLD / 2)
            while_full = one.fleet.count - told
            one.look_if_there()
            disk.free()
            seconds = one.progress_now()
            one.outcome.recovery.setdefault("disk", []).append(seconds)
            say(f"disk full: {victim} killed meanwhile, {while_full} acknowledged after it refused,"
                f" back {seconds:.1f} s after there was space")  # fmt: skip
            one.look()
        return one.calm()


def _refuses(one: Storm, disk: Disk) -> bool:
    """Fill until nothing is acknowledged any more."""
    waited = 0.0
    while waited < PATIENCE:
        disk.fill()
        known = one.fleet.count
        one.pause(QUIET)
        if one.fleet.count == known:
            return True
        waited += QUIET
    return False


def _hold(one: Storm, disk: Disk, seconds: float) -> None:
    """Keep it full: what the platform deletes is taken from it."""
    for _ in range(round(seconds / 0.5)):
        disk.fill()
        one.pause(0.5)
