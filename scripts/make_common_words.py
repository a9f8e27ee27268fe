"""Write the words that honest programmes use, which tell the detector of whole programmes nothing; --check only compares.

Honest are the example programmes, generated programmes, clean twins of the canaries that detectors are worked on with, and
the training passages labelled as no drift. A word is common where one of these groups has it in at least three texts and
in 4 of 1,000. Beside them stands how far each family spreads through honest programmes: the made ones and, with --courses
FOLDER, the courses in its folders, named after a standard's id; without it what is kept of courses stays. Run it when that
material changes, and then `scripts/make_figures.py`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.django_setup import prepare  # noqa: E402 — the paths come first

prepare()

from assay.detect.canaries import generate_clean  # noqa: E402 — Django must be configured first
from assay.detect.context import Context  # noqa: E402
from assay.detect.corpus import passages_load  # noqa: E402
from assay.detect.joint.judging import judge  # noqa: E402
from assay.detect.joint.tallies import COMMON, Tally, common, shown, tally  # noqa: E402
from assay.studio.context import context_build  # noqa: E402
from assay.studio.demo.programmes import EXAMPLES, compose  # noqa: E402
from assay.studio.importing.source import read_source  # noqa: E402
from assay.studio.knowledge.programmes import plans  # noqa: E402
from assay.studio.pathways import PATHWAYS  # noqa: E402
from assay.studio.spine import programme_generate  # noqa: E402

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
FEWEST, SHARE, LEAST_SPREAD = 3, 250, 5
SEEDS = (0, 5)
STANDARDS = ("iso42001", "eu_ai_act", "nist_ai_rmf")


COURSES = {"eu-ai-act": "eu_ai_act", "iso-42001": "iso42001", "nist-ai-rmf": "nist_ai_rmf"}


def programmes() -> Iterator[tuple[str, str, tuple[str, ...], list[tuple[str, str]]]]:
    """Group, standard, companions and (pathway, text) of each honest programme that was made."""
    for example in EXAMPLES:
        if not example.planted and not example.seen:
            pieces = [(str(piece.pathway), piece.text) for piece in compose(example, AT)]
            yield "example", example.standard, example.companions, pieces
    for plan in plans():
        for seed in SEEDS:
            context = context_build(standard=plan.standard, kind=plan.kind, seed=seed)
            made = [(str(each.piece.pathway), each.piece.text) for each in programme_generate(context, at=AT)]
            yield "generated", plan.standard, context.companions, made


def texts() -> Iterator[tuple[str, str, str, str]]:
    """Group, standard, pathway and text of all honest material."""
    for group, standard, _companions, made in programmes():
        for pathway, text in made:
            yield group, standard, pathway, text
    for each in PATHWAYS:
        for clean in generate_clean(each.slug, 60, 7, shelf="practice"):
            yield "clean", "iso42001", each.slug, clean.text
    for passage in (*passages_load("train"), *passages_load("dev")):
        if passage.label == "NONE" and passage.lang == "en" and passage.standard in STANDARDS:
            yield "passages", passage.standard, passage.artefact, passage.text


def words() -> tuple[dict[str, int], list[tuple[str, str, str]]]:
    """How many texts each group has, and the common words in order."""
    counts: dict[str, Counter[tuple[str, str, str]]] = {}
    of_group: Counter[str] = Counter()
    for group, standard, pathway, text in texts():
        of_group[group] += 1
        found = tally(text, Context(standard, frozenset(), pathway, "en"), key="").foreign
        said = {(word.family, word.word, "concept" if word.concept else "word") for word in found}
        counts.setdefault(group, Counter()).update(said)
    kept = {
        word
        for group, found in counts.items()
        for word, count in found.items()
        if count >= FEWEST and count * SHARE >= of_group[group]
    }
    return dict(sorted(of_group.items())), sorted(kept)


def spread(standard: str, companions: tuple[str, ...], made: list[tuple[str, str]]) -> dict[str, int]:
    """How far each family spreads through one programme, in thousandths rounded up."""
    tallies: list[Tally] = []
    for number, (pathway, text) in enumerate(made):
        context = Context(standard, frozenset(companions), pathway, "en")
        tallies.append(tally(text, context, key=f"{number:05}"))
    result = judge(tallies, standard=standard, companions=companions)
    return {share.family: -(-share.spread * 1000 // 1) for share in result.shares}


def highest(found: Iterable[dict[str, int]]) -> dict[str, int]:
    """The highest of each family, from five thousandths on."""
    out: Counter[str] = Counter()
    for each in found:
        out |= Counter(each)
    return {family: int(value) for family, value in sorted(out.items()) if value >= LEAST_SPREAD}


def of_courses(folder: Path) -> Iterator[dict[str, int]]:
    """The spread of families in each course of the folder."""
    for name, standard in COURSES.items():
        pieces = read_source(folder / name).pieces
        yield spread(standard, (), [(str(piece.pathway or "unmapped"), piece.text) for piece in pieces])


def written(counts: dict[str, int], listed: list[tuple[str, str, str]], spreads: dict[str, dict[str, int]]) -> str:
    """The file as text."""
    lines = ",\n".join(f"  {json.dumps(word, ensure_ascii=False)}" for word in listed)
    told = f'"texts": {json.dumps(counts)},\n "spread": {json.dumps(spreads, sort_keys=True)}'
    return f'{{\n {told},\n "words": [\n{lines}\n ]\n}}\n'


def text_of(arguments: list[str]) -> str:
    """The whole file. The common words come first: what is telling, and so each spread, depends on them."""
    before = json.loads(COMMON.read_bytes())
    counts, listed = words()
    kept = before.get("spread", {}).get("courses", {})
    COMMON.write_text(written(counts, listed, before.get("spread", {})), encoding="utf-8")
    common.cache_clear()
    shown.cache_clear()
    made = highest(spread(standard, companions, pieces) for _group, standard, companions, pieces in programmes())
    if "--courses" in arguments:
        kept = highest(of_courses(Path(arguments[arguments.index("--courses") + 1])))
    return written(counts, listed, {"courses": kept, "made": made})


def main() -> int:
    before = COMMON.read_text(encoding="utf-8")
    text = text_of(sys.argv[1:])
    if "--check" in sys.argv[1:]:
        COMMON.write_text(before, encoding="utf-8")
        print("up to date" if before == text else "not up to date: run python scripts/make_common_words.py")
        return 0 if before == text else 1
    COMMON.write_text(text, encoding="utf-8")
    print(f"{COMMON.relative_to(ROOT)}: {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
