"""The governance rules in their versions, who was born under which, and the difference between two of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assay.accounts.access import SignedInRequest
from assay.accounts.pages import signed_in
from assay.reports.queries.governance import stamps_count
from assay.studio import governance
from assay.studio.governance import Change, Directive, directive_of
from assay.studio.signoff.diff import Row
from assay.studio.signoff.diff import compare as text_compare

BEFORE = Directive("none", ())
"""What was before the first version: no rules at all."""


@dataclass(frozen=True)
class VersionLine:
    """One version: its rules, whether it is in force, and how many artefacts are stamped with it."""

    directive: Directive
    current: bool
    artefacts: int


@dataclass(frozen=True)
class RuleChange:
    """What became of one rule; `rows` are the words side by side where it was reworded."""

    change: Change
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class GovernancePage:
    """All versions, the latest first, and how many artefacts are legacy, by what."""

    versions: tuple[VersionLine, ...]
    total: int
    unstamped: int
    unknown: tuple[tuple[str, int], ...]
    legacy: int

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Artefacts by what their stamp says."""
        return (
            *((each.directive.version, f"{each.artefacts:,}") for each in self.versions),
            *((f"{name}, unknown here", f"{count:,}") for name, count in self.unknown),
            ("No stamp", f"{self.unstamped:,}"),
            ("Legacy in all", f"{self.legacy:,} of {self.total:,}"),
        )

    @property
    def sentence(self) -> str:
        """Which rules are in force and how many artefacts were made under others."""
        rules = len(governance.CURRENT.rules)
        told = f"{rules} rules of {governance.CURRENT.version} govern what is generated"
        if not self.legacy:
            return f"{told}; no artefact was made under others."
        return f"{told}; {self.legacy:,} of {self.total:,} artefacts {'was' if self.legacy == 1 else 'were'} made under others or none."


@dataclass(frozen=True)
class ComparePage:
    """Two versions rule by rule."""

    before: Directive
    after: Directive
    changes: tuple[RuleChange, ...]
    choices: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """How many rules differ."""
        counts = Counter(each.change.kind for each in self.changes)
        told = [f"{counts[kind]} {kind}" for kind in ("added", "reworded", "removed", "kept") if counts[kind]]
        return f"From {_named(self.before)} to {self.after.version}: {', '.join(told) or 'nothing'}."


@require_safe
@signed_in("read")
def governance_page(request: SignedInRequest) -> HttpResponse:
    """The versions with their rules and the artefacts of this organization by version."""
    stamps, legacy = stamps_count(actor=request.actor)
    known = tuple(reversed(tuple(governance.VERSIONS.values())))
    page = GovernancePage(
        versions=tuple(VersionLine(each, each is governance.CURRENT, stamps[each.version]) for each in known),
        total=sum(stamps.values()),
        unstamped=stamps[""],
        unknown=tuple(
            (name, count) for name, count in sorted(stamps.items()) if name and name not in governance.VERSIONS
        ),
        legacy=legacy,
    )
    return render(request, "reports/governance.html", {"page": page})


@require_safe
@signed_in("read")
def governance_compare(request: SignedInRequest) -> HttpResponse:
    """Two versions side by side; without a choice the one in force against the one before it."""
    names = list(governance.VERSIONS)
    place = names.index(governance.CURRENT.version)
    default = names[place - 1] if place else BEFORE.version
    before = _version(request.GET.get("from", default))
    after = _version(request.GET.get("to", governance.CURRENT.version))
    changes = tuple(
        RuleChange(each, text_compare(each.before, each.after).rows if each.kind == "reworded" else ())
        for each in governance.compare(before, after)
    )
    choices = ((BEFORE.version, _named(BEFORE)), *((name, name) for name in names))
    return render(request, "reports/governance_compare.html", {"page": ComparePage(before, after, changes, choices)})


def _version(name: str) -> Directive:
    return BEFORE if name == BEFORE.version else directive_of(name)


def _named(directive: Directive) -> str:
    return "no rules" if directive is BEFORE else directive.version
