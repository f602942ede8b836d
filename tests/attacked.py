"""A platform with everybody around it, and the operator who has its root, its database and its signing key.

What the operator does here is done with the product's own code wherever that helps him: his second history is made
by the same intake, seals and signer as the first, so that nothing inside the platform disagrees.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from bundled_town import Bundled
from tansuo.database.connect import SYSTEM, Database, admit, owner_transaction, transaction
from tansuo.entry.checking import full_check
from tansuo.entry.compose import projections
from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.check import CheckReport
from tansuo.evidence.checkpoint import Checkpoint
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import VerifierKey, sign
from tansuo.evidence.policy import Policy, read_policy
from tansuo.evidence.projection import catch_up
from tansuo.evidence.proof import make_consistency
from tansuo.evidence.signer import Memory, SigningService
from tansuo.evidence.tables import checkpoint as issued
from tansuo.evidence.tree import TILE_WIDTH, Frontier
from tansuo.evidence.witness import Answer, Witness
from tansuo.evidence.witnessing import accept, request
from tansuo.quantity.finding import FindingError
from town import COAL, POWER, Town

MONTH = "2026-01"
FIRM = "a"


class Platform:
    """A city's ledger with one firm, its signer in a folder of its own, and a quorum of two outside witnesses."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.signer = folder / "signer"
        with transaction(database, SYSTEM) as connection:
            self.town = Town(connection)
            self.bundled = Bundled(self.town)
            self.town.firm(FIRM, "dantu")
        self.clock = self.town.clock
        self.head()
        self.witnesses = {name: Witness.create(folder / name, name) for name in ("court", "university")}
        for one in self.witnesses.values():
            one.trust(self.key)

    @contextmanager
    def act(self) -> Iterator[Town]:
        """Something the platform does, committed at its end."""
        with transaction(self.database, SYSTEM) as connection:
            self.town.connection = connection
            yield self.town

    @property
    def size(self) -> int:
        """Entries in the ledger."""
        with transaction(self.database, SYSTEM) as connection:
            return ledger.size(connection)

    @property
    def key(self) -> VerifierKey:
        """The log's key, as printed once and known to everybody outside."""
        with transaction(self.database, SYSTEM) as connection:
            return checkpoint.log_keys(connection)[0]

    @property
    def policy(self) -> str:
        """What a judge brings: the log's key, and both witnesses as the quorum."""
        named = "".join(f"witness {one.key.name} {one.key}\n" for one in self.witnesses.values())
        return f"log {self.key}\n{named}group outside all {' '.join(self.witnesses)}\nquorum outside\n"

    def read_policy(self) -> Policy:
        """The same, read."""
        return read_policy(self.policy)

    def month(self, coal: str = "100.125", without: Sequence[int] = ()) -> dict[str, str]:
        """January's frames, two figures, a seal; receipts by quantity."""
        with self.act() as town:
            town.days(FIRM, COAL, MONTH, coal, without=without)
            town.days(FIRM, POWER, MONTH, "10")
        return self.account()

    def account(self) -> dict[str, str]:
        """Figures and seal of the month as now known."""
        with self.act():
            receipts = {one: self.bundled.publish(FIRM, one) for one in ("E_fuel", "E_power")}
            self.bundled.seal(FIRM, MONTH)
        return receipts

    def head(self, signer: Path | None = None) -> Checkpoint:
        """The signer signs; FindingError where it refuses."""
        with SigningService(self.database, signer or self.signer, self.clock) as service:
            made = service.step()
        assert made is not None, "nothing new to sign"
        return made

    def refusal(self, signer: Path | None = None) -> str:
        """The code with which the signer refuses; "" where it signs."""
        try:
            self.head(signer)
        except FindingError as refused:
            return refused.findings[0].code
        return ""

    def note(self, size: int | None = None) -> str:
        """The newest signed head, or that of a size, as the platform shows it."""
        with transaction(self.database, SYSTEM) as connection:
            found = checkpoint.latest(connection) if size is None else checkpoint.at_size(connection, size)
        assert found is not None
        return found.note

    def ask(self, witness: Witness) -> Answer:
        """One round of the witness protocol, as `witnessing.collect` makes it, without the network between."""
        asked, answer, told = self._request(witness, None), Answer(0, "nothing to ask"), 0
        while asked is not None and told < 2:
            answer, told = witness.add_checkpoint(asked), told + 1
            if answer.status == 200:
                with transaction(self.database, SYSTEM) as connection:
                    accept(connection, self.read_policy(), answer.body, self.clock)
            asked = self._request(witness, int(answer.body)) if answer.status == 409 else None
        return answer

    def _request(self, witness: Witness, remembered: int | None) -> str | None:
        with transaction(self.database, SYSTEM) as connection:
            return request(connection, witness.key, remembered)

    def cosigned(self) -> None:
        """Both witnesses follow."""
        assert [self.ask(one).status for one in self.witnesses.values()] == [200, 200]

    def prove(self, old: int, new: int) -> list[bytes]:
        """What the platform answers who asks for a proof; nothing where it has none."""
        with transaction(self.database, SYSTEM) as connection:
            return make_consistency(ledger.stored_nodes(connection), old, new)

    def bundle(self, receipt: str) -> bytes:
        """The evidence bundle of a receipt."""
        with self.act():
            return self.bundled.bundle(receipt)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of everything, undone at the end."""
        engine = self.database.engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.connect() as connection:
            admit(connection, SYSTEM)
            yield connection
            connection.rollback()

    def check(self) -> CheckReport:
        """``tansuo ledger check --key …`` with the key known from outside."""
        with self.reading() as connection:
            return full_check(connection, [self.key])


@dataclass
class Root:
    """The operator with the owner's password of the database, root on the host, and the key."""

    platform: Platform
    notes: dict[int, str] = field(default_factory=dict)

    @property
    def key(self) -> FileSigner:
        """The stolen key."""
        return FileSigner.load(self.platform.signer / "signer.key")

    def run(self, *statements: str) -> None:
        """Alter rows as the owner of the database can."""
        with owner_transaction(self.platform.database) as owner:
            admit(owner, SYSTEM)
            for statement in statements:
                owner.exec_driver_sql(statement)

    def cut(self, size: int) -> None:
        """Make the ledger and everything made of it what they were at ``size``."""
        tables = [table for one in projections() for table in (*one.tables, *one.beside)]
        self.run(
            *(f"DELETE FROM {name} WHERE index >= {size}" for name in ("entry", "leaf")),
            f"DELETE FROM tree_node WHERE (index + 1) * {TILE_WIDTH} ^ level > {size}",
            *(
                f"DELETE FROM {name} WHERE size > {size}"
                for name in ("checkpoint", "cosignature", "time_stamp")
            ),
            f"TRUNCATE {', '.join(dict.fromkeys(tables))}, projection_state",
        )
        with transaction(self.platform.database, SYSTEM) as connection:
            catch_up(connection, projections())

    def sign(self, size: int | None = None) -> str:
        """A head of the present entries, signed with the stolen key and put where readers find heads."""
        with transaction(self.platform.database, SYSTEM) as connection:
            at = ledger.size(connection) if size is None else size
            head = Checkpoint(ledger.origin(connection), at, ledger.root_at(connection, at))
            note = sign(head.text, self.key)
            connection.execute(
                insert(issued).values(size=at, note=note, created=self.platform.clock.now_ms())
            )
        return note

    def give_memory(self) -> None:
        """Overwrite what the signer remembers with the newest head in the database."""
        with transaction(self.platform.database, SYSTEM) as connection:
            newest = checkpoint.latest(connection)
            assert newest is not None
            frontier = Frontier()
            for one in ledger.read(connection, 0, newest.size):
                frontier.add(one.leaf_hash)
            memory = Memory(ledger.origin(connection), newest.size, tuple(frontier.peaks), newest.note)
        (self.platform.signer / "head.json").write_bytes(memory.to_bytes())

    def rewrite(self, size: int, again: Callable[[], Any]) -> Any:
        """A second history from ``size`` on: everything that follows is made again, signed again, remembered again."""
        self.cut(size)
        made = again()
        self.sign()
        self.give_memory()
        return made

    def copy(self, name: str) -> Path:
        """A copy of the signer's folder, from which a second signer could be run."""
        there = self.platform.folder / name
        shutil.copytree(self.platform.signer, there)
        return there


class Browser:
    """A visitor's browser: the workspace's own code that remembers heads, run in Node."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._kept: Mapping[str, str] = {}

    def visit(self, note: str, prove: Callable[[int, int], list[bytes]]) -> str:
        """What the visitor is told: first, continues, other, or broken with the reason."""
        proof: list[str] = []
        before = self.remembers
        now = _size(note)
        if before and _size(before) < now:
            proof = [base64.b64encode(one).decode() for one in prove(_size(before), now)]
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = {"kept": self._kept, "note": note, "proof": proof}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        self._kept = said["kept"]
        state: str = said["finding"]["state"]
        return f"{state}: {said['finding']['gap']}" if state == "broken" else state

    @property
    def remembers(self) -> str:
        """The head in its memory, "" before the first visit."""
        kept = json.loads(self._kept.get("tansuo.ledger", "null"))
        return "" if kept is None else str(kept["note"])


def _size(note: str) -> int:
    return int(note.split("\n")[1])
