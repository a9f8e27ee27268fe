"""A change of one family's words reads again only the texts that it can affect; all else is as after a full sweep."""

import json
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay import detect
from assay.accounts.access import Actor
from assay.assurance import detectors, queries, services
from assay.assurance.bodies import parse_instant, unpack
from assay.assurance.carrying import Carried, Carrier
from assay.assurance.checking import index_differences
from assay.assurance.detectors import detector_of
from assay.assurance.engines import partition
from assay.assurance.models import FindingRow, MeasurementBatch, MeasurementRow, Surface, VerdictRow, WordsRow
from assay.core.verdict import Canary
from assay.detect import lexicons, versions
from assay.detect.corpus import passages_load
from assay.detect.families import loading
from assay.detect.joint import spec
from assay.detect.registry import DETECTORS
from assay.ledger.models import Entry
from assay.studio import whole
from assay.studio.services import programme_sweep
from tests.rooms import studio_material as studio
from tests.rooms import surfaces as cast

pytestmark = pytest.mark.django_db(transaction=True)
FOUND = (
    "key", "cell_key", "digest", "detector", "version", "kind", "bucket", "family", "defect", "blocking", "rule", "start",
    "end", "line_start", "line_end", "quote", "confidence", "reasons", "stratum", "found_at", "seen_at", "closed_at", "closing",
)  # fmt: skip
LATER = timedelta(hours=1)
UNTOUCHED: dict[str, str | None] = {"clean": cast.CLEAN, "drift": cast.DRIFT}


class Words:
    """A copy of the detectors' folders, to be changed as an author changes them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        shutil.copytree(Path(detect.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__", "corpus"))
        monkeypatch.setattr(versions, "_ROOM", folder)
        monkeypatch.setattr(spec, "_ROOM", folder)
        monkeypatch.setattr(loading, "FAMILIES", folder / "families")
        self.read()

    def read(self) -> None:
        """Have the program know what the folder holds now, and call its detectors by their versions."""
        forget()
        known = {name: replace(each, version=versions.version_of(name)) for name, each in DETECTORS.items()}
        joint = replace(detector_of(spec.NAME), version=spec.version())  # type: ignore[type-var]
        self.monkeypatch.setitem(detectors._BROUGHT, spec.NAME, joint)
        for name, module in list(sys.modules.items()):
            if name.startswith(("assay.assurance", "tests.rooms.s")) and hasattr(module, "DETECTORS"):
                self.monkeypatch.setattr(module, "DETECTORS", known)

    def change(self, rng: random.Random, texts: list[str]) -> str:
        """Add a phrase of these texts to a family's concepts, move one and remove one; return the family."""
        path = rng.choice(sorted((self.folder / "families").glob("*/concepts.yaml")))
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.parent.name == cast.CONTEXT.standard:
            return self.change(rng, texts)
        strong = data["concepts"][3]
        clause = rng.choice(sorted(strong))
        words = rng.choice(texts).split()
        at = rng.randrange(len(words) - 1)
        strong[clause] = [*strong[clause], " ".join(words[at : at + 2]).strip(".,;:()")]
        moved = strong[clause].pop(rng.randrange(len(strong[clause]) - 1)) if len(strong[clause]) > 1 else "moved words"
        data["concepts"].setdefault(2, {}).setdefault(clause, []).append(moved)
        other = rng.choice(sorted(strong))
        if len(strong[other]) > 1:
            strong[other].pop(0)
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        self.read()
        return path.parent.name


def forget() -> None:
    """Empty every cache of the detectors."""
    for name, module in list(sys.modules.items()):
        if name.startswith("assay.detect"):
            for each in list(vars(module).values()):
                if callable(getattr(each, "cache_clear", None)):
                    each.cache_clear()


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Words]:
    yield Words(tmp_path / "detect", monkeypatch)
    monkeypatch.undo()
    forget()


def change_elsewhere(words: Words, text: str) -> None:
    """Change words of which none stands in the text."""
    before = lexicons.meanings()
    words.change(random.Random(5), ["Zorbulated quintessence"])
    assert not lexicons.change_between(before, lexicons.meanings()).may_affect(text, cast.CONTEXT)


