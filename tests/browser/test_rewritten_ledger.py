"""A visitor's own browser is a witness: after the operator rewrote the past it alarms, and keeps the head it had."""

import os
from pathlib import Path

import pytest
from sqlalchemy import insert

from browsing import LANGUAGES, Visit, drawn, in_words
from tansuo.database.connect import SYSTEM, admit, owner_transaction
from tansuo.evidence import ledger
from tansuo.evidence.checkpoint import Checkpoint, latest
from tansuo.evidence.entry import Draft
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import sign
from tansuo.evidence.tables import checkpoint


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_alarm_is_on_every_page_of_the_workspace(language: str, visit: Visit) -> None:
    say = in_words(language)
    visitor = visit("verifier", language)
    page = visitor.open(f"/{language}/app/")
    drawn(page)
    page.get_by_text(say("本浏览器已记下账本检查点", "This browser keeps the ledger’s head")).wait_for()
    kept = page.evaluate("localStorage.getItem('tansuo.ledger')")

    city = visitor.site.city
    key = FileSigner.load(Path(os.environ["TANSUO_HOME"]) / "demo-city" / "signer" / "signer.key")
    with owner_transaction(city.database) as owner:
        admit(owner, SYSTEM)
        newest = latest(owner)
        assert newest is not None
        last = newest.size - 1
        owner.exec_driver_sql("DELETE FROM checkpoint")
        owner.exec_driver_sql(f"DELETE FROM entry WHERE index >= {last}")
        owner.exec_driver_sql(f"DELETE FROM leaf WHERE index >= {last}")
        owner.exec_driver_sql(f"DELETE FROM tree_node WHERE (index + 1) * 256 ^ level > {last}")
        ledger.append(owner, [Draft("note", "x", {"say": "another end"}) for _ in range(3)], city.clock)
        size = ledger.size(owner)
        head = Checkpoint(ledger.origin(owner), size, ledger.root_at(owner, size))
        owner.execute(insert(checkpoint).values(size=size, note=sign(head.text, key), created=0))

    again = visitor.open(f"/{language}/app/")
    drawn(again)
    alarm = again.locator(".ledger-alarm")
    alarm.wait_for()
    assert alarm.get_attribute("role") == "alert"
    said = alarm.inner_text()
    assert (
        say("账本与本浏览器先前所见不一致", "The ledger does not continue what this browser saw earlier")
        in said
    )
    # Both heads stand in it, to be copied and shown to others; the memory keeps the first.
    assert newest.note.split("\n")[2] in said and head.text.split("\n")[2] in said
    assert again.evaluate("localStorage.getItem('tansuo.ledger')") == kept
