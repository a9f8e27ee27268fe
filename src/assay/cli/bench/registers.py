"""The part of `assay bench pages` that fills the registers: records through the real services, the same for the same seed."""

from __future__ import annotations

import gc
import random
import statistics
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from assay.cli.start import sequence, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from assay.accounts.access import Actor

RISKS = 1_000
WORDS = (
    "model", "data", "bias", "drift", "outage", "supplier", "prompt", "learner", "certificate", "audit", "evidence", "tutor",
    "answer", "harm", "delay", "cost", "law", "privacy", "leak", "grade", "appeal", "index", "agent", "tool", "policy", "owner",
    "review", "threshold", "dialect", "consent", "retention", "override",
)  # fmt: skip
IMPORTED = 2_000


def fill(actor: Actor, records: int, seed: int = 1) -> None:
    """1,000 risks and a decided Statement of Applicability, judged; then improvements up to `records` for the search."""
    from assay.registers.models import Record
    from assay.registers.services.measuring import system_measure
    from assay.registers.services.soa import soa_decide, soa_open

    now, rng = utc_now(), random.Random(seed)  # noqa: S311 — reproducible material, nothing secret
    _imported(actor, "risks", [_risk(rng, number) for number in range(RISKS)])
    soa_open(actor=actor, now=now)
    for row in Record.objects.filter(organization=actor.organization, register="soa"):
        control = row.data["control"]
        soa_decide(
            actor=actor, control=control, now=now,
            data={"applies": "included", "justification": f"{control}: {_said(rng, 14)}.", "reasons": ["policy"], "description": _said(rng, 8)},
        )  # fmt: skip
    system_measure(actor=actor, now=now)
    sequence(now)
    improvements = [_improvement(rng, number) for number in range(min(records, IMPORTED))]
    if improvements:
        _imported(actor, "improvements", improvements)
    sequence(now)
    for start in range(IMPORTED, records, IMPORTED):
        _rows(actor, [_improvement(rng, number) for number in range(start, min(records, start + IMPORTED))], start)


def _rows(actor: Actor, rows: list[dict[str, str]], start: int) -> None:
    """Records as an import makes them, without versions and entries: what is measured here is how they are read."""
    from assay.registers.models import Record
    from assay.registers.registry import register_of
    from assay.registers.values import search_text

    declared, now = register_of("improvements"), utc_now()
    made = []
    for number, row in enumerate(rows, start + 1):
        data = {"idea": row["What, and why"], "origin": row["From"]}
        made.append(
            Record(
                organization=actor.organization, register=declared.slug, number=number, title=row["Title"], data=data,
                state=declared.initial, author=actor.person, review_on=now.date() + timedelta(days=declared.review_days),
                search_text=search_text(declared, number, row["Title"], data), created_at=now, updated_at=now,
            )
        )  # fmt: skip
    Record.objects.bulk_create(made, batch_size=500)


def _said(rng: random.Random, count: int) -> str:
    return " ".join(rng.choices(WORDS, k=count))


def _risk(rng: random.Random, number: int) -> dict[str, str]:
    return {
        "Title": f"Risk {number + 1} {_said(rng, 3)}", "Kind": "risk", "Risk source": "model", "What may happen": _said(rng, 24),
        "Causes": _said(rng, 12), "Consequences for the organization": _said(rng, 16), "Likelihood": str(rng.randint(1, 5)),
        "Consequence": str(rng.randint(1, 5)),
    }  # fmt: skip


def _improvement(rng: random.Random, number: int) -> dict[str, str]:
    return {"Title": f"Improvement {number + 1} {_said(rng, 4)}", "What, and why": _said(rng, 24), "From": "audit"}


def _imported(actor: Actor, register: str, rows: list[dict[str, str]]) -> None:
    """Rows as a spreadsheet would bring them."""
    from assay.registers.services.importing import import_apply, import_read

    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    content = "\n".join(lines).encode()
    run = import_read(actor=actor, register=register, name=f"{register}.csv", content=content, now=utc_now())
    import_apply(run=run, actor=actor, now=utc_now())


def figures(client: Any, runs: int, records: int) -> dict[str, Any]:
    """Wall and CPU time of the server in milliseconds per page, with its number of statements."""
    addresses = {
        "risks_json_1000": "/system/registers/risks?format=json",
        "risks_list": "/system/registers/risks",
        "risks_list_filtered": "/system/registers/risks?q=drift&f-source=model&state=identified&sort=-level",
        "soa_38_controls": "/system/soa",
        "home": "/system",
        "obligations": "/system/obligations",
        "risk_matrix": "/system/risks/matrix",
        "crosswalk": "/system/crosswalk",
    }
    if records:
        addresses |= {
            "search_many_found": "/system/registers/improvements?q=drift",
            "search_few_found": f"/system/registers/improvements?q=improvement+{records}",
            "search_two_words": "/system/registers/improvements?q=drift+dialect",
        }
    found: dict[str, Any] = {"search_records": records}
    for name, address in addresses.items():
        found |= told(name, measured(partial(client.get, address), runs))
    return found


@dataclass(frozen=True)
class Times:
    """Milliseconds of the runs: the median of wall time, median and best of CPU time; statements of one call."""

    wall: float
    cpu: float
    best: float
    queries: int


def told(name: str, times: Times) -> dict[str, Any]:
    """The figures of one page under its name."""
    return {
        f"{name}_ms_median": round(times.wall, 1), f"{name}_cpu_ms": round(times.cpu, 1),
        f"{name}_cpu_ms_best": round(times.best, 1), f"{name}_queries": times.queries,
    }  # fmt: skip


def measured(ask: Callable[[], Any], runs: int) -> Times:
    """Ask once for the statements, then `runs` times for the times. Raises RuntimeError for another answer than 200."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    queries = len(captured)  # now: the next request clears what it looks at
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request['PATH_INFO']} answered {answer.status_code}")
    wall, cpu = [], []
    gc.collect()
    for _ in range(runs):
        start, spent = time.perf_counter(), time.process_time()
        ask()
        wall.append((time.perf_counter() - start) * 1000)
        cpu.append((time.process_time() - spent) * 1000)
    return Times(statistics.median(wall), statistics.median(cpu), min(cpu), queries)
