"""The words of the product, as data: one word for one thing, in code, on pages and in documents.

`source` names the clause in which a standard defines or uses the word; our definitions are in our own words. Where
no standard has a word we take our own and say so (`ours`). The glossary page is made from this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assay.core.errors import NotFound

_ISO: Final = "ISO/IEC 42001"


@dataclass(frozen=True, slots=True)
class Term:
    """One word: what we mean by it, where it comes from, and the words that we do not use for it."""

    word: str
    means: str
    source: str = ""
    instead_of: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        """Whether the word is our own, not a standard's."""
        return not self.source

    @property
    def slug(self) -> str:
        return self.word.lower().replace(" ", "-")


TERMS: Final[tuple[Term, ...]] = (
    Term(
        "organization",
        "the tenant: one AI management system with its scope",
        f"{_ISO} 4.3",
        ("workspace", "account", "company"),
    ),
    Term(
        "interested party",
        "who can affect, or is affected by, what the organization does with AI",
        f"{_ISO} 4.2",
        ("stakeholder",),
    ),
    Term(
        "AI system",
        "a register entry under governance, with its components and deployments",
        f"{_ISO} 4.3",
        ("project", "use case", "app"),
    ),
    Term("documented information", "what must be written down and kept under control", f"{_ISO} 7.5"),
    Term("obligation", "one thing that a clause, a law or a contract demands", f"{_ISO} 4.2", ("question",)),
    Term("control", "a measure of Annex A that treats a risk", f"{_ISO} Annex A", ("safeguard",)),
    Term("Statement of Applicability", "the versioned decision on every control", f"{_ISO} 6.1.3", ("gap list",)),
    Term("risk", "effect of uncertainty on what the organization wants to reach", f"{_ISO} 6.1.2", ("impact",)),
    Term("risk owner", "the person who answers for a risk and accepts what remains of it", f"{_ISO} 6.1.3"),
    Term("residual risk", "what remains of a risk after treatment", f"{_ISO} 6.1.3"),
    Term("impact", "consequence for individuals, groups or societies", f"{_ISO} 6.1.4", ("risk",)),
    Term("treatment", "what is done about a risk", f"{_ISO} 6.1.3", ("mitigation",)),
    Term("nonconformity", "an obligation that is not met", f"{_ISO} 10.2", ("issue", "ticket")),
    Term("corrective action", "what removes the cause of a nonconformity", f"{_ISO} 10.2"),
    Term("competence", "being able to do a task well, with evidence", f"{_ISO} 7.2"),
    Term("audit criteria", "what audit evidence is compared with", f"{_ISO} 9.2"),
    Term("concern", "an inbound report of adverse impact or worry", f"{_ISO} A.3.3, A.8.3", ("complaint",)),
    Term(
        "component",
        "a model, data set, prompt, tool, agent or index that an AI system is made of",
        instead_of=("asset",),
    ),
    Term("surface", "everything that could hold a defect of one kind"),
    Term("cell", "the smallest unit of a surface that is measured on its own"),
    Term("stratum", "a part of a surface that has its own coverage, such as a pathway"),
    Term("population", "the list of what should exist, from a source that the measurer does not control"),
    Term(
        "detector", "what measures cells; it has a version, a scope and a measured sensitivity", instead_of=("scanner",)
    ),
    Term("measurement", "what one version of one detector said of one state of one cell", instead_of=("check", "scan")),
    Term("canary", "a planted defect that shows how much a detector finds"),
    Term("sensitivity", "the share of defects of one kind that a detector finds; shown as a lower bound"),
    Term("strength", "how well a measurement is founded, from claimed to independently verified"),
    Term(
        "finding", "one located result of a detector or an auditor, with its bucket", instead_of=("alert", "violation")
    ),
    Term("defect", "a finding of category A, or of another kind that was declared defective"),
    Term("bucket", "A presented as governing, B encoded in titles or structure, C comparative or contextual"),
    Term("disposition", "a person's decision, with a reason, that a finding is not a defect"),
    Term(
        "verdict",
        "how much of a surface was looked at, what was found and what may remain; never one without the others",
        instead_of=("score", "rating"),
    ),
    Term("coverage", "the share of a surface, by weight, that was measured and still counts"),
    Term("content", "what was found where we looked, and how much may have been missed there"),
    Term("residual", "the most defects that may have been missed where we looked, at 95 % confidence"),
    Term("gate", "the decision point that a verdict can hold: publish, release, close", instead_of=("approval",)),
    Term("sweep", "a read-only measurement of a whole surface or portfolio", instead_of=("scan", "batch")),
    Term("evidence", "a thing observed, with who, how, where and when, and its digest"),
    Term("ledger", "the tamper-evident log of every change", instead_of=("audit trail table",)),
    Term("entry", "one line of the ledger: who did what to which thing, and when"),
    Term("checkpoint", "the signed size and root hash of the ledger at one moment"),
    Term("proof", "the few hashes that show an entry to be under a checkpoint"),
    Term("witness", "an independent party that signs only checkpoints that agree with those it saw before"),
    Term("programme", "the studio's course, with all that belongs to it", instead_of=("product",)),
    Term("artefact", "one generated piece of a programme", instead_of=("asset", "content item")),
    Term("pathway", "the way in which one kind of artefact is generated"),
    Term("context", "what every generator receives"),
    Term("stamp", "the provenance that an artefact carries: route, governance version, time"),
    Term("legacy", "an artefact without a stamp of the governance in force"),
    Term("grounding", "the standards knowledge that an artefact must rest on", instead_of=("template",)),
    Term("family", "a standard with its parts and editions"),
    Term("governing", "category A: a mention that lets another standard govern"),
    Term("structural", "category B: a mention that is part of a title or structure"),
    Term("comparative", "category C: a mention that compares or gives context"),
    Term("halt", "an authorised stop of a system's decisions", instead_of=("kill",)),
    Term("override", "a person's change of one decision"),
    Term("appeal", "an affected person's challenge of a decision", instead_of=("complaint",)),
    Term("drill", "a rehearsed act with a measured result", instead_of=("test",)),
    Term("pack", "the exported set of evidence that can be verified offline", instead_of=("report bundle",)),
)


def term(word: str) -> Term:
    """Return the term of a word, whatever its capitals. Raises NotFound."""
    found = _index().get(word.lower())
    if found is None:
        raise NotFound("term", word, hint="See core/terms.py for the words that we use.")
    return found


@lru_cache(maxsize=1)
def _index() -> dict[str, Term]:
    return {each.word.lower(): each for each in TERMS}
