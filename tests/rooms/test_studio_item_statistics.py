"""Responses for a programme: read into the ledger without a learner, states told, foreign files refused."""

from datetime import datetime

import pytest

from assay.accounts.access import Actor
from assay.core.errors import InvalidInput, NotPermitted
from assay.ledger import queries as ledger
from assay.ledger import services as ledger_services
from assay.studio.itemstats.services import items_of, items_unmeasured, measured_latest, responses_measure
from assay.studio.models import Programme
from assay.studio.services import pieces_import, programme_create
from tests.courses import QUIZ
from tests.rooms.studio_material import piece

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(asha: Actor, now: datetime) -> Programme:
    row = programme_create(actor=asha, title="Course", standard="iso42001", now=now)
    pieces = [piece("lesson-quiz", QUIZ), piece("module-exam", QUIZ.replace("planned", "carried out"))]
    pieces_import(actor=asha, programme=row, pieces=pieces, now=now)
    return row


def answers(programme: Programme) -> bytes:
    lines = ["learner,item,response"]
    for at in range(40):
        lines += [f"mia{at}@x.example,{key},{'A' if at % 3 else 'B'}" for key in items_of(programme)]
    return "\n".join([*lines, "mia1@x.example,q000000000000,A"]).encode()


def test_figures_are_kept_in_the_ledger_and_learners_are_not(asha: Actor, programme: Programme, now: datetime) -> None:
    report = responses_measure(actor=asha, programme=programme, raw=answers(programme), name="r.csv", now=now)
    ledger_services.integrate(log=asha.log, now=now)
    kept = measured_latest(programme=programme)
    payload = (ledger.payload_get(log=asha.log, event=report.event) or b"").decode()
    assert kept is not None
    assert (kept.body["learners"], report.foreign, len(report.placed)) == (40, 1, 4)
    assert "x.example" not in payload


def test_what_nobody_answered_is_a_draft_and_what_was_answered_in_pilot(
    asha: Actor, programme: Programme, now: datetime
) -> None:
    assert items_unmeasured(programme=programme).counts() == {"draft": 4, "pilot": 0, "live": 0}
    report = responses_measure(actor=asha, programme=programme, raw=answers(programme), name="r.csv", now=now)
    assert report.counts()["draft"] == 0


def test_an_exam_item_is_not_live_without_a_signature(asha: Actor, programme: Programme, now: datetime) -> None:
    report = responses_measure(actor=asha, programme=programme, raw=answers(programme), name="r.csv", now=now)
    exam = next(key for key, placed in report.placed.items() if placed.artefact == "module-exam")
    assert "nobody has signed its artefact as it is" in report.standings[exam].reasons
    quiz = next(key for key, placed in report.placed.items() if placed.artefact == "lesson-quiz")
    assert "nobody has signed its artefact as it is" not in report.standings[quiz].reasons


def test_responses_to_something_else_and_readers_are_refused(
    asha: Actor, chen: Actor, programme: Programme, now: datetime
) -> None:
    with pytest.raises(InvalidInput, match="no response to a question of course"):
        responses_measure(
            actor=asha, programme=programme, raw=b"learner,item,response\nmia,q000000000000,A\n", name="r.csv", now=now
        )
    with pytest.raises(NotPermitted):
        responses_measure(actor=chen, programme=programme, raw=answers(programme), name="r.csv", now=now)
