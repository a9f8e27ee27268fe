"""Clause 7.2 and A.4.6: who must be able to do what, how it is shown, until when."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="competence",
    name="Competence",
    plural="Competence",
    about="A person, a competence their work needs, and what shows that they have it.",
    group="Support",
    clauses=("7.2", "A.4.6"),
    obligations=("7.2-01", "7.2-02", "7.2-03", "7.2-04"),
    documents=("DI-12",),
    controls=("A.4.6",),
    states=live_states(),
    evidence=Expected("Certificate, badge or assessed work", 730),
    title_label="Competence",
    fields=(
        Field("person", "Person", "person", True, column=True),
        Field("needed_for", "Work it is needed for", "long", True, searchable=True),
        Field(
            "gained_by",
            "Gained by",
            "choice",
            True,
            choices=words("education: Education", "training: Training", "experience: Experience", "gap: Not yet"),
            column=True,
        ),
        Field("gap_action", "What closes the gap", "long"),
        Field("checked", "How it was checked that the measure worked", "long"),
        Field("valid_until", "Valid until", "date", column=True, due="Renew it: the competence runs out."),
        Field(
            "badge", "Badge or certificate", "text", help="Number or address; badges of programmes count as evidence."
        ),
        Field(
            "programme",
            "Programme",
            "text",
            help="Short name of the programme; its badges renew this record by themselves.",
        ),
        Field("role", "Role", "link", to=("roles",)),
    ),
)
