"""Whether the rows that index the batches say what the batches say: nobody has edited them, nothing went astray."""

from collections.abc import Hashable, Iterable

from assay.assurance.inputs import Inputs, inputs_at, inputs_now
from assay.assurance.models import Surface


def index_differences(surface: Surface) -> tuple[str, ...]:
    """Sentences, one for each kind of row that differs from the replayed batches; empty when all agree.

    Replays every batch of the surface. Raises Unavailable while an input waits for its place in the log (call
    `verdict_refresh` first), IntegrityBroken for a batch that does not match its digest.
    """
    rows = inputs_now(surface)
    return differences(rows, inputs_at(surface, rows.position))


def differences(rows: Inputs, batches: Inputs) -> tuple[str, ...]:
    """What two ways of gathering the same inputs disagree about."""
    if rows.definition != batches.definition:
        return ("The definition in force is not that of the last definition batch.",)
    pairs: tuple[tuple[str, Iterable[Hashable], Iterable[Hashable]], ...] = (
        ("cells", rows.cells, batches.cells),
        ("results", rows.measurements, batches.measurements),
        ("open findings", rows.findings, batches.findings),
        ("decisions", rows.dispositions, batches.dispositions),
        ("canary results", rows.canaries, batches.canaries),
    )
    said = []
    for name, ours, theirs in pairs:
        extra, lacking = len(set(ours) - set(theirs)), len(set(theirs) - set(ours))
        if extra or lacking:
            said.append(f"Of the {name}, {extra} are in no batch and {lacking} of the batches are not there.")
    return tuple(said)
