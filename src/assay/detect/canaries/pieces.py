"""What canaries are composed of: frames, carriers, places and translations (`data/`), families' own pieces (their folders)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from assay.core.errors import InvalidInput
from assay.detect.discovery import DRIFT, FOLDERS, KINDS
from assay.detect.families import paths
from assay.detect.reading import read_yaml

PLACES: Final = ("alt-text", "hotspot-label", "distractor", "rubric-cell", "cover-prompt", "translation")
"""Places that can occur inside an artefact of any pathway; a place is planted with several kinds in turn."""

FORMS: Final = ("task", "outcome", "teach", "stem", "option", "cell", "label", "alt", "prompt", "case")

Shelf = Literal["practice", "reserve"]
"""`practice` is there to work on detectors with; `reserve` measures them and is read by nobody who does."""

Pieces = Mapping[str, tuple[str, ...]]
"""From the name of a piece in the plural ("things") to its phrases."""

_DATA = Path(__file__).parent / "data"
_PLURALS: Final = {
    **{"name": "names", "clause": "clauses", "thing": "things", "short": "shorts", "scene": "scenes"},
    **{"company": "companies", "does": "does", "trouble": "troubles", "wish": "wishes", "site": "sites"},
}
_PIECES: Final = ", ".join(_PLURALS.values())
PLACEHOLDER: Final = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Place:
    """A block with one `[[slot]]`, put among the paragraphs of a clean document; `form` chooses the frames."""

    form: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """Frames by kind and pieces of one language; `things` and `cases` by family id."""

    documents: tuple[str, ...]
    frames: Mapping[str, tuple[str, ...]]
    comparison: tuple[str, ...]
    things: Pieces
    cases: Pieces
    own: tuple[str, ...]
    own_cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything there is to compose from.

    `families` holds the foreign ones by id, `own` the programme's; `frames[kind][form]` and `carriers[pathway]` are
    never empty; `comparisons` maps "comparative" and "structural" to their frames by form. `translated` are the kinds that
    can be planted in a translation.
    """

    families: Mapping[str, Pieces]
    own: Pieces
    ais: tuple[str, ...]
    designations: tuple[str, ...]
    wrong_years: tuple[str, ...]
    wrong_numbers: tuple[str, ...]
    frames: Mapping[str, Pieces]
    carriers: Pieces
    places: Mapping[str, Place]
    comparisons: Mapping[str, Pieces]
    languages: Mapping[str, Language]
    plain_names: Mapping[str, str]
    translated: tuple[str, ...]


def plural_of(placeholder: str) -> str:
    """Return the key in `Pieces` that a frame's placeholder draws from."""
    return _PLURALS[placeholder]


def _yaml(name: str) -> Any:
    return read_yaml(_DATA / name)


def _lists(value: Mapping[str, list[object]], where: str) -> Pieces:
    pieces = {key: tuple(str(item) for item in items) for key, items in value.items()}
    if empty := [key for key, items in pieces.items() if not items]:
        raise InvalidInput(f"{where} has nothing under {', '.join(empty)}.", hint="Fill the list or leave it out.")
    return pieces


def _language(code: str, value: Mapping[str, Any], families: Mapping[str, Any]) -> Language:
    """Frames and the programme's own pieces as written; things and cases from the families that have them."""
    spoken = {family: told[code] for family, told in families.items() if code in told}
    return Language(
        documents=tuple(value["documents"]),
        frames={kind: tuple(value[kind]) for kind in DRIFT if kind in value},
        comparison=tuple(value["comparison"]),
        things=_lists({family: told["things"] for family, told in spoken.items()}, code),
        cases=_lists({family: told["cases"] for family, told in spoken.items() if "cases" in told}, code),
        own=tuple(value["own"]),
        own_cases=tuple(value["own_cases"]),
    )


def _comparisons(value: Mapping[str, Any]) -> dict[str, Pieces]:
    forms: Mapping[str, str] = value["forms"]
    return {
        source: {
            form: tuple(frames)
            for form in FORMS
            if (frames := value[source].get(forms[form]) or value[source].get("short"))
        }
        for source in ("comparative", "structural")
    }


