"""Clause 5.3 and A.3.2: who answers for what, with a deputy, and what they may decide."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="roles",
    name="Role",
    plural="Roles",
    about="Responsibilities and authorities, each with a named holder and a deputy.",
    group="Context and leadership",
    clauses=("5.3", "A.3.2"),
    obligations=("5.3-01", "5.3-02", "5.3-03"),
    controls=("A.3.2",),
    states=live_states(),
    evidence=Expected("Appointment, and notice of it to those concerned", 365),
    title_label="Role",
    fields=(
        Field(
            "duty",
            "Stands for",
            "choice",
            True,
            choices=words(
                "conformity: Keeping the system in line with the standard",
                "reporting: Reporting performance to top management",
                "system: An AI system",
                "risk: Risk",
                "impact: Impact assessment",
                "data: Data",
                "oversight: Human oversight",
                "audit: Internal audit",
                "other: Another duty",
            ),
            column=True,
        ),
        Field("responsibilities", "Responsibilities", "long", True, searchable=True),
        Field("authority", "What the holder may decide, stop or spend", "long", True),
        Field("reports_to", "Reports to", "person"),
        Field("announced_on", "Made known on", "date", column=True),
        Field("systems", "AI systems concerned", "link", to=("ai-systems",)),
    ),
)
