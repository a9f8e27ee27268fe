"""Clause 9.3: management reviews. The inputs are read from live records and frozen when the meeting is held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assay.core.canonical import digest
from assay.registers.declaration import Expected, Field, Register, State, words

# What 9.3.2 asks for, in this order: (key, number in the standard, title). Those without a number we add.
SECTIONS = (
    ("earlier", "9.3.2 a", "Actions from earlier reviews"),
    ("issues", "9.3.2 b", "Changes in issues outside and inside"),
    ("parties", "9.3.2 c", "Changes in needs of interested parties"),
    ("nonconformities", "9.3.2 d 1", "Nonconformities and corrective actions"),
    ("monitoring", "9.3.2 d 2", "Results of monitoring and measurement"),
    ("audits", "9.3.2 d 3", "Results of audits"),
    ("objectives", "6.2", "Objectives"),
    ("risks", "8.2, 8.4", "Risks and impacts that changed"),
    ("opportunities", "9.3.2 e", "Chances to improve"),
)


def derive(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """`inputs_digest`, to which an approval is bound together with everything else."""
    return {"inputs_digest": digest(data["inputs"])} if data.get("inputs") else {}


REGISTER = Register(
    slug="reviews",
    name="Management review",
    plural="Management reviews",
    about="Top management looks at the whole system, decides, and somebody follows up.",
    group="Evaluation and improvement",
    clauses=("9.3.1", "9.3.2", "9.3.3"),
    obligations=("9.3.1-01", "9.3.2-01", "9.3.2-02", "9.3.2-03", "9.3.2-04", "9.3.3-01", "9.3.3-02"),
    documents=("DI-21",),
    states=(
        State("planned", "Planned", ("held",)),
        State("held", "Held", ("planned", "approved"), settled=True, waits=True),
        State("approved", "Results approved", ("held",), signs=True, settled=True, closed=True, on_edit="held"),
    ),
    four_eyes=True,
    evidence=Expected("Minutes", 365),
    derive=derive,
    fields=(
        Field("held_on", "Held on", "date", since="held", column=True),
        Field("attendees", "Present", "text", since="held", column=True),
        Field("inputs", "Inputs from live data", "snapshot", since="held"),
        Field("inputs_digest", "Digest of the inputs", derived=True),
        Field("earlier_actions", "What was said about earlier actions", "long"),
        Field("context_changes", "What was said about changes of context and of interested parties", "long"),
        Field("performance", "What was said about performance", "long"),
        Field("improvement", "What was said about chances to improve", "long"),
        Field(
            "decisions", "Decisions", "rows", since="approved",
            help="Each decision with somebody and a day becomes an action that is followed up once the results are approved.",
            columns=(
                Field("decision", "Decision", required=True),
                Field("kind", "About", "choice", choices=words("improve: Improvement", "change: Change of the system", "means: Resources", "noted: Noted only")),
                Field("who", "Who", "person"),
                Field("due_on", "By", "date"),
            ),
        ),
        Field("conclusion", "Is the system still suitable, adequate and effective?", "long", since="approved", searchable=True),
        Field("actions", "Other actions and changes that follow", "link", to=("improvements", "changes")),
    ),
)  # fmt: skip
