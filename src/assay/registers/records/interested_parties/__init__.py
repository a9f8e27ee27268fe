"""Clause 4.2: who has a stake in how AI is managed, what they require, and which of it the system takes on."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="interested-parties",
    name="Interested party",
    plural="Interested parties",
    about="Who has a stake in how AI is managed here, what they need or demand, and what of it is taken on.",
    group="Context and leadership",
    clauses=("4.2",),
    obligations=("4.2-01", "4.2-02", "4.2-03"),
    states=live_states(),
    evidence=Expected("Consultation, contract or law from which the requirement comes", 365),
    title_label="Party",
    fields=(
        Field(
            "kind",
            "Kind",
            "choice",
            True,
            choices=words(
                "affected: People affected",
                "customer: Customer",
                "user: User",
                "employee: Employees",
                "regulator: Regulator",
                "supplier: Supplier",
                "owner: Owner or investor",
                "society: Society",
            ),
            column=True,
        ),
        Field("needs", "Needs and expectations", "long", True, searchable=True),
        Field(
            "binding",
            "How binding",
            "choice",
            True,
            choices=words(
                "legal: Law", "contract: Contract", "voluntary: Taken on freely", "expectation: Expected only"
            ),
            column=True,
        ),
        Field(
            "taken_on",
            "Is it taken on by the system?",
            "choice",
            True,
            choices=words("yes: Yes", "partly: In part", "no: No"),
            column=True,
        ),
        Field("reason", "Why, and how it is met", "long", True),
        Field("legal_basis", "Law or contract", "text", help="Named exactly: article, section or contract number."),
        Field("controls", "Controls it needs", "link", to=("controls",)),
    ),
)