def corpus_texts(rng: random.Random, count: int) -> dict[str, str | None]:
    """Labelled passages, two to a text, over the three strata."""
    passages = [each.text for each in passages_load("test") if each.lang == "en"]
    return {
        f"{cast.STRATA[n % 3].name}:{n:03}": "\n\n".join(rng.sample(passages, 2)) + f"\n\nPart {n}."
        for n in range(count)
    }


def state(surface: Surface, now: datetime) -> dict[str, Any]:
    """Verdict, findings and readings, without what names the surface, its batches and when they expire."""
    row = services.verdict_refresh(surface=surface, now=now)
    body = json.loads(bytes(VerdictRow.objects.get(pk=row.pk).body))
    rows = MeasurementRow.objects.filter(surface=surface).values_list("cell__key", "digest", "results")
    return {
        "verdict": {
            name: value for name, value in body.items() if name not in {"position", "surface", "freshness", "at"}
        },
        "findings": sorted(
            tuple(map(coarse, row)) for row in FindingRow.objects.filter(surface=surface).values_list(*FOUND)
        ),
        "readings": readings(rows),
    }


def coarse(value: Any) -> str:
    """Times to the second: batches of one surface bear rising times, later by a microsecond for each batch."""
    return str(value.replace(microsecond=0) if isinstance(value, datetime) else value)


def readings(rows: Any) -> dict[str, Any]:
    """What each detector said of each cell in which version."""
    return {
        key: (digest, {name: each[:4] for name, each in json.loads(results).items()}) for key, digest, results in rows
    }


def told(surface: Surface) -> list[dict[str, Any]]:
    """What batches of carried results say of themselves."""
    rows = MeasurementBatch.objects.filter(surface=surface).order_by("number")
    return [body["carried"] for body in (unpack(row.body, row.digest) for row in rows) if "carried" in body]


@pytest.mark.req("R61")
@pytest.mark.parametrize(
    "seed", [1, 2, pytest.param(3, marks=pytest.mark.slow), pytest.param(4, marks=pytest.mark.slow)]
)
def test_a_sweep_after_a_change_of_words_is_a_full_one_and_reads_what_can_be_affected(
    asha: Actor, now: datetime, words: Words, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    rng = random.Random(seed)
    texts = corpus_texts(rng, 48)
    cast.plant(asha, now)
    ours, twin = (cast.make_surface(asha, now, key=key) for key in ("ours", "twin"))
    for surface in (ours, twin):
        cast.measure(surface, texts, asha, now)
    assert state(ours, now) == state(twin, now)

    before = lexicons.meanings()
    family = words.change(rng, [text for text in texts.values() if text])
    change = lexicons.change_between(before, lexicons.meanings())
    assert family in change.families
    affected = {key for key, text in texts.items() if change.may_affect(text or "", cast.CONTEXT)}
    assert 0 < len(affected) < len(texts)

    later, asked = now + LATER, set[str]()
    cast.plant(asha, later)
    real = partition.measure

    def spying(text: str, context: Any, names: Any) -> Any:
        asked.add(text)
        return real(text, context, names)

    monkeypatch.setattr(partition, "measure", spying)
    summary = cast.measure(ours, texts, asha, later)
    assert asked == {texts[key] for key in affected}
    assert (summary.measured, summary.carried) == (len(affected), len(texts) - len(affected))

    monkeypatch.setattr(Carrier, "sources", lambda *_: ())
    full = cast.measure(twin, texts, asha, later)
    assert (full.measured, full.carried) == (len(texts), 0)
    assert state(ours, later) == state(twin, later)
    new = cast.make_surface(asha, later, key="new")
    cast.measure(new, texts, asha, later)
    assert state(ours, later)["readings"] == state(new, later)["readings"]
    assert index_differences(ours) == ()


@pytest.mark.req("R61")
def test_carried_results_name_their_source_and_expire_with_it(asha: Actor, now: datetime, words: Words) -> None:
    texts = corpus_texts(random.Random(5), 12)
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now, valid_for=timedelta(days=90))
    cast.measure(surface, texts, asha, now)
    old = {name: sys.modules["tests.rooms.surfaces"].DETECTORS[name].version for name in cast.REQUIRED}  # type: ignore[attr-defined]
    words.change(random.Random(5), ["Zorbulated quintessence"])
    cast.plant(asha, now + LATER)
    summary = cast.measure(surface, texts, asha, now + LATER)
    assert summary.measured + summary.carried == 12
    assert summary.carried
    (carried,) = told(surface)
    assert {(name, version) for name, version, _number in carried["from"]} == set(old.items())
    assert carried["forms"] > 0
    ends = set(MeasurementBatch.objects.filter(surface=surface, number__in=[1]).values_list("expires", flat=True))
    last = MeasurementBatch.objects.filter(surface=surface).order_by("number")
    assert ends <= set(last.exclude(number=1).values_list("expires", flat=True))
    services.verdict_refresh(surface=surface, now=now + LATER)
    assert Entry.objects.filter(kind="words.recorded").count() == 2
    assert cast.measure(surface, texts, asha, now + 2 * LATER).fresh == 12


