"""A witness: it cosigns a log's checkpoints, each only if it continues the last one that it cosigned.

The protocol is `add-checkpoint` of C2SP tlog-witness; `answer` takes the body of a request and gives status and body of
the response, so that HTTP and files are served alike. State is one file per log, on disk before a cosignature leaves.
"""

import base64
import binascii
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from assay.core.errors import AssayError, IntegrityBroken, InvalidInput
from assay.core.merkle import EMPTY_ROOT, HASH_SIZE, verify_consistency
from assay.core.note import Checkpoint, Signer, VerifierKey, cosign, parse_checkpoint, verify_checkpoint

MAX_PROOF = 63
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """What a log asks: the size that the witness saw last, the consistency proof from there, the signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The response: HTTP status, body and media type. 200 has the cosignature lines, 409 the size to start from."""

    status: int
    body: str
    media_type: str = TEXT_TYPE


def format_request(request: Request) -> str:
    """The body of an `add-checkpoint` request."""
    lines = [f"old {request.old}", *(base64.b64encode(step).decode() for step in request.proof), "", request.note]
    return "\n".join(lines)


def parse_request(body: bytes) -> Request:
    """Read the body of an `add-checkpoint` request. Raises InvalidInput if it is malformed."""
    try:
        head, found, note = body.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError:
        raise InvalidInput("The request is not UTF-8.") from None
    first, *steps = head.split("\n")
    size = first.removeprefix("old ")
    if (
        not found
        or first == size
        or not (size.isascii() and size.isdigit())
        or len(size) > 19
        or size != str(int(size))
    ):
        raise InvalidInput("The request does not begin with the old size.")
    if len(steps) > MAX_PROOF:
        raise InvalidInput("The consistency proof is too long.")
    try:
        proof = tuple(base64.b64decode(step, validate=True) for step in steps)
    except (binascii.Error, ValueError):
        raise InvalidInput("The consistency proof is not base64.") from None
    if any(len(step) != HASH_SIZE for step in proof):
        raise InvalidInput("The consistency proof holds something that is not a SHA-256 hash.")
    return Request(int(size), proof, note)


class Witness:
    """A witness with its key, its folder of state, and the logs that it watches: origin -> verifier keys."""

    def __init__(self, folder: Path, signer: Signer, logs: Mapping[str, Sequence[VerifierKey]]) -> None:
        self._folder = folder
        self._signer = signer
        self._logs = logs

    def answer(self, body: bytes, *, at: int) -> Answer:
        """Answer one request at the time `at`, in seconds since 1970.

        400 malformed, 403 not signed by the log, 404 unknown log, 409 another old size than the one seen last or another
        root at the same size, 422 proof does not verify. A checkpoint is stored before its cosignature is returned.
        """
        try:
            request = parse_request(body)
            checkpoint, _ = parse_checkpoint(request.note)
        except InvalidInput as error:
            return Answer(400, f"{error}\n")
        keys = self._logs.get(checkpoint.origin)
        if keys is None:
            return Answer(404, f"This witness does not know the log {checkpoint.origin}.\n")
        try:
            verify_checkpoint(request.note, keys, origin=checkpoint.origin)
        except AssayError as error:
            return Answer(403, f"{error}\n")
        if request.old > checkpoint.size:
            return Answer(400, "The old size is larger than the checkpoint.\n")
        with self._state(checkpoint.origin) as path:
            return self._decide(path, request, checkpoint, at)

    def _decide(self, path: Path, request: Request, checkpoint: Checkpoint, at: int) -> Answer:
        seen, last = self._read(path, checkpoint.origin)
        if request.old != seen.size:
            return Answer(409, f"{seen.size}\n", SIZE_TYPE)
        if checkpoint.size == seen.size and checkpoint.root != seen.root:
            return Answer(409, f"{seen.size}\n", SIZE_TYPE)
        try:
            verify_consistency(seen.size, checkpoint.size, seen.root, checkpoint.root, request.proof)
        except IntegrityBroken as error:
            return Answer(422, f"{error}\n")
        # Times of one witness never go back, whatever its clock does.
        moment = max(at, last)
        line = cosign(request.note, self._signer, at=moment).text
        self._write(path, moment, request.note)
        return Answer(200, line)

    @contextmanager
    def _state(self, origin: str) -> Iterator[Path]:
        """The file of a log's state, locked against other requests and processes."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / sha256(origin.encode()).hexdigest()
        with path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield path

    def _read(self, path: Path, origin: str) -> tuple[Checkpoint, int]:
        try:
            time, _, note = path.read_text(encoding="utf-8").partition("\n")
        except FileNotFoundError:
            return Checkpoint(origin, 0, EMPTY_ROOT), 0
        return parse_checkpoint(note)[0], int(time)

    def _write(self, path: Path, at: int, note: str) -> None:
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(f"{at}\n{note}")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
