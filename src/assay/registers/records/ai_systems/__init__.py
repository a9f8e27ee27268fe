"""Clause 4.1, A.4, A.5, A.6 and A.9: the AI systems under governance; everything else hangs on them."""

from assay.registers.declaration import Expected, Field, Register, State, words

REGISTER = Register(
    slug="ai-systems",
    name="AI system",
    plural="AI systems",
    about="Every AI system the organization develops, provides or uses, with what it is for and whom it touches.",
    group="AI systems",
    clauses=("4.1", "A.4.2", "A.6.2.2", "A.9.4"),
    obligations=("4.1-03", "4.1-04"),
    controls=("A.6.2.2", "A.6.2.5", "A.6.2.7", "A.8.2", "A.9.2", "A.9.4"),
    states=(
        State("idea", "Proposed", ("building", "retired")),
        State("building", "In development", ("operating", "retired"), settled=True),
        State("operating", "In operation", ("suspended", "retired"), settled=True),
        State("suspended", "Suspended", ("operating", "retired"), settled=True),
        State("retired", "Retired", (), settled=True, closed=True),
    ),
    evidence=Expected("Technical documentation of the version in use", 180),
    review_days=180,
    title_label="System",
    fields=(
        Field("purpose", "Intended purpose", "long", True, searchable=True),
        Field("misuse", "Foreseeable misuse", "long", True),
        Field(
            "own_roles",
            "Roles of the organization",
            "multi",
            True,
            choices=words(
                "provider: Provider", "producer: Producer", "customer: Customer", "partner: Partner", "subject: Subject"
            ),
            column=True,
        ),
        Field(
            "tier",
            "Risk tier",
            "choice",
            True,
            choices=words("low: Low", "limited: Limited", "high: High", "prohibited: Prohibited"),
            column=True,
        ),
        Field("tier_reason", "Why this tier", "long", True),
        Field("affected", "Groups affected", "long", True),
        Field("people_count", "People affected in a year", "int", least=0, unit="people"),
        Field("deployments", "Where it is deployed, and for whom", "long", True),
        Field("version_in_use", "Version in use", "text", column=True),
        Field("jurisdictions", "Jurisdictions", "text", True),
        Field("learns", "Keeps learning in operation", "bool"),
        Field("oversight", "Who can override it, and how", "long", True),
        Field("user_information", "What users are told, and where", "long"),
        Field("components", "Components", "link", to=("components",)),
        Field("suppliers", "Suppliers", "link", to=("suppliers",)),
        Field("data", "Data resources", "link", to=("data-resources",)),
    ),
)
