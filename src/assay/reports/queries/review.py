"""Versions, differences and signatures as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from assay.accounts.access import Actor
from assay.accounts.models import Means
from assay.core.errors import NotFound
from assay.studio.models import Artefact, ArtefactVersion, Programme, Remediation, ReviewComment
from assay.studio.pathways import BY_SLUG
from assay.studio.queries import artefact_versions
from assay.studio.signoff.diff import Comparison, compare
from assay.studio.signoff.standing import (
    ArtefactStanding,
    Signed,
    Standing,
    names_of,
    programme_standings,
    standing_of,
    version_state,
)
from assay.studio.signoff.statement import SAYS


@dataclass(frozen=True)
class VersionLine:
    """One version in the list. `ended` is None for the present one; names instead of pseudonyms."""

    version: int
    title: str
    state: str
    author: str
    since: datetime
    ended: datetime | None
    digest: str
    signed_by: str
    signed_at: datetime | None
    event_id: str


@dataclass(frozen=True)
class VersionsPage:
    """An artefact's versions, its sign-off, its comments and the fixes that replaced its text in place."""

    artefact: Artefact
    standing: ArtefactStanding
    pathway: str
    versions: tuple[VersionLine, ...]
    comments: tuple[tuple[ReviewComment, str], ...]
    in_place: tuple[Remediation, ...]
    changes_by: str

    @property
    def sentence(self) -> str:
        """Which version stands, and whether it is signed."""
        title = self.artefact.title or self.artefact.key
        return f"{title}: version {self.artefact.version}, {self.standing.words}."


@dataclass(frozen=True)
class DiffPage:
    """Two states of one artefact side by side; `left` and `right` are words for them."""

    artefact: Artefact
    left: str
    right: str
    comparison: Comparison
    choices: tuple[tuple[int, str], ...]
    first: int
    second: int

    @property
    def sentence(self) -> str:
        """How much changed, counted in lines."""
        title, found = self.artefact.title or self.artefact.key, self.comparison
        if found.same:
            return f"{title}: {self.left} and {self.right} read the same."
        parts = ((found.changed, "changed"), (found.removed, "removed"), (found.added, "added"))
        told = ", ".join(f"{count:,} {word}" for count, word in parts if count)
        return f"{title}: lines {told}."


@dataclass(frozen=True)
class SignPage:
    """The artefacts of a programme that need a signature, and who may sign which."""

    programme: Programme
    awaiting: tuple[ArtefactStanding, ...]
    own: tuple[ArtefactStanding, ...]
    others: tuple[ArtefactStanding, ...]
    names: dict[str, str]

    @property
    def sentence(self) -> str:
        """How many are signed of how many."""
        everything = (*self.awaiting, *self.own, *self.others)
        signed = sum(1 for each in everything if each.state is Standing.SIGNED)
        return f"{self.programme.title}: {signed:,} of {len(everything):,} versions are signed."

    @property
    def drafts(self) -> int:
        return sum(1 for each in self.others if each.state is Standing.DRAFT)


def sign_page(actor: Actor, programme: Programme) -> SignPage:
    """Where the artefacts of a programme stand, apart by whether `actor` could sign them."""
    found = programme_standings(programme)
    waiting = [each for each in found if each.state is Standing.AWAITING]
    return SignPage(
        programme=programme,
        awaiting=tuple(each for each in waiting if each.author != actor.pseudonym),
        own=tuple(each for each in waiting if each.author == actor.pseudonym),
        others=tuple(each for each in found if each.state is not Standing.AWAITING),
        names=names_of({each.author for each in found} | {each.signature.by for each in found if each.signature}),
    )


def versions_page(artefact: Artefact) -> VersionsPage:
    """The page of an artefact's versions."""
    standing = standing_of(artefact)
    earlier = [(row, *version_state(row)) for row in artefact_versions(artefact)]
    comments = list(ReviewComment.objects.filter(artefact=artefact).order_by("at", "id"))
    changes_by = standing.request.changes_by if standing.request is not None else ""
    names = names_of(
        {standing.author, changes_by}
        | {row.author for row, _state, _signed in earlier}
        | {row.by for row in comments}
        | {each.by for each in (standing.signature, *(signed for _r, _s, signed in earlier)) if each is not None}
    )
    present = _line(artefact, standing.words, standing.signature, artefact.changed_at, None, names, standing.author)
    past = [_line(row, str(state), signed, row.since, row.until, names, row.author) for row, state, signed in earlier]
    return VersionsPage(
        artefact=artefact,
        standing=standing,
        pathway=BY_SLUG[artefact.pathway_slug].name if artefact.pathway else "unmapped",
        versions=(present, *past),
        comments=tuple((row, names[row.by]) for row in comments),
        in_place=tuple(
            Remediation.objects.filter(artefact=artefact, in_place=True, outcome="replaced").order_by("-at")
        ),
        changes_by=names.get(changes_by, ""),
    )


def diff_page(artefact: Artefact, *, first: str, second: str, fix: str) -> DiffPage:
    """Two versions by number (default: the last two), or what one fix changed. Raises NotFound for what is not there."""
    texts = {row.version: row.text for row in artefact_versions(artefact)} | {artefact.version: artefact.text}
    choices = tuple((number, f"version {number}") for number in sorted(texts))
    if fix:
        return _diff_of_fix(artefact, fix, texts, choices)
    numbers = sorted(texts)
    right = _number(second, numbers[-1])
    left = _number(first, numbers[-2] if len(numbers) > 1 else numbers[-1])
    for number in (left, right):
        if number not in texts:
            raise NotFound("version", number)
    return DiffPage(
        artefact, f"version {left}", f"version {right}", compare(texts[left], texts[right]), choices, left, right
    )


def confirmation_words() -> str:
    """The sentence that a signature says."""
    return SAYS


def _diff_of_fix(artefact: Artefact, fix: str, texts: dict[int, str], choices: tuple[tuple[int, str], ...]) -> DiffPage:
    try:
        row = Remediation.objects.filter(artefact=artefact, pk=UUID(fix), outcome="replaced").first()
    except (ValueError, ValidationError):
        row = None
    if row is None:
        raise NotFound("fix", fix)
    before = row.before_text if row.in_place else texts.get(row.from_version, "")
    # A later fix in place kept the text that this one wrote.
    later = Remediation.objects.filter(artefact=artefact, in_place=True, before_digest=row.after_digest).first()
    after = later.before_text if later is not None else texts.get(row.to_version, artefact.text)
    return DiffPage(
        artefact, "before the fix", "after the fix", compare(before, after), choices, row.from_version, row.to_version
    )


def _number(raw: str, fallback: int) -> int:
    return int(raw) if raw.isdecimal() and len(raw) < 9 else fallback


def _line(
    row: Artefact | ArtefactVersion,
    state: str,
    signed: Signed | None,
    since: datetime,
    ended: datetime | None,
    names: dict[str, str],
    author: str,
) -> VersionLine:
    return VersionLine(
        version=row.version,
        title=row.title,
        state=state,
        author=names.get(author, "not known"),
        since=since,
        ended=ended,
        digest=row.digest,
        signed_by="" if signed is None else _signer(signed, names),
        signed_at=None if signed is None else signed.at,
        event_id=row.event_id,
    )


def _signer(signed: Signed, names: Mapping[str, str]) -> str:
    """Who signed, and where it was with a passkey of their own, that too."""
    own = " with their passkey" if signed.means == Means.PASSKEY else ""
    return f"{names.get(signed.by, signed.by)}{own}"
