"""The exit codes of `assay audit`, each from a process: 0 pass, 10 fail, 11 unproven, 12 stale, 1 error, 2 wrong usage."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from assay.core.stored import verdict_schema
from assay.studio.pathways import PATHWAYS
from tests.command import DRIFT, ROOT, Ran, assay, course, environment, forked

HONEST = "Name the people affected, say who decides about the model, and keep what was decided."
ISO = ("--standard", "iso42001")


def bundle(place: Path, **changed: str) -> Path:
    """One stamped artefact of each of the 22 pathways."""
    artefacts = [
        {"key": pathway.slug, "pathway": pathway.slug, "title": pathway.name, "text": changed.get(pathway.slug, HONEST), "language": "en"}
        for pathway in PATHWAYS
    ]  # fmt: skip
    place.mkdir()
    (place / "bundle.json").write_text(json.dumps({"artefacts": artefacts}), encoding="utf-8")
    return place / "bundle.json"


def audited(*arguments: object, days_ago: int = 0, measure: bool = True) -> Ran:
    """`assay audit` with detectors that catch every canary."""
    return forked(
        "tests.core.audit_process", days_ago, "yes" if measure else "no", "audit", *arguments,
        environ=environment(PYTHONPATH=f"{ROOT / 'src'}:{ROOT}"), cwd=ROOT,
    )  # fmt: skip


def state(file: Path) -> str:
    """The state in the JSON of an audit, which must agree with its schema."""
    verdict = json.loads(file.read_bytes())["verdict"]
    jsonschema.validate(verdict, verdict_schema())
    return str(verdict["state"])


@pytest.mark.req("P-08")
def test_all_22_pathways_clean_is_0_and_a_second_run_measures_nothing_and_says_the_same(
    tmp_path: Path, data: Path
) -> None:
    source, one, two = bundle(tmp_path / "b"), tmp_path / "1.json", tmp_path / "2.json"
    ran = audited(source, *ISO, "--data", data, "--json", one)
    assert ran.code == 0, ran.out + ran.err
    again = audited(source, *ISO, "--data", data, "--json", two)
    assert (again.code, "0 measured now, 22 still fresh" in again.out) == (0, True), again.out
    assert one.read_bytes() == two.read_bytes()
    assert state(two) == "pass"


@pytest.mark.slow
@pytest.mark.req("P-11")
def test_one_text_that_teaches_another_standard_is_10_and_the_reports_agree(tmp_path: Path, data: Path) -> None:
    source = bundle(tmp_path / "b", **{"assignment-brief": DRIFT})
    files = {name: tmp_path / f"report.{name}" for name in ("json", "sarif", "html")}
    ran = audited(source, *ISO, "--data", data, *(word for name in files for word in (f"--{name}", files[name])))
    assert ran.code == 10, ran.out + ran.err
    assert "ISO 14001" in ran.out
    assert state(files["json"]) == "fail"
    results = json.loads(files["sarif"].read_text(encoding="utf-8"))["runs"][0]["results"]
    assert any(result["level"] == "error" for result in results)
    page = files["html"].read_text(encoding="utf-8")
    assert "<!doctype html>" in page.lower()[:200]
    assert 'src="http' not in page, "a report loads nothing from elsewhere"


@pytest.mark.slow
def test_one_lesson_and_21_missing_pathways_is_11(tmp_path: Path, data: Path) -> None:
    ran = audited(course(tmp_path / "c"), *ISO, "--data", data)
    assert ran.code == 11, ran.out + ran.err
    for pathway in PATHWAYS[:3]:
        assert pathway.name in ran.out, "the verdict names what it is silent about"


@pytest.mark.slow
def test_evidence_that_aged_is_12_until_it_is_measured_again(tmp_path: Path, data: Path) -> None:
    source = bundle(tmp_path / "b")
    assert audited(source, *ISO, "--data", data, days_ago=120).code == 0
    ran = audited(source, *ISO, "--data", data, measure=False)
    assert ran.code == 12, ran.out + ran.err
    assert audited(source, *ISO, "--data", data).code == 0
    assert assay("verify", data).code == 0
