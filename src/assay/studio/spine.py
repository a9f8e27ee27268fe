"""The spine: the one way by which an artefact is written. It allows, checks, stamps; nobody else can.

1. The pathway is one of the registry and the task is its own. 2. A permit is opened for this pathway and context; writers
without it raise. 3. The writer writes; what comes back must fit the pathway's schema. 4. It is rendered and stamped with
route, governance version, the time that was given, and provenance. 5. A `Generated` is made, which only this module can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ValidationError

from assay.core.canonical import digest, text_digest
from assay.core.errors import InvalidInput, NotFound, NotPermitted, UsageError
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.governed import seed_text
from assay.studio.importing import Piece, Stamp
from assay.studio.pathways import PATHWAYS, Pathway, pathway_of
from assay.studio.permit import ADVICE, Permit, permit_open
from assay.studio.tasks import Advised, Adviser, Opinion, Prompt, Task, Way, Writer, Written
from assay.studio.writers.offline import OfflineWriter

_MINT = object()


@dataclass(frozen=True)
class Generated:
    """One artefact as the spine made it: the piece to be stored, and the checked output. Nobody else can make one."""

    piece: Piece
    output: BaseModel
    mint: object = None

    def __post_init__(self) -> None:
        if self.mint is not _MINT:
            raise NotPermitted(
                "Only the spine makes generated artefacts.",
                hint="Call studio.spine.generate with a pathway and a task.",
            )


def generate(
    pathway: str | int, context: ProgrammeGenerationContext, task: Task, *, writer: Writer | None = None, at: datetime
) -> Generated:
    """Write one artefact of a pathway. `at` (aware) goes into the stamp: equal inputs give equal bytes.

    Raises NotFound for a pathway outside the registry, InvalidInput for a task of another pathway, for a time without
    offset, and for an output that does not fit the schema; what a writer raises passes through.
    """
    found = pathway_of(pathway)
    way = _way(found)
    if task.pathway != found.slug:
        raise InvalidInput(f"The task '{task.key}' belongs to '{task.pathway}', not to '{found.slug}'.")
    if at.tzinfo is None:
        raise InvalidInput("The time of generation lacks its offset from UTC.", hint="Give it as 2026-11-21T09:00:00Z.")
    chosen = writer or OfflineWriter()
    with permit_open(Permit(found.slug, context.digest)):
        written = chosen.write(way, context, task)
    output = _checked(way, written)
    text = way.schema.render(output)
    stamp = Stamp(
        found.route,
        context.directive.version,
        at.isoformat(),
        provenance_of(way, context, task, chosen, written, text),
    )
    return Generated(_piece(found, context, task, output, text, stamp), output, _MINT)


def regenerate(
    pathway: str | int,
    context: ProgrammeGenerationContext,
    *,
    key: str,
    replaced: str = "",
    writer: Writer | None = None,
    at: datetime,
) -> Generated:
    """Write the artefact of a key anew, from context and blueprint. `replaced` is the text it takes the place of; the
    directive decides what of it may be seen, which under gv1 is nothing.

    A key that the programme's plan does not have is served by the task of the same pathway that its digest chooses.
    """
    found = pathway_of(pathway)
    tasks = _way(found).generator.plan(context)
    task = next((each for each in tasks if each.key == key), tasks[int(text_digest(key)[-8:], 16) % len(tasks)])
    again = Task(task.pathway, key, task.title, task.focus, seed_text(context, replaced))
    return generate(found.slug, context, again, writer=writer, at=at)


def programme_generate(
    context: ProgrammeGenerationContext,
    *,
    writer: Writer | None = None,
    at: datetime,
    only: tuple[str, ...] = (),
    progress: Callable[[int, int], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> Iterator[Generated]:
    """Write a whole programme through all pathways, or through those of `only`, one artefact after the other.

    Ends early, between two artefacts, once `stopped` says so. Raises as `generate`.
    """
    chosen = [each for each in PATHWAYS if not only or each.slug in only]
    tasks = [(each.slug, task) for each in chosen for task in _way(each).generator.plan(context)]
    for done, (slug, task) in enumerate(tasks):
        if stopped is not None and stopped():
            return
        yield generate(slug, context, task, writer=writer, at=at)
        if progress is not None:
            progress(done + 1, len(tasks))


def provenance_of(
    way: Way, context: ProgrammeGenerationContext, task: Task, writer: Writer, written: Written, text: str
) -> dict[str, object]:
    """The provenance block beside the stamp: what went in and who wrote, all as digests."""
    return {
        "directive": context.directive.digest,
        "context": context.digest,
        "inputs": {
            "catalog": context.grounding.catalog,
            "knowledge": context.grounding.knowledge,
            "task": task.digest,
            "schema": digest(_plain(way.schema.Output.model_json_schema())),
        },
        "seed": context.seed,
        "writer": {"name": writer.name, "version": writer.version},
        "text": text_digest(text),
        **({"model": dict(written.facts)} if written.facts else {}),
    }


def advise(prompt: Prompt, fault: Callable[[Opinion], str], *, adviser: Adviser) -> Advised:
    """Ask a model for an opinion, under a permit for this prompt alone. Writes nothing. What the adviser raises passes."""
    with permit_open(Permit(ADVICE, prompt.digest)):
        return adviser.advise(prompt, fault)


def adviser_named(**options: Any) -> Adviser:
    """The adviser with the options of `writers.model.model_writer`. Raises as `writer_named`."""
    adviser: Adviser = _model_writer(options)
    return adviser


def writer_named(name: str, **options: Any) -> Writer:
    """The writer of a name: "offline", or "model" with the options of `writers.model.model_writer`.

    Raises UsageError for another name, and where the extra that a model needs is not installed.
    """
    if name == "offline":
        return OfflineWriter()
    if name != "model":
        raise UsageError(f"No writer is called '{name}'.", hint="Writers are: offline, model.")
    writer: Writer = _model_writer(options)
    return writer


def _model_writer(options: Mapping[str, Any]) -> Any:
    try:
        module = import_module("assay.studio.writers.model")
    except ModuleNotFoundError as error:
        raise UsageError(
            f"The model writer needs the package {error.name}.", hint="Install it with: pip install 'assay[llm]'."
        ) from error
    return module.model_writer(**options)


def _way(pathway: Pathway) -> Way:
    if pathway.generator is None or pathway.schema is None or pathway.prompt is None:
        raise NotFound("generator", pathway.slug)
    return Way(pathway.slug, pathway.route, pathway.generator, pathway.schema, pathway.prompt)


def _checked(way: Way, written: Written) -> BaseModel:
    try:
        return way.schema.Output.model_validate(written.output.model_dump())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"What was written does not fit the schema of '{way.slug}': {place}: {first['msg']}.", place=place
        ) from error


def _piece(
    pathway: Pathway, context: ProgrammeGenerationContext, task: Task, output: BaseModel, text: str, stamp: Stamp
) -> Piece:
    title = str(getattr(output, "title", "")) or task.title
    return Piece(
        key=task.key,
        pathway=pathway.slug,
        title=title[:300],
        text=text,
        path="",
        line=1,
        end_line=text.count("\n") + 1,
        media_type="text/markdown",
        language=context.locale.split("-")[0],
        how="stamp",
        stamp=stamp,
    )


def _plain(value: Any) -> Any:
    """A JSON schema as canonical JSON takes it: without decimal numbers, which it has none of."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
