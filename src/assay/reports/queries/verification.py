"""The ledger verified from inside the server, for one organization's log."""

from __future__ import annotations

from dataclasses import dataclass

from assay.ledger.live import verify_live


@dataclass(frozen=True)
class Verified:
    """What a verification of one log found. `differences` are (place, message); `elsewhere` counts those of other logs."""

    counts: tuple[tuple[str, str], ...]
    differences: tuple[tuple[str, str], ...]
    elsewhere: int

    @property
    def whole(self) -> bool:
        return not self.differences and not self.elsewhere

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        if self.differences:
            count = len(self.differences)
            return f"{count:,} {'difference' if count == 1 else 'differences'} found: the log and the records do not agree."
        if self.elsewhere:
            return "Your log is whole. Something else in this installation does not add up: tell whoever runs it."
        return "Nothing differs: every leaf, root, signature and live row is as the log says."


def log_verify(log: str) -> Verified:
    """Recompute the whole installation's ledger and keep what concerns `log`."""
    report = verify_live()
    own = tuple((each.place, f"{each.kind}: {each.message}") for each in report.differences if each.log == log)
    counts = tuple((what.capitalize(), f"{number:,}") for what, number in sorted(report.counts.items()))
    return Verified(counts, own, len(report.differences) + report.left_out - len(own))
