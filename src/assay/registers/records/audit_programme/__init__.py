"""Clause 9.2.2: the audit programme: frequency, methods, responsibilities, weight by importance and earlier results."""

from assay.registers.declaration import Expected, Field, Register, draft_approve

REGISTER = Register(
    slug="audit-programme",
    name="Audit programme",
    plural="Audit programme",
    about="Which parts of the system are audited when, how often, by which methods, and why in that order.",
    group="Evaluation and improvement",
    clauses=("9.2.2", "9.2.1"),
    obligations=("9.2.1-01", "9.2.2-01", "9.2.2-02", "9.2.2-06"),
    states=draft_approve(),
    four_eyes=True,
    evidence=Expected("The approved programme", 365),
    fields=(
        Field("period", "Period", "text", True, column=True),
        Field("coverage", "What is covered, and how often", "long", True, searchable=True),
        Field("weighting", "Weight by importance and earlier results", "long", True),
        Field("methods", "Methods", "long", True),
        Field("auditors", "How auditors are chosen", "long", True),
        Field("reporting", "To whom results are reported", "long", True),
    ),
)
