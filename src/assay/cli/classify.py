"""`assay classify`: the detectors as a filter over JSON lines, without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.core.errors import InvalidInput

if TYPE_CHECKING:
    from assay.detect.context import Context


def classify(
    file: Annotated[Path | None, typer.Argument(help="JSON lines; standard input when left out or '-'.")] = None,
    standard: Annotated[str, typer.Option(help="Standard for lines that do not name one.")] = "iso42001",
) -> None:
    """Label passages: JSON lines in (id, text, standard, companions, artefact, lang), JSON lines out.

    Each answer has id, label (A, B, C, NONE or INCONCLUSIVE), kind, families, spans, confidence, reasons.
    """
    from assay.catalog import load_families
    from assay.detect.classify import classify as classify_text

    known = frozenset(family.id for family in load_families().families)
    stream = sys.stdin.buffer if file is None or str(file) == "-" else file.open("rb")
    write = sys.stdout.write
    with stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            record = _record(line, number)
            answer = classify_text(record["text"], _context(record, number, standard, known))
            write(
                json.dumps(
                    {
                        "id": record.get("id", number),
                        "label": str(answer.label),
                        "kind": answer.kind,
                        "families": list(answer.families),
                        "spans": [list(span) for span in answer.spans],
                        "confidence": answer.confidence / 1000,
                        "reasons": list(answer.reasons),
                    },
                    ensure_ascii=False,
                )
                + "\n"
            )


def _record(line: bytes, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"Line {number} is not UTF-8.", hint="Give JSON lines in UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"Line {number} is not JSON: {error}.", hint="Give one JSON object per line.") from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise InvalidInput(
            f"Line {number} has no 'text'.", hint='Each line is an object such as {"id": 1, "text": "…"}.'
        )
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidInput(f"Line {number} holds half of a character.", hint="Give whole characters.") from error
    return record


def _context(record: dict[str, Any], number: int, standard: str, known: frozenset[str]) -> Context:
    from assay.detect.context import Context

    chosen = record.get("standard") or standard
    companions = record.get("companions") or []
    if not isinstance(chosen, str) or chosen not in known:
        raise InvalidInput(
            f"Line {number}: no standard is known as {chosen!r}.",
            hint="Run `assay detectors --families` to see the ids, for example iso42001, eu_ai_act, nist_ai_rmf.",
        )
    if not isinstance(companions, list) or not all(isinstance(one, str) and one in known for one in companions):
        raise InvalidInput(
            f"Line {number}: 'companions' is not a list of known standards.", hint="Use ids such as iso27001."
        )
    artefact = record.get("artefact") or "lesson"
    language = record.get("lang") or record.get("language")
    return Context(
        standard=chosen,
        companions=frozenset(companions),
        artefact=str(artefact),
        language=str(language) if language else None,
        title=str(record.get("title") or ""),
    )
