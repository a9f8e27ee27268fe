"""Services that make a programme and keep its particulars: standard, companions, blueprint, surface."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from assay.accounts.access import Actor
from assay.assurance.models import Surface
from assay.assurance.population import surface_is
from assay.assurance.services import surface_define
from assay.catalog import load_families
from assay.core.errors import Conflict, InvalidInput, NotFound, UsageError
from assay.core.verdict import Policy, Stratum
from assay.ledger import tracking
from assay.ledger.services import append
from assay.studio import governance
from assay.studio.models import Programme
from assay.studio.pathways import PATHWAYS, UNMAPPED, pathway_of

SURFACE_KIND = "studio.programme"
POLICY_NAME = "programme"
# A measurement counts for a quarter; then the text is read again even if nothing changed, since detectors' rules and
# standards move on. Longer would let a pass outlive an edition, shorter would make every portfolio stale each month.
VALID_FOR = timedelta(days=90)


def strata(*, unmapped: bool = False) -> tuple[Stratum, ...]:
    """The strata of a programme's surface: all 22 pathways in order, and `unmapped` where there is something unmapped.

    What is unmapped requires no detector and so stays unmeasured: nobody can say what it should have been read as.
    """
    found = tuple(Stratum(pathway.slug, pathway.name, pathway.required) for pathway in PATHWAYS)
    return (*found, Stratum(UNMAPPED, "Unmapped", ())) if unmapped else found


def standard_check(standard: str) -> str:
    """Return the id of the family that `standard` names, by id, name or alias. Raises UsageError."""
    wanted = " ".join(standard.split()).casefold()
    for family in load_families().families:
        if wanted in (family.id, family.name.casefold(), *(alias.casefold() for alias in family.aliases)):
            return family.id
    raise UsageError(
        f"No standard is known as {standard!r}.",
        hint="Name a family of the catalog, such as iso42001, iso27001, eu_ai_act or nist_ai_rmf.",
        standard=standard,
    )


def slug_of(words: str) -> str:
    """A slug of at most 80 characters for a title or folder name; `programme` where no letter of it can be kept."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80].strip("-") or "programme"


@transaction.atomic
def programme_create(
    *,
    actor: Actor,
    title: str,
    standard: str,
    now: datetime,
    slug: str = "",
    companions: Iterable[str] = (),
    kind: str = "course",
    locale: str = "en",
    blueprint: Sequence[str] = (),
    seed: int = 0,
) -> Programme:
    """Make a programme with its surface, empty. `blueprint` limits the pathways expected; empty expects all 22.

    Raises NotPermitted, UsageError for an unknown standard, InvalidInput for a title or pathway, Conflict for a slug in
    use.
    """
    actor.require("write")
    told = _title(title)
    slug = slug or slug_of(told)
    if slug_of(slug) != slug:
        raise InvalidInput(f"{slug!r} is no slug.", hint="Use lower-case letters, digits and hyphens.", slug=slug)
    if Programme.objects.filter(organization=actor.organization, slug=slug).exists():
        raise Conflict(f"There is a programme {slug!r} already.", hint="Choose another slug.", slug=slug)
    family, others = standard_check(standard), _companions(companions, standard)
    programme = Programme(
        organization=actor.organization,
        slug=slug,
        title=told,
        standard=family,
        companions=others,
        kind=kind,
        locale=locale,
        blueprint=_blueprint(blueprint),
        seed=_seed(seed),
        created_at=now,
        surface=_surface(actor, slug, told, family, others, now),
    )
    programme.save(force_insert=True)
    _append(programme, "programme.created", actor, now)
    return programme


