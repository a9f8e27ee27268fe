"""The spine is the only way by which an artefact is written, and every artefact says where it comes from."""

from __future__ import annotations

import ast
import socket
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import assay.studio.pathways as folder
from assay.core.errors import InvalidInput, NotFound, NotPermitted
from assay.studio.context import context_build
from assay.studio.governance import CURRENT, is_legacy
from assay.studio.importing.bundle import artefact_check
from assay.studio.pathways import BY_SLUG, PATHWAYS
from assay.studio.spine import Generated, _way, generate, programme_generate
from assay.studio.tasks import Task, Written
from assay.studio.writers.offline import OfflineWriter

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
CONTEXT = context_build(standard="iso42001", kind="lead-auditor")


@cache
def first(slug: str) -> Task:
    """The first thing that a pathway has to write."""
    return BY_SLUG[slug].generator.plan(CONTEXT)[0]


@pytest.mark.req("P-05", "R32")
@pytest.mark.parametrize("pathway", PATHWAYS, ids=lambda each: each.slug)
def test_every_artefact_is_stamped_with_exactly_three_keys_and_its_provenance(pathway):
    stamp = generate(pathway.slug, CONTEXT, first(pathway.slug), at=AT).piece.stamp
    assert stamp.meta() == {"route": pathway.route, "governance_version": "gv1", "at": "2026-11-21T09:00:00+00:00"}
    assert stamp.provenance["context"] == CONTEXT.digest
    assert stamp.provenance["directive"] == CURRENT.digest
    assert stamp.provenance["seed"] == 0
    assert stamp.provenance["writer"] == {"name": "offline-composer", "version": "2"}
    assert set(stamp.provenance["inputs"]) == {"catalog", "knowledge", "task", "schema"}
    assert not is_legacy(stamp.meta(), stamp.provenance)


@pytest.mark.req("R32")
def test_a_stamp_survives_export_and_reading():
    piece = generate("lesson", CONTEXT, first("lesson"), at=AT).piece
    told = {"key": piece.key, "pathway": piece.pathway, "title": piece.title, "text": piece.text}
    read = artefact_check({**told, "generation_meta": piece.stamp.meta(), "provenance": piece.stamp.provenance}, "test")
    assert (read.stamp, read.digest) == (piece.stamp, piece.digest)


@pytest.mark.req("R29", "P-03")
@pytest.mark.parametrize("pathway", PATHWAYS, ids=lambda each: each.slug)
def test_the_context_reaches_generator_and_prompt_as_it_is(pathway):
    sentinel = replace(CONTEXT, title="Sentinel 4711", domain="sentinel domain 0815")
    task = pathway.generator.plan(sentinel)[0]
    assert "sentinel domain 0815" in pathway.prompt(sentinel, task).user
    seen = []

    @dataclass(frozen=True)
    class Spy(OfflineWriter):
        def write(self, way, context, task):
            seen.append(context)
            return super().write(way, context, task)

    generate(pathway.slug, sentinel, task, writer=Spy(), at=AT)
    assert seen[0] is sentinel
    with pytest.raises(TypeError):
        pathway.generator.compose(task)


@pytest.mark.req("P-02")
def test_a_rogue_writer_raises():
    way, task = _way(BY_SLUG["lesson"]), first("lesson")
    with pytest.raises(NotPermitted, match="only be written through the spine"):
        OfflineWriter().write(way, CONTEXT, task)
    honest = generate("lesson", CONTEXT, task, at=AT)
    with pytest.raises(NotPermitted, match="Only the spine"):
        Generated(replace(honest.piece, text="Written behind the spine's back."), honest.output)
    with pytest.raises(NotFound):
        generate("podcast", CONTEXT, replace(task, pathway="podcast"), at=AT)
    with pytest.raises(InvalidInput, match="belongs to"):
        generate("rubric", CONTEXT, task, at=AT)


@pytest.mark.req("P-02")
def test_a_permit_for_one_pathway_does_not_open_another():
    class Sly:
        name, version = "sly", "1"

        def write(self, way, context, task):
            return OfflineWriter().write(_way(BY_SLUG["rubric"]), context, first("rubric"))

    with pytest.raises(NotPermitted):
        generate("lesson", CONTEXT, first("lesson"), writer=Sly(), at=AT)


def test_what_does_not_fit_the_schema_is_refused():
    class Short:
        name, version = "short", "1"

        def write(self, way, context, task):
            return Written(BY_SLUG["rubric"].generator.compose(context, first("rubric")))

    with pytest.raises(InvalidInput, match="does not fit the schema"):
        generate("lesson", CONTEXT, first("lesson"), writer=Short(), at=AT)


def test_a_time_without_offset_is_refused():
    with pytest.raises(InvalidInput, match="offset"):
        generate("lesson", CONTEXT, first("lesson"), at=datetime(2026, 11, 21, 9))  # noqa: DTZ001 the point of the test


@pytest.mark.slow
@pytest.mark.req("R71", "R02", "P-01")
def test_the_same_context_and_time_give_the_same_bytes_and_open_no_socket(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    once = [each.piece for each in programme_generate(CONTEXT, at=AT)]
    again = [each.piece for each in programme_generate(context_build(standard="iso42001", kind="lead-auditor"), at=AT)]
    assert once == again
    assert {piece.pathway for piece in once} == {pathway.slug for pathway in PATHWAYS}
    other = [
        each.piece.text
        for each in programme_generate(context_build(standard="iso42001", kind="lead-auditor", seed=7), at=AT)
    ]
    assert other != [piece.text for piece in once]


@pytest.mark.req("P-06", "R26")
def test_no_generator_holds_rules_or_facts_of_its_own():
    words = [rule.text for rule in CURRENT.rules]
    for path in Path(folder.__file__).parent.glob("p*/*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [rule for rule in words if rule in text], path
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"context_build", "ProgrammeGenerationContext", "Scenario", "Grounding", "Directive"}, path


def test_cancelling_ends_between_two_artefacts():
    made = list(programme_generate(CONTEXT, at=AT, only=("lesson",), stopped=iter([False, False, True]).__next__))
    assert len(made) == 2


def test_a_task_with_a_seed_is_another_task():
    assert Task("lesson", "k", "t").digest != Task("lesson", "k", "t", (), "seed").digest
