"""Clause 10.1: chances to improve, taken or not."""

from assay.registers.declaration import Expected, Field, Register, open_done, words

REGISTER = Register(
    slug="improvements",
    name="Improvement",
    plural="Improvements",
    about="What could make the system fitter, and what was done about it.",
    group="Evaluation and improvement",
    clauses=("10.1",),
    obligations=("10.1-01",),
    states=open_done("Proposed", "Done"),
    evidence=Expected("The difference it made", 365),
    fields=(
        Field("idea", "What, and why", "long", True, searchable=True),
        Field(
            "origin",
            "From",
            "choice",
            True,
            choices=words(
                "review: Management review",
                "audit: Audit",
                "people: People who do the work",
                "monitoring: Monitoring",
                "outside: Outside",
            ),
            column=True,
        ),
        Field("result", "What it changed", "long", since="done"),
        Field("due_on", "By", "date", column=True, due="Finish it."),
        Field("review", "Decided in", "link", to=("reviews",)),
    ),
)
