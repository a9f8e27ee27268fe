"""What is packed: a course as parts, pages and items, with its provenance. Pure values, made by `collect`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from assay.core.errors import InvalidInput
from assay.studio.packaging.items import Item


@dataclass(frozen=True)
class Page:
    """One artefact as a learner or an assessor reads it, in its order: stretches of Markdown or plain text, and items.

    `scored` says whether its items count for the score. `meta` is the stamp, empty where the artefact has none.
    """

    id: str
    key: str
    title: str
    pathway: str
    part: str
    blocks: tuple[str | Item, ...]
    media_type: str
    digest: str
    version: int
    scored: bool = False
    meta: Mapping[str, object] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Item))

    @property
    def file(self) -> str:
        return f"pages/{self.id}.html"


@dataclass(frozen=True)
class Course:
    """A programme to be packed. `pages` are for learners, `assessors` for assessors alone; `bank` are all items.

    `pass_mark` is a share in percent; `at` the day (ISO 8601) on which its newest artefact changed. `files`
    are provenance files by name, put into each package as they are. `draft` says why this is no published version, empty
    for one that is; every format shows it.
    """

    slug: str
    title: str
    standard: str
    language: str
    organization: str
    pages: tuple[Page, ...]
    assessors: tuple[Page, ...] = ()
    pass_mark: int = 70
    at: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()

    @property
    def identifier(self) -> str:
        """A name that is the same as long as the content is: 16 hexadecimal digits over keys and digests."""
        seed = "\n".join(f"{page.key} {page.digest}" for page in (*self.pages, *self.assessors))
        return sha256(f"{self.slug}\n{self.title}\n{seed}".encode()).hexdigest()[:16]

    @property
    def bank(self) -> tuple[tuple[Page, Item], ...]:
        """Every item once, with the page it is on, learners' pages first."""
        seen: set[str] = set()
        found = []
        for page in (*self.pages, *self.assessors):
            for item in page.items:
                if item.id not in seen:
                    seen.add(item.id)
                    found.append((page, item))
        return tuple(found)

    def parts(self) -> list[tuple[str, list[Page]]]:
        """The learners' pages under the names of their parts, in order."""
        found: list[tuple[str, list[Page]]] = []
        for page in self.pages:
            if not found or found[-1][0] != page.part:
                found.append((page.part, []))
            found[-1][1].append(page)
        return found


def require_pages(course: Course) -> None:
    """Raise InvalidInput when there is nothing a learner could open."""
    if not course.pages:
        raise InvalidInput(
            f"The programme {course.slug} has no artefact for learners yet.",
            hint="Import or generate its lessons first.",
            programme=course.slug,
        )
