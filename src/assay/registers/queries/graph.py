"""Records and the links between them: around one record, or across systems, parts, suppliers, risks, controls, documents. Pure.

A system inherits from what it is built of: components, data and suppliers, through any number of steps, and with them the risks
that name one of these as where they come from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assay.catalog import load_catalog
from assay.registers.queries.standing import Held, Holding
from assay.registers.registry import registers
from assay.registers.values import shown

LAYERS = (
    ("suppliers", "Suppliers", ("suppliers",)),
    ("parts", "Components and data", ("components", "data-resources")),
    ("systems", "AI systems", ("ai-systems",)),
    ("risks", "Risks and impacts", ("risks", "impacts")),
    ("treatments", "Treatments", ("treatments",)),
    ("controls", "Controls", ("controls",)),
    ("documents", "Documents", ("documents",)),
)
LAYER_OF = {slug: place for place, (_key, _title, slugs) in enumerate(LAYERS) for slug in slugs}
PARTS = frozenset({"components", "data-resources", "suppliers"})
DRAWN = 120
AROUND = 60


@dataclass(frozen=True)
class Thing:
    """One end of a link: a record, a control or an obligation, by its link key."""

    key: str
    register: str
    kind: str
    name: str
    record: Holding | None

    @property
    def words(self) -> str:
        return f"{self.kind}: {self.name}"


@dataclass(frozen=True)
class Link:
    """`source` points at `target` through the field labelled `field`."""

    source: Thing
    field: str
    target: Thing


@dataclass(frozen=True)
class Inherited:
    """Something that a system has through its parts: the part or risk, the way to it, and what it brings."""

    system: Thing
    thing: Thing
    way: tuple[Thing, ...]
    brings: str


@dataclass(frozen=True)
class Web:
    """Every thing and link of an organization, both ways."""

    things: Mapping[str, Thing]
    outward: Mapping[str, tuple[Link, ...]]
    inward: Mapping[str, tuple[Link, ...]]

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(link for links in self.outward.values() for link in links)


@dataclass(frozen=True)
class Drawing:
    """What a picture shows: things with their column, links among them, and how many things were left out."""

    things: tuple[tuple[Thing, int], ...]
    links: tuple[Link, ...]
    left_out: int


@lru_cache(maxsize=1)
def _catalog_things() -> Mapping[str, Thing]:
    catalog = load_catalog()
    found = {
        f"control:{each.number}": Thing(
            f"control:{each.number}", "controls", "Control", f"{each.number} {each.title}", None
        )
        for each in catalog.controls
    }
    found |= {
        f"obligation:{each.number}": Thing(f"obligation:{each.number}", "obligations", "Obligation", each.number, None)
        for each in catalog.obligations
    }
    return found  # fmt: skip


def web_of(held: Held) -> Web:
    """All live records with their links. A link to something retired is left out."""
    things = dict(_catalog_things())
    for row in held.records:
        name = registers()[row.register].name
        things[f"record:{row.id}"] = Thing(f"record:{row.id}", row.register, f"{name} {row.number}", row.title, row)
    outward: dict[str, tuple[Link, ...]] = {}
    inward: dict[str, list[Link]] = {}
    for row in held.records:
        source = things[f"record:{row.id}"]
        links = tuple(
            Link(source, field.label, things[key])
            for field in registers()[row.register].links
            for key in row.data.get(field.key, ())
            if key in things
        )
        outward[source.key] = links
        for link in links:
            inward.setdefault(link.target.key, []).append(link)
    return Web(things, outward, {key: tuple(links) for key, links in inward.items()})


def around(web: Web, key: str, *, reach: int) -> Drawing:
    """The things within `reach` links of one, whichever way they point: what points at it to the left, its targets to the right."""
    layer = {key: 0}
    queue, left_out = deque([(key, 0)]), set()
    while queue:
        here, depth = queue.popleft()
        if depth == reach:
            continue
        steps = [(link.target.key, 1) for link in web.outward.get(here, ())]
        steps += [(link.source.key, -1) for link in web.inward.get(here, ())]
        for there, step in steps:
            if there in layer:
                continue
            if len(layer) >= AROUND:
                left_out.add(there)
                continue
            layer[there] = layer[here] + step
            queue.append((there, depth + 1))
    return _drawing(web, layer, len(left_out))


def across(web: Web, *, system: str = "", layers: Iterable[str] = ()) -> Drawing:
    """The layers of LAYERS that are asked for (none: all), for all systems or for what belongs to one. A drawing of more than
    DRAWN things holds none, and says how many there are."""
    wanted = set(layers) or {key for key, _title, _slugs in LAYERS}
    slugs = {slug for key, _title, found in LAYERS if key in wanted for slug in found}
    pool = belonging(web, system) if system else set(web.things)
    linked = {end for link in web.links for end in (link.source.key, link.target.key)}
    layer = {
        key: LAYER_OF[web.things[key].register]
        for key in pool
        if web.things[key].register in slugs and (web.things[key].record is not None or key in linked)
    }
    if len(layer) > DRAWN:
        return Drawing((), (), len(layer))
    return _drawing(web, layer, 0)


def belonging(web: Web, system: str) -> set[str]:
    """A system, its parts, the risks and impacts of any of these, their treatments, the controls these need, and documents."""
    found = {system, *(key for key, _way in parts_of(web, system))}
    for _step in range(2):
        for key in list(found):
            found |= {link.source.key for link in web.inward.get(key, ()) if link.source.register in ("risks", "impacts", "treatments", "documents")}  # fmt: skip
    for key in list(found):
        found |= {link.target.key for link in web.outward.get(key, ()) if link.target.register == "controls"}
    return found


def parts_of(web: Web, system: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a system is built of, nearest first: the key of a part, and the way to it from the system (both ends included)."""
    ways: dict[str, tuple[str, ...]] = {system: (system,)}
    queue, found = deque([system]), list[tuple[str, tuple[str, ...]]]()
    while queue:
        here = queue.popleft()
        for link in web.outward.get(here, ()):
            there = link.target.key
            if link.target.register in PARTS and there not in ways:
                ways[there] = (*ways[here], there)
                found.append((there, ways[there]))
                queue.append(there)
    return tuple(found)


