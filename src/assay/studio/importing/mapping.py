"""The declared mapping: `assay-mapping.yaml` says which files and headings are outputs of which pathway."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from assay.catalog.reading import Entry, build, parse_yaml, read_yaml
from assay.core.errors import NotFound
from assay.studio.pathways import PATHWAYS, UNMAPPED, pathway_of

MAPPING_FILE = "assay-mapping.yaml"
_KEYS = ("title", "standard", "companions", "locale", "blueprint", "rules", "leave_out")


@dataclass(frozen=True)
class Rule:
    """Files that match `glob` (and sections whose heading matches `heading`, where given) are outputs of `pathway`."""

    glob: str
    pathway: str
    heading: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Files that are not part of the programme, and why; they are named in the result."""

    glob: str
    reason: str


@dataclass(frozen=True)
class Mapping:
    """What a mapping file declares. `blueprint` lists the pathways that the programme should have; empty: all 22."""

    title: str = ""
    standard: str = ""
    companions: tuple[str, ...] = ()
    locale: str = ""
    blueprint: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    leave_out: tuple[LeftOut, ...] = ()

    def pathway(self, path: str, heading: str) -> tuple[bool, str | None]:
        """Return whether a rule speaks of this section, and the slug it gives (None: unmapped). First match wins."""
        for rule in self.rules:
            if _matches(path, rule.glob) and (
                not rule.heading or fnmatchcase(heading.casefold(), rule.heading.casefold())
            ):
                return True, None if rule.pathway == UNMAPPED else rule.pathway
        return False, None

    def splits(self, path: str, heading: str) -> bool:
        """Whether a rule names this heading, so that the section under it stands alone."""
        return any(
            rule.heading and _matches(path, rule.glob) and fnmatchcase(heading.casefold(), rule.heading.casefold())
            for rule in self.rules
        )

    def left_out(self, path: str) -> str | None:
        """Return the reason for which a file is left out, or None."""
        return next((entry.reason for entry in self.leave_out if _matches(path, entry.glob)), None)


def read_mapping(path: Path) -> Mapping:
    """Return the mapping of a file. Raises InvalidInput naming file, line and reason."""
    return _mapping(read_yaml(path))


def parse_mapping(raw: bytes, file: str = MAPPING_FILE) -> Mapping:
    """Return the mapping that YAML text declares. Raises InvalidInput naming `file`, line and reason."""
    return _mapping(parse_yaml(raw, file=file))


def _mapping(root: Entry) -> Mapping:
    root.allow(*_KEYS)
    for key in ("rules", "leave_out"):
        for entry in root.entries(key) if key in root.fields else ():
            glob = entry.text("glob")
            if glob.startswith("/") or ".." in glob.split("/") or "\\" in glob:
                entry.refuse(f"'glob' is '{glob}', must stay inside the folder", "glob")
            if key == "rules":
                _known(entry, entry.text("pathway"), "pathway", extra=(UNMAPPED,))
    mapping = build(Mapping, root.without("blueprint"), blueprint=_blueprint(root))
    if mapping.standard and not re.fullmatch(r"[a-z0-9_@]{2,40}", mapping.standard):
        root.refuse(f"'standard' is '{mapping.standard}', must be the id of a family, such as iso42001", "standard")
    return mapping


def _blueprint(root: Entry) -> tuple[str, ...]:
    if "blueprint" not in root.fields:
        return ()
    if getattr(root.node_of("blueprint"), "value", None) == "complete":
        return ()
    slugs = build(_Blueprint, root.without(*(key for key in root.fields if key != "blueprint"))).blueprint
    for slug in slugs:
        _known(root, slug, "blueprint")
    if not slugs or len(set(slugs)) != len(slugs):
        root.refuse("'blueprint' must be the word complete or a list of pathways, each once", "blueprint")
    return tuple(pathway.slug for pathway in PATHWAYS if pathway.slug in slugs)


@dataclass(frozen=True)
class _Blueprint:
    blueprint: tuple[str, ...]


def _known(entry: Entry, slug: str, key: str, extra: tuple[str, ...] = ()) -> None:
    if slug in extra:
        return
    try:
        known = pathway_of(slug).slug == slug
    except NotFound:
        known = False
    if not known:
        names = ", ".join((*(pathway.slug for pathway in PATHWAYS), *extra))
        entry.refuse(f"'{key}' names '{slug}', which is not a pathway ({names})", key)


def _matches(path: str, glob: str) -> bool:
    """Shell patterns on the path inside the folder; `**/` also matches no folder, a plain name any depth."""
    if "/" not in glob:
        return fnmatchcase(path.rsplit("/", 1)[-1], glob)
    return fnmatchcase(path, glob) or ("**/" in glob and fnmatchcase(path, glob.replace("**/", "")))
