"""Write the words that honest programmes use, which tell the detector of whole programmes nothing; --check only compares.

Honest are the example programmes, generated programmes, clean twins of the canaries that detectors are worked on with, and
the training passages labelled as no drift. A word is common where one of these groups has it in at least three texts and
in 4 of 1,000. Run it when that material changes, and then `scripts/make_figures.py`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.django_setup import prepare  # noqa: E402 — the paths come first

prepare()

from assay.detect.canaries import generate_clean  # noqa: E402 — Django must be configured first
from assay.detect.context import Context  # noqa: E402
from assay.detect.corpus import passages_load  # noqa: E402
from assay.detect.joint.tallies import COMMON, tally  # noqa: E402
from assay.studio.context import context_build  # noqa: E402
from assay.studio.demo.programmes import EXAMPLES, compose  # noqa: E402
from assay.studio.knowledge.programmes import plans  # noqa: E402
from assay.studio.pathways import PATHWAYS  # noqa: E402
from assay.studio.spine import programme_generate  # noqa: E402

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
FEWEST, SHARE = 3, 250
SEEDS = (0, 5)
STANDARDS = ("iso42001", "eu_ai_act", "nist_ai_rmf")


def texts() -> Iterator[tuple[str, str, str, str]]:
    """Group, standard, pathway and text of all honest material."""
    for example in EXAMPLES:
        if not example.planted and not example.seen:
            for piece in compose(example, AT):
                yield "example", example.standard, str(piece.pathway), piece.text
    for plan in plans():
        for seed in SEEDS:
            for made in programme_generate(context_build(standard=plan.standard, kind=plan.kind, seed=seed), at=AT):
                yield "generated", plan.standard, str(made.piece.pathway), made.piece.text
    for pathway in PATHWAYS:
        for each in generate_clean(pathway.slug, 60, 7, shelf="practice"):
            yield "clean", "iso42001", pathway.slug, each.text
    for passage in (*passages_load("train"), *passages_load("dev")):
        if passage.label == "NONE" and passage.lang == "en" and passage.standard in STANDARDS:
            yield "passages", passage.standard, passage.artefact, passage.text


def common() -> str:
    """The file of common words as text, in a fixed order."""
    counts: dict[str, Counter[tuple[str, str, str]]] = {}
    of_group: Counter[str] = Counter()
    for group, standard, pathway, text in texts():
        of_group[group] += 1
        found = tally(text, Context(standard, frozenset(), pathway, "en"), key="").foreign
        words = {(word.family, word.word, "concept" if word.concept else "word") for word in found}
        counts.setdefault(group, Counter()).update(words)
    kept = {
        word
        for group, found in counts.items()
        for word, count in found.items()
        if count >= FEWEST and count * SHARE >= of_group[group]
    }
    lines = ",\n".join(f"  {json.dumps(word, ensure_ascii=False)}" for word in sorted(kept))
    return f'{{\n "texts": {json.dumps(dict(sorted(of_group.items())))},\n "words": [\n{lines}\n ]\n}}\n'


def main() -> int:
    text = common()
    if "--check" in sys.argv[1:]:
        current = COMMON.is_file() and COMMON.read_text(encoding="utf-8") == text
        print("up to date" if current else "not up to date: run python scripts/make_common_words.py")
        return 0 if current else 1
    COMMON.write_text(text, encoding="utf-8")
    print(f"{COMMON.relative_to(ROOT)}: {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