@transaction.atomic
def programme_update(
    *,
    actor: Actor,
    programme: Programme,
    now: datetime,
    title: str | None = None,
    standard: str | None = None,
    companions: Iterable[str] | None = None,
    blueprint: Sequence[str] | None = None,
    kind: str | None = None,
    seed: int | None = None,
) -> bool:
    """Change what is given and differs; return whether anything did. Another standard or companion outdates every
    measurement. Raises NotPermitted, NotFound for a programme of another organization."""
    actor.require("write")
    row = programme_lock(actor, programme)
    before = _particulars(row)
    row.title = _title(title) if title is not None else row.title
    row.standard = standard_check(standard) if standard is not None else row.standard
    row.companions = _companions(companions, row.standard) if companions is not None else row.companions
    row.blueprint = _blueprint(blueprint) if blueprint is not None else row.blueprint
    row.kind = kind if kind is not None else row.kind
    row.seed = _seed(seed) if seed is not None else row.seed
    if before == _particulars(row):
        return False
    row.save(update_fields=["title", "standard", "companions", "blueprint", "kind", "seed"])
    _append(row, "programme.changed", actor, now)
    return True


def _particulars(row: Programme) -> tuple[object, ...]:
    return (row.title, row.standard, row.companions, row.blueprint, row.kind, row.seed)


def programme_lock(actor: Actor, programme: Programme) -> Programme:
    """The programme as it is in the database, locked to the end of the transaction. Raises NotFound for another's."""
    row = (
        Programme.objects.select_for_update(of=("self",))
        .filter(pk=programme.pk, organization=actor.organization)
        .select_related("organization", "surface")
        .first()
    )
    if row is None:
        raise NotFound("programme", programme.slug)
    return row


def surface_follow(*, actor: Actor, programme: Programme, unmapped: bool, now: datetime) -> Surface:
    """Bring the surface to what the programme is now: title, standard, companions, strata, governance in force."""
    return surface_define(
        organization=actor.organization,
        kind=SURFACE_KIND,
        key=programme.slug,
        title=programme.title,
        standard=programme.standard,
        companions=programme.companions,
        strata=strata(unmapped=unmapped),
        policy=_policy(),
        valid_for=VALID_FOR,
        by=actor,
        now=now,
    )


def surface_stands(programme: Programme, surface: Surface, *, unmapped: bool) -> bool:
    """Whether `surface_follow` would change nothing."""
    return surface_is(
        surface,
        title=programme.title,
        standard=programme.standard,
        companions=programme.companions,
        strata=strata(unmapped=unmapped),
        policy=_policy(),
        valid_for=VALID_FOR,
    )


def _policy() -> Policy:
    return Policy(name=POLICY_NAME, governance=governance.CURRENT.version)


def _surface(actor: Actor, slug: str, title: str, standard: str, companions: list[str], now: datetime) -> Surface:
    draft = Programme(slug=slug, title=title, standard=standard, companions=companions)
    return surface_follow(actor=actor, programme=draft, unmapped=False, now=now)


def _title(title: str) -> str:
    told = " ".join(title.split())
    if not told or len(told) > 300:
        raise InvalidInput("A programme needs a title of 1 to 300 characters.", hint="Give one with --title.")
    return told


def _seed(seed: int) -> int:
    if not 0 <= seed < 2**31:
        raise InvalidInput(f"{seed} is no seed.", hint=f"Give a whole number from 0 to {2**31 - 1:,}.", seed=seed)
    return seed


def _companions(companions: Iterable[str], standard: str) -> list[str]:
    return sorted({standard_check(each) for each in companions} - {standard_check(standard)})


def _blueprint(slugs: Sequence[str]) -> list[str]:
    try:
        wanted = {pathway_of(slug).number for slug in slugs}
    except NotFound as error:
        raise InvalidInput(f"The blueprint: {error}", hint=error.hint) from None
    return [pathway.slug for pathway in PATHWAYS if pathway.number in wanted]


def _append(programme: Programme, kind: str, actor: Actor, now: datetime) -> None:
    body = {
        "programme": programme.slug,
        "title": programme.title,
        "standard": programme.standard,
        "companions": list(programme.companions),
        "blueprint": list(programme.blueprint) or "complete",
    }
    append(
        log=actor.log, kind=kind, subject=f"programme:{programme.pk}", actor=actor.pseudonym, body=body, now=now,
        record=tracking.record(programme),
    )  # fmt: skip
