"""T9: the operator with root and key makes another past, signs it, and puts it where the first one was.

Inside the platform nothing disagrees afterwards: that is asserted too. Whoever kept a few hundred bytes outside
catches it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from attacked import Browser, Platform, Root
from second_verifier import Judges
from tansuo.accounting.replay import open_receipt
from tansuo.evidence.comparing import compare_heads, tiles_in
from tansuo.evidence.export import export
from tansuo.quantity.finding import FindingError


class Outside:
    """What those outside kept of the first history."""

    def __init__(self, platform: Platform, browser: Browser, folder: Path) -> None:
        self.platform = platform
        self.start = platform.size
        self.receipts = platform.month()
        platform.head()
        platform.cosigned()
        self.paper = platform.note()
        self.browser = browser
        assert browser.visit(self.paper, platform.prove) == "first"
        self.mirror = folder / "mirror"
        self.exported(self.mirror)
        self.bundle = platform.bundle(self.receipts["E_fuel"])

    def exported(self, directory: Path) -> str:
        """The code with which a mirror refuses what the platform now serves; "" where it takes it."""
        try:
            with self.platform.reading() as connection:
                export(connection, directory)
        except FindingError as refused:
            return refused.findings[0].code
        return ""


@pytest.fixture
def outside(platform: Platform, browser_memory: Browser, tmp_path: Path) -> Outside:
    return Outside(platform, browser_memory, tmp_path)


def less_coal(platform: Platform, more: int) -> Callable[[], dict[str, str]]:
    """The same month with a tenth less coal, and ``more`` entries after it."""

    def again() -> dict[str, str]:
        receipts = platform.month(coal="90.125")
        for _ in range(more):
            platform.account()
        return receipts

    return again


@pytest.mark.parametrize("more", [0, 1], ids=["of the same length", "longer than the first"])
def test_a_past_written_anew_is_caught_by_everybody_who_kept_a_head(
    platform: Platform, root: Root, outside: Outside, judges: Judges, tmp_path: Path, more: int
) -> None:
    honest = judges.ask(outside.bundle, platform.policy)
    forged = root.rewrite(outside.start, less_coal(platform, more))

    # Not caught: anything that only asks the platform, and a judge who knows the log's key alone.
    assert platform.check().sound
    with platform.reading() as connection:
        assert open_receipt(connection, forged["E_fuel"])[1] == []
    bundle = platform.bundle(forged["E_fuel"])
    believed = judges.ask(bundle, f"log {platform.key}\n")
    assert believed["verdict"] == "verified"
    assert believed["statement"]["value"] != honest["statement"]["value"]
    assert outside.exported(tmp_path / "new mirror") == ""

    # Witnesses: refuse to cosign at the next round.
    answers = [platform.ask(one).status for one in platform.witnesses.values()]
    assert answers == ([409, 409] if not more else [422, 422])
    # Browser: alarms at the next visit, and keeps the head it had.
    assert outside.browser.visit(platform.note(), platform.prove) == (
        "broken: two_heads" if not more else "broken: old_root"
    )
    assert outside.browser.remembers == outside.paper
    # Paper: the printed head and the present one are proof of guilt.
    judged = compare_heads(outside.paper, platform.note(), [platform.key], tiles_in(tmp_path / "new mirror"))
    assert judged.verdict == ("two_heads" if not more else "rewritten") and judged.guilty
    # Mirror: refuses to be overwritten.
    assert outside.exported(outside.mirror) == "evidence.export_other"
    # Receipt holder: the receipt id is of no entry any more.
    with platform.reading() as connection, pytest.raises(FindingError) as refused:
        open_receipt(connection, outside.receipts["E_fuel"])
    assert refused.value.findings[0].code == "accounting.no_receipt"
    # Both bundle verifiers, with a quorum of witnesses in the judge's policy.
    said = judges.ask(bundle, platform.policy)
    assert (said["verdict"], said["steps"][-1]["step"]) == ("refused", "checkpoint")
    # The bundle that somebody took before still verifies, and says the first figure.
    assert judges.ask(outside.bundle, platform.policy) == honest


def test_old_cosignatures_do_not_fit_the_second_history(
    platform: Platform, root: Root, outside: Outside, judges: Judges
) -> None:
    with platform.reading() as connection:
        kept = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM cosignature")]
    forged = root.rewrite(outside.start, less_coal(platform, 0))
    rows = ", ".join(f"({size}, '{key}', {at}, '{line}', {got})" for size, key, at, line, got in kept)
    root.run(f"INSERT INTO cosignature VALUES {rows}")
    # ledger check: the rows do not fit the heads they stand at.
    assert {one.code for one in platform.check().findings} == {"evidence.cosignature_row"}
    # Both verifiers.
    assert judges.ask(platform.bundle(forged["E_fuel"]), platform.policy)["verdict"] == "refused"


def test_the_signers_memory_alone_stops_it_where_the_operator_has_not_got_it(
    platform: Platform, root: Root, outside: Outside
) -> None:
    """The signer on another machine, or the memory of a hardware module."""
    elsewhere = root.copy("elsewhere")
    root.rewrite(outside.start, less_coal(platform, 1))
    assert platform.refusal(elsewhere) == "evidence.second_head"
    root.run("DELETE FROM checkpoint")
    assert platform.refusal(elsewhere) == "evidence.signer_inconsistent"
    # Not caught: by the signer whose memory was overwritten with the rest.
    platform.account()
    assert platform.refusal() == ""


def test_who_comes_first_to_the_second_history_sees_nothing(
    platform: Platform, root: Root, outside: Outside, new_browser: Callable[[], Browser]
) -> None:
    """A witness, a browser or a mirror protects only what it has seen: they must be there before the attack."""
    root.rewrite(outside.start, less_coal(platform, 1))
    assert new_browser().visit(platform.note(), platform.prove) == "first"
    court = platform.witnesses["court"]
    (court.directory / "heads.json").unlink()  # a witness set up anew, or restored from before
    assert platform.ask(court).status == 200
    # Caught still by the other witness, so that the quorum of both is not met.
    assert platform.ask(platform.witnesses["university"]).status == 422


def test_a_stolen_key_alone_can_add_and_not_rewrite(platform: Platform, root: Root, outside: Outside) -> None:
    """T14: a thief with the key and no database shows somebody a head of his own."""
    theirs = root.copy("thief")
    platform.account()
    honest = platform.head()
    root.run("DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)")
    with platform.act():
        platform.bundled.seal("a", "2026-01")
    made = platform.head(theirs)  # the log's own entries: a longer head, which continues the first
    assert made.size == honest.size + 1
    # Caught by the signer, who never lets out a head it did not make.
    assert platform.refusal() == "evidence.second_head"
    # Witnesses: growth that is consistent is growth; they do not catch it, and nothing was rewritten.
    assert [platform.ask(one).status for one in platform.witnesses.values()] == [200, 200]
    assert platform.check().sound
