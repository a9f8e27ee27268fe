"""Clause 8.1 and A.10.3: who supplies what matters to AI systems, and how it is kept in hand."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="suppliers",
    name="Supplier",
    plural="Suppliers",
    about="Suppliers of models, data, tools and services, evaluated before and during use.",
    group="Operation",
    clauses=("8.1", "A.10.3"),
    obligations=("8.1-06",),
    controls=("A.10.3",),
    states=live_states(),
    evidence=Expected("Evaluation, contract, assurance report", 365),
    title_label="Supplier",
    fields=(
        Field("supplies", "Supplies", "long", True, searchable=True),
        Field(
            "criticality",
            "How critical",
            "choice",
            True,
            choices=words("low: Low", "medium: Medium", "high: High"),
            column=True,
        ),
        Field("evaluation", "Evaluation, and on what it rests", "long", True),
        Field("evaluated_on", "Evaluated on", "date", since="current", column=True),
        Field("contract", "Contract", "text"),
        Field(
            "change_notice",
            "Tells of model changes",
            "choice",
            True,
            choices=words("days: In advance", "after: Afterwards", "never: Not at all"),
            column=True,
        ),
        Field("data_terms", "Terms for data", "long"),
        Field("exit", "Way out", "long", True),
    ),
)
