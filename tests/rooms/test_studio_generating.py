"""A generated programme is stored whole, stamped, not legacy, and the same the second time; a writer that fails stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.core.errors import InvalidInput, NotPermitted, Unavailable
from assay.studio.context import context_build
from assay.studio.models import Artefact, Programme
from assay.studio.pathways import BY_SLUG, PATHWAYS
from assay.studio.remediation.writing import SpineWriter, WritingContext, context_of
from assay.studio.services import programme_create, programme_generate
from assay.studio.writers.offline import OfflineWriter

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
LITERACY = context_build(standard="eu_ai_act", kind="ai-literacy")


@pytest.mark.req("P-01", "P-05", "R01", "R33")
def test_a_generated_programme_is_stored_whole_and_stamped(asha, now):
    summary = programme_generate(actor=asha, context=LITERACY, at=AT, now=now)
    rows = list(Artefact.objects.filter(programme=summary.programme, removed_at=None))
    assert {row.pathway for row in rows} == {pathway.number for pathway in PATHWAYS}
    assert not [row.key for row in rows if row.is_legacy]
    assert {row.generation_meta["at"] for row in rows} == {"2026-11-21T09:00:00+00:00"}
    assert {row.provenance["context"] for row in rows} == {LITERACY.digest}
    assert all(row.event_id for row in rows)
    assert summary.programme.companions == ["iso42001"]


@pytest.mark.slow
@pytest.mark.req("R71")
def test_the_same_again_writes_nothing(asha, now):
    programme_generate(actor=asha, context=LITERACY, at=AT, now=now)
    again = programme_generate(actor=asha, context=LITERACY, at=AT, now=now)
    assert (again.imported.added, again.imported.changed, again.imported.removed) == (0, 0, 0)


def test_who_may_only_read_generates_nothing(chen, now):
    with pytest.raises(NotPermitted):
        programme_generate(actor=chen, context=LITERACY, at=AT, now=now)
    assert not Programme.objects.exists()


def test_a_writer_that_fails_in_the_middle_leaves_nothing(asha, now):
    @dataclass(frozen=True)
    class Failing(OfflineWriter):
        def write(self, way, context, task):
            if way.slug == "rubric":
                raise Unavailable("The provider is gone.")
            return super().write(way, context, task)

    with pytest.raises(Unavailable):
        programme_generate(actor=asha, context=LITERACY, at=AT, now=now, writer=Failing())
    assert not Programme.objects.exists()


@pytest.mark.req("R48", "P-07", "P-13")
def test_a_fix_of_a_generated_artefact_goes_through_the_spine_and_gives_its_very_bytes():
    auditor = context_build(standard="iso42001", kind="lead-auditor")
    told = WritingContext("auditor", auditor.title, "iso42001", auditor.companions, "lead-auditor", "en")
    written = SpineWriter().write(BY_SLUG["assignment-brief"], told, "assignment")
    golden = Path(__file__).parents[1] / "core" / "golden" / "assignment-brief.md"
    assert written.text == golden.read_text(encoding="utf-8")
    assert dict(written.facts)["context"] == auditor.digest


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_fix_is_written_with_the_seed_and_kind_that_the_programme_was_generated_with(asha, now):
    seeded = context_build(standard="eu_ai_act", kind="ai-literacy", seed=5)
    summary = programme_generate(actor=asha, context=LITERACY, slug="course", at=AT, now=now)
    summary = programme_generate(actor=asha, context=seeded, slug="course", at=AT, now=now)
    programme = Programme.objects.get(pk=summary.programme.pk)
    assert (programme.seed, programme.kind) == (5, "ai-literacy")
    quiz = Artefact.objects.get(programme=programme, key="day-1/s11/quiz")
    written = SpineWriter().write(BY_SLUG["lesson-quiz"], context_of(programme), quiz.key)
    assert written.text == quiz.text
    other = SpineWriter().write(BY_SLUG["lesson-quiz"], replace(context_of(programme), seed=0), quiz.key)
    assert other.text != quiz.text


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_out_of_range_is_refused(asha, now, seed):
    with pytest.raises(InvalidInput, match="is no seed"):
        programme_create(actor=asha, title="Course", standard="iso42001", seed=seed, now=now)
