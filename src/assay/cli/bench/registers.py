"""The part of `assay bench pages` that fills the registers: records through the real services, the same for the same seed."""

from __future__ import annotations

import gc
import random
import statistics
import time
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
ROWS_AN_IMPORT = 10_000


def fill(actor: Actor, records: int, seed: int = 1) -> None:
    """1,000 risks and a decided Statement of Applicability; then objectives up to `records` for the search."""
    from assay.registers.models import Record
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
    for start in range(0, records, ROWS_AN_IMPORT):
        rows = [_improvement(rng, number) for number in range(start, min(records, start + ROWS_AN_IMPORT))]
        _imported(actor, "improvements", rows)
    sequence(now)


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
    """CPU time of the server in milliseconds per page, median and best of `runs`, with its number of statements."""
    addresses = {
        "risks_json_1000": "/system/registers/risks?format=json",
        "risks_list": "/system/registers/risks",
        "risks_list_filtered": "/system/registers/risks?q=drift&f-source=model&state=identified&sort=-level",
        "soa_38_controls": "/system/soa",
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
        median, best, queries = measured(lambda address=address: client.get(address), runs)  # type: ignore[misc]
        found |= {f"{name}_cpu_ms": round(median, 1), f"{name}_cpu_ms_best": round(best, 1), f"{name}_queries": queries}
    return found


def measured(ask: Callable[[], Any], runs: int) -> tuple[float, float, int]:
    """Median and best CPU time in milliseconds, and statements of one call. Raises RuntimeError for another answer than 200."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    queries = len(captured)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request['PATH_INFO']} answered {answer.status_code}")
    spent = []
    gc.collect()
    for _ in range(runs):
        start = time.process_time()
        ask()
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent), min(spent), queries
