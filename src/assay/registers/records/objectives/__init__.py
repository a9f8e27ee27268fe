"""Clause 6.2, A.6.1.2 and A.9.3: what AI work is to achieve, measured."""

from assay.registers.declaration import Expected, Field, Register, State, words

REGISTER = Register(
    slug="objectives",
    name="Objective",
    plural="Objectives",
    about="Objectives with a measure, where its data comes from, a target and what was measured.",
    group="Risk and impact",
    clauses=("6.2", "A.6.1.2", "A.9.3"),
    obligations=("6.2-01", "6.2-02", "6.2-03", "6.2-04", "6.2-05"),
    documents=("DI-11",),
    controls=("A.6.1.2", "A.9.3"),
    states=(
        State("draft", "Draft", ("active",)),
        State("active", "Pursued", ("draft", "reached", "dropped"), settled=True),
        State("reached", "Reached", ("active",), settled=True, closed=True),
        State("dropped", "Dropped", ("draft",), closed=True),
    ),
    review_days=90,
    evidence=Expected("A measured value", 120, 3),
    fields=(
        Field(
            "kind",
            "Is about",
            "choice",
            True,
            choices=words(
                "development: Responsible development", "use: Responsible use", "management: The management system"
            ),
            column=True,
        ),
        Field("measure", "Measure", "text", True, searchable=True),
        Field(
            "data_source",
            "Where the data comes from",
            "text",
            help="System, query or record; an objective without data shows nothing.",
        ),
        Field("unit", "Unit", "text", True),
        Field("baseline", "Baseline", "text"),
        Field("target", "Target", "text", True, column=True),
        Field("due_on", "By", "date", True, column=True, due="Reach the objective."),
        Field("latest_value", "Latest value", "text", column=True),
        Field("measured_on", "Measured on", "date"),
        Field("actions", "What is done, with which means", "long", True),
        Field("judged_by", "How results are judged", "long", True),
        Field("told_to", "Made known to", "text", True),
        Field("systems", "AI systems", "link", to=("ai-systems",)),
        Field("controls", "Controls", "link", to=("controls",)),
    ),
)
