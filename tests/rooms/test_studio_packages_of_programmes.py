"""From a programme in the database to packages: from the page, from the command line's query, with proofs that verify."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from assay.accounts.access import Actor
from assay.client.statement import read_leaf
from assay.core.errors import IntegrityBroken
from assay.core.note import VerifierKey, verify_proof
from assay.ledger import services as ledger
from assay.studio.models import Artefact, Programme
from assay.studio.packaging.collect import course_of
from assay.studio.packaging.formats import FORMATS
from assay.studio.pathways import PATHWAYS
from assay.studio.services import pieces_import, programme_create
from tests.courses import QUIZ
from tests.rooms.studio_material import HONEST, piece

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
    assert kept == {"module-exam", "final-exam", "course-final-assessment", "exam-bank-regeneration"}
    assert {page.pathway for page in course_of(programme, exams=True).assessors} == {"exam-bank-regeneration"}


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


def test_every_format_can_be_had_from_the_page(asha: Actor, now: datetime, client_of: Callable[..., Client]) -> None:
    programme = programme_of(asha, now, lesson_quiz=QUIZ)
    browser = client_of(asha)
    page = browser.get(f"/programmes/{programme.slug}").content.decode()
    for name, chosen in FORMATS.items():
        answer = browser.get(f"/programmes/{programme.slug}/packages/{name}")
        assert (answer.status_code, answer["Content-Type"]) == (200, chosen.media_type)
        assert answer["Content-Disposition"] == f'attachment; filename="{programme.slug}{chosen.suffix}"'
        assert f"/programmes/{programme.slug}/packages/{name}" in page


def test_an_unknown_format_is_not_found(asha: Actor, now: datetime, client_of: Callable[..., Client]) -> None:
    programme = programme_of(asha, now)
    assert client_of(asha).get(f"/programmes/{programme.slug}/packages/scorm13").status_code == 404
