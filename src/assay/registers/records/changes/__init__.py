"""Clauses 6.3 and 8.1: changes to the management system and to systems, planned before they happen."""

from assay.registers.declaration import Expected, Field, Register, State, words

REGISTER = Register(
    slug="changes",
    name="Change",
    plural="Changes",
    about="Changes that are planned, and unplanned ones that were looked into.",
    group="Operation",
    clauses=("6.3", "8.1"),
    obligations=("6.3-01", "8.1-05"),
    states=(
        State("proposed", "Proposed", ("approved", "rejected"), waits=True),
        State("approved", "Approved", ("done", "rejected"), signs=True, settled=True, on_edit="proposed"),
        State("done", "Done and reviewed", (), settled=True, closed=True),
        State("rejected", "Rejected", ("proposed",), closed=True),
    ),
    four_eyes=True,
    evidence=Expected("What was checked before and after", 365),
    fields=(
        Field("what", "What changes, and why", "long", True, searchable=True),
        Field(
            "planned",
            "Was it planned?",
            "choice",
            True,
            choices=words("planned: Planned", "unplanned: Not planned"),
            column=True,
        ),
        Field("effects", "Possible consequences", "long", True),
        Field("integrity", "How the system stays whole meanwhile", "long", True),
        Field("resources", "Resources and responsibilities", "long", True),
        Field("due_on", "Date", "date", True, column=True, due="Carry the change out."),
        Field("outcome", "What came of it", "long", since="done"),
        Field("systems", "AI systems", "link", to=("ai-systems",)),
        Field("reopens", "Risks and impacts to look at again", "link", to=("risks", "impacts")),
    ),
)
