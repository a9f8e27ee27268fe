"""Clauses 7.3 and 7.4, A.8.5: who is told what, when and how; and who knows it."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="communication",
    name="Communication",
    plural="Awareness and communication",
    about="What is communicated inside and outside, to whom, when, by which means; and the awareness it creates.",
    group="Support",
    clauses=("7.3", "7.4", "A.8.5"),
    obligations=("7.3-01", "7.3-02", "7.3-03", "7.4-01"),
    controls=("A.8.5",),
    states=live_states(),
    evidence=Expected("What was sent, or attendance and results", 365),
    fields=(
        Field(
            "side",
            "Inside or outside",
            "choice",
            True,
            choices=words("internal: Inside", "external: Outside"),
            column=True,
        ),
        Field("subject", "What is communicated", "long", True, searchable=True),
        Field(
            "covers",
            "Awareness of",
            "multi",
            choices=words(
                "policy: The AI policy",
                "contribution: One's own contribution",
                "consequences: What follows if requirements are not met",
            ),
        ),
        Field("audience", "To whom", "text", True, column=True),
        Field("when", "When", "text", True),
        Field("means", "By which means", "text", True),
        Field("reached", "Share reached", "int", least=0, most=100, unit="%"),
    ),
)
