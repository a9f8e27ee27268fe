"""Each rule of the directive governs: with it its canary is kept out, without it the canary comes through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assay.studio.checks import defects_of
from assay.studio.context import context_build
from assay.studio.governance import CURRENT, GV1, Directive, Rule, compare, is_legacy
from assay.studio.governance_canaries import CANARIES, contaminated
from assay.studio.pathways import PATHWAYS
from assay.studio.spine import generate, regenerate
from tests.families import by_turns

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
DETECTED = ("own-standard", "own-tasks", "edition", "no-seed")  # the others show in words that no detector reads


def made(rule, directive):
    canary, context = CANARIES[rule], contaminated(rule, directive)
    if canary.replaced:
        return regenerate(canary.pathway, context, key=canary.key, replaced=canary.replaced, at=AT)
    task = next(each for each in plan(canary.pathway, context) if each.key == canary.key)
    return generate(canary.pathway, context, task, at=AT)


def plan(slug, context):
    return next(each for each in PATHWAYS if each.slug == slug).generator.plan(context)


def test_every_rule_has_a_canary():
    assert [rule.key for rule in CURRENT.rules] == list(CANARIES)


@pytest.mark.req("P-06", "R26")
@pytest.mark.parametrize("rule", by_turns(list(CANARIES), 3))
def test_the_rule_keeps_its_canary_out(rule):
    piece = made(rule, CURRENT)
    assert CANARIES[rule].phrase not in piece.piece.text
    assert defects_of(contaminated(rule), piece) == ()


@pytest.mark.req("P-06", "P-22")
@pytest.mark.parametrize("rule", by_turns(list(CANARIES), 3))
def test_without_the_rule_its_canary_comes_through(rule):
    assert CANARIES[rule].phrase in made(rule, CURRENT.without(rule)).piece.text


@pytest.mark.req("P-12")
@pytest.mark.parametrize("rule", DETECTED)
def test_what_comes_through_is_found_by_the_pathways_detectors(rule):
    directive = CURRENT.without(rule)
    assert defects_of(contaminated(rule, directive), made(rule, directive))


@pytest.mark.req("P-07", "R35")
@pytest.mark.parametrize("slug", ["lesson-regeneration", "assignment-regeneration", "exam-bank-regeneration"])
def test_a_regeneration_sees_nothing_of_what_it_replaces(slug):
    context = context_build(standard="iso42001", kind="lead-auditor")
    key = plan(slug, context)[0].key
    secret = "The environmental aspects of the biomass plant are significant."
    again = regenerate(slug, context, key=key, replaced=secret, at=AT)
    assert secret not in again.piece.text
    assert again.piece == generate(slug, context, plan(slug, context)[0], at=AT).piece


@pytest.mark.req("P-06", "R34")
def test_all_pathways_are_told_the_same_directive_word_for_word():
    context = context_build(standard="iso42001", kind="lead-auditor")
    for pathway in PATHWAYS:
        told = pathway.prompt(context, pathway.generator.plan(context)[0])
        assert told.system.count(CURRENT.text) == 1


@pytest.mark.req("R10", "P-06")
def test_a_new_version_makes_older_stamps_legacy_and_shows_what_changed(monkeypatch):
    gv2 = Directive("gv2", (*GV1.rules[1:], Rule("plain-words", "Use plain words.")))
    kinds = {change.key: change.kind for change in compare(GV1, gv2)}
    assert kinds["own-standard"] == "removed"
    assert kinds["plain-words"] == "added"
    assert kinds["no-seed"] == "kept"
    stamp = made("edition", GV1).piece.stamp
    assert not is_legacy(stamp.meta(), stamp.provenance)
    monkeypatch.setattr("assay.studio.governance.CURRENT", gv2)
    assert is_legacy(stamp.meta(), stamp.provenance)
