"""Write the figures that are kept with the detectors' versions; with --check, only say whether they are up to date.

Run it after a change of detectors, canaries or labelled passages (half a minute at most). Until then the program
computes them itself each time, more slowly; with --check the exit code is then 1.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from assay.assurance.engines.figures import FILE, figures_compute  # noqa: E402
from assay.detect.joint import figures as joint  # noqa: E402


def main() -> int:
    computed = {FILE: figures_compute(), joint.FILE: joint.figures_compute()}
    texts = {file: json.dumps(found, indent=1, sort_keys=True) + "\n" for file, found in computed.items()}
    if "--check" in sys.argv[1:]:
        current = all(file.is_file() and file.read_text(encoding="utf-8") == text for file, text in texts.items())
        print("up to date" if current else "not up to date: run python scripts/make_figures.py")
        return 0 if current else 1
    for file, text in texts.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        print(f"{file.relative_to(ROOT)}: {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
