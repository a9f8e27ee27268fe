"""Clause 5.1: what leaders did so that the system works: acts with dates, not declarations."""

from assay.registers.declaration import Expected, Field, Register, open_done, words

REGISTER = Register(
    slug="leadership",
    name="Leadership act",
    plural="Leadership",
    about="What top management did: resources given, importance explained, people supported, improvement pushed.",
    group="Context and leadership",
    clauses=("5.1",),
    obligations=("5.1-03", "5.1-04", "5.1-05", "5.1-06", "5.1-07", "5.1-08"),
    states=open_done(done_title="Done and shown"),
    evidence=Expected("Minutes, message or budget decision", 365),
    fields=(
        Field(
            "shows",
            "What it shows",
            "multi",
            True,
            choices=words(
                "resources: Resources given",
                "importance: Importance explained",
                "results: Results seen to",
                "support: Contributors backed",
                "improvement: Improvement pushed",
                "managers: Other managers helped to lead",
            ),
            column=True,
        ),
        Field("act", "What was done, by whom", "long", True, searchable=True),
        Field("done_on", "On", "date", column=True),
    ),
)
