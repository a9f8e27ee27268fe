"""Clause 9.1, A.6.2.6 and A.6.2.8: what is measured, how, when, by whom; and what was found."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="monitoring",
    name="Measure",
    plural="Monitoring plan",
    about="What is monitored and measured, by which method, when it is evaluated, and the latest result.",
    group="Evaluation and improvement",
    clauses=("9.1", "A.6.2.6", "A.6.2.8"),
    obligations=("9.1-01", "9.1-02", "9.1-03", "9.1-04"),
    documents=("DI-19",),
    controls=("A.6.2.6", "A.6.2.8"),
    states=live_states(),
    review_days=90,
    evidence=Expected("Results, from the system that measured", 90, 3),
    fields=(
        Field("what", "What is measured", "long", True, searchable=True),
        Field("method", "Method, and why its results are valid", "long", True),
        Field(
            "cadence",
            "Measured",
            "choice",
            True,
            choices=words(
                "continuous: Continuously", "daily: Daily", "weekly: Weekly", "monthly: Monthly", "quarterly: Quarterly"
            ),
            column=True,
        ),
        Field("evaluated", "Analysed and evaluated", "text", True),
        Field("threshold", "Threshold, and what follows beyond it", "text", True),
        Field("log_source", "Log or source", "text", True),
        Field("latest_value", "Latest result", "text", column=True),
        Field("measured_on", "Measured on", "date", column=True),
        Field("evaluation", "What it says about performance", "long"),
        Field("systems", "AI systems", "link", to=("ai-systems",)),
        Field("objectives", "Objectives", "link", to=("objectives",)),
    ),
)
