"""Clause 5.2 and A.2: the AI policy, its commitments, its alignment with other policies, its review."""

from assay.registers.declaration import Expected, Field, Register, draft_approve, reading_fields

REGISTER = Register(
    slug="ai-policy",
    name="AI policy",
    plural="AI policy",
    about="What the organization commits to when it develops, provides or uses AI, approved by top management.",
    group="Context and leadership",
    clauses=("5.2", "5.1"),
    obligations=("5.1-01", "5.2-01", "5.2-02", "5.2-03", "5.2-04", "5.2-05", "5.2-06"),
    documents=("DI-03",),
    controls=("A.2.2", "A.2.3", "A.2.4"),
    states=draft_approve(),
    four_eyes=True,
    single=True,
    evidence=Expected("Approval by top management and acknowledgement by the people concerned", 365),
    fields=(
        Field("text", "The policy", "long", True, searchable=True),
        Field("purpose_fit", "How it suits what the organization is for", "long", True),
        Field("objectives_frame", "The frame it gives for objectives", "long", True),
        Field("commit_requirements", "Commits to meet applicable requirements", "bool", True),
        Field("commit_improvement", "Commits to continual improvement", "bool", True),
        Field("other_policies", "Other policies it touches, and how conflicts are settled", "long", True),
        Field("exceptions", "Who may approve exceptions, and for how long", "long", True),
        Field("audience", "Known to whom, by which means", "long", True),
        *reading_fields(),
        Field("public_address", "Where interested parties can read it", "text", column=True),
    ),
)