def inherited(web: Web, systems: Sequence[Thing]) -> tuple[Inherited, ...]:
    """What each system has only through something else: parts of parts, and risks that come from any part."""
    found = []
    for system in systems:
        own = {link.source.key for link in web.inward.get(system.key, ())}
        for key, way in parts_of(web, system.key):
            steps = tuple(web.things[each] for each in way[1:-1])
            if steps:
                found.append(Inherited(system, web.things[key], steps, brings(web.things[key])))
            for link in web.inward.get(key, ()):
                if link.source.register == "risks" and link.source.key not in own:
                    found.append(Inherited(system, link.source, (*steps, web.things[key]), brings(link.source)))
    return tuple({(each.system.key, each.thing.key): each for each in reversed(found)}.values())[::-1]


def brings(thing: Thing) -> str:
    """The facts of a part or risk that matter to a system built on it, in words; empty where nothing is said."""
    asked = {
        "components": ("limits", "permissions"),
        "data-resources": ("personal", "bias"),
        "suppliers": ("criticality", "change_notice"),
        "risks": ("level", "residual_level"),
    }
    if thing.record is None or thing.register not in asked:
        return ""
    register = registers()[thing.register]
    parts = []
    for key in asked[thing.register]:
        words = shown(register.field(key), thing.record.data.get(key), people={}, targets={})
        if words:
            parts.append(f"{register.field(key).label}: {words}")
    return "; ".join(parts)


def _drawing(web: Web, layer: Mapping[str, int], left_out: int) -> Drawing:
    keys = sorted(layer, key=lambda key: (layer[key], web.things[key].register, _number(web.things[key]), key))
    links = tuple(link for key in keys for link in web.outward.get(key, ()) if link.target.key in layer)
    return Drawing(tuple((web.things[key], layer[key]) for key in keys), links, left_out)


def _number(thing: Thing) -> tuple[int, ...]:
    if thing.record is not None:
        return (thing.record.number,)
    return tuple(int(part) for part in thing.key.replace("-", ".").split(".") if part.isdigit())
