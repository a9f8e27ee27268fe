"""Every kind of entry is written by some function of the product, or it says why none does."""

import ast
from pathlib import Path

import pytest

import assay
from assay.ledger.kinds import KINDS

# Kinds that no function of the product writes today. They stay listed: an entry of them in a log must stay readable.
UNWRITTEN = {
    "witness.added": "witnesses come from the configuration of whoever verifies",
    "ledger.verified": "verification reads; it writes nothing to the log that it judges",
    "person.removed": "a person's membership is ended, and what is known of a person is erased, each with its entry",
    "programme.removed": "programmes are not removed; no service does so",
    "artefact.changed": "a changed artefact is told by the entry of the import or fix that changed it",
    "canary.retired": "results of canaries of an older version stay; no service retires one",
    "job.enqueued": "jobs are mechanics: what a job does appends by itself",
    "job.finished": "jobs are mechanics: what a job does appends by itself",
    "job.failed": "jobs are mechanics: what a job does appends by itself",
    "job.changed": "jobs are mechanics: what a job does appends by itself",
    "catalog.loaded": "the standards come with the product and are not loaded into a log",
    "organization.changed": "no service changes an organization; only the load benchmark writes this kind",
}


def written(source: str) -> set[str]:
    """Kinds that a call is given, by itself or out of two: what helpers that append are handed counts as well."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    given = [each for call in calls for each in (*call.args, *(keyword.value for keyword in call.keywords))]
    for node in ast.walk(ast.parse(source)):  # and what a name `kind` or `KIND` is set to
        if isinstance(node, ast.Assign) and any("kind" in ast.unparse(target).lower() for target in node.targets):
            given += node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    inner = [part for each in given for part in ((each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,))]
    return {each.value for each in inner if isinstance(each, ast.Constant) and isinstance(each.value, str)} & set(KINDS)


@pytest.mark.req("P-05")
def test_every_kind_is_written_by_the_product_or_says_why_not() -> None:
    root = Path(assay.__file__).parent
    files = [file for file in root.rglob("*.py") if "cli" not in file.relative_to(root).parts]
    found = {kind for file in files for kind in written(file.read_text(encoding="utf-8"))}
    assert sorted(set(KINDS) - found - set(UNWRITTEN)) == []
    assert sorted(set(UNWRITTEN) & found) == []
    assert set(UNWRITTEN) <= set(KINDS)


def test_a_kind_is_found_in_a_call_and_nowhere_else() -> None:
    assert written("append(log=x, kind='person.added')\nhelp('job.failed' if a else 'job.changed')") == {
        "person.added", "job.failed", "job.changed",
    }  # fmt: skip
    assert written("NAMES = {'person.added': 1}") == set()
