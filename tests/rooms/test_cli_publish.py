"""`assay programme publish`: through the gate; each thing in the way with its place and remedy; packages where it opens."""

from datetime import timedelta
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from assay.accounts.signatures import Proof
from assay.cli import publish as command
from assay.cli.main import app
from assay.studio.models import PublishDecision
from assay.studio.remediation.services import finding_fix
from assay.studio.signoff.services import signatures_request, versions_sign
from assay.studio.signoff.standing import Standing, programme_standings
from tests.rooms.studio_material import defect_of, greentech, verify_detectors

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("P-16", "R57")]


@pytest.fixture
def publish(ben, now, monkeypatch, tmp_path):
    """The command as `ben` types it, on the data of the test; returns exit code and lines."""
    verify_detectors(ben, now)
    clock = iter(now + timedelta(minutes=minute) for minute in range(10, 100))
    monkeypatch.setattr(command, "ready", lambda data: tmp_path)
    monkeypatch.setattr(command, "owner", lambda now: ben)
    monkeypatch.setattr(command, "utc_now", lambda: next(clock))

    def run(*arguments):
        done = CliRunner().invoke(app, ["programme", "publish", *arguments], standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return done.return_value, done.output.splitlines()

    return run


def sign_all(asker, signer, programme, now):
    signatures_request(actor=asker, programme=programme, now=now)
    waiting = [each for each in programme_standings(programme) if each.state is Standing.AWAITING]
    shown = {str(each.artefact.pk): each.digest for each in waiting}
    versions_sign(actor=signer, programme=programme, shown=shown, proof=Proof("password"), now=now)


def test_each_thing_in_the_way_is_told_with_its_place_and_its_remedy(ben, now, publish):
    programme = greentech(ben, now)
    code, lines = publish(programme.slug)
    assert code == 10
    told = "\n".join(lines)
    assert lines[0] == f"{programme.title} cannot be published: 2 of 7 things are in the way."
    finding = defect_of(programme, "greentech")
    for line in (f"/findings/{finding.pk}", f"/programmes/{programme.slug}/sign ", f"?programme={programme.slug}"):
        assert line in told
    assert told.count("to mend: ") == 2
    assert not PublishDecision.objects.get(programme=programme).allowed


def test_what_is_missing_is_told_as_well(ben, now, publish):
    programme = greentech(ben, now)
    programme.minimums = {"module-exam": 9}
    programme.save(update_fields=["minimums"])
    told = "\n".join(publish(programme.slug)[1])
    assert "of 9 module exams of the blueprint are there." in told
    assert "run `assay audit FOLDER` again" in told


def test_fixed_and_signed_it_is_published_and_packed(ben, asha, now, publish, tmp_path):
    programme = greentech(ben, now)
    finding_fix(finding=defect_of(programme, "greentech"), by=ben, now=now)
    sign_all(ben, asha, programme, now + timedelta(minutes=1))
    code, lines = publish(
        programme.slug, "--package", "scorm12", "--package", "scorm2004", "--out", str(tmp_path / "out")
    )
    assert (code, lines[0].startswith(f"{programme.title} is published: version 1, ")) == (0, True)
    made = sorted((tmp_path / "out").iterdir())
    assert len(made) == 2
    assert all(ZipFile(each).testzip() is None for each in made)
    assert PublishDecision.objects.get(programme=programme).number == 1


def test_a_package_nobody_knows_is_refused_before_anything_is_published(ben, now, publish):
    programme = greentech(ben, now)
    with pytest.raises(Exception, match="scorm13"):
        publish(programme.slug, "--package", "scorm13")
    assert not PublishDecision.objects.filter(programme=programme).exists()
