"""One row of a list, for programs: the same in the API and in the files that pages offer."""

from __future__ import annotations

from assay.ledger.queries import EntryView
from assay.reports.queries.portfolio import ProgrammeRow


def row_json(row: ProgrammeRow) -> dict[str, object]:
    """One programme for programs: the two axes apart, fractions as "n/d" strings."""
    return {
        "programme": row.slug,
        "title": row.title,
        "standard": row.standard,
        "state": row.state,
        "coverage": {
            "value": None if row.coverage is None else f"{row.coverage.numerator}/{row.coverage.denominator}",
            "cells": row.cells,
            "measured": row.measured,
            "strata_measured": row.strata_measured,
            "strata_total": row.strata_total,
            "weakest": row.weakest or None,
        },
        "content": {
            "found": row.found,
            "residual": row.residual,
            "remaining": row.remaining,
            "level": row.content_level or None,
        },
        "open_findings": {"A": row.open_a, "own": row.open_own, "B": row.open_b, "C": row.open_c},
        "oldest_measurement": row.oldest and row.oldest.isoformat().replace("+00:00", "Z"),
        "next_expiry": row.next_expiry and row.next_expiry.isoformat().replace("+00:00", "Z"),
        "governance": row.governance,
        "ledger_position": row.position,
        "verdict_digest": row.digest,
    }


def entry_json(entry: EntryView) -> dict[str, object]:
    """An entry for programs."""
    return {
        "index": entry.index,
        "event": entry.event,
        "kind": entry.kind,
        "actor": entry.actor,
        "subject": entry.subject,
        "at": entry.at,
        "state": entry.state,
        "leaf": entry.leaf.decode("utf-8"),
    }
