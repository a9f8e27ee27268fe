"""Pathways are folders, all alike; one that is missing, undeclared or not whole fails at build and at start."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import assay.studio.pathways as package
from assay.core.errors import InvalidInput
from assay.detect.canaries import KINDS, generate
from assay.detect.registry import DETECTORS
from assay.studio.pathways import PATHWAYS, assert_complete
from assay.studio.stakes import POLICIES

FOLDER = Path(package.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
PARTS = ("generator", "schema", "prompt", "policy", "audience", "canaries")


def changed(number, **what):
    return tuple(replace(each, **what) if each.number == number else each for each in PATHWAYS)


@pytest.mark.req("P-02")
def test_all_folders_are_alike():
    folders = sorted(path for path in FOLDER.glob("p[0-9][0-9]_*") if path.is_dir())
    assert len(folders) == 22
    for path in folders:
        files = {each.name for each in path.glob("*.py")}
        assert files == {"__init__.py", "spec.py", "generator.py", "schema.py", "prompt.py"}, path.name


@pytest.mark.req("P-02", "R09")
@pytest.mark.parametrize("part", PARTS)
def test_a_pathway_without_one_of_its_parts_is_refused(part):
    empty = {"audience": "", "canaries": ()}.get(part)
    with pytest.raises(InvalidInput, match="Pathway 16"):
        assert_complete(changed(16, **{part: empty}))


@pytest.mark.req("P-14", "R52")
def test_a_policy_that_does_not_fit_the_stakes_is_refused():
    with pytest.raises(InvalidInput, match="does not fit its stakes"):
        assert_complete(changed(13, stakes="practice"))
    with pytest.raises(InvalidInput, match="does not fit its stakes"):
        assert_complete(changed(4, policy=replace(PATHWAYS[3].policy, sign_off=True)))


@pytest.mark.req("P-14")
def test_the_fixing_engine_follows_the_policy_of_each_folder():
    for pathway in PATHWAYS:
        assert POLICIES[pathway.slug].in_place == pathway.policy.in_place
        assert POLICIES[pathway.slug].sign_off == pathway.policy.sign_off


@pytest.mark.req("P-22", "R37")
@pytest.mark.parametrize("pathway", PATHWAYS, ids=lambda each: each.slug)
def test_canaries_can_be_planted_for_every_kind_that_a_pathway_names(pathway):
    assert set(pathway.canaries) <= set(KINDS)
    assert set(pathway.canaries) == {kind for name in pathway.required for kind in DETECTORS[name].kinds}
    for kind in pathway.canaries:
        assert generate(kind, pathway.slug, 1, seed=1)[0].artefact == pathway.slug


def copy_of_the_source(tmp_path):
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "static", "corpus"))
    return tmp_path / "src" / "assay" / "studio" / "pathways"


def start(tmp_path):
    command = [sys.executable, "-c", "import assay.studio.pathways"]
    return subprocess.run(
        command, env={"PYTHONPATH": str(tmp_path / "src")}, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.req("P-02", "R39")
def test_a_23rd_folder_fails_the_start_until_it_is_placed_and_audited(tmp_path):
    folder = copy_of_the_source(tmp_path)
    assert start(tmp_path).returncode == 0
    new = folder / "p23_podcast"
    shutil.copytree(folder / "p04_lesson", new)
    for path in new.glob("*.py"):
        text = path.read_text().replace("p04_lesson", "p23_podcast")
        path.write_text(
            text.replace("number=4", "number=23")
            .replace('slug="lesson"', 'slug="podcast"')
            .replace('"Lesson generation"', '"Podcast"')
        )
    assert "not 1 to 22" in start(tmp_path).stderr
    selftest = folder / "selftest.py"
    selftest.write_text(selftest.read_text().replace("COUNT = 22", "COUNT = 23"))
    assert start(tmp_path).returncode == 0
    spec = new / "spec.py"
    spec.write_text(spec.read_text().replace("required=READS", "required=()"))
    stopped = start(tmp_path)
    assert stopped.returncode != 0
    assert "Pathway 23 (Podcast) is not audited by" in stopped.stderr


@pytest.mark.slow
@pytest.mark.req("R38")
def test_a_folder_taken_away_or_emptied_fails_the_start(tmp_path):
    folder = copy_of_the_source(tmp_path)
    (folder / "p14_assignment_regeneration" / "spec.py").write_text('"""Nothing."""\n')
    assert "declares no pathway" in start(tmp_path).stderr
    shutil.rmtree(folder / "p14_assignment_regeneration")
    assert "not 1 to 22" in start(tmp_path).stderr