@pytest.mark.req("R61")
def test_a_carried_result_bears_the_moment_of_its_reading_and_the_term_of_its_batch(
    asha: Actor, now: datetime, words: Words
) -> None:
    term = timedelta(days=90)
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now, valid_for=term)
    cast.measure(surface, UNTOUCHED, asha, now)
    for turn in (1, 2):
        words.change(random.Random(5), ["Zorbulated quintessence"])
        cast.plant(asha, now + turn * LATER)
        MeasurementBatch.objects.filter(surface=surface, number=turn).update(expires=now + 4 * term)
        assert cast.measure(surface, UNTOUCHED, asha, now + turn * LATER).carried == len(UNTOUCHED)
    first, *carries = MeasurementBatch.objects.filter(surface=surface).order_by("number")
    read = parse_instant(unpack(first.body, first.digest)["at"])
    assert [parse_instant(each["read"]) for each in told(surface)] == [read, read]
    assert [parse_instant(unpack(each.body, each.digest)["expires"]) for each in carries] == [read + term] * 2

    for row in MeasurementBatch.objects.filter(surface=surface):
        row.expires = now + 4 * term
        row.save(update_fields=["expires"])
    words.change(random.Random(6), ["Quintessential zorbulation"])
    cast.plant(asha, now + 2 * term)
    late = cast.measure(surface, UNTOUCHED, asha, now + 2 * term)
    assert (late.measured, late.carried) == (len(UNTOUCHED), 0), "a row that lengthens a term carries nothing"


EDITS: dict[str, dict[str, Any]] = {
    "weighs": {"defect": False, "blocking": False},
    "blocks": {"blocking": False},
    "bucket": {"bucket": "C"},
    "kind": {"kind": "comparison"},
    "family": {"family": "iso9001"},
    "quote": {"quote": "Learners audit the company against"},
    "place": {"line_start": 1},
}


