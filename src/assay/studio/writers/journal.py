"""The journal of paid calls: one file per call, keyed by the digest of what was asked; a call in it is never paid again.

A file is written beside its place and moved there, so that a reader sees all of it or nothing. Only digests, the answer
and counts are kept: no key, no header, no address with credentials.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from assay.core.canonical import text_digest
from assay.core.errors import IntegrityBroken


@dataclass(frozen=True)
class Call:
    """A call that was answered. `tokens_in` and `tokens_out` are as the provider counted; 0 where it did not."""

    asked: str
    answer: str
    tokens_in: int
    tokens_out: int

    @property
    def answer_digest(self) -> str:
        return text_digest(self.answer)


class Journal:
    """The calls in one folder, made when missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def find(self, asked: str) -> Call | None:
        """The call with this digest, or None. Raises IntegrityBroken where its file was changed."""
        path = self._path(asked)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            sealed = data.pop("sealed")
            call = Call(**data)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError) as error:
            raise IntegrityBroken(
                f"The journal file {path.name} cannot be read.", hint="Remove it to pay again."
            ) from error
        if call.asked != asked or sealed != _seal(call):
            raise IntegrityBroken(f"The journal file {path.name} was changed.", hint="Remove it to pay again.")
        return call

    def keep(self, call: Call) -> None:
        """Keep a call, safely on disk when this returns."""
        text = json.dumps({**asdict(call), "sealed": _seal(call)}, ensure_ascii=False, sort_keys=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".call-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(self._path(call.asked))

    def _path(self, asked: str) -> Path:
        return self.folder / f"{asked.removeprefix('sha256:')}.json"


def _seal(call: Call) -> str:
    return text_digest("\x1f".join((call.asked, call.answer, str(call.tokens_in), str(call.tokens_out))))
