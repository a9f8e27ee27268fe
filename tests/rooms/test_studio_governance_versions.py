"""A second version of the rules, registered as data and nothing else, governs what is generated from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from assay.studio import governance
from assay.studio.context import context_build
from assay.studio.governance import GV1, Directive, Rule
from assay.studio.models import Artefact
from assay.studio.pathways import BY_SLUG
from assay.studio.remediation.writing import SpineWriter, context_of
from assay.studio.services import programme_generate, programme_sweep
from tests.rooms.studio_material import verify_detectors

pytestmark = [pytest.mark.django_db, pytest.mark.req("P-03", "R10", "R46")]
NAMED = Rule(
    "named", "Say the standard or the AI system in every sentence that a reader could take for another subject."
)
GV2 = Directive("gv2", (*GV1.rules, NAMED))


@pytest.fixture
def second(monkeypatch):
    """Plants gv2 as the rules of the day; a later version is added in the same way, in `studio.governance`."""

    def plant():
        monkeypatch.setattr(governance, "VERSIONS", MappingProxyType({"gv1": GV1, "gv2": GV2}))
        monkeypatch.setattr(governance, "CURRENT", GV2)

    return plant


def generated(actor, slug, now):
    context = context_build(standard="eu_ai_act", kind="ai-literacy")
    return context, programme_generate(actor=actor, context=context, at=now, now=now, slug=slug).programme


def stamps(programme):
    rows = Artefact.objects.filter(programme=programme, removed_at=None)
    return (
        {row.generation_meta["governance_version"] for row in rows},
        {row.provenance["directive"] for row in rows},
        {row.is_legacy for row in rows},
    )


def test_what_was_born_before_is_legacy_and_what_is_born_after_is_not(asha, now, second, client_of):
    _, before = generated(asha, "before", now)
    assert stamps(before) == ({"gv1"}, {GV1.digest}, {False})
    second()
    context, after = generated(asha, "after", now + timedelta(days=1))
    assert context.directive is GV2
    assert stamps(before) == ({"gv1"}, {GV1.digest}, {True})
    assert stamps(after) == ({"gv2"}, {GV2.digest}, {False})
    count = Artefact.objects.filter(programme=before).count()
    told = Artefact.objects.count()
    page = client_of(asha).get("/governance").content.decode()
    assert f"{count} of {told} artefacts was made" in page or f"{count} of {told} artefacts were made" in page
    compared = client_of(asha).get("/governance/compare", {"from": "gv1", "to": "gv2"}).content.decode()
    assert "From gv1 to gv2: 1 added" in compared
    assert f"<ins>{NAMED.text}</ins>" in compared


@pytest.mark.slow
def test_the_next_sweep_judges_by_the_new_version_and_a_fix_writes_under_it(asha, now, second):
    _, programme = generated(asha, "before", now)
    assert programme.surface.policy["governance"] == "gv1"
    second()
    quiz = SpineWriter().write(BY_SLUG["lesson-quiz"], context_of(programme), "day-1/s11/quiz")
    assert dict(quiz.facts)["directive"] == GV2.digest
    _, again = generated(asha, "before", now + timedelta(days=1))
    verify_detectors(asha, now)
    programme_sweep(actor=asha, programme=again, now=now + timedelta(days=1), workers=1)
    again.surface.refresh_from_db()
    assert again.surface.policy["governance"] == "gv2"
    assert stamps(again) == ({"gv2"}, {GV2.digest}, {False})


def test_without_its_digest_a_version_of_the_same_name_is_another_directive():
    other = replace(GV1, rules=(*GV1.rules, NAMED))
    assert (other.version, other.digest == GV1.digest) == (GV1.version, False)
