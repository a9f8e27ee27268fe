"""What canaries are composed of: families, frames, carriers, places and translations, read from `data/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from assay.core.errors import InvalidInput

KINDS: Final = ("explicit", "implicit", "ai-wrapped", "case-mismatch", "wrong-edition", "wrong-number")
"""The kinds of defect that can be planted."""

DRIFT: Final = KINDS[:4]
"""The kinds that lead to another family; the rest concern the programme's own standard."""

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
    never empty; `comparisons` maps "comparative" and "structural" to their frames by form.
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


def plural_of(placeholder: str) -> str:
    """Return the key in `Pieces` that a frame's placeholder draws from."""
    return _PLURALS[placeholder]


def _yaml(name: str) -> Any:
    return yaml.load((_DATA / name).read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _lists(value: Mapping[str, list[object]], where: str) -> Pieces:
    pieces = {key: tuple(str(item) for item in items) for key, items in value.items()}
    if empty := [key for key, items in pieces.items() if not items]:
        raise InvalidInput(f"{where} has nothing under {', '.join(empty)}.", hint="Fill the list or leave it out.")
    return pieces


def _language(value: Mapping[str, Any], where: str) -> Language:
    return Language(
        documents=tuple(value["documents"]),
        frames={kind: tuple(value[kind]) for kind in KINDS if kind in value},
        comparison=tuple(value["comparison"]),
        things=_lists(value["things"], where),
        cases=_lists(value["cases"], where),
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


@lru_cache(maxsize=2)
def stock_load(shelf: Shelf = "practice") -> Stock:
    """Read and check the data files of a shelf. Raises InvalidInput naming file and key.

    The shelves differ in families, frames, comparisons and carrier documents. They share the programme's own material,
    the translations, and the frames about the own standard.
    """
    held_back = "_reserve" if shelf == "reserve" else ""
    native, translations, places = _yaml("native.yaml"), _yaml("translations.yaml"), _yaml("places.yaml")["places"]
    frames = {
        kind: _lists(forms, f"frames of {kind}")
        for name in ("frames_named.yaml", "frames_unnamed.yaml", *(("frames_reserve.yaml",) if held_back else ()))
        for kind, forms in _yaml(name).items()
    }
    for kind in KINDS:
        if missing := [form for form in FORMS if form not in frames.get(kind, {})]:
            raise InvalidInput(f"Frames of {kind} lack the forms {', '.join(missing)}.", hint="Add at least one each.")
    carrier_files = ("carriers_reserve.yaml",) if held_back else ("carriers_courses.yaml", "carriers_assessment.yaml")
    carriers = {pathway: texts for name in carrier_files for pathway, texts in _yaml(name).items()}
    return Stock(
        families={key: _lists(value, key) for key, value in _yaml(f"families{held_back}.yaml")["families"].items()},
        own=_lists(native["own"], "native.yaml"),
        ais=tuple(native["ais"]),
        designations=tuple(native["designations"]),
        wrong_years=tuple(native["wrong_years"]),
        wrong_numbers=tuple(native["wrong_numbers"]),
        frames=frames,
        carriers=_lists(carriers, "carriers"),
        places={key: Place(value["form"], tuple(value["blocks"])) for key, value in places.items()},
        comparisons=_comparisons(_yaml(f"comparisons{held_back}.yaml")),
        languages={key: _language(value, key) for key, value in translations["languages"].items()},
        plain_names=translations["names"],
    )
