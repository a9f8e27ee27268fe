"""The registry: every folder `pNN_slug` of this package declares one pathway in its `spec`; nothing else does."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from assay.core.errors import InvalidInput, NotFound
from assay.studio.pathways.kinds import Pathway
from assay.studio.pathways.selftest import assert_complete

UNMAPPED = "unmapped"
_FOLDER = re.compile(r"p(\d\d)_([a-z_]+)")


def pathways_found(folder: Path, package: str) -> tuple[Pathway, ...]:
    """Return what the folders declare, by number. Raises InvalidInput for a folder whose name and declaration differ."""
    found = []
    for module in pkgutil.iter_modules([str(folder)]):
        match = _FOLDER.fullmatch(module.name)
        if match is None:
            continue
        if not module.ispkg:
            raise InvalidInput(f"{module.name} must be a folder with a spec.", hint="See docs/guides/add-a-pathway.md.")
        try:
            declared = import_module(f"{package}.{module.name}.spec").PATHWAY
        except (ModuleNotFoundError, AttributeError) as error:
            raise InvalidInput(
                f"The folder {module.name} declares no pathway ({error}).", hint="See docs/guides/add-a-pathway.md."
            ) from error
        if (declared.number, declared.route) != (int(match[1]), match[2]):
            raise InvalidInput(f"The folder {module.name} declares pathway {declared.number}, '{declared.slug}'.")
        found.append(declared)
    return tuple(sorted(found, key=lambda each: each.number))


PATHWAYS: tuple[Pathway, ...] = pathways_found(Path(__file__).parent, __package__)
assert_complete(PATHWAYS)
BY_SLUG: Mapping[str, Pathway] = MappingProxyType({pathway.slug: pathway for pathway in PATHWAYS})
BY_ROUTE: Mapping[str, Pathway] = MappingProxyType({pathway.route: pathway for pathway in PATHWAYS})
BY_NUMBER: Mapping[int, Pathway] = MappingProxyType({pathway.number: pathway for pathway in PATHWAYS})


def pathway_of(named: str | int) -> Pathway:
    """Return the pathway of a slug, a route of a stamp, or a number 1 to 22. Raises NotFound."""
    found = BY_NUMBER.get(named) if isinstance(named, int) else BY_SLUG.get(named) or BY_ROUTE.get(named)
    if found is None:
        raise NotFound("pathway", named, hint=f"Pathways are: {', '.join(BY_SLUG)}.")
    return found
