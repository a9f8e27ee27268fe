"""From a programme in the database to packages: from the page, from the command line's query, with proofs that verify."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from assay.accounts.access import Actor
from assay.accounts.signatures import Proof
from assay.client.statement import read_leaf
from assay.core.errors import Conflict, IntegrityBroken
from assay.core.note import VerifierKey, verify_proof
from assay.ledger import services as ledger
from assay.studio.models import Artefact, Programme
from assay.studio.packaging.book import book_of
from assay.studio.packaging.collect import course_of
from assay.studio.packaging.draft import NOT_FOR_LEARNERS
from assay.studio.packaging.formats import FORMATS
from assay.studio.pathways import PATHWAYS
from assay.studio.publishing.release import package_make, release_answer
from assay.studio.publishing.services import programme_publish
from assay.studio.publishing.switch import enforcement_switch
from assay.studio.services import pieces_import, programme_create, programme_sweep
from assay.studio.signoff.services import signatures_request, versions_sign
from assay.studio.signoff.standing import programme_standings
from tests.courses import QUIZ
from tests.rooms.studio_material import DRIFTED, HONEST, SECOND, piece, verify_detectors

pytestmark = pytest.mark.django_db


def programme_of(actor: Actor, now: datetime, **texts: str) -> Programme:
    """A programme with one artefact of each pathway, `texts` by pathway; not measured."""
    programme = programme_create(actor=actor, title="Course", standard="iso42001", now=now)
    pieces = [piece(each.slug, texts.get(each.slug.replace("-", "_"), HONEST)) for each in PATHWAYS]
    pieces_import(actor=actor, programme=programme, pieces=pieces, now=now)
    return programme


@pytest.mark.req("R32", "R33", "R75")
def test_a_package_carries_stamps_and_proofs_that_verify(asha: Actor, now: datetime) -> None:
    programme = programme_of(asha, now, lesson_quiz=QUIZ)
    ledger.integrate(log=asha.log, now=now)
    with zipfile.ZipFile(io.BytesIO(FORMATS["scorm12"].write(course_of(programme)))) as archive:
        told = json.loads(archive.read("provenance/provenance.json"))
        key = VerifierKey.parse(told["log"]["vkeys"][-1])
        lesson = next(each for each in told["artefacts"] if each["key"] == "lesson")
        row = Artefact.objects.get(programme=programme, key="lesson")
        assert (lesson["digest"], lesson["generation_meta"]) == (row.digest, row.generation_meta)
        leaf = archive.read(f"provenance/leaves/{lesson['index']}.json")
        proof = archive.read(f"provenance/proofs/{lesson['index']}.tlog-proof").decode()
    assert read_leaf(leaf).event == row.event_id
    verify_proof(proof, leaf=leaf, log=[key])
    with pytest.raises(IntegrityBroken):
        verify_proof(proof, leaf=leaf + b" ", log=[key])


def test_what_waits_for_its_index_is_said_to_wait(asha: Actor, now: datetime) -> None:
    course = course_of(programme_of(asha, now))
    assert {each["index"] for each in json.loads(course.files["provenance.json"])["artefacts"]} == {None}


def test_exams_are_for_assessors_unless_asked_for_and_banks_always(asha: Actor, now: datetime) -> None:
    programme = programme_of(asha, now, module_exam=QUIZ, exam_bank_regeneration=QUIZ)
    kept = {page.pathway for page in course_of(programme).assessors}
    reserve = {"assignment-regeneration", "exam-bank-regeneration"}
    assert kept == {"module-exam", "final-exam", "course-final-assessment"} | reserve
    assert {page.pathway for page in course_of(programme, exams=True).assessors} == reserve


def test_a_second_brief_is_kept_back_only_where_there_is_a_first(asha: Actor, now: datetime) -> None:
    programme = programme_of(asha, now)
    Artefact.objects.filter(programme=programme, key="assignment-brief").update(removed_at=now)
    assert "assignment-regeneration" in {page.pathway for page in course_of(programme).pages}


def test_an_internal_artefact_and_one_of_no_pathway_reach_no_learner(asha: Actor, now: datetime) -> None:
    programme = programme_of(asha, now)
    Artefact.objects.filter(programme=programme, key="scenario").update(internal=True)
    Artefact.objects.filter(programme=programme, key="lesson").update(pathway=None)
    course = course_of(programme)
    assert not {"scenario", "lesson"} & {page.key for page in course.pages}
    assert course.notes == ("lesson: of no known pathway, left out.",)


def test_a_question_without_a_key_is_kept_as_text_and_told(asha: Actor, now: datetime) -> None:
    course = course_of(programme_of(asha, now, lesson_quiz="# Quiz\n\n1. What?\n   A) one\n   B) two\n"))
    assert course.notes == ("lesson-quiz, line 3: the question has options and no line 'Answer:'; kept as text.",)


def words_in(content: bytes) -> str:
    """All words of a package: of each file of a zip, or of the file itself."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def published(programme: Programme, asha: Actor, ben: Actor, now: datetime) -> None:
    """Sign all that needs it and publish."""
    verify_detectors(ben, now)
    programme_sweep(actor=ben, programme=programme, now=now, workers=1)
    signatures_request(actor=ben, programme=programme, now=now)
    shown = {str(each.artefact.pk): each.digest for each in programme_standings(programme)}
    versions_sign(actor=asha, programme=programme, shown=shown, proof=Proof("password"), now=now)
    assert programme_publish(actor=ben, programme=programme, now=now, workers=1).answer.allowed


