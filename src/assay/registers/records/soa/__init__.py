"""Clause 6.1.3: the decision on each control of Annex A. Thirty-eight rows, made by the product, decided by people."""

from assay.registers.declaration import Expected, Field, Register, State, words
from assay.registers.records.soa.rules import check

REGISTER = Register(
    slug="soa",
    name="Control decision",
    plural="Statement of Applicability",
    about="One decision for every control of Annex A: included or excluded, why, and what needs it.",
    group="Risk and impact",
    clauses=("6.1.3", "8.1"),
    obligations=("6.1.3-03", "6.1.3-04", "6.1.3-05", "6.1.3-08", "8.1-02"),
    documents=("DI-09",),
    states=(
        State("undecided", "Not decided", ("decided",)),
        State("decided", "Decided", ("undecided",), settled=True),
    ),
    fixed=True,
    evidence=Expected("The control at work", 180, 3),
    check=check,
    fields=(
        Field("control", "Control", "text", True, column=True, help="Number in Annex A."),
        Field(
            "applies",
            "Decision",
            "choice",
            choices=words("included: Included", "excluded: Excluded"),
            since="decided",
            column=True,
        ),
        Field("justification", "Justification", "long", since="decided", searchable=True),
        Field(
            "reasons",
            "Needed because of",
            "multi",
            choices=words("risk: Risk", "impact: Impact", "law: Law", "contract: Contract", "policy: Own policy"),
        ),
        Field(
            "implementation",
            "Implementation",
            "choice",
            choices=words("none: Not begun", "planned: Planned", "partly: In part", "done: In operation"),
            column=True,
        ),
        Field("description", "How it is put in place here", "long", searchable=True),
        Field("guidance", "How the guidance of Annex B was used", "long"),
        Field("legal_basis", "Law or contract that needs it", "text"),
        Field("due_on", "To be in operation by", "date", due="Have the control in operation."),
        Field("risks", "Risks that need it", "link", to=("risks",)),
        Field("impacts", "Impacts that need it", "link", to=("impacts",)),
        Field("objectives", "Objectives it serves", "link", to=("objectives",)),
    ),
)
