"""Finding the folders of families and reading them, with complaints that name folder and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from assay.catalog import load_families
from assay.core.errors import InvalidInput
from assay.detect.folding import fold
from assay.detect.reading import read_yaml

FAMILIES: Final = Path(__file__).parent
GUIDE: Final = "See docs/guides/add-a-detector.md."
_ID = re.compile(r"[a-z][a-z0-9_]*")
_KNOWN_BY_NUMBER = re.compile(r"iso\d{4,5}")
_NAMING: Final = {
    "family": dict, "phrases": list, "exact": list, "systems": list, "acronyms": list, "weak": list, "numbers": list,
    "earlier_editions": list,
}  # fmt: skip
_KEYS: Final[Mapping[str, Mapping[str, type]]] = {
    "naming": _NAMING,
    "concepts": {"system": str, "concepts": dict, "languages": dict},
    "words": {"sure": dict, "usual": dict},
    "canaries": {},
    "canaries_reserve": {},
}
_NEEDED: Final = {"concepts": ("system", "concepts"), "words": ("sure", "usual")}


@dataclass(frozen=True, slots=True)
class FamilyFolder:
    """One folder as parsed: `naming`, `concepts` and `words` are empty where the file is missing."""

    id: str
    naming: Mapping[str, Any]
    concepts: Mapping[str, Any]
    words: Mapping[str, Any]


def paths() -> tuple[Path, ...]:
    """Return the folders in order of their names. Raises InvalidInput for a name or file that nothing would read."""
    found = []
    for path in sorted(FAMILIES.iterdir()):
        if not path.is_dir() or path.name == "__pycache__":
            continue
        if not _ID.fullmatch(path.name):
            raise _wrong(path, "its name is no id", "Name it in small letters, digits and underscores: iso39001.")
        files = {each.name for each in path.iterdir() if not each.name.startswith((".", "__"))}
        if strange := sorted(files - {f"{name}.yaml" for name in _KEYS}):
            known = ", ".join(f"{name}.yaml" for name in _KEYS)
            raise _wrong(path, f"nothing reads {', '.join(strange)}", f"Its files are called {known}.")
        if not files:
            raise _wrong(path, "it is empty", f"Give it words.yaml or another file, or delete it. {GUIDE}")
        found.append(path)
    return tuple(found)


@cache
def folders() -> Mapping[str, FamilyFolder]:
    """Return every folder by family id, in order of ids (read once).

    Raises InvalidInput naming the folder for a file that cannot be read, for keys that nothing reads, for a family that
    neither the catalog nor its naming knows, and where two families claim one name or number.
    """
    found = {path.name: FamilyFolder(path.name, *(_read(path, name) for name in list(_KEYS)[:3])) for path in paths()}
    _assert_known(found)
    _assert_own_names(found)
    return MappingProxyType(found)


def _read(folder: Path, name: str) -> Mapping[str, Any]:
    path = folder / f"{name}.yaml"
    if not path.is_file():
        return {}
    data, keys = read_yaml(path), _KEYS[name]
    if not isinstance(data, dict) or not data:
        raise _wrong(folder, f"{path.name} holds nothing", "Fill it or delete it.")
    if strange := [str(key) for key in data if key not in keys]:
        raise _wrong(folder, f"{path.name}: nothing reads {', '.join(strange)}", f"Keys are {', '.join(keys)}.")
    if missing := [key for key in _NEEDED.get(name, ()) if key not in data]:
        raise _wrong(folder, f"{path.name} lacks {', '.join(missing)}", GUIDE)
    for key, value in data.items():
        if not isinstance(value, keys[key]):
            raise _wrong(folder, f"{path.name}: '{key}' holds no {keys[key].__name__}", GUIDE)
    if name == "concepts":
        layers = [data["concepts"], *data.get("languages", {}).values()]
        if any(not isinstance(layer, dict) or not layer.keys() <= {1, 2, 3} for layer in layers):
            raise _wrong(folder, f"{path.name}: concepts stand under the strengths 3, 2 and 1", GUIDE)
    if bad := [each for each in _leaves(data) if not isinstance(each, str | int) or not str(each).strip("*$- ")]:
        raise _wrong(
            folder, f"{path.name}: {bad[0]!r} is no word or phrase", "Put it in quotation marks, or delete it."
        )
    return data


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def _assert_known(found: Mapping[str, FamilyFolder]) -> None:
    catalogued = load_families().index
    for ident, family in found.items():
        facts = family.naming.get("family")
        if facts is not None and ident in catalogued:
            raise _wrong(FAMILIES / ident, "the catalog has this family already", "Leave `family` out of naming.yaml.")
        if facts is not None and set(facts) != {"name", "kind", "domain"}:
            raise _wrong(FAMILIES / ident, "`family` in naming.yaml needs name, kind and domain", GUIDE)
        if facts is None and ident not in catalogued and not _KNOWN_BY_NUMBER.fullmatch(ident):
            remedy = (
                "Give naming.yaml a line `family: {name: …, kind: standard, domain: …}`, or mend the folder's name."
            )
            raise _wrong(FAMILIES / ident, "nobody knows this family", remedy)


def _assert_own_names(found: Mapping[str, FamilyFolder]) -> None:
    """Refuse what two families claim, which is mostly a copied file that was not yet rewritten."""
    owners = {f.bare_number.value.split("-")[0]: f.id for f in load_families().families if f.bare_number is not None}
    for ident, family in found.items():
        for claimed in _claims(family.naming):
            owner = owners.setdefault(claimed, ident)
            if owner != ident:
                remedy = f"Take it out of families/{ident} or families/{owner}, whichever was copied from the other."
                raise _wrong(FAMILIES / ident, f"“{claimed}” is a name of {owner} already", remedy)


def _claims(naming: Mapping[str, Any]) -> Iterator[str]:
    for key in ("phrases", "exact", "systems", "acronyms", "numbers"):
        yield from (fold(str(each)) for each in naming.get(key, ()))


def _wrong(folder: Path, what: str, remedy: str) -> InvalidInput:
    return InvalidInput(f"The family in families/{folder.name}: {what}.", hint=remedy)
