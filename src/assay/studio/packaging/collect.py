"""From a programme of the database to a `Course`: its artefacts in order, their items, their proofs. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterable

from assay.core.errors import NotFound
from assay.ledger import queries as ledger
from assay.studio.models import Artefact, Programme
from assay.studio.packaging.course import Course, Page
from assay.studio.packaging.items import Item, items_read
from assay.studio.packaging.ordering import SCORED, SECURE, ordered
from assay.studio.packaging.render import without_front_matter
from assay.studio.pathways import UNMAPPED

PROOFS = "proofs/{}.tlog-proof"
LEAVES = "leaves/{}.json"
LIST = "provenance.json"
_HOW = """Where this material comes from
==============================

provenance.json names each artefact with its digest (SHA-256 of its text), its version, its stamp (generation_meta) and
the ledger entry that commits to it. leaves/<index>.json is that entry, proofs/<index>.tlog-proof (C2SP tlog-proof) shows
that the log contains it. An entry without an index was accepted and not yet published when this package was made.

To check an entry, take the key of the log from the organization itself, not from this package:

    proofbundle verify-proof proofs/0.tlog-proof --payload-file leaves/0.json --log-vkey '<verifier key>'

The key that the package names: {vkeys}
"""


def course_of(programme: Programme, *, exams: bool = False, pass_mark: int = 70) -> Course:
    """Return the programme as a course to be packed.

    Module exams, final exams and item banks go to assessors alone, since a package shows its keys to whoever opens it,
    and so does the second brief of a programme, kept for those who repeat;
    with `exams` learners get module and final exams as scored pages. Artefacts of no known pathway are left out, and
    `notes` says so.
    """
    rows = Artefact.objects.filter(programme=programme, removed_at=None, readable=True).order_by("key")
    notes: list[str] = []
    pages: list[Page] = []
    assessors: list[Page] = []
    briefed = any(row.pathway_slug == "assignment-brief" and not row.internal for row in rows)
    for part, row in ordered(rows):
        if row.pathway_slug == UNMAPPED:
            notes.append(f"{row.key}: of no known pathway, left out.")
            continue
        secure = row.pathway_slug in SECURE and not (exams and row.pathway_slug != "exam-bank-regeneration")
        reserve = row.pathway_slug == "assignment-regeneration" and briefed
        target = assessors if row.internal or secure or reserve else pages
        prefix = "a" if target is assessors else "p"
        target.append(_page(row, part, f"{prefix}{len(target) + 1:03}", notes))
    return Course(
        slug=programme.slug,
        title=programme.title,
        standard=programme.standard,
        language=programme.locale,
        organization=programme.organization.name,
        pages=tuple(pages),
        assessors=tuple(assessors),
        pass_mark=pass_mark,
        at=max((row.changed_at for row in rows), default=programme.created_at).date().isoformat(),
        files=provenance(programme, rows),
        notes=tuple(notes),
    )


def _page(row: Artefact, part: str, ident: str, notes: list[str]) -> Page:
    reading = items_read(without_front_matter(row.text))
    notes += [
        f"{row.key}, line {row.source_line_of(each.line)}: {each.reason}; kept as text." for each in reading.problems
    ]
    seen: set[str] = set()
    blocks: list[str | Item] = []
    for block in reading.blocks:
        if isinstance(block, Item):
            if block.id in seen:
                notes.append(f"{row.key}: the question on line {block.line} stands there twice; kept once.")
                continue
            seen.add(block.id)
        blocks.append(block)
    return Page(
        id=ident,
        key=row.key,
        title=row.title or row.key,
        pathway=row.pathway_slug,
        part=part,
        blocks=tuple(blocks),
        media_type=row.media_type,
        digest=row.digest,
        version=row.version,
        scored=row.pathway_slug in SCORED,
        meta=row.generation_meta or {},
    )


def provenance(programme: Programme, rows: Iterable[Artefact]) -> dict[str, bytes]:
    """Return the provenance files of a package: the list, and leaf and proof of every published entry it names."""
    log = programme.organization.log_id
    found = list(rows)
    events = sorted({row.event_id for row in found})
    positions = ledger.positions_of(events)
    files: dict[str, bytes] = {}
    for index in sorted(positions.values()):
        try:
            files[PROOFS.format(index)] = ledger.proof_text(log=log, index=index).encode()
        except NotFound:
            continue
        files[LEAVES.format(index)] = ledger.entry_get(log=log, index=index).leaf
    value = {
        "format": "assay-provenance/1",
        "log": {"id": log, "vkeys": ledger.vkeys(log)},
        "programme": {"slug": programme.slug, "standard": programme.standard, "title": programme.title},
        "artefacts": [_facts(row, positions.get(row.event_id)) for row in found],
    }
    files[LIST] = (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    files["VERIFY.txt"] = _HOW.format(vkeys=", ".join(ledger.vkeys(log)) or "none yet").encode()
    return files


def _facts(row: Artefact, index: int | None) -> dict[str, object]:
    return {
        "key": row.key,
        "title": row.title,
        "pathway": row.pathway_slug,
        "version": row.version,
        "digest": row.digest,
        "generation_meta": row.generation_meta,
        "provenance": row.provenance,
        "event": row.event_id,
        "index": index,
    }
