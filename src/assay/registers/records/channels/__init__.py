"""A.3.3, A.8.3 and A.8.4: the ways in for concerns and reports, and out for incidents."""

from assay.registers.declaration import Expected, Field, Register, live_states, words

REGISTER = Register(
    slug="channels",
    name="Reporting channel",
    plural="Reporting channels",
    about="Where people report concerns and adverse impacts, and how incidents are told to those they concern.",
    group="Support",
    clauses=("A.3.3", "A.8.3", "A.8.4"),
    controls=("A.3.3", "A.8.3", "A.8.4"),
    states=live_states(),
    evidence=Expected("A test report that went through the channel", 180, 4),
    title_label="Channel",
    fields=(
        Field(
            "kind",
            "For",
            "choice",
            True,
            choices=words(
                "concern: Concerns from inside",
                "adverse: Adverse impacts from outside",
                "incident: Telling about incidents",
            ),
            column=True,
        ),
        Field("address", "Address", "text", True, column=True),
        Field("for_whom", "Who can use it", "text", True),
        Field("protection", "How people who report are protected", "long", True),
        Field("clock", "Answer within", "int", True, unit="days", least=0, column=True),
        Field("handled_by", "How a report is handled, step by step", "long", True, searchable=True),
        Field("tested_on", "Last tested", "date"),
    ),
)
