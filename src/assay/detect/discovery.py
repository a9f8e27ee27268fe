"""The detectors that there are: each folder of `detectors/` declares one in its `detector.py`; nothing else lists them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from assay.core.errors import InvalidInput
from assay.detect.declaration import Detector

DETECTORS: Final = Path(__file__).parent / "detectors"
_FILES: Final = ("__init__.py", "detector.py")
_CANARIES: Final = ("canaries.yaml", "canaries_reserve.yaml")
_GUIDE: Final = "See docs/guides/add-a-detector.md."


def detectors_found(place: Path, package: str) -> tuple[tuple[Path, Detector], ...]:
    """Return each folder of `place` with what it declares, in the order that the detectors ask for.

    Raises InvalidInput naming the folder and the remedy where a piece is missing, where it does not load, where its name
    is not the folder's, and where two answer for one kind.
    """
    found = [
        (path, _declared(path, package))
        for path in sorted(place.iterdir())
        if path.is_dir() and path.name != "__pycache__"
    ]
    found.sort(key=lambda each: (each[1].order, each[1].name))
    owners: dict[str, str] = {}
    for path, detector in found:
        for kind in detector.kinds:
            if owners.setdefault(kind, detector.name) != detector.name:
                remedy = "Give the kind another name, in detector.py and in the files of canaries."
                raise _wrong(path, f"{owners[kind]} answers for the kind '{kind}' already", remedy)
    return tuple(found)


def _declared(path: Path, package: str) -> Detector:
    if missing := [name for name in _FILES if not (path / name).is_file()]:
        raise _wrong(path, f"it has no {' and no '.join(missing)}", f"Copy it from another detector. {_GUIDE}")
    files = {each.name for each in path.iterdir() if each.suffix in (".yaml", ".yml")}
    if strange := sorted(files.difference(_CANARIES)):
        raise _wrong(path, f"nothing reads {', '.join(strange)}", f"Data files are called {' and '.join(_CANARIES)}.")
    try:
        declared: Any = getattr(import_module(f"{package}.{path.name}.detector"), "DETECTOR", None)
    except (ImportError, SyntaxError, NameError, TypeError, ValueError, AttributeError, KeyError) as error:
        raise _wrong(path, f"detector.py does not load: {error}", "Mend what it names.") from error
    if not isinstance(declared, Detector):
        raise _wrong(path, "detector.py declares no DETECTOR", f"Write `DETECTOR = Detector(…)` into it. {_GUIDE}")
    name = path.name.replace("_", "-")
    if declared.name != name:
        raise _wrong(path, f"it declares the detector '{declared.name}'", f'Write name="{name}", or rename the folder.')
    if (declared.by_passage is None) == (declared.by_text is None):
        raise _wrong(path, "it says not how to read", "Give by_passage or by_text a function, one of both.")
    if missing := [each for each in ("scope", "kinds", "languages", "limits") if not getattr(declared, each)]:
        raise _wrong(
            path, f"it leaves {', '.join(missing)} empty", "Say so in detector.py; there is no detector without."
        )
    return declared


def _wrong(path: Path, what: str, remedy: str) -> InvalidInput:
    return InvalidInput(f"The detector in detectors/{path.name}: {what}.", hint=remedy)


FOUND: Final = detectors_found(DETECTORS, "assay.detect.detectors")
DECLARED: Final[Mapping[str, Detector]] = MappingProxyType({detector.name: detector for _, detector in FOUND})
FOLDERS: Final[Mapping[str, Path]] = MappingProxyType({detector.name: path for path, detector in FOUND})
_PLANTED: Final = tuple(each for path, each in FOUND if (path / "canaries.yaml").is_file())
KINDS: Final = tuple(kind for detector in _PLANTED for kind in detector.kinds)
"""The kinds of defect that can be planted."""

DRIFT: Final = tuple(kind for detector in _PLANTED if detector.drifts for kind in detector.kinds)
"""The kinds that lead to another family; the rest are faults of the text itself."""
