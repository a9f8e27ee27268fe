"""The self-test of the registry: it runs at build and at start, and names what is missing where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from assay.core.errors import InvalidInput
from assay.detect.registry import DETECTORS
from assay.studio.pathways.kinds import READS, Pathway
from assay.studio.tasks import Generator, Schema

COUNT = 22


def assert_complete(pathways: Iterable[Pathway]) -> None:
    """Raise InvalidInput unless the numbers are exactly 1 to 22, in order, and every pathway is whole and audited."""
    found = tuple(pathways)
    if [pathway.number for pathway in found] != list(range(1, COUNT + 1)):
        raise InvalidInput(
            f"The registry has the pathways {[pathway.number for pathway in found]}, not 1 to {COUNT}.",
            hint="Give every pathway one folder in studio/pathways; docs/guides/add-a-pathway.md has the steps.",
        )
    for field in ("slug", "name"):
        values = [getattr(pathway, field) for pathway in found]
        if len(set(values)) != len(values):
            raise InvalidInput(f"Two pathways have the same {field}.", field=field)
    for pathway in found:
        _audited(pathway)
        _whole(pathway)


def _audited(pathway: Pathway) -> None:
    unread = [name for name in READS if name not in pathway.required]
    if unread:
        raise InvalidInput(
            f"Pathway {pathway.number} ({pathway.name}) is not audited by {', '.join(unread)}.",
            hint="Every pathway puts words before learners; none may go without its detectors.",
            pathway=pathway.number,
        )
    kinds: set[str] = set()
    for name in pathway.required:
        if name not in DETECTORS:
            _refuse(pathway, f"requires the detector '{name}', which is not registered")
        kinds.update(DETECTORS[name].kinds)
    if set(pathway.canaries) != kinds:
        missing = ", ".join(sorted(kinds ^ set(pathway.canaries)))
        _refuse(pathway, f"does not plant canaries of exactly the kinds its detectors answer for ({missing})")


def _whole(pathway: Pathway) -> None:
    if not isinstance(pathway.generator, Generator):
        _refuse(pathway, "has no generator with plan and compose")
    if not isinstance(pathway.schema, Schema):
        _refuse(pathway, "has no output schema with Output and render")
    if not callable(pathway.prompt):
        _refuse(pathway, "has no prompt builder")
    if not pathway.audience:
        _refuse(pathway, "does not say for whom it writes")
    if pathway.policy is None:
        _refuse(pathway, "has no remediation policy")
    if (
        pathway.policy.sign_off != (pathway.stakes == "credential")
        or pathway.policy.in_place == pathway.policy.sign_off
    ):
        _refuse(pathway, f"has a remediation policy that does not fit its stakes ({pathway.stakes})")


def _refuse(pathway: Pathway, reason: str) -> NoReturn:
    raise InvalidInput(
        f"Pathway {pathway.number} ({pathway.name}) {reason}.",
        hint="Compare its folder with that of another pathway; they are all alike.",
        pathway=pathway.number,
    )
