"""What becomes of planted defects and of honest texts, over all pathways: accused, held for reading, or passed as clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assay.core.sensitivity import UNVERIFIED_BELOW, sensitivity_bound
from assay.detect.canaries.compose import HonestText, PlantedDefect, generate, generate_clean, generate_comparison
from assay.detect.canaries.pieces import PLACES, Shelf, stock_load
from assay.detect.canaries.tally import QUOTA, ROTATION, fate_of, hits_on
from assay.detect.discovery import KINDS
from assay.detect.registry import DETECTORS


@dataclass(frozen=True, slots=True)
class Fate:
    """Of `texts` texts of one sort in one pathway, how many a detector accused, and how many more it held for reading."""

    sort: str
    pathway: str
    detector: str
    texts: int
    accused: int
    held: int

    @property
    def bound(self) -> int:
        """Lower 97.5 % bound of what does not pass as clean, in millionths."""
        return sensitivity_bound(self.accused + self.held, self.texts)

    @property
    def counts(self) -> bool:
        """Whether the detector measures this kind in this pathway at all (verdict.md: a bound of at least 0.50)."""
        return self.bound >= UNVERIFIED_BELOW


def planted(
    *,
    count: int = QUOTA,
    seed: int = ROTATION,
    shelf: Shelf = "reserve",
    detectors: Iterable[str] = tuple(DETECTORS),
    family: str = "",
) -> Iterable[Fate]:
    """Yield the fate of the planted defects of each kind in each pathway, read by the detector that answers for it.

    With `family` only of those among them that lead to it.
    """
    names = tuple(detectors)
    for pathway in sorted(stock_load(shelf).carriers):
        for name in names:
            for kind in (each for each in DETECTORS[name].kinds if each in (*KINDS, *PLACES)):
                texts = generate(kind, pathway, count, seed, shelf=shelf)
                of_family = [text for text in texts if family in ("", text.family)]
                yield _fate(kind, pathway, name, ((text, text.start, text.end) for text in of_family))


def honest(
    *,
    count: int = QUOTA,
    seed: int = ROTATION,
    shelf: Shelf = "reserve",
    detectors: Iterable[str] = tuple(DETECTORS),
) -> Iterable[Fate]:
    """Yield what each detector makes of honest texts: clean twins of the artefacts, and comparisons, by pathway."""
    names = tuple(detectors)
    for pathway in sorted(stock_load(shelf).carriers):
        for sort, make in (("clean twins", generate_clean), ("comparisons", generate_comparison)):
            texts = make(pathway, count, seed, shelf=shelf)
            for name in names:
                yield _fate(sort, pathway, name, ((text, 0, len(text.text)) for text in texts))


def _fate(sort: str, pathway: str, detector: str, texts: Iterable[tuple[PlantedDefect | HonestText, int, int]]) -> Fate:
    fates = Counter(fate_of(hits_on(detector, text), start, end) for text, start, end in texts)
    return Fate(sort, pathway, detector, fates.total(), fates["accused"], fates["held"])
