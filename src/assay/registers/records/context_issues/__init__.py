"""Clause 4.1: factors inside and outside that bear on what the management system is to deliver, climate among them."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="context-issues",
    name="Context issue",
    plural="Context issues",
    about="What inside and outside the organization bears on its purpose and on the intended results of the system.",
    group="Context and leadership",
    clauses=("4.1",),
    obligations=("4.1-01", "4.1-02"),
    states=live_states(),
    evidence=Expected("Minutes or analysis in which the issue was determined", 365),
    fields=(
        Field(
            "side",
            "Where it comes from",
            "choice",
            True,
            choices=words("internal: Internal", "external: External"),
            column=True,
        ),
        Field(
            "topic",
            "Topic",
            "choice",
            True,
            choices=words(
                "legal: Legal",
                "technology: Technology",
                "market: Market",
                "people: People and skills",
                "culture: Culture and values",
                "climate: Climate change",
                "other: Other",
            ),
            column=True,
        ),
        Field(
            "climate_relevant",
            "Does climate change make it relevant?",
            "choice",
            True,
            choices=words("yes: Yes", "no: No, with reasons below"),
            help="Clause 4.1 asks for a decision either way.",
        ),
        Field("description", "What the issue is", "long", True, searchable=True),
        Field("effect", "What it means for the system's intended results", "long", True, searchable=True),
        Field("systems", "AI systems concerned", "link", to=("ai-systems",)),
    ),
)