@pytest.mark.req("P-16")
def test_an_unpublished_programme_is_handed_out_in_no_format_and_told_why(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    programme = programme_of(asha, now, lesson_quiz=QUIZ)
    browser = client_of(asha)
    for name in FORMATS:
        answer = browser.get(f"/programmes/{programme.slug}/packages/{name}")
        told = answer.content.decode()
        assert answer.status_code == 409
        assert "Content-Disposition" not in answer
        assert "No version of it is published." in told
        assert f"/programmes/{programme.slug}/publish#gate-signoff" in told
        assert f"/programmes/{programme.slug}/packages/{name}?draft=yes" in told


@pytest.mark.slow
@pytest.mark.req("P-16")
def test_a_draft_says_so_inside_every_format_and_on_every_page(
    asha: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    programme = programme_of(asha, now, lesson_quiz=QUIZ)
    browser = client_of(asha)
    page = browser.get(f"/programmes/{programme.slug}/publish").content.decode()
    for name, chosen in FORMATS.items():
        answer = browser.get(f"/programmes/{programme.slug}/packages/{name}?draft=yes")
        assert (answer.status_code, answer["Content-Type"]) == (200, chosen.media_type)
        assert answer["Content-Disposition"] == f'attachment; filename="{programme.slug}-draft{chosen.suffix}"'
        assert "DRAFT" in words_in(answer.content) or name.startswith("pdf")
        assert f"/programmes/{programme.slug}/packages/{name}?draft=yes" in page
    made = package_make(programme, FORMATS["scorm12"], draft=True, now=now)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        pages = [name for name in archive.namelist() if name.startswith("pages/")]
        assert pages
        assert all(NOT_FOR_LEARNERS in archive.read(name).decode() for name in pages)
        assert all(reason in archive.read("index.html").decode() for reason in made.course.draft)
        assert json.loads(archive.read("provenance/publication.json"))["state"] == "draft"
    for kind in ("course", "assessor", "workbook"):
        first, second, *reasons = book_of(made.course, kind).blocks[: 2 + len(made.course.draft)]
        assert (first.runs[0].text, second.runs[0].text) == ("Draft", NOT_FOR_LEARNERS)
        assert [each.runs[0].text for each in reasons] == list(made.course.draft)


@pytest.mark.slow
@pytest.mark.req("P-16")
@pytest.mark.django_db(transaction=True)
def test_a_published_programme_is_handed_out_until_it_changes(
    asha: Actor, ben: Actor, now: datetime, client_of: Callable[..., Client]
) -> None:
    programme = programme_of(ben, now, lesson_quiz=QUIZ)
    published(programme, asha, ben, now)
    browser = client_of(asha)
    page = browser.get(f"/programmes/{programme.slug}/publish").content.decode()
    for name, chosen in FORMATS.items():
        answer = browser.get(f"/programmes/{programme.slug}/packages/{name}")
        assert answer["Content-Disposition"] == f'attachment; filename="{programme.slug}{chosen.suffix}"'
        assert f'/programmes/{programme.slug}/packages/{name}"' in page
        assert "DRAFT" not in words_in(answer.content)
    asked = package_make(programme, FORMATS["web"], draft=True, now=now)
    assert (asked.course.draft, asked.file_name) == ((), f"{programme.slug}.web.zip")
    assert b'"number": 1' in asked.course.files["publication.json"]
    pieces_import(actor=ben, programme=programme, pieces=[piece("lesson", SECOND)], now=now)
    with pytest.raises(Conflict, match=r"changed since version 1 was published"):
        package_make(programme, FORMATS["web"], draft=False, now=now)


@pytest.mark.req("P-16", "R56")
@pytest.mark.django_db(transaction=True)
def test_a_defect_in_what_is_published_holds_new_packages_back_and_takes_nothing_down(
    asha: Actor, ben: Actor, now: datetime
) -> None:
    programme = programme_of(ben, now, lesson_quiz=QUIZ, lesson=DRIFTED)
    until = now + timedelta(hours=1)
    enforcement_switch(actor=asha, enforced=False, reason="a bad day", until=until, now=now)
    published(programme, asha, ben, now)
    assert release_answer(programme, now=now).allowed
    answer = release_answer(programme, now=until)
    assert (answer.allowed, [each.key for each in answer.blockers]) == (False, ["governance"])
    assert answer.up is not None
    assert [each.cell_key for each in answer.up.flagged] == ["lesson"]
    with pytest.raises(Conflict, match="is published and would not be today"):
        package_make(programme, FORMATS["scorm12"], draft=False, now=until)


def test_an_unknown_format_is_not_found(asha: Actor, now: datetime, client_of: Callable[..., Client]) -> None:
    programme = programme_of(asha, now)
    assert client_of(asha).get(f"/programmes/{programme.slug}/packages/scorm13").status_code == 404
