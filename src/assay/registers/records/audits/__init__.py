"""Clause 9.2: one internal audit: objectives, criteria, scope, sampling, independence, result."""

from assay.registers.declaration import Checked, Expected, Field, Register, State


def check(checked: Checked) -> dict[str, str]:
    """The lead auditor is not the one whose area is audited."""
    lead, audited = checked.data.get("lead_auditor"), checked.data.get("audited_person")
    if lead and lead == audited:
        return {"lead_auditor": "Somebody cannot audit their own area: choose another lead auditor."}
    return {}


REGISTER = Register(
    slug="audits",
    name="Audit",
    plural="Audits",
    about="Internal audits with their criteria, sample and result, by people who do not audit their own work.",
    group="Evaluation and improvement",
    clauses=("9.2.2", "9.2.1"),
    obligations=("9.2.1-02", "9.2.2-03", "9.2.2-04", "9.2.2-05"),
    documents=("DI-20",),
    states=(
        State("planned", "Planned", ("running", "cancelled")),
        State("running", "In hand", ("reported",), settled=True),
        State("reported", "Reported", ("running",), signs=True, settled=True, closed=True, on_edit="running"),
        State("cancelled", "Cancelled", ("planned",), closed=True),
    ),
    four_eyes=True,
    evidence=Expected("Working papers and the report", 730, 2),
    check=check,
    fields=(
        Field("objectives", "Objectives", "long", True),
        Field("criteria", "Criteria", "long", True, searchable=True),
        Field("area", "Scope", "long", True),
        Field("lead_auditor", "Lead auditor", "person", True, column=True),
        Field("audited_person", "Who answers for what is audited", "person", True, column=True),
        Field("independence", "Why the auditors are independent", "long", True),
        Field("population", "Population", "int", least=0, help="How many items the sample is drawn from."),
        Field("sample", "Sample size", "int", least=0),
        Field("sampling", "How the sample was drawn, with its seed", "text"),
        Field("held_on", "Held on", "date", since="running", column=True),
        Field("conclusion", "Conclusion", "long", since="reported"),
        Field("reported_to", "Reported to", "text", since="reported"),
        Field("programme", "Programme", "link", to=("audit-programme",)),
        Field("clauses_seen", "Controls seen", "link", to=("controls",)),
    ),
)
