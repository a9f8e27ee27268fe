"""Files that a command hands out: noted in the log first, as the pages note theirs, and then written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assay.cli.start import sequence
from assay.core.errors import UsageError

if TYPE_CHECKING:
    from assay.accounts.access import Actor


def file_out(target: Path, content: bytes, *, by: Actor, what: str, now: datetime) -> None:
    """Note that `by` takes these bytes out (`what` as `report_export` has it), write them, and bring the entry into the log.

    No file leaves without its entry; a file that then cannot be written leaves an entry too many, never one too few. Raises
    UsageError, before anything is noted, where the file has no folder to be in.
    """
    from assay.accounts.exporting import report_export

    if target.is_dir() or not target.parent.is_dir():
        place = f"{target} is a folder." if target.is_dir() else f"There is no folder {target.parent}."
        raise UsageError(place, hint="Name a file in a folder that exists.")
    report_export(by=by, what=what, name=target.name, content=content, now=now)
    try:
        target.write_bytes(content)
    finally:
        sequence(now)
