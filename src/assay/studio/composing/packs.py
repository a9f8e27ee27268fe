"""Data packs of case companies: what an auditor is handed to work on, with what is planted in it."""

from __future__ import annotations

from assay.catalog import load_catalog
from assay.studio.composing.choice import lower, number, pick
from assay.studio.composing.documents import Document, Part, Table
from assay.studio.knowledge import Case, plain_reasons

PACKS = ("company", "soa", "risks", "impacts", "log")
LINES = 60
_WHY_IN = (
    "{id} is treated with it: {risk}",
    "needed for {id}: {risk}",
    "{id} cannot be lowered without it",
)


def pack(case: Case, part: str, seed: int) -> Document:
    """One document of a case company's pack."""
    return {"company": _company, "soa": _soa, "risks": _risks, "impacts": _impacts, "log": _log}[part](case, seed)


def _company(case: Case, seed: int) -> Document:
    return Document(
        title=f"{case.name} and its AI system {case.system}",
        parts=(
            Part(
                paragraphs=(
                    f"{case.name} is {case.place}. {case.system} is {case.what}.",
                    f"The AI system matters to {case.affected}.",
                    case.story,
                )
            ),
            Part(
                heading="Facts",
                table=Table(
                    heads=("What", "As told by the company"),
                    rows=(
                        ("AI roles", case.roles),
                        ("Data", case.data),
                        ("People", case.team),
                        ("Versions in the last year", ", ".join(case.versions)),
                    ),
                ),
            ),
            Part(
                heading="What you may ask for",
                points=(
                    f"The Statement of Applicability of {case.name}",
                    f"The AI risk register with {len(case.risks)} risks",
                    f"The impact assessment of {case.system}",
                    "Sixty lines of the event log",
                ),
            ),
        ),
    )


def _soa(case: Case, seed: int) -> Document:
    rows = []
    for control in load_catalog().controls:
        said = case.soa.get(control.number)
        if said is None:
            said = f"included: {_reason(case, control.number, seed)}"
        state, _, why = said.partition(": ")
        rows.append((control.number, control.title, state, why))
    return Document(
        title=f"Statement of Applicability of {case.name}",
        parts=(
            Part(
                paragraphs=(
                    f"All 38 controls of Annex A of ISO/IEC 42001 for the scope around {case.system}, as approved by the "
                    "management board.",
                ),
                table=Table(heads=("Control", "Title", "Decision", "Reason"), rows=tuple(rows)),
            ),
        ),
    )


def _reason(case: Case, control: str, seed: int) -> str:
    risk = next((risk for risk in case.risks if control in risk.controls), None)
    if risk is not None:
        words = pick(_WHY_IN, seed, case.key, control)
        return words.format(id=risk.id, risk=lower(risk.text))
    return pick(plain_reasons(control, case.system), case.key, control)


def _risks(case: Case, seed: int) -> Document:
    rows = tuple(
        (risk.id, risk.text, str(risk.level), risk.owner, ", ".join(risk.controls) or "none", str(risk.residual))
        for risk in case.risks
    )
    return Document(
        title=f"AI risk register of {case.name}",
        parts=(
            Part(
                paragraphs=(
                    f"Risks of {case.system}, assessed by the owners named. Levels run from 1 to 25; the register does not say "
                    "which level is acceptable.",
                ),
                table=Table(heads=("Risk", "What may happen", "Level", "Owner", "Controls", "Level left"), rows=rows),
            ),
        ),
    )


def _impacts(case: Case, seed: int) -> Document:
    rows = tuple((each.who, each.effect, each.severity, each.back, each.measure) for each in case.impacts)
    return Document(
        title=f"Impact assessment of {case.system}",
        parts=(
            Part(
                paragraphs=(
                    f"What {case.system}, {case.what}, does to people, as {case.name} sees it. Dated {case.dated}.",
                ),
                table=Table(heads=("Who", "Effect", "Severity", "Can it be undone", "Measure"), rows=rows),
            ),
        ),
    )


def _log(case: Case, seed: int) -> Document:
    """Sixty lines of log; who changed what, and what is missing, is settled by the case and not by the seed."""
    rows = []
    minute = 9 * 60
    told = case.log
    for line in range(LINES):
        if line % (LINES // len(told.days)) == 0:
            minute = 9 * 60
        minute += 1 + number(seed, case.key, "gap", line) % 9
        decision = told.first + line
        day = told.days[line * len(told.days) // LINES]
        output = told.fixed.get(str(decision), pick(case.outputs, seed, case.key, "output", line))
        changed = decision in told.changed
        follows = "" if decision in told.lost else told.after.get(output, "as proposed")
        rows.append(
            (
                f"{day} {minute // 60:02}:{minute % 60:02}",
                str(decision),
                "" if decision in told.blank else told.running[line * len(told.running) // LINES],
                output,
                "overridden" if changed else follows,
                pick(told.hands, seed, case.key, "who", line) if changed and day not in told.unsigned else "",
            )
        )
    return Document(
        title=f"Event log of {case.system}, {' and '.join(case.log.days)}",
        parts=(
            Part(
                paragraphs=(
                    f"Lines as {case.name} exports them. Decisions of the model are numbered; an empty cell is empty in the "
                    "original too.",
                ),
                table=Table(heads=("Time", "Decision", "Version", "Output", "What happened", "Role"), rows=tuple(rows)),
            ),
        ),
    )
