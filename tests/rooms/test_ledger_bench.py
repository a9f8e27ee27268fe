"""`assay bench ledger` and what is made of its figures."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from tests.command import assay

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_figures_ledger.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_figures_ledger", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_a_target_is_missed_below_its_least_and_above_its_most(script: ModuleType) -> None:
    least, most = script.Line("a", "a", least=20), script.Line("b", "b", " ms", most=0.3)
    assert [least.holds(value) for value in (19.9, 20, 21)] == [False, True, True]
    assert [most.holds(value) for value in (0.29, 0.3, 0.31)] == [True, True, False]
    assert (least.target(), most.target()) == ("≥ 20", "≤ 0.3 ms")


def test_the_chart_has_a_point_for_each_size(script: ModuleType) -> None:
    names = ("bytes_per_entry", "first_proof_ms", "inclusion_cold_ms", "inclusion_warm_ms")
    points = [{"entries": 10**power, **dict.fromkeys(names, power)} for power in (3, 4, 5, 6, 7)]
    found = ElementTree.fromstring(script.chart(points))
    assert len(found.findall("{*}circle")) == 4 * len(points)


@pytest.mark.slow
@pytest.mark.req("L-06")
def test_a_short_run_gives_every_figure_of_the_table(script: ModuleType) -> None:
    options = ("--entries", "50000", "--commits", "20", "--rows", "200", "--seconds", "1")
    ran = assay("bench", "ledger", *options, "--json", timeout=600)
    assert ran.code == 0, ran.err
    figures = json.loads(ran.out)
    assert [point["entries"] for point in figures["growth"]] == [1000, 10_000, 50_000]
    table = script.table(figures)
    missing = [row for row in table.splitlines() if "not measured" in row]
    assert not missing if "postgres" not in figures else all("PostgreSQL" in row for row in missing)
