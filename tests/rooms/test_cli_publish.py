"""`assay programme publish`: through the gate; each thing in the way with its place and remedy; packages where it opens."""

import json
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from assay.accounts.signatures import Proof
from assay.cli import audit as auditing
from assay.cli import export
from assay.cli import package as single
from assay.cli import programme as generating
from assay.cli import publish as command
from assay.cli.main import app
from assay.cli.writing import file_out
from assay.core.errors import UsageError
from assay.ledger import queries
from assay.studio.context import context_build
from assay.studio.models import PublishDecision
from assay.studio.remediation.services import finding_fix
from assay.studio.signoff.services import signatures_request, versions_sign
from assay.studio.signoff.standing import Standing, programme_standings
from assay.studio.spine import programme_generate
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


@pytest.mark.slow
def test_every_package_is_in_the_log_with_the_digest_of_the_file_that_was_written(ben, asha, now, publish, tmp_path):
    programme = greentech(ben, now)
    finding_fix(finding=defect_of(programme, "greentech"), by=ben, now=now)
    sign_all(ben, asha, programme, now + timedelta(minutes=1))
    assert publish(programme.slug, "--package", "scorm12", "--package", "html", "--out", str(tmp_path / "out"))[0] == 0
    entries = queries.entry_list(log=ben.log, kind="report.exported").entries  # none waits: each has its place
    noted = {(entry.actor, entry.subject): entry for entry in entries}
    assert set(noted) == {(ben.pseudonym, f"programme:{programme.slug}")}
    bodies = [json.loads(queries.payload_get(log=ben.log, event=entry.event)) for entry in entries]
    files = [each.read_bytes() for each in (tmp_path / "out").iterdir()]
    assert sorted(each["sha256"] for each in bodies) == sorted(sha256(each).hexdigest() for each in files)


def test_a_file_is_noted_before_it_is_written_and_not_at_all_without_a_folder_for_it(ben, now, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="no folder"):
        file_out(tmp_path / "none" / "a.zip", b"1", by=ben, what="programme:a", now=now)
    with pytest.raises(UsageError, match="is a folder"):
        file_out(tmp_path, b"1", by=ben, what="programme:a", now=now)
    assert queries.entry_list(log=ben.log, kind="report.exported").entries == ()
    target = tmp_path / "a.zip"
    seen = []

    def refuse(path, content):
        seen.append([each.subject for each in queries.waiting_list(log=ben.log)])
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(PermissionError):
        file_out(target, b"1", by=ben, what="programme:a", now=now)
    assert "programme:a" in seen[0]
    (entry,) = queries.entry_list(log=ben.log, kind="report.exported").entries
    assert entry.subject == "programme:a"


def test_the_statement_and_a_single_package_are_noted_and_in_the_log_too(ben, now, tmp_path, monkeypatch):
    programme = greentech(ben, now)
    soa, package = tmp_path / "soa.json", tmp_path / "draft.html"
    for module in (export, single):
        monkeypatch.setattr(module, "ready", lambda data: tmp_path)
        monkeypatch.setattr(module, "owner", lambda now: ben)
        monkeypatch.setattr(module, "utc_now", lambda: now)
    for words in (
        ["export", "soa", "--out", str(soa)],
        ["programme", "package", "--programme", programme.slug, "--format", "html", "--draft", "--out", str(package)],
    ):
        CliRunner().invoke(app, words, standalone_mode=False, catch_exceptions=False)
    newest = queries.entry_list(log=ben.log, kind="report.exported").entries
    bodies = [json.loads(queries.payload_get(log=ben.log, event=entry.event)) for entry in newest]
    assert [(entry.subject, body["name"], body["sha256"]) for entry, body in zip(newest, bodies, strict=True)] == [
        (f"programme:{programme.slug}", "draft.html", sha256(package.read_bytes()).hexdigest()),
        ("soa:in-force", "soa.json", sha256(soa.read_bytes()).hexdigest()),
    ]


def test_the_files_of_an_audit_and_of_a_generated_programme_are_noted(ben, now, tmp_path, monkeypatch):
    source, report, page = tmp_path / "course", tmp_path / "a.json", tmp_path / "a.html"
    source.mkdir()
    (source / "lesson.md").write_text("# Clause 4\n\nThe organization determines the context of its AI systems.\n")
    for module in (auditing, generating):
        monkeypatch.setattr(module, "ready", lambda data: tmp_path)
        monkeypatch.setattr(module, "owner", lambda now: ben)
        monkeypatch.setattr(module, "utc_now", lambda: now)
    given = ["audit", str(source), "--standard", "iso42001", "--title", "Course"]
    CliRunner().invoke(
        app, [*given, "--json", str(report), "--html", str(page)], standalone_mode=False, catch_exceptions=False
    )
    entries = queries.entry_list(log=ben.log, kind="report.exported").entries
    bodies = [json.loads(queries.payload_get(log=ben.log, event=entry.event)) for entry in entries]
    assert [(entry.subject, body["name"], body["sha256"]) for entry, body in zip(entries, bodies, strict=True)] == [
        ("programme:course", file.name, sha256(file.read_bytes()).hexdigest()) for file in (page, report)
    ]
    printed = CliRunner().invoke(app, [*given, "--json", "-"], standalone_mode=False, catch_exceptions=False)
    assert printed.stdout.startswith("{")
    assert len(queries.entry_list(log=ben.log, kind="report.exported").entries) == len(entries)


def test_the_folder_of_a_generated_programme_is_noted_by_its_bundle(ben, now, tmp_path):
    context = context_build(standard="iso42001", kind="lead-auditor", seed=3)
    pieces = tuple(islice(programme_generate(context, at=now), 3))
    generating.files_write(tmp_path / "out", context, pieces, by=ben, what="programme:x", now=now)
    bundle = tmp_path / "out" / "bundle.json"
    (entry,) = queries.entry_list(log=ben.log, kind="report.exported").entries
    body = json.loads(queries.payload_get(log=ben.log, event=entry.event))
    assert (entry.subject, body["name"]) == ("programme:x", "bundle.json")
    assert body["sha256"] == sha256(bundle.read_bytes()).hexdigest()
    told = {each["key"]: each["text"] for each in json.loads(bundle.read_text())["artefacts"]}
    assert told == {each.piece.key: (tmp_path / "out" / f"{each.piece.key}.md").read_text() for each in pieces}
