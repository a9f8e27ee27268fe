"""`assay bench …`: every figure in the documents comes from one of these commands; each prints what it ran on."""

from __future__ import annotations

import typer

from assay.cli.bench import audit, canaries, detect, faults, fuzz, ledger, nodes, pages, sweep

app = typer.Typer(help="Measure, and print the figures that the documents quote.", no_args_is_help=True)
app.command("audit")(audit.audit)
app.command("pages")(pages.pages)
app.command("sweep")(sweep.sweep)
app.command("nodes")(nodes.nodes)
app.command("detect")(detect.detect)
app.command("canaries")(canaries.canaries)
app.command("ledger")(ledger.ledger)
app.command("faults")(faults.faults)
app.command("fuzz")(fuzz.fuzz)
