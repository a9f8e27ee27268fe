"""Services that take artefacts in: from a folder or bundle, batch by batch, and one at a time through the API."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from datetime import datetime
from pathlib import Path

from django.db import transaction

from assay.accounts.access import Actor
from assay.core.canonical import digest
from assay.core.errors import UsageError
from assay.ledger import tracking
from assay.ledger.services import append, append_bulk
from assay.studio.importing import Limits, Mapping, Piece, Source, read_mapping, read_source
from assay.studio.importing.bundle import artefact_check
from assay.studio.models import Artefact, ArtefactVersion, Programme
from assay.studio.pathways import UNMAPPED, pathway_of
from assay.studio.programmes import programme_create, programme_lock, programme_update, slug_of
from assay.studio.shapes import ImportSummary, Step

BATCH = 512
CONTENT = (
    "pathway", "how", "title", "text", "readable", "media_type", "digest", "language", "generation_meta", "provenance",
    "source_path", "source_line", "source_end_line", "line_map",
)  # fmt: skip
# What makes another version; a change of the others (a line moved) only brings the row up to date.
_VERSIONED = ("pathway", "title", "media_type", "digest", "language", "generation_meta", "provenance")
_AROUND = ("version", "author", "changed_at", "removed_at", "event_id")
Progress = Callable[[Step], None]


def programme_import(
    *,
    actor: Actor,
    path: Path,
    now: datetime,
    standard: str = "",
    companions: Sequence[str] = (),
    title: str | None = None,
    slug: str | None = None,
    mapping: Path | Mapping | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> ImportSummary:
    """Bring the programme named by `slug` (else by the folder's name) to what is at `path`; make it when missing.

    The whole source is read and checked before anything is written. Then each batch of at most 512 artefacts is one
    transaction with one entry, and the programme is marked as brought up to date last: whatever interrupts this, no
    artefact is there by half, and the next call does what remains. The same source again writes nothing. Artefacts that
    are gone are marked removed and keep their text. What is given wins over the mapping file, that over the bundle.

    Raises NotPermitted, InvalidInput naming the file, UsageError without a standard.
    """
    actor.require("write")
    chosen = read_mapping(mapping) if isinstance(mapping, Path) else mapping
    source = read_source(path, mapping=chosen, limits=limits)
    told = source.declared
    wanted = standard or str(told.get("standard", ""))
    name = slug or slug_of(str(told.get("slug", "")) or source.name)
    programme = Programme.objects.filter(organization=actor.organization, slug=name).first()
    if programme is None:
        if not wanted:
            raise UsageError(
                "It is not said which standard the programme teaches.",
                hint="Give --standard, or `standard:` in assay-mapping.yaml.",
            )
        programme = programme_create(
            actor=actor,
            title=title or str(told.get("title", "")) or source.name,
            standard=wanted,
            companions=_companions(companions, told),
            slug=name,
            kind=str(told.get("kind", "course")),
            locale=str(told.get("locale", "en")),
            blueprint=source.blueprint,
            now=now,
        )
    else:
        programme_update(
            actor=actor,
            programme=programme,
            title=title or str(told.get("title", "")) or None,
            standard=wanted or None,
            companions=_companions(companions, told) or None,
            blueprint=source.blueprint,
            now=now,
        )
    return _bring(actor, programme, source, now, progress)


def pieces_import(
    *,
    actor: Actor,
    programme: Programme,
    pieces: Sequence[Piece],
    now: datetime,
    source_name: str = "",
    progress: Progress | None = None,
) -> ImportSummary:
    """Bring a programme to exactly these pieces, as `programme_import` does with those of a path."""
    actor.require("write")
    source = Source(source_name, tuple(pieces), (), 0)
    return _bring(actor, programme, source, now, progress)


def artefact_put(
    *, actor: Actor, programme: Programme, stamped: MappingOf[str, object], now: datetime
) -> tuple[Artefact, bool]:
    """Take in one stamped artefact: {key, pathway, title, text, media_type, language, generation_meta, provenance}.

    Return it and whether it was new or changed; nothing is written when it is there in just this form. Raises
    NotPermitted, NotFound for a programme of another organization, InvalidInput naming the key that is wrong.
    """
    actor.require("write")
    piece = artefact_check(dict(stamped), "The artefact")
    with transaction.atomic():
        locked = programme_lock(actor, programme)
        counts = _store(actor, locked, [piece], now, "artefact.accepted")
        artefact = Artefact.objects.select_related("programme__surface").get(pk=_artefact_id(locked, piece.key))
    return artefact, counts["unchanged"] == 0


def _companions(given: Sequence[str], told: MappingOf[str, object]) -> list[str]:
    declared = told.get("companions", ())
    return list(given) or [str(each) for each in declared] if isinstance(declared, (list, tuple)) else list(given)


def _bring(
    actor: Actor, programme: Programme, source: Source, now: datetime, progress: Progress | None
) -> ImportSummary:
    counts: Counter[str] = Counter()
    pieces = source.pieces
    for start in range(0, len(pieces), BATCH):
        with transaction.atomic():
            locked = programme_lock(actor, programme)
            counts += _store(actor, locked, pieces[start : start + BATCH], now, "artefact.imported")
        if progress is not None:
            progress(Step("storing", min(start + BATCH, len(pieces)), len(pieces)))
    keys = {piece.key for piece in pieces}
    gone = sorted(
        key for key in Artefact.objects.filter(programme=programme, removed_at=None).values_list("key", flat=True)
        if key not in keys
    )  # fmt: skip
    for start in range(0, len(gone), BATCH):
        with transaction.atomic():
            counts += _remove(actor, programme_lock(actor, programme), gone[start : start + BATCH], now)
    programme = _finish(actor, programme, source, counts, now)
    by_pathway = Counter(piece.pathway or UNMAPPED for piece in pieces)
    return ImportSummary(
        programme=programme,
        files=source.files,
        added=counts["added"],
        changed=counts["changed"],
        removed=counts["removed"],
        unchanged=counts["unchanged"],
        unread=sum(1 for piece in pieces if not piece.read),
        batches=counts["batches"],
        by_pathway=dict(sorted(by_pathway.items())),
        notes=source.notes,
    )


def _store(actor: Actor, programme: Programme, pieces: Sequence[Piece], now: datetime, kind: str) -> Counter[str]:
    """Put these pieces where they differ from what is there, with one entry for all of them. Inside a transaction."""
    ids = {_artefact_id(programme, piece.key): piece for piece in pieces}
    standing = {row.pk: row for row in Artefact.objects.filter(pk__in=ids)}
    new: list[Artefact] = []
    changed: list[Artefact] = []
    past: list[ArtefactVersion] = []
    for pk, piece in ids.items():
        content = content_of(piece)
        row = standing.get(pk)
        if row is None:
            new.append(
                Artefact(
                    id=pk,
                    programme=programme,
                    key=piece.key,
                    version=1,
                    changed_at=now,
                    author=actor.pseudonym,
                    **content,
                )
            )
        elif row.removed_at is not None or any(getattr(row, name) != content[name] for name in CONTENT):
            if row.removed_at is not None or any(getattr(row, name) != content[name] for name in _VERSIONED):
                past.append(version_of(row, now))
                row.version += 1
                row.changed_at = now
                row.author = actor.pseudonym
            for name, value in content.items():
                setattr(row, name, value)
            row.removed_at = None
            changed.append(row)
    counts = Counter(added=len(new), changed=len(changed), unchanged=len(ids) - len(new) - len(changed))
    if not new and not changed:
        return counts
    event = append_bulk(
        log=actor.log,
        kind=kind,
        subject=f"programme:{programme.pk}",
        actor=actor.pseudonym,
        body={
            "programme": programme.slug,
            "added": len(new),
            "changed": len(changed),
            "artefacts": [[row.key, row.digest, row.pathway_slug, row.version] for row in (*new, *changed)],
        },
        records=[tracking.record(row) for row in (*new, *changed, *past)],
        now=now,
    )
    for row in (*new, *changed):
        row.event_id = event
    Artefact.objects.bulk_create(new)
    ArtefactVersion.objects.bulk_create(past)
    Artefact.objects.bulk_update(changed, [*CONTENT, *_AROUND], batch_size=100)
    counts["batches"] += 1
    return counts


def _remove(actor: Actor, programme: Programme, keys: Sequence[str], now: datetime) -> Counter[str]:
    rows = list(Artefact.objects.filter(programme=programme, key__in=keys, removed_at=None))
    if not rows:
        return Counter()
    for row in rows:
        row.removed_at = now
    event = append_bulk(
        log=actor.log,
        kind="artefact.removed",
        subject=f"programme:{programme.pk}",
        actor=actor.pseudonym,
        body={"programme": programme.slug, "artefacts": [[row.key, row.digest] for row in rows]},
        records=[tracking.record(row) for row in rows],
        now=now,
    )
    for row in rows:
        row.event_id = event
    Artefact.objects.bulk_update(rows, ["removed_at", "event_id"], batch_size=100)
    return Counter(removed=len(rows), batches=1)


@transaction.atomic
def _finish(actor: Actor, programme: Programme, source: Source, counts: Counter[str], now: datetime) -> Programme:
    """Mark the programme as brought to this source, unless it was already."""
    row = programme_lock(actor, programme)
    pieces = source.pieces
    seal = digest([[piece.key, piece.digest, piece.pathway, piece.title] for piece in pieces])
    if row.source_digest == seal and not counts["added"] + counts["changed"] + counts["removed"]:
        return row
    row.source_digest, row.source_name, row.imported_at = seal, source.name[:300], now
    row.save(update_fields=["source_digest", "source_name", "imported_at"])
    left_out = [[note.path, note.text] for note in source.notes if note.code in ("left-out", "unread")]
    append(
        log=actor.log,
        kind="programme.imported",
        subject=f"programme:{row.pk}",
        actor=actor.pseudonym,
        body={
            "programme": row.slug,
            "source": seal,
            "files": source.files,
            "artefacts": len(pieces),
            "by_pathway": dict(sorted(Counter(piece.pathway or UNMAPPED for piece in pieces).items())),
            "left_out": left_out[:500],
        },
        record=tracking.record(row),
        now=now,
    )
    return row


def _artefact_id(programme: Programme, key: str) -> uuid.UUID:
    return uuid.uuid5(programme.pk, key)


def version_of(row: Artefact, now: datetime) -> ArtefactVersion:
    """The present version of an artefact as one that ends `now`; not saved."""
    values = {name: getattr(row, name) for name in (*CONTENT, "version", "author", "event_id")}
    return ArtefactVersion(
        id=uuid.uuid5(row.pk, str(row.version)), artefact=row, since=row.changed_at, until=now, **values
    )


def content_of(piece: Piece) -> dict[str, object]:
    """The columns CONTENT of a piece."""
    stamp = piece.stamp
    return {
        "pathway": pathway_of(piece.pathway).number if piece.pathway is not None else None,
        "how": piece.how,
        "title": piece.title,
        "text": piece.text,
        "readable": piece.read,
        "media_type": piece.media_type,
        "digest": piece.digest,
        "language": piece.language,
        "generation_meta": stamp.meta() if stamp is not None else None,
        "provenance": stamp.provenance if stamp is not None else None,
        "source_path": piece.path[:1000],
        "source_line": piece.line,
        "source_end_line": piece.end_line,
        "line_map": list(piece.starts),
    }
