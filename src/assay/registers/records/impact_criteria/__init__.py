"""Clause 6.1.4 and A.5.2: how impacts on people and societies are assessed; their own criteria, not those of risk."""

from assay.registers.declaration import Expected, Field, Register, draft_approve

REGISTER = Register(
    slug="impact-criteria",
    name="Impact method",
    plural="Impact method and criteria",
    about="When an impact assessment is due, how deep, by whom, and what counts as severe for people and societies.",
    group="Risk and impact",
    clauses=("6.1.4", "A.5.2"),
    obligations=("6.1.4-01",),
    controls=("A.5.2",),
    states=draft_approve(),
    four_eyes=True,
    single=True,
    evidence=Expected("The approved method", 365),
    fields=(
        Field("process", "How impacts are assessed", "long", True, searchable=True),
        Field("triggers", "When one is due or reopened", "long", True),
        Field("depth", "How deep, by tier", "long", True),
        Field("severity_scale", "What each step of severity means", "long", True),
        Field("unacceptable", "What is never acceptable", "long", True),
        Field("consulted", "Who is consulted, and how", "long", True),
        Field("approvers", "Who approves, apart from the owner of the system", "long", True),
        Field("publication", "With whom results are shared", "long", True),
    ),
)
