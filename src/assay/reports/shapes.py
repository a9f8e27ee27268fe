"""What an audit has to say, as frozen values; every export and the programme page are made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """One open finding with its six attributions. `line` counts from 1 in the source file; `passage` is the
    sentence in which `quote` stands; `confidence` is 0 to 1000."""

    key: str
    bucket: str
    kind: str
    detector: str
    version: str
    family: str
    family_name: str
    defect: bool
    blocking: bool
    quote: str
    passage: str
    path: str
    line: int
    line_end: int
    title: str
    pathway: str
    pathway_name: str
    route: str
    governance: str
    legacy: bool
    confidence: int
    reasons: tuple[str, ...]
    rule: str

    @property
    def category(self) -> str:
        """The bucket, or "read" for what the detector held for a person's reading."""
        return "read" if self.bucket == "A" and not self.defect else self.bucket

    @property
    def place(self) -> str:
        """File and line as editors understand them."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class WholeReport:
    """The joint result of a programme, which stands beside its verdict and changes nothing of it (decision 0049).

    `said` is why the joint detector came to no conclusion, "" where it did; reasons of a finding name the artefacts.
    """

    verdict: Verdict
    verdict_digest: str
    said: str
    findings: tuple[ReportFinding, ...]


@dataclass(frozen=True)
class AuditReport:
    """The verdict over one programme with everything that must stand beside it."""

    programme: str
    title: str
    standard: str
    standard_name: str
    verdict: Verdict
    verdict_digest: str
    findings: tuple[ReportFinding, ...]
    silent_about: tuple[str, ...]
    artefacts_by_pathway: Mapping[str, int]
    unmapped: int
    whole: WholeReport | None = None

    def by_bucket(self) -> dict[str, int]:
        """Open findings per category, in the order A, B, C, own, read; those without one are 0."""
        counts = {"A": 0, "B": 0, "C": 0, "own": 0, "read": 0}
        for finding in self.findings:
            counts[finding.category] += 1
        return counts
