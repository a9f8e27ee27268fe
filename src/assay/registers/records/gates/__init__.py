"""Clause 8.1 and A.6: gates of the life cycle, what each needs, and the decision at it."""

from assay.registers.declaration import Expected, Field, Register, State, words

REGISTER = Register(
    slug="gates",
    name="Gate",
    plural="Operational gates",
    about="Planned and controlled operation: each life-cycle gate of a system, what had to be there, and who let it through.",
    group="Operation",
    clauses=("8.1", "A.6.1.3", "A.6.2.4"),
    obligations=("8.1-03", "8.1-04"),
    documents=("DI-15",),
    controls=("A.6.1.3", "A.6.2.3", "A.6.2.4"),
    states=(
        State("planned", "Planned", ("ready",)),
        State("ready", "Ready for decision", ("planned", "passed", "held")),
        State("passed", "Passed", ("planned",), signs=True, settled=True, closed=True, on_edit="planned"),
        State("held", "Held", ("ready",), settled=True),
    ),
    four_eyes=True,
    evidence=Expected("Test results and records that the gate asks for", 180, 3),
    fields=(
        Field(
            "phase",
            "Phase",
            "choice",
            True,
            choices=words(
                "inception: Inception",
                "design_development: Design and development",
                "verification_validation: Verification and validation",
                "deployment: Deployment",
                "operation_monitoring: Operation and monitoring",
                "continuous_validation: Continuous validation",
                "re_evaluation: Re-evaluation",
                "retirement: Retirement",
            ),
            column=True,
        ),
        Field("systems", "AI system", "link", True, to=("ai-systems",)),
        Field("criteria", "Criteria, set before", "long", True, searchable=True),
        Field("results", "What was found", "long", since="ready"),
        Field("open_points", "Open points, and who takes them", "long"),
        Field("decided_on", "Decided on", "date", since="passed", column=True),
    ),
)
