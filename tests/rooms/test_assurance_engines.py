"""Every engine gives the same results in the same order, whatever it loses; one setting chooses it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from assay.assurance.engines import choosing, chunks, local
from assay.assurance.engines.chunks import Chunk, measure_bytes, waves
from assay.assurance.engines.partition import measure_partition
from assay.core.errors import UsageError
from tests.families import by_turns
from tests.rooms.engine_process import work

PARTS = work(7, 3)
HERE = [measure_partition(each) for each in PARTS]


def told(sent: list[Chunk]) -> list[Chunk]:
    return [(number, measure_bytes(each)) for number, each in sent]


def out_of_order(sent: list[Chunk]) -> Iterator[Chunk]:
    yield from reversed(told(sent))


def twice(sent: list[Chunk]) -> Iterator[Chunk]:
    yield from [*told(sent)[:2], *told(sent)]


def losing(sent: list[Chunk]) -> Iterator[Chunk]:
    yield from told(sent)[::2]


def dying(sent: list[Chunk]) -> Iterator[Chunk]:
    yield told(sent)[1]
    raise RuntimeError("a node is gone")


def silent(sent: list[Chunk]) -> Iterator[Chunk]:
    yield told(sent)[0]
    time.sleep(3)


@pytest.mark.req("R61")
@pytest.mark.parametrize("size", by_turns([1, 3, 7, 50], 4, 1))
@pytest.mark.parametrize("measurer", [told, out_of_order, twice, losing, dying, silent], ids=lambda each: each.__name__)
def test_what_an_engine_loses_doubles_or_withholds_changes_nothing(measurer, size, monkeypatch):
    monkeypatch.setattr(chunks, "DEADLINE_SECONDS", 0.2)
    assert list(waves(iter(PARTS), measurer, size=size, workers=1)) == HERE


def test_an_engine_that_failed_is_not_asked_again_and_no_partition_is_measured_twice(monkeypatch):
    asked: list[int] = []

    def failing(sent: list[Chunk]) -> Iterator[Chunk]:
        asked.append(len(sent))
        yield told(sent)[0]
        raise RuntimeError("a node is gone")

    seen: list[str] = []

    def counted(part):
        seen.extend(each.item.cell_key for each in part)
        return measure_partition(part)

    monkeypatch.setattr(local, "measure_partition", counted)
    assert list(waves(iter(PARTS), failing, size=3, workers=1)) == HERE
    assert asked == [3]
    assert len(seen) == len(set(seen)) == 6 * 3


def test_waves_take_partitions_only_as_they_are_needed():
    taken: list[int] = []

    def parts():
        for number, each in enumerate(PARTS):
            taken.append(number)
            yield each

    answers = waves(parts(), told, size=2, workers=1)
    next(answers)
    assert taken == [0, 1]
    answers.close()


def test_an_engine_is_known_and_installed_or_named_in_the_error(monkeypatch):
    with pytest.raises(UsageError, match="No sweep engine is called 'spark'"):
        list(choosing.run(iter(PARTS), engine="spark", workers=2))

    def absent(name):
        raise ModuleNotFoundError(name="daft")

    monkeypatch.setattr(choosing, "import_module", absent)
    with pytest.raises(UsageError, match="not installed: daft") as caught:
        list(choosing.run(iter(PARTS), engine="daft", workers=2))
    assert "assay[sweep]" in caught.value.hint


def test_few_items_start_no_engine(monkeypatch):
    monkeypatch.setattr(choosing, "_far", lambda *_: lambda *_args, **_more: pytest.fail("started"))
    assert list(choosing.run(iter(PARTS), engine="daft", workers=2)) == HERE
    assert list(choosing.run(iter(PARTS), engine="ray", workers=1)) == HERE


def measured_by(*words: str) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.rooms.engine_process", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines, done.stderr[-2000:]
    found: dict[str, object] = json.loads(lines[-1])
    return found


@pytest.mark.slow
@pytest.mark.req("R61")
@pytest.mark.parametrize("engine", ["daft", "ray"])
def test_the_engine_measures_as_this_process_does(engine):
    pytest.importorskip(engine)
    assert measured_by(engine) == {"identical": True, "partitions": 10, "killed": []}


@pytest.mark.slow
@pytest.mark.req("R61")
@pytest.mark.parametrize("engine", ["daft", "ray"])
def test_a_killed_worker_changes_no_result(engine):
    pytest.importorskip(engine)
    # Where an engine does not start in time, this process measures, and nobody is there to be killed.
    for _ in range(2):
        found = measured_by(engine, "kill")
        assert (found["identical"], found["partitions"]) == (True, 10)
        if found["killed"]:
            return
    pytest.skip(f"{engine} did not start within its time on this machine")


@pytest.mark.slow
@pytest.mark.req("R61")
def test_a_node_lost_half_way_changes_no_result():
    pytest.importorskip("ray")
    command = [sys.executable, "-m", "assay", "bench", "nodes", "--artefacts", "4096", "--rounds", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    figures = json.loads(done.stdout[done.stdout.index("{") :])
    assert figures["identical"] is True
    assert figures["partitions"] == 8


def test_no_engine_is_imported_with_the_room():
    code = "import sys, assay.assurance.engines.choosing as c; sys.exit(bool({'daft', 'ray', 'django'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
