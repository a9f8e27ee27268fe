"""Print how much of what writes rows is told to the ledger: functions that write, tables, and how good the walk is.

    python scripts/completeness.py

The last line takes the entry out of each function that writes and appends, one at a time, and counts how often the walk over the
source says so. Where it does not, the function calls another that appends, and the verification of live rows names what it wrote.
"""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]

from tests.django_setup import prepare  # noqa: E402 — the paths come first

prepare()

from tests.rooms.test_ledger_completeness import SILENT, UNTRACKED, functions  # noqa: E402
from tests.rooms.writing_walk import uncovered  # noqa: E402

from assay.ledger import tracking  # noqa: E402 — Django must be configured first


def figures() -> dict[str, object]:
    """The figures by what they count."""
    walked = {place: replace(function) for place, function in functions().items()}
    writers = [place for place, function in walked.items() if function.writes]
    silent = uncovered(walked)
    both = [place for place in writers if walked[place].appends]
    found = 0
    for place in both:
        walked[place].appends = False
        found += place in uncovered(walked)
        walked[place].appends = True
    return {
        "functions": len(walked),
        "writers": len(writers),
        "writers by room": dict(sorted(Counter(place.partition("/")[0] for place in writers).items())),
        "writers that append or are covered": len(writers) - len(silent),
        "writers without an entry, each with its reason": len(SILENT),
        "tables attested": len(tracking.TRACKED),
        "tables without attestation, each with its reason": len(UNTRACKED),
        "entries taken out": len(both),
        "entries taken out that the walk misses": len(both) - found,
    }


def main() -> int:
    for what, number in figures().items():
        sys.stdout.write(f"{what}: {number}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