def _families(shelf: Shelf) -> tuple[dict[str, Pieces], dict[str, Any]]:
    """Return the pieces of each family on a shelf, and what is told of it in other languages, which is for both."""
    name = "canaries_reserve.yaml" if shelf == "reserve" else "canaries.yaml"
    pieces: dict[str, Pieces] = {}
    told: dict[str, Any] = {}
    for folder in paths():
        where = f"families/{folder.name}/{name}"
        if (folder / "canaries.yaml").is_file():
            translated = read_yaml(folder / "canaries.yaml").get("translated")
            if translated is not None:
                told[folder.name] = translated
        if (folder / name).is_file():
            lists = {key: value for key, value in read_yaml(folder / name).items() if key != "translated"}
            pieces[folder.name] = _lists(lists, where)
            wanted = set(_PLURALS.values())
            if wanted != lists.keys():
                wrong = ", ".join(sorted(wanted ^ lists.keys()))
                raise InvalidInput(f"{where} has not all pieces, or others: {wrong}.", hint=f"Lists are {_PIECES}.")
    return pieces, told


def _frames(shelf: Shelf) -> dict[str, Pieces]:
    """Return the frames of each kind, from the folders of the detectors; a kind without others in reserve has the same."""
    frames: dict[str, Pieces] = {}
    for name in ("canaries.yaml", *(("canaries_reserve.yaml",) if shelf == "reserve" else ())):
        for folder in FOLDERS.values():
            if (folder / name).is_file():
                for kind, forms in read_yaml(folder / name).items():
                    frames[kind] = _lists(forms, f"detectors/{folder.name}/{name}, {kind},")
    for kind in KINDS:
        _check_frames(kind, frames.get(kind, {}))
    if unknown := sorted(frames.keys() - set(KINDS)):
        raise InvalidInput(f"No detector answers for {', '.join(unknown)}.", hint="Name the kind in detector.py.")
    return frames


def _check_frames(kind: str, forms: Pieces) -> None:
    if missing := [form for form in FORMS if form not in forms]:
        raise InvalidInput(f"Frames of {kind} lack the forms {', '.join(missing)}.", hint="Add at least one each.")
    known = {*_PLURALS, "ai", "own", "bad"}
    for form, frames in forms.items():
        for frame in frames:
            if unknown := set(PLACEHOLDER.findall(frame)) - known:
                raise InvalidInput(
                    f"A frame of {kind}, {form}, asks for {{{unknown.pop()}}}.",
                    hint=f"There are {', '.join(sorted(known))}.",
                )


@lru_cache(maxsize=2)
def stock_load(shelf: Shelf = "practice") -> Stock:
    """Read and check the data files of a shelf. Raises InvalidInput naming file and key.

    The shelves differ in families, frames, comparisons and carrier documents. They share the programme's own material,
    the translations, and the frames of detectors that have none in reserve.
    """
    held_back = "_reserve" if shelf == "reserve" else ""
    native, translations, places = _yaml("native.yaml"), _yaml("translations.yaml"), _yaml("places.yaml")["places"]
    families, told = _families(shelf)
    languages = {code: _language(code, value, told) for code, value in translations["languages"].items()}
    carrier_files = ("carriers_reserve.yaml",) if held_back else ("carriers_courses.yaml", "carriers_assessment.yaml")
    carriers = {pathway: texts for name in carrier_files for pathway, texts in _yaml(name).items()}
    return Stock(
        families=families,
        own=_lists(native["own"], "native.yaml"),
        ais=tuple(native["ais"]),
        designations=tuple(native["designations"]),
        wrong_years=tuple(native["wrong_years"]),
        wrong_numbers=tuple(native["wrong_numbers"]),
        frames=_frames(shelf),
        carriers=_lists(carriers, "carriers"),
        places={key: Place(value["form"], tuple(value["blocks"])) for key, value in places.items()},
        comparisons=_comparisons(_yaml(f"comparisons{held_back}.yaml")),
        languages=languages,
        plain_names={family: each["name"] for family, each in told.items()},
        translated=tuple(kind for kind in DRIFT if all(kind in each.frames for each in languages.values())),
    )
