"""What the publish gate answered, as lines for a terminal: each thing in the way, where it is, and what mends it."""

from __future__ import annotations

from django.urls import reverse

from assay.studio.models import Programme
from assay.studio.publishing.gate import Blocker, GateAnswer, Place
from assay.studio.publishing.services import Published

SHOWN = 8


def published_lines(programme: Programme, done: Published, *, origin: str) -> list[str]:
    """The lines on one asking. `origin` is where people reach the server, as http(s)://host[:port]."""
    answer = done.answer
    waived = [line for each in answer.waived for line in ("", f"not enforced today · {each.title}: {each.what}")]
    if answer.allowed:
        count = len(done.decision.manifest)
        told = f"{programme.title} is published: version {done.decision.number}, {count:,} artefacts."
        return [told, f"digest {done.decision.digest}", *waived]
    return [*_refused(programme, answer, origin), *waived]


def _refused(programme: Programme, answer: GateAnswer, origin: str) -> list[str]:
    count = len(answer.blockers)
    lines = [f"{programme.title} cannot be published: {count} of 7 things {'is' if count == 1 else 'are'} in the way."]
    for blocker in answer.blockers:
        lines += ["", f"{blocker.title}: {blocker.what}"]
        lines += [f"  · {each.words}{_where(each, origin)}" for each in blocker.shown[:SHOWN]]
        if len(blocker.shown) > SHOWN:
            lines.append(f"  · and {len(blocker.shown) - SHOWN} more")
        lines.append(f"  to mend: {_remedy(programme, blocker, origin)}")
    return [*lines, "", f"The gate with its buttons: {origin}{reverse('programme-publish', args=[programme.slug])}"]


def _where(place: Place, origin: str) -> str:
    names = {"finding": "finding", "artefact": "artefact-versions"}
    return f"\n    {origin}{reverse(names[place.kind], args=[place.key])}" if place.kind in names else ""


def _remedy(programme: Programme, blocker: Blocker, origin: str) -> str:
    page = origin + reverse("programme", args=[programme.slug])
    if blocker.remedy == "sign":
        where = origin + reverse("programme-sign", args=[programme.slug])
        return f"somebody who is not the author signs at {where} (assay serve opens it)"
    if blocker.remedy == "fix":
        return f"one click at the finding, or all findings at {origin}{reverse('findings')}?programme={programme.slug}"
    if blocker.remedy == "measure":
        return f"run this command again; it measures what is not fresh. If it stays: {page}"
    return f"add what is missing to the course and run `assay audit FOLDER` again; what should be there: {page}#map"
