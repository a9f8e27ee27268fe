"""Clauses 6.1.4 and 8.4, A.5.2 to A.5.5: consequences of an AI system for individuals, groups and societies.

The order of the fields is that of the guided assessment; guidance: ISO/IEC 42005, in words of our own.
"""

from assay.registers.declaration import Expected, Field, Register, State, steps, words
from assay.registers.records.impacts.rules import RATINGS, check, derive

SEVERITY = steps("Slight", "Noticeable", "Serious", "Grave", "Irreparable")
SCALE = steps("A few", "Tens", "Hundreds", "Thousands", "Millions")
LIKELIHOOD = steps("Rare", "Unlikely", "Possible", "Likely", "Almost certain")
UNDONE = words("easily: Easily", "effort: With effort", "hardly: Hardly", "never: Not at all")
TRIGGERS = words(
    "system: The system changes (purpose, tier, version, parts, where it is deployed)",
    "incident: A nonconformity or incident names the system",
    "change: An approved change asks to look at this again",
    "criteria: The method or its criteria change",
    "date: The day of the next review comes",
)

REGISTER = Register(
    slug="impacts",
    name="Impact assessment",
    plural="Impact assessments",
    about="What a system may do to individuals, groups and societies: its own object, criteria and approver, never a copy of the risk.",
    group="Risk and impact",
    clauses=("6.1.4", "8.4", "A.5.3"),
    obligations=("6.1.4-02", "6.1.4-03", "6.1.4-04", "6.1.4-05", "8.4-01", "8.4-02"),
    documents=("DI-10", "DI-18"),
    controls=("A.5.3", "A.5.4", "A.5.5"),
    states=(
        State("draft", "Draft", ("review",)),
        State("review", "In review", ("draft", "approved"), waits=True),
        State("approved", "Approved", ("reopened",), signs=True, settled=True, on_edit="reopened", signer="approver"),
        State("reopened", "Reopened", ("review",)),
    ),
    four_eyes=True,
    review_days=180,
    evidence=Expected("Who was consulted, and what they said", 180),
    derive=derive,
    check=check,
    fields=(
        Field("systems", "AI system", "link", True, to=("ai-systems",)),
        Field("context", "Technical and social setting, jurisdictions", "long", searchable=True, since="review"),
        Field("misuse", "Foreseeable misuse", "long", since="review"),
        Field(
            "groups",
            "Groups affected, also where several traits meet",
            "rows",
            since="review",
            help="One group a line. Name where traits meet: older people without a phone, women on part-time contracts.",
            columns=(
                Field("group", "Group", required=True),
                Field("meets", "Traits that meet in it"),
                Field("how", "How it is touched", required=True),
                Field("worst", "Worst for it", "scale", choices=SEVERITY),
            ),
        ),
        Field("individuals", "Effects on individuals", "long", searchable=True, since="review"),
        Field("severity", "Severity for individuals", "scale", since="review", choices=SEVERITY),
        Field("scale", "How many individuals are reached", "scale", since="review", choices=SCALE),
        Field("likelihood", "Likelihood for individuals", "scale", since="review", choices=LIKELIHOOD),
        Field("reversibility", "Can it be undone for individuals?", "choice", since="review", choices=UNDONE, column=True),
        Field("societies", "Effects on societies", "long", searchable=True, since="review"),
        Field("society_severity", "Severity for societies", "scale", since="review", choices=SEVERITY),
        Field("society_scale", "How far it reaches in societies", "scale", since="review", choices=SCALE),
        Field("society_likelihood", "Likelihood for societies", "scale", since="review", choices=LIKELIHOOD),
        Field("society_reversibility", "Can it be undone for societies?", "choice", since="review", choices=UNDONE),
        Field("rating", "Rating", "choice", derived=True, choices=RATINGS, column=True, public=True),
        Field("benefits", "Benefits, and for whom", "long", since="review", public=True),
        Field("measures", "What is done about it", "long", since="review"),
        Field("controls", "Controls needed", "link", to=("controls",)),
        Field(
            "remaining", "What remains after that, and why it is acceptable by our criteria", "long", since="review",
            help="Compare with the impact method: what it calls unacceptable cannot be approved.",
        ),
        Field("consulted", "Who was consulted", "long", since="review"),
        Field(
            "summary", "Summary in plain words", "long", since="review", searchable=True, public=True,
            help="For the people concerned: short sentences, no terms of art, no names of persons.",
        ),
        Field(
            "remedies", "What people affected can do", "long", public=True,
            help="How they can ask, object or have a person look again.",
        ),
        Field("public", "May the summary be published?", "bool"),
        Field("triggers", "What reopens it by itself", "multi", since="review", choices=TRIGGERS),
        Field("reopen_on", "What else reopens it", "long"),
        Field("approver", "Who is to approve it", "person", since="review", help="Somebody who wrote none of it.", column=True),
    ),
)  # fmt: skip
