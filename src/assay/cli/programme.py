"""`assay programme …`: generate a whole programme, and check one."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.output import TerminalProgress, colour_wanted
from assay.cli.start import DATA_HELP, owner, ready, sequence, tell_if_example, utc_now
from assay.cli.writing import file_out
from assay.core.errors import UsageError

if TYPE_CHECKING:
    from assay.accounts.access import Actor
    from assay.studio.context import ProgrammeGenerationContext
    from assay.studio.spine import Generated
    from assay.studio.tasks import Writer

app = typer.Typer(name="programme", help="Generate and check training programmes.", no_args_is_help=True)

STANDARD = Annotated[str, typer.Option(help="The standard or law that the programme teaches.")]
KIND = Annotated[str, typer.Option(help="lead-auditor, lead-implementer, integrated-internal-auditor or ai-literacy.")]
SEED = Annotated[int, typer.Option(help="Decides every free choice; the same seed gives the same bytes.")]


@app.command("generate")
def generate(
    standard: STANDARD = "iso42001",
    kind: KIND = "lead-auditor",
    seed: SEED = 0,
    at: Annotated[str, typer.Option(help="Time for the stamps, ISO 8601 with offset; else now.")] = "",
    slug: Annotated[str, typer.Option(help="Short name of the programme; else from its title.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the artefacts as files into this folder, too.")] = None,
    writer: Annotated[str, typer.Option(help="offline, or model for a model provider (extra assay[llm]).")] = "offline",
    model: Annotated[str, typer.Option(help="Name of the model at the provider.")] = "",
    base_url: Annotated[str, typer.Option(help="Address of an OpenAI-compatible provider, for --writer model.")] = "",
    calls: Annotated[int, typer.Option(help="How many paid calls are allowed at most, for --writer model.")] = 400,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> int:
    """Generate a programme through all 22 pathways, store it, measure it, say what is known. Exit code as `assay audit`."""
    from assay.cli.audit import EXIT_CODES
    from assay.studio.context import context_build

    stamped = _time(at)
    context = context_build(standard=standard, kind=kind, seed=seed)
    folder = ready(data)
    from assay.reports.exports.plain import audit_lines
    from assay.reports.queries.programme import audit_report
    from assay.studio.services import programme_generate, programme_sweep

    now, progress = utc_now(), TerminalProgress()
    actor = owner(now)
    tell_if_example(actor)
    summary = programme_generate(
        actor=actor,
        context=context,
        at=stamped or now,
        now=now,
        slug=slug,
        writer=_writer(writer, model, base_url, calls, folder),
        progress=progress,
    )
    sequence(now)
    programme_sweep(actor=actor, programme=summary.programme, now=now, progress=progress)
    sequence(now)
    progress.finish()
    if out is not None:
        note = f"programme:{summary.programme.slug}"
        files_write(out, context, summary.generated, by=actor, what=note, now=now)
    report = audit_report(actor, summary.programme)
    typer.echo("\n".join([*summary.figures.lines(), ""]))
    typer.echo("\n".join(audit_lines(report, colour=colour_wanted(sys.stdout), everything=False)))
    return EXIT_CODES[report.verdict.state.value]


@app.command("check")
def check(
    standard: STANDARD = "iso42001",
    kind: KIND = "lead-auditor",
    seed: SEED = 0,
    items: Annotated[int, typer.Option(help="How many items the bank should have at least.")] = 0,
) -> int:
    """Compose a programme without storing it, and print its figures. Exit code 10 where one of them does not hold."""
    from assay.studio.checks import figures_of
    from assay.studio.context import context_build
    from assay.studio.spine import programme_generate

    context = context_build(standard=standard, kind=kind, seed=seed)
    found = figures_of(context, programme_generate(context, at=datetime(2000, 1, 1, tzinfo=UTC)))
    faults = found.faults(least_items=items)
    typer.echo("\n".join(found.lines()))
    for fault in faults:
        typer.echo(f"does not hold: {fault}")
    return 10 if faults else 0


def files_write(
    folder: Path,
    context: ProgrammeGenerationContext,
    generated: tuple[Generated, ...],
    *,
    by: Actor,
    what: str,
    now: datetime,
) -> None:
    """Write `bundle.json`, which `assay audit` reads, and beside it each artefact as Markdown and each drawing as SVG.

    The log notes the bundle, which holds every artefact whole, before any of them is written.
    """
    from assay.studio.composing.documents import drawing_of

    folder.mkdir(parents=True, exist_ok=True)
    file_out(folder / "bundle.json", _bundle(context, generated), by=by, what=what, now=now)
    for each in generated:
        piece = each.piece
        path = folder / f"{piece.key}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(piece.text, encoding="utf-8")
        drawing = drawing_of(piece.text)
        if drawing:
            path.with_suffix(".svg").write_text(drawing + "\n", encoding="utf-8")


def _bundle(context: ProgrammeGenerationContext, generated: tuple[Generated, ...]) -> bytes:
    artefacts = []
    for each in generated:
        piece = each.piece
        stamp = piece.stamp
        artefacts.append(
            {
                "key": piece.key, "pathway": piece.pathway, "title": piece.title, "text": piece.text,
                "media_type": piece.media_type, "language": piece.language,
                "generation_meta": stamp.meta() if stamp is not None else None,
                "provenance": stamp.provenance if stamp is not None else None,
            }
        )  # fmt: skip
    told = {
        "title": context.title, "standard": context.standard, "companions": list(context.companions),
        "locale": context.locale, "kind": context.kind,
    }  # fmt: skip
    bundle = {"programme": told, "artefacts": artefacts}
    return (json.dumps(bundle, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _writer(name: str, model: str, base_url: str, calls: int, folder: Path) -> Writer:
    from assay.studio.spine import writer_named

    if name != "model":
        return writer_named(name)
    return writer_named(name, model=model, base_url=base_url, calls=calls, journal=folder / "model-calls")


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no ISO 8601 time.", hint="Write --at 2026-11-21T09:00:00+00:00.") from error
    if found.tzinfo is None:
        raise UsageError(f"'{text}' lacks its offset from UTC.", hint="Write --at 2026-11-21T09:00:00+00:00.")
    return found
