"""`assay audit` in a process whose detectors catch every canary and whose clock can be set.

What an exit code means must not hang on how good the detectors of this release are. Everything else is the product.

Use: python -m tests.core.audit_process DAYS_AGO MEASURE ARGUMENTS…; with MEASURE `no`, nothing is measured again.
"""

import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from assay.assurance.engines import figures, planting
from assay.cli import audit, main
from assay.core.verdict import Canary
from assay.detect.registry import DETECTORS


def all_caught(pair: planting.Pair) -> tuple[Canary, ...]:
    """200 of 200 canaries of every kind."""
    detector = DETECTORS[pair[0]]
    return tuple(Canary(detector.name, detector.version, pair[1], kind, 200, 200) for kind in detector.kinds)


def run(days_ago: int, measure: bool, arguments: list[str]) -> None:
    """Run the command line as it was `days_ago` days ago."""
    planting.tally_pair = all_caught
    figures.canaries_kept = lambda detector, stratum: None  # type: ignore[misc,assignment]
    audit.utc_now = lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_ago)  # type: ignore[attr-defined]
    ready = audit.ready

    def prepared(data: Path | None) -> Path:
        folder = ready(data)
        if not measure:
            import_module("assay.studio.sweeping").cells_due = lambda surface, now: []
        return folder

    audit.ready = prepared  # type: ignore[attr-defined]
    main.run(arguments)


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2] == "yes", sys.argv[3:])
