"""Clause 9.3: management reviews. Inputs are filled from live data when the review is prepared."""

from assay.registers.declaration import Expected, Field, Register, State

REGISTER = Register(
    slug="reviews",
    name="Management review",
    plural="Management reviews",
    about="Top management looks at the whole system, decides, and somebody follows up.",
    group="Evaluation and improvement",
    clauses=("9.3.1", "9.3.2", "9.3.3"),
    obligations=("9.3.1-01", "9.3.2-01", "9.3.2-02", "9.3.2-03", "9.3.2-04", "9.3.3-01", "9.3.3-02"),
    documents=("DI-21",),
    states=(
        State("planned", "Planned", ("held",)),
        State("held", "Held", ("planned", "approved"), settled=True),
        State("approved", "Results approved", ("held",), signs=True, settled=True, closed=True, on_edit="held"),
    ),
    four_eyes=True,
    evidence=Expected("Minutes", 365),
    fields=(
        Field("held_on", "Held on", "date", since="held", column=True),
        Field("attendees", "Present", "text", since="held", column=True),
        Field("inputs", "Inputs from live data", "snapshot", help="Filled by “Fill inputs”; frozen with the review."),
        Field("earlier_actions", "Where earlier actions stand", "long", since="held"),
        Field("context_changes", "Changes of context and of interested parties", "long", since="held"),
        Field("performance", "Performance: nonconformities, results, audits", "long", since="held"),
        Field("improvement", "Chances to improve", "long", since="held"),
        Field("decisions", "Decisions", "long", since="held", searchable=True),
        Field("actions", "Actions that follow", "link", to=("improvements", "changes")),
    ),
)
