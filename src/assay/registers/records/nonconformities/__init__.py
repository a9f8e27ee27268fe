"""Clause 10.2: nonconformities: correction, cause, action, and whether it worked after a while."""

from datetime import date, timedelta

from assay.registers.declaration import Checked, Expected, Field, Register, State, words

EFFECT_AFTER = timedelta(days=30)


def check(checked: Checked) -> dict[str, str]:
    """The effect is judged some time after the action, by its result."""
    data = checked.data
    done, judged = data.get("action_done_on"), data.get("effect_checked_on")
    if done and judged and date.fromisoformat(judged) < date.fromisoformat(done) + EFFECT_AFTER:
        return {"effect_checked_on": f"Judge the effect at least {EFFECT_AFTER.days} days after the action was done."}
    return {}


REGISTER = Register(
    slug="nonconformities",
    name="Nonconformity",
    plural="Nonconformities",
    about="What did not conform, what was done at once, why it happened, what removes the cause, and whether that worked.",
    group="Evaluation and improvement",
    clauses=("10.2",),
    obligations=("10.2-01", "10.2-02", "10.2-03", "10.2-04", "10.2-05"),
    documents=("DI-22",),
    states=(
        State("open", "Open", ("corrected",), settled=True),
        State("corrected", "Corrected", ("cause-known",), settled=True),
        State("cause-known", "Cause known", ("action-done",), settled=True),
        State("action-done", "Action done, effect not checked", ("closed", "cause-known"), settled=True),
        State(
            "closed",
            "Closed, effect checked",
            ("cause-known",),
            signs=True,
            settled=True,
            closed=True,
            on_edit="action-done",
        ),
    ),
    four_eyes=True,
    review_days=30,
    evidence=Expected("The check of effect", 365, 3),
    check=check,
    fields=(
        Field(
            "source",
            "Found by",
            "choice",
            True,
            choices=words(
                "audit: Audit",
                "monitoring: Monitoring",
                "concern: Concern",
                "incident: Incident",
                "review: Review",
                "other: Otherwise",
            ),
            column=True,
        ),
        Field("nature", "What did not conform", "long", True, searchable=True),
        Field("requirement", "Requirement", "link", True, to=("obligations", "controls")),
        Field("found_on", "Found on", "date", True, column=True),
        Field("correction", "Correction, and its consequences dealt with", "long", since="corrected"),
        Field("cause", "Cause", "long", since="cause-known"),
        Field("similar", "Similar cases", "long", since="cause-known"),
        Field("action", "Action against the cause", "long", since="action-done"),
        Field("action_done_on", "Action done on", "date", since="action-done"),
        Field("system_change", "Change to the management system", "long"),
        Field("effect", "Effect", "long", since="closed"),
        Field("effect_checked_on", "Effect checked on", "date", since="closed", column=True),
        Field("systems", "AI systems", "link", to=("ai-systems",)),
    ),
)
