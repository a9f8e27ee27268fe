"""Clause 4.3: the boundary of the management system, as one controlled statement."""

from assay.registers.declaration import Expected, Field, Register, draft_approve

REGISTER = Register(
    slug="scope",
    name="Scope statement",
    plural="Scope",
    about="Which systems, activities, units and sites are inside the management system, and which are not.",
    group="Context and leadership",
    clauses=("4.3",),
    obligations=("4.3-01", "4.3-02", "4.3-03", "4.3-04"),
    documents=("DI-01",),
    states=draft_approve(),
    four_eyes=True,
    single=True,
    evidence=Expected("The approved statement", 365),
    fields=(
        Field("statement", "Scope statement", "long", True, searchable=True, help="As it will stand on a certificate."),
        Field("activities", "Activities and services inside", "long", True),
        Field("units", "Units and sites inside", "long", True, column=True),
        Field("interfaces", "Interfaces and dependencies", "long", True),
        Field("exclusions", "What is left out, and why", "long", True),
        Field("issues", "Issues it follows from", "link", to=("context-issues",)),
        Field("parties", "Requirements it follows from", "link", to=("interested-parties",)),
        Field("systems", "AI systems inside", "link", to=("ai-systems",)),
    ),
)
