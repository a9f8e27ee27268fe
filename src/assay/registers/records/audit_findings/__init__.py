"""Clause 9.2: what an audit found: requirement, objective evidence, and whether it is a nonconformity."""

from assay.registers.declaration import Expected, Field, Register, State, words

REGISTER = Register(
    slug="audit-findings",
    name="Audit finding",
    plural="Audit findings",
    about="Each finding names the requirement, the evidence seen and the criterion; without these it is an opinion.",
    group="Evaluation and improvement",
    clauses=("9.2.2", "10.2"),
    documents=("DI-20",),
    states=(
        State("raised", "Raised", ("agreed", "contested")),
        State("contested", "Contested", ("agreed", "withdrawn")),
        State("agreed", "Agreed", ("closed",), settled=True),
        State("closed", "Closed", ("agreed",), settled=True, closed=True),
        State("withdrawn", "Withdrawn", (), closed=True),
    ),
    review_days=90,
    evidence=Expected("What the auditor saw", 730),
    fields=(
        Field(
            "grade",
            "Grade",
            "choice",
            True,
            choices=words(
                "major: Major nonconformity",
                "minor: Minor nonconformity",
                "observation: Observation",
                "strength: Strength",
            ),
            column=True,
        ),
        Field(
            "requirement",
            "Requirement",
            "link",
            to=("obligations", "controls"),
            help="A finding without one can be contested.",
        ),
        Field(
            "modal",
            "What the requirement says",
            "choice",
            True,
            choices=words("shall: shall", "should: should", "own: our own rule"),
            column=True,
            help="A “should” is no requirement.",
        ),
        Field("seen", "Objective evidence", "long", searchable=True),
        Field("criterion", "Criterion", "long"),
        Field("reply", "Reply", "long"),
        Field("audit", "Audit", "link", True, to=("audits",)),
        Field("nonconformity", "Nonconformity", "link", to=("nonconformities",)),
    ),
)