@pytest.mark.req("R61")
def test_a_batch_that_does_not_say_when_it_was_read_still_replays_and_is_carried_from(
    asha: Actor, now: datetime, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Carried.to_json
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.measure(surface, UNTOUCHED, asha, now)
    with monkeypatch.context() as earlier:
        earlier.setattr(Carried, "to_json", lambda told: {k: v for k, v in full(told).items() if k != "read"})
        words.change(random.Random(5), ["Zorbulated quintessence"])
        cast.plant(asha, now + LATER)
        assert cast.measure(surface, UNTOUCHED, asha, now + LATER).carried == len(UNTOUCHED)
    row = services.verdict_refresh(surface=surface, now=now + LATER)
    words.change(random.Random(5), ["Zorbulated quintessence"])
    cast.plant(asha, now + 2 * LATER)
    assert cast.measure(surface, UNTOUCHED, asha, now + 2 * LATER).carried == len(UNTOUCHED)
    silent, telling = told(surface)
    first = MeasurementBatch.objects.get(surface=surface, number=1)
    assert "read" not in silent
    assert telling["read"] == unpack(first.body, first.digest)["at"]
    assert queries.verdict_at(surface, row.position, row.at).to_bytes() == bytes(row.body)
    services.verdict_refresh(surface=surface, now=now + 2 * LATER)
    assert index_differences(surface) == ()


@pytest.mark.req("R61", "L-06")
def test_what_a_row_says_otherwise_than_its_batch_is_read_anew(asha: Actor, now: datetime, words: Words) -> None:
    texts: dict[str, str | None] = dict.fromkeys([*EDITS, "outcome", "reason", "untouched"], cast.DRIFT)
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.measure(surface, texts, asha, now)
    verdict = state(surface, now)["verdict"]
    for key, edit in EDITS.items():
        assert FindingRow.objects.filter(surface=surface, cell_key=key).update(**edit)
    for key, old, new in (("outcome", '"defect"', '"clean"'), ("reason", ',"",', ',"Read by hand.",')):
        row = MeasurementRow.objects.get(surface=surface, cell__key=key)
        assert old in row.results
        row.results = row.results.replace(old, new)
        row.save(update_fields=["results"])
    FindingRow.objects.filter(surface=surface, cell_key="outcome").update(defect=False, blocking=False)

    change_elsewhere(words, cast.DRIFT)
    cast.plant(asha, now + LATER)
    summary = cast.measure(surface, texts, asha, now + LATER)
    assert (summary.measured, summary.carried) == (len(texts) - 1, 1)
    assert summary.outcomes == {"clean": len(texts), "defect": len(texts)}
    after = state(surface, now + LATER)["verdict"]
    assert after == verdict
    assert index_differences(surface) == ()


@pytest.mark.req("R61", "L-06")
def test_words_are_those_of_the_kept_body_whatever_its_row_says(asha: Actor, now: datetime, words: Words) -> None:
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.measure(surface, UNTOUCHED, asha, now)
    place = words.folder / "drift.py"
    place.write_text(place.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    words.read()
    row = WordsRow.objects.get(organization=asha.organization)
    row.versions = {name: [version, lexicons.base_of(name)] for name, (version, _base) in row.versions.items()}
    row.save(update_fields=["versions"])
    cast.plant(asha, now + LATER)
    summary = cast.measure(surface, UNTOUCHED, asha, now + LATER)
    assert (summary.measured, summary.carried) == (len(UNTOUCHED), 0)


@pytest.mark.req("R61")
def test_other_code_reads_everything_again(asha: Actor, now: datetime, words: Words) -> None:
    texts = corpus_texts(random.Random(6), 6)
    cast.plant(asha, now)
    surface = cast.make_surface(asha, now)
    cast.measure(surface, texts, asha, now)
    place = words.folder / "drift.py"
    place.write_text(place.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    words.read()
    cast.plant(asha, now + LATER)
    summary = cast.measure(surface, texts, asha, now + LATER)
    assert (summary.measured, summary.carried) == (6, 0)


@pytest.mark.req("R61", "P-12")
def test_what_is_said_of_a_whole_programme_is_never_carried(
    asha: Actor, now: datetime, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    later, asked = now + LATER, list[int]()
    real = whole.judge

    def tallied() -> tuple[Canary, ...]:
        return tuple(Canary(spec.NAME, spec.version(), spec.STRATUM, kind, 190, 200) for kind in spec.KINDS)

    def spying(tallies: Any, **given: Any) -> Any:
        asked.append(len(tallies))
        return real(tallies, **given)

    monkeypatch.setattr(whole, "judge", spying)
    monkeypatch.setattr(whole.figures, "canaries", tallied)
    studio.verify_detectors(asha, now)
    programme = studio.programme_of(asha, now)
    surface = whole.whole_surface(programme)
    assert surface is not None
    old, count = spec.version(), asked.pop()
    words.change(random.Random(7), ["Zorbulated quintessence"])
    assert spec.version() != old
    studio.verify_detectors(asha, later)
    summary = programme_sweep(actor=asha, programme=programme, now=later, workers=1).summary
    assert summary.carried, "words that stand in no text leave the artefacts' results as they are"
    assert asked == [count]
    last = MeasurementBatch.objects.filter(surface=surface).order_by("number").last()
    assert last is not None
    body = unpack(last.body, last.digest)
    assert last.number == 2
    assert "carried" not in body
    assert spec.version() in json.dumps(body)
    assert programme_sweep(actor=asha, programme=programme, now=later, workers=1).measured == 0
    assert asked == [count]
