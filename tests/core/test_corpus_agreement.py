"""Agreement of the labelling passes, and that docs/corpus.md says what the corpus holds."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import pytest
from scripts.corpus_agreement import bare, blind, drawn, kappa, main, second_reading

from assay.detect.corpus import HARD_CASES, LABELS, passages_load

DOC = (Path(__file__).parents[2] / "docs" / "corpus.md").read_text("utf-8")
ALL = passages_load()


def test_kappa_of_a_published_example() -> None:
    """Two readers of 50 proposals: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no; kappa 0.4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs)[0] == pytest.approx(0.4)


def test_kappa_is_one_for_agreement_and_unknown_for_nothing() -> None:
    assert kappa([("A", "A"), ("B", "B")])[0] == 1
    assert kappa([("A", "A")]) == (1.0, 0.0)
    assert math.isnan(kappa([])[0])


def test_the_blind_file_holds_every_passage_and_no_label() -> None:
    rows = [json.loads(line) for line in blind(3)]
    assert {row["id"] for row in rows} == {passage.id for passage in ALL}
    assert [row["id"] for row in rows] != [passage.id for passage in ALL]
    assert {key for row in rows for key in row} == {"id", "standard", "companions", "artefact", "lang", "text"}


def test_another_labeller_is_compared_with_the_adjudicated_labels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "labelled.jsonl"
    main(["--blind", str(file)])
    right = {passage.id: passage.label for passage in ALL}
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()[:100]]
    file.write_text("\n".join(json.dumps(row | {"label": right[row["id"]]}) for row in rows[:99]), "utf-8")
    assert main(["--against", str(file)]) == 0
    assert capsys.readouterr().out.startswith("99 passages labelled twice, 99 alike; kappa 1.000")


def test_the_page_gives_the_numbers_of_the_corpus() -> None:
    labels, kinds = Counter(p.label for p in ALL), Counter(p.kind for p in ALL)
    value, _ = kappa([(p.label1, str(p.label2)) for p in ALL])
    stated = [f"{len(ALL)} passages", f"{len(passages_load('dev'))} for development", f"kappa {value:.3f}"]
    stated += [f"| {label} | {count} |" for label, count in labels.items()]
    stated += [f"| {kind} | {count} |" for kind, count in kinds.items() if kind != "none"]
    assert [text for text in stated if text not in DOC] == []


def test_the_second_reader_read_what_was_drawn_over_every_label_and_hard_case_and_nothing_held_back() -> None:
    said, pairs = second_reading()
    chosen = drawn()
    assert set(said) == {p.id for p in chosen}
    assert len(chosen) >= 200
    assert all(p.split == "dev" for p in chosen)
    assert {p.label for p in chosen} == set(LABELS)
    assert {case for p in chosen for case in p.hard_case} >= set(HARD_CASES)
    assert all("label" not in json.loads(line) for line in bare(chosen))
    assert len(pairs) == len(chosen)


def test_every_difference_of_the_second_reader_is_settled_with_a_reason_and_the_label_follows() -> None:
    said, pairs = second_reading()
    differing = [p for p, (before, given) in pairs if before != given]
    assert {row["id"] for row in said.values() if "settled" in row} == {p.id for p in differing}
    for passage in differing:
        assert passage.label == said[passage.id]["settled"]
        assert said[passage.id]["reason"].endswith(".")


def test_the_page_gives_the_agreement_of_the_second_reader() -> None:
    _, pairs = second_reading()
    value, error = kappa([pair for _, pair in pairs])
    alike = sum(first == second for _, (first, second) in pairs)
    low, high = value - 1.96 * error, min(1.0, value + 1.96 * error)
    assert f"| all | {alike} of {len(pairs)} | {value:.3f} | {low:.3f}–{high:.3f} |" in DOC
    for label in LABELS:
        binary = [("yes" if a == label else "no", "yes" if b == label else "no") for _, (a, b) in pairs]
        same = sum(a == b for a, b in binary)
        assert f"| {label} against the rest | {same} of {len(pairs)} | {kappa(binary)[0]:.3f} |" in DOC
