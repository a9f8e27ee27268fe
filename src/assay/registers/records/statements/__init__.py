"""Clause 6.1.3: issued versions of the Statement of Applicability, frozen, approved and signed."""

from assay.registers.declaration import Expected, Field, Register, State

REGISTER = Register(
    slug="statements",
    name="Issued statement",
    plural="Issued Statements of Applicability",
    about="Each version holds all rows as they stood when it was issued; the approval is bound to exactly these.",
    group="Risk and impact",
    clauses=("6.1.3",),
    documents=("DI-07",),
    states=(
        State("draft", "Issued for approval", ("approved", "withdrawn"), waits=True),
        State(
            "approved",
            "Approved and signed",
            ("superseded",),
            signs=True,
            settled=True,
            on_edit="draft",
            replaces="superseded",
        ),
        State("superseded", "Superseded", (), closed=True),
        State("withdrawn", "Withdrawn", (), closed=True),
    ),
    four_eyes=True,
    fixed=True,
    covers="soa",
    evidence=Expected("The signed version", 365),
    fields=(
        Field("rows", "Rows", "snapshot", help="All 38 decisions as issued."),
        Field("rows_digest", "Digest of the rows", "text", column=True),
        Field("note", "What changed, and why", "long", searchable=True),
    ),
)
