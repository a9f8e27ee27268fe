"""The model writer pays once, stays within its budget, stores no secret, and gives up with a reason, whatever the provider does."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

pytest.importorskip("pydantic_ai", reason="the extra assay[llm] is not installed")

from assay.core.errors import IntegrityBroken, NotPermitted, Unavailable, UsageError
from assay.studio.checks import defects_of
from assay.studio.context import context_build
from assay.studio.pathways import BY_SLUG
from assay.studio.spine import _way, generate, programme_generate, writer_named
from assay.studio.writers.journal import Journal
from assay.studio.writers.limits import Limits
from assay.studio.writers.model import ModelWriter
from tests.core.provider import provider
from tests.families import by_turns

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
CONTEXT = context_build(standard="iso42001", kind="lead-auditor")
TASK = BY_SLUG["assignment-brief"].generator.plan(CONTEXT)[0]
SECRET = "sk-not-to-be-stored"
GOOD = {
    "title": "Assignment: an audit of Northgate Lending",
    "parts": [
        {"heading": "The company", "paragraphs": ["Northgate Lending decides on loans with the AI system LimitScore."]},
        {"heading": "Tasks", "points": ["Audit the AI risk assessment of the model."], "numbered": True},
        {"heading": "Rules", "points": ["Cite clauses of ISO/IEC 42001 by number."]},
    ],
}
DRIFT = {
    **GOOD,
    "parts": [
        *GOOD["parts"][:2],
        {
            "heading": "More",
            "points": ["Identify the significant environmental aspects of the site in line with ISO 14001."],
        },
    ],
}


@pytest.fixture
def server():
    with provider(lambda body: json.dumps(GOOD)) as running:
        yield running


@pytest.fixture
def writer(server, tmp_path):
    waited: list[float] = []
    limits = Limits(calls=20, sleep=waited.append)
    made = ModelWriter("test", server.url, Journal(tmp_path / "calls"), limits, SECRET, timeout=1.0)
    made.waited = waited
    return made


def written(writer):
    return generate("assignment-brief", CONTEXT, TASK, writer=writer, at=AT)


@pytest.mark.req("R71", "P-05")
def test_an_answer_becomes_a_stamped_artefact_with_digests_of_prompt_and_response(writer, server):
    made = written(writer)
    facts = made.piece.stamp.provenance["model"]
    assert made.piece.text.startswith("# Assignment: an audit of Northgate Lending")
    assert facts["prompt"].startswith("sha256:")
    assert facts["response"].startswith("sha256:")
    assert facts["name"] == "test"
    assert CONTEXT.directive.text in server.asked[0]["messages"][0]["content"]


@pytest.mark.parametrize("trouble", by_turns(["429", "500", "slow", "truncated"], 2))
def test_a_passing_trouble_is_tried_again(writer, server, trouble):
    server.script = [trouble, trouble]
    assert written(writer).piece.text.startswith("# Assignment")
    assert len(server.asked) == 3
    assert len(set(server.idempotency)) == 1
    assert writer.waited


@pytest.mark.parametrize("trouble", ["malformed", "prose", "wrong-schema"])
def test_an_answer_that_does_not_fit_is_asked_for_again_with_the_reason(writer, server, trouble):
    server.script = [trouble]
    assert written(writer).piece.stamp.provenance["model"]["attempt"] == 2
    assert "could not be used" in server.asked[1]["messages"][1]["content"]


def test_lasting_trouble_ends_with_a_reason_and_no_artefact(writer, server):
    server.script = ["500"] * 20
    with pytest.raises(Unavailable, match="5 tries"):
        written(writer)


def test_a_refused_key_is_not_tried_again(writer, server):
    server.script = ["401"]
    with pytest.raises(Unavailable, match="refused"):
        written(writer)
    assert len(server.asked) == 1


def test_three_unusable_answers_are_the_end(writer, server):
    server.script = ["prose"] * 9
    with pytest.raises(Unavailable, match="could not be used"):
        written(writer)
    assert len(server.asked) == 3


def test_what_was_paid_for_is_not_paid_again_after_a_crash(writer, server):
    server.script = ["malformed"]
    first = written(writer)
    fresh = ModelWriter("test", server.url, Journal(writer.journal.folder), Limits(calls=0), SECRET)
    assert written(fresh).piece == first.piece
    assert len(server.asked) == 2


@pytest.mark.slow
def test_a_budget_ends_a_programme_and_the_next_run_pays_for_the_rest_only(server, tmp_path):
    def run(calls):
        limits = Limits(calls=calls, sleep=lambda seconds: None)
        writer = ModelWriter("test", server.url, Journal(tmp_path), limits, SECRET)
        made = programme_generate(CONTEXT, writer=writer, at=AT, only=("scenario",))
        return [each.piece.key for each in made], limits.made

    with pytest.raises(Unavailable, match="budget of 6 paid calls"):
        run(6)
    keys, paid = run(100)
    assert (len(keys), paid) == (20, 14)
    assert len(server.asked) == 20


def test_cancelling_stops_before_the_next_call(server, tmp_path):
    limits = Limits(stopped=lambda: len(server.asked) >= 2, sleep=lambda seconds: None)
    writer = ModelWriter("test", server.url, Journal(tmp_path), limits, SECRET)
    with pytest.raises(Unavailable, match="cancelled"):
        list(programme_generate(CONTEXT, writer=writer, at=AT, only=("scenario",)))
    assert len(server.asked) == 2


def test_the_pace_is_kept():
    now, waited = [0.0], []
    limits = Limits(
        per_minute=30,
        clock=lambda: now[0],
        sleep=lambda seconds: (waited.append(seconds), now.__setitem__(0, now[0] + seconds)),
    )
    for _ in range(3):
        limits.ask()
    assert sum(waited) == pytest.approx(4.0)


def test_no_secret_is_stored_or_shown(writer, server):
    made = written(writer)
    assert SECRET in server.keys[0]
    kept = "".join(path.read_text() for path in writer.journal.folder.iterdir())
    assert SECRET not in kept + repr(writer) + repr(made.piece.stamp)


def test_a_changed_journal_is_noticed(writer):
    written(writer)
    path = next(writer.journal.folder.glob("*.json"))
    path.write_text(path.read_text().replace("Northgate", "Southgate"))
    with pytest.raises(IntegrityBroken, match="was changed"):
        written(writer)


@pytest.mark.req("P-12")
def test_drift_in_an_answer_is_found_by_the_pathways_detectors(writer, server):
    server.answer = lambda body: json.dumps(DRIFT)
    assert any("standard-mention" in line for line in defects_of(CONTEXT, written(writer)))


@pytest.mark.req("P-02")
def test_outside_the_spine_the_model_is_not_reached(writer, server):
    with pytest.raises(NotPermitted):
        writer.write(_way(BY_SLUG["assignment-brief"]), CONTEXT, TASK)
    assert server.asked == []


def test_an_address_with_credentials_is_refused(tmp_path):
    with pytest.raises(UsageError, match="without credentials"):
        writer_named("model", model="m", base_url="https://me:word@host/v1", journal=tmp_path)
