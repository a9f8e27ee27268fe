"""The joint result of a programme is in every export of an audit, beside the verdict that counts artefacts."""

import json

import pytest

from assay.assurance.models import FindingRow
from assay.assurance.queries import verdict_latest
from assay.reports.exports.html import audit_html
from assay.reports.exports.plain import audit_json, audit_lines
from assay.reports.exports.sarif import sarif
from assay.reports.queries.programme import audit_report
from assay.studio import whole
from tests.rooms.test_studio_whole import ben, laced, plain

__all__ = ["ben"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("P-12")]


def test_a_held_programme_is_told_with_its_artefacts_in_each_format(ben, now):
    programme = laced(ben, now)
    report = audit_report(ben, programme)
    (row,) = FindingRow.objects.filter(surface__kind=whole.KIND)
    joint = verdict_latest(whole.whole_surface(programme))
    own = audit_json(report)
    told = own["whole"]
    assert own["verdict_digest"] == verdict_latest(programme.surface).digest
    assert (told["verdict_digest"], told["verdict"]["state"]) == (joint.digest, "unproven")
    assert {"coverage", "content"} <= told["verdict"].keys()
    assert "sensitivity" in told["verdict"]["content"]
    (finding,) = told["findings"]
    assert (finding["key"], finding["reasons"]) == (row.key, list(row.reasons))
    assert row.key not in {each["key"] for each in own["findings"]}
    assert any("Artefacts to read: “" in each for each in finding["reasons"])

    run = sarif(report, version="1.0")["runs"][0]
    (result,) = (each for each in run["results"] if each["partialFingerprints"]["assayFindingKey/v1"] == row.key)
    assert result["level"] == "warning"
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == programme.slug
    assert "Artefacts to read: “" in result["message"]["text"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert run["properties"]["whole"]["verdict"] == told["verdict"]
    json.dumps(run)

    page = audit_html(report)
    assert "The programme as a whole: unproven" in page
    assert "Artefacts to read: “" in page
    lines = "\n".join(audit_lines(report, colour=False))
    assert "The programme as a whole:" in lines
    assert "Artefacts to read: “" in lines


def test_a_clean_programme_has_its_joint_verdict_and_no_finding(ben, now):
    told = audit_json(audit_report(ben, plain(ben, now)))["whole"]
    assert (told["verdict"]["state"], told["findings"], told["said"]) == ("pass", [], "")


def test_a_finding_says_when_only_a_sample_was_read(ben, now, monkeypatch):
    monkeypatch.setattr(whole, "MOST", 21)
    laced(ben, now)
    (row,) = FindingRow.objects.filter(surface__kind=whole.KIND)
    assert row.quote.endswith("Only 21 of the 22 artefacts were read together.")
    assert row.reasons[0] == row.quote


def test_a_model_of_others_reads_the_sarif_of_a_held_programme(ben, now):
    models = pytest.importorskip("sarif_pydantic")
    log = sarif(audit_report(ben, laced(ben, now)), version="1.0")
    models.Sarif.model_validate(json.loads(json.dumps(log)))
