"""The local engine: order and results do not depend on who computes; a dead worker costs a second run, not a result."""

import multiprocessing
import os
import signal
import sys

import pytest

from assay.assurance.engines import local
from assay.assurance.engines.partition import Work, measure_partition
from assay.assurance.shapes import MeasureItem
from assay.core.canonical import text_digest
from assay.core.verdict import Outcome, Strength
from tests.rooms import surfaces as cast


def doubled(number: int) -> int:
    return number * 2


def doubled_unless_in_a_worker(number: int) -> int:
    if number == 3 and multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 2


def work(texts: dict[str, str]) -> list[Work]:
    return [Work(MeasureItem(key, text_digest(text), text, cast.CONTEXT), cast.REQUIRED) for key, text in texts.items()]


@pytest.mark.slow
def test_several_processes_answer_in_the_order_of_the_tasks() -> None:
    assert list(local.spread(doubled, range(9), workers=2)) == [0, 2, 4, 6, 8, 10, 12, 14, 16]


@pytest.mark.req("R61")
def test_a_worker_that_dies_costs_no_result() -> None:
    assert list(local.spread(doubled_unless_in_a_worker, range(9), workers=2)) == [n * 2 for n in range(9)]


@pytest.mark.slow
def test_tasks_are_taken_only_as_fast_as_answers_are() -> None:
    taken: list[int] = []

    def tasks() -> object:
        for number in range(100):
            taken.append(number)
            yield number

    answers = local.spread(doubled, tasks(), workers=2)  # type: ignore[arg-type]
    next(answers)
    assert len(taken) <= 5
    answers.close()  # type: ignore[attr-defined]


def test_no_process_is_started_for_few_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "spread", None)
    texts = {f"k{n}": cast.CLEAN for n in range(5)}
    assert [len(part) for part in local.run([work(texts), work(texts)], workers=2)] == [5, 5]


def test_the_order_of_items_changes_nothing() -> None:
    texts = {"b": cast.DRIFT, "a": cast.CLEAN, "c": cast.HONEST}
    assert measure_partition(work(texts)) == measure_partition(list(reversed(work(texts))))
    assert [each.item.cell_key for each in measure_partition(work(texts))] == ["a", "b", "c"]


def test_a_result_says_who_measured_how_and_where() -> None:
    (result,) = measure_partition(work({"b": "One.\n\n" + cast.DRIFT}))
    said = [(each.detector, each.outcome, each.strength) for each in result.results]
    assert said == [
        ("concept-drift", Outcome.CLEAN, Strength.OBSERVED),
        ("standard-mention", Outcome.DEFECT, Strength.OBSERVED),
    ]
    (found,) = result.found
    assert (found.line_start, found.line_end, found.hit.quote) == (4, 4, "ISO 14001:2015")


def test_the_key_of_a_finding_is_the_same_everywhere_and_bound_to_the_text() -> None:
    keys = [measure_partition(work({"b": text}))[0].found[0].key for text in (cast.DRIFT, cast.DRIFT, cast.DRIFT + " ")]
    assert keys[0] == keys[1] != keys[2]


def test_a_worker_imports_no_django() -> None:
    code = "import sys; import assay.assurance.engines.partition; sys.exit('django' in sys.modules)"
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0
