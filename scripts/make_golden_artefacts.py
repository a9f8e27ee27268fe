"""Write the golden artefacts: per pathway the digest of every artefact of each kind of programme, and one text in full.

    python scripts/make_golden_artefacts.py          writes tests/core/golden
    python scripts/make_golden_artefacts.py --check  writes nothing; says what differs, exit code 1 where something does

A change of knowledge or wording changes them on purpose: run it again and look at the difference. A change of how context
arrives must not.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from assay.studio.context import context_build
from assay.studio.knowledge import plans
from assay.studio.pathways import PATHWAYS
from assay.studio.spine import programme_generate

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "core" / "golden"
AT = datetime(2026, 1, 1, tzinfo=UTC)


def golden() -> dict[str, str]:
    """File name to content."""
    files = {}
    for plan in plans():
        context = context_build(standard=plan.standard, kind=plan.kind)
        digests: dict[str, dict[str, str]] = {pathway.slug: {} for pathway in PATHWAYS}
        for each in programme_generate(context, at=AT):
            slug = str(each.piece.pathway)
            if not digests[slug] and plan.kind == "lead-auditor":
                files[f"{slug}.md"] = each.piece.text
            digests[slug][each.piece.key] = each.piece.digest
        files[f"{plan.kind}.json"] = json.dumps(digests, indent=1, sort_keys=True) + "\n"
    return files


def main() -> int:
    """Write or compare."""
    files = golden()
    if "--check" in sys.argv:
        found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
        wrong = sorted(name for name in files.keys() | found.keys() if files.get(name) != found.get(name))
        for name in wrong:
            print(f"{name} differs")
        return 1 if wrong else 0
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(files)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
