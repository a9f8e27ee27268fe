"""A.10.2 and A.10.4: who is accountable for which duty between organization, partners, suppliers and customers."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="responsibilities",
    name="Responsibility",
    plural="Responsibilities",
    about="Each duty along the AI supply chain, with exactly one accountable party.",
    group="Operation",
    clauses=("A.10.2", "A.10.4"),
    controls=("A.10.2", "A.10.4"),
    states=live_states(),
    evidence=Expected("Contract or agreement in which both sides say so", 365),
    title_label="Duty",
    fields=(
        Field(
            "accountable",
            "Accountable",
            "choice",
            True,
            choices=words(
                "organization: The organization",
                "supplier: The supplier",
                "partner: A partner",
                "customer: The customer",
            ),
            column=True,
            help="Exactly one.",
        ),
        Field("accountable_name", "Who that is", "text", True, column=True),
        Field("consulted", "Others who take part", "text"),
        Field("duty", "What it covers", "long", True, searchable=True),
        Field("customer_needs", "What customers expect and need", "long"),
        Field("systems", "AI systems", "link", to=("ai-systems",)),
        Field("suppliers", "Suppliers", "link", to=("suppliers",)),
    ),
)
