"""A witness: an organisation that remembers the last head it saw of a log and cosigns only what continues it.

C2SP tlog-witness over HTTP (``add-checkpoint``), and the same request and answer as files for networks that do
not meet. Its memory is on disk before a signature leaves, and check and memory are one step under one lock: a
log that shows two histories is cosigned on one of them only. Standard library only. The folder holds
``witness.key`` (mode 0600), ``logs`` (the keys of logs it looks after) and ``heads.json``.
"""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tansuo.evidence import ed25519
from tansuo.evidence.durable import replace_file, write_new
from tansuo.evidence.note import (
    COSIGNATURE,
    NoteError,
    VerifierKey,
    cosignature,
    cosigned_text,
    is_name,
    open_note,
)
from tansuo.evidence.proof import ProofError, verify_consistency
from tansuo.evidence.tree import EMPTY_ROOT

LARGEST_REQUEST = 64_000
_MOST_PROOF = 63
_NEW_KEY = (
    "; of a log that has changed its key, take the new one from print and trust it (tansuo witness trust)"
)
_PREFIX = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers: an HTTP status, and a body (cosignature lines, a size, or the reason)."""

    status: int
    body: str


class Refused(Exception):
    """A request the witness does not cosign."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.answer = Answer(status, body)


class Witness:
    """A witness in its folder. ``now``: seconds since 1970. ValueError for a folder that is none."""

    def __init__(self, directory: Path, now: Callable[[], float] = time.time) -> None:
        self.directory = directory
        self.now = now
        self._lock = threading.Lock()
        name, _, rest = (directory / "witness.key").read_text(encoding="utf-8").strip().partition("+seed+")
        self._seed = base64.b64decode(rest, validate=True)
        self.key = VerifierKey(name.removeprefix(_PREFIX), COSIGNATURE, ed25519.public_key(self._seed))

    @classmethod
    def create(cls, directory: Path, name: str) -> "Witness":
        """A new witness with a key of its own; FileExistsError where there is one, NoteError for a bad name."""
        if not is_name(name):
            raise NoteError(f"not a key name: {name!r}")
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        seed = base64.b64encode(secrets.token_bytes(32)).decode()
        write_new(directory / "witness.key", f"{_PREFIX}{name}+seed+{seed}\n".encode())
        return cls(directory)

    def trust(self, key: VerifierKey) -> None:
        """Look after the log of this key from now on. The key comes from print or in person, not from the log.

        So does the key that follows it: while heads bear both signatures either is enough, afterwards only a key that
        stands in ``logs``. An old key leaves when its line does.
        """
        known = {str(one) for one in self.logs()}
        lines = "".join(f"{line}\n" for line in sorted({*known, str(key)}))
        replace_file(self.directory / "logs", lines.encode())

    def logs(self) -> list[VerifierKey]:
        """The keys of the logs it looks after."""
        file = self.directory / "logs"
        if not file.exists():
            return []
        return [VerifierKey.parse(line) for line in file.read_text(encoding="utf-8").split()]

    def heads(self) -> dict[str, tuple[int, bytes]]:
        """Size and root of the last head cosigned, by origin; ValueError for a damaged memory."""
        file = self.directory / "heads.json"
        if not file.exists():
            return {}
        kept = json.loads(file.read_bytes())
        return {origin: (int(size), base64.b64decode(root)) for origin, (size, root) in kept.items()}

    def add_checkpoint(self, request: str) -> Answer:
        """Judge one request (``old N``, proof lines, blank line, checkpoint) and cosign it or say why not.

        200 with the cosignature line; 400 malformed; 403 no signature of the log's key; 404 a log it does not
        know; 409 another old size than the one it remembers, with that size; 422 the new head does not continue
        the one it remembers.
        """
        try:
            old, proof, note = _read(request)
            with self._lock:
                return Answer(200, self._judge(old, proof, note))
        except Refused as refused:
            return refused.answer

    def _judge(self, old: int, proof: list[bytes], note: str) -> str:
        origin, size, root = _head(note)
        keys = [key for key in self.logs() if key.name == origin]
        if not keys:
            raise Refused(404, f"this witness does not look after {origin}\n")
        try:
            text = open_note(note, keys).text
        except NoteError as problem:
            raise Refused(403, f"{problem}{_NEW_KEY}\n") from None
        heads = self.heads()
        seen, known = heads.get(origin, (0, EMPTY_ROOT))
        if old > size:
            raise Refused(400, "old size beyond the checkpoint\n")
        if old != seen:
            raise Refused(409, f"{seen}\n")
        try:
            if seen == size and known != root:
                raise Refused(409, f"{seen}\n")
            if seen:
                verify_consistency(seen, size, proof, known, root)
            elif proof:
                raise ProofError("nothing can be proven about an empty tree")
        except ProofError as problem:
            raise Refused(422, f"{problem}\n") from None
        heads[origin] = (size, root)
        kept = {name: [at, base64.b64encode(top).decode()] for name, (at, top) in sorted(heads.items())}
        # From here on this head is the one we saw, whatever happens to the answer: memory first.
        replace_file(self.directory / "heads.json", json.dumps(kept).encode())
        seconds = int(self.now())
        signed = ed25519.sign(self._seed, cosigned_text(seconds, text.encode()))
        return cosignature(self.key, seconds, signed)


def request_text(old: int, proof: list[bytes], note: str) -> str:
    """The request that a log makes of a witness who remembers ``old`` entries of it."""
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return "\n".join(lines) + "\n\n" + note


def _read(request: str) -> tuple[int, list[bytes], str]:
    head, blank, note = request.partition("\n\n")
    first, *lines = head.split("\n")
    number = first.removeprefix("old ")
    if not blank or not first.startswith("old ") or not number.isascii() or not number.isdigit():
        raise Refused(400, "a request is 'old N', proof lines, a blank line, a checkpoint\n")
    if len(lines) > _MOST_PROOF or str(int(number)) != number:
        raise Refused(400, "a number or a proof in another form\n")
    try:
        return int(number), [base64.b64decode(line, validate=True) for line in lines], note
    except ValueError:
        raise Refused(400, "proof lines are base64\n") from None


def _head(note: str) -> tuple[str, int, bytes]:
    lines = note.split("\n")
    try:
        if len(lines) < 5 or lines[3] or str(int(lines[1])) != lines[1]:
            raise ValueError
        return lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
    except ValueError:
        raise Refused(400, "a checkpoint has three lines: origin, size, root\n") from None


def serve(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """An HTTP server for ``POST /add-checkpoint``, bound but not yet running (``serve_forever``)."""

    class Handler(BaseHTTPRequestHandler):
        """One request of a log."""

        timeout = 20
        server_version = "tansuo-witness"

        def do_POST(self) -> None:
            """``/add-checkpoint``; anything else is not found."""
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint":
                answer = Answer(404, "only /add-checkpoint\n")
            elif not length.isdigit() or int(length) > LARGEST_REQUEST:
                answer = Answer(400, f"a request has at most {LARGEST_REQUEST} bytes and says how many\n")
            else:
                answer = witness.add_checkpoint(self.rfile.read(int(length)).decode("utf-8", "replace"))
            body = answer.body.encode()
            kind = "text/x.tlog.size" if answer.status == 409 else "text/plain; charset=utf-8"
            self.send_response(answer.status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has
            """Nothing is written: what counts is in ``heads.json``."""

    return ThreadingHTTPServer((host, port), Handler)
