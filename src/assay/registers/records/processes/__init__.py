"""Clauses 4.4 and 5.1: the processes of the management system and how they hang together."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="processes",
    name="Process",
    plural="Processes",
    about="The processes of the management system, their links, and the business process that each is built into.",
    group="Context and leadership",
    clauses=("4.4", "5.1", "8.1"),
    obligations=("4.4-01", "4.4-02", "5.1-02", "8.1-01"),
    documents=("DI-02",),
    states=live_states(),
    evidence=Expected("A run of the process", 365),
    fields=(
        Field("purpose", "Purpose", "long", True, searchable=True),
        Field("business_process", "Business process it is built into", "text", True, column=True),
        Field("inputs", "Inputs, and from where", "long", True),
        Field("outputs", "Outputs, and for whom", "long", True),
        Field("criteria", "Criteria by which it is controlled", "long", True),
        Field(
            "cadence",
            "How often it runs",
            "choice",
            True,
            choices=words(
                "continuous: Continuously",
                "weekly: Weekly",
                "monthly: Monthly",
                "quarterly: Quarterly",
                "yearly: Yearly",
                "event: On an event",
            ),
            column=True,
        ),
        Field("next", "Processes it feeds", "link", to=("processes",)),
    ),
)
