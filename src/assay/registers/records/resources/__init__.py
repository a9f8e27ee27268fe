"""Clause 7.1 and A.4.2: what the system and its AI systems need, and what is there."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="resources",
    name="Resource",
    plural="Resources",
    about="People, money, tools, compute and time that the management system needs, and whether they are there.",
    group="Support",
    clauses=("7.1", "A.4.2", "A.4.6"),
    obligations=("7.1-01",),
    controls=("A.4.2", "A.4.6"),
    states=live_states(),
    evidence=Expected("Budget line, contract or assignment", 365),
    fields=(
        Field(
            "kind",
            "Kind",
            "choice",
            True,
            choices=words(
                "people: People",
                "money: Money",
                "tools: Tools",
                "compute: Compute",
                "time: Time",
                "knowledge: Knowledge",
            ),
            column=True,
        ),
        Field("need", "What is needed, and for what", "long", True, searchable=True),
        Field(
            "there", "Is it there?", "choice", True, choices=words("yes: Yes", "partly: In part", "no: No"), column=True
        ),
        Field("amount", "Amount in a year", "money", unit="EUR"),
        Field("systems", "AI systems", "link", to=("ai-systems",)),
    ),
)
