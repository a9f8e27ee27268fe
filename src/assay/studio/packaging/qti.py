"""Item banks as QTI 2.1 and QTI 3.0 packages: one file an item, one test with a section for each artefact, a manifest.

The two versions differ in names alone (camel case, or kebab case after `qti-`) and in namespaces, so one writer serves
both. An item is worth 1 point, given when exactly the keyed options are chosen. Sources: 1EdTech QTI Assessment, Section
and Item information model 2.1 and 3.0; Content Packaging 1.1.4 and 1.2 with the QTI profiles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from assay.core.errors import InvalidInput
from assay.studio.packaging.course import Course, Page
from assay.studio.packaging.items import LETTERS, Item
from assay.studio.packaging.render import words
from assay.studio.packaging.tags import Xml, document, tag
from assay.studio.packaging.zips import zip_bytes

MANIFEST = "imsmanifest.xml"
_KEPT = re.compile(r"</?(?:em|strong|code)>|<br ?/>|<[^>]*>")


@dataclass(frozen=True)
class _Version:
    items: str
    packages: str
    schema: tuple[str, str]
    kind: str
    kebab: bool

    def name(self, name: str) -> str:
        return "qti-" + _kebab(name) if self.kebab else name

    def tag(self, name: str, attributes: Mapping[str, str] | None = None, *children: str | Xml) -> Xml:
        """A QTI element under its name in this version."""
        said = {
            _kebab(key) if self.kebab and ":" not in key else key: value for key, value in (attributes or {}).items()
        }
        return tag(self.name(name), said, *children)


def _kebab(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "-" + found[1].lower(), name)


V21 = _Version(
    "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "http://www.imsglobal.org/xsd/imscp_v1p1",
    ("QTIv2.1 Package", "1.0.0"),
    "xmlv2p1",
    False,
)
V30 = _Version(
    "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    ("QTI Package", "3.0.0"),
    "xmlv3p0",
    True,
)


def qti21_package(course: Course) -> bytes:
    """Return the item bank as a QTI 2.1 package. Raises InvalidInput where no item is."""
    return _package(course, V21)


def qti30_package(course: Course) -> bytes:
    """Return the item bank as a QTI 3.0 package. Raises InvalidInput where no item is."""
    return _package(course, V30)


def _package(course: Course, version: _Version) -> bytes:
    if not course.bank:
        raise InvalidInput(
            f"The programme {course.slug} has no question with options and a key.",
            hint="Write questions as a numbered stem, options A) to H), and a line 'Answer: B. Why'.",
        )
    files = {f"items/{item.id}.xml": item_xml(item, page, course, version) for page, item in course.bank}
    files["test.xml"] = test_xml(course, version)
    extra = {f"provenance/{name}": data for name, data in course.files.items()}
    extra["provenance/items.json"] = _facts(course)
    files |= extra
    return zip_bytes(files | {MANIFEST: manifest_xml(course, version, sorted(extra))}, first=(MANIFEST,))


def item_xml(item: Item, page: Page, course: Course, version: _Version) -> bytes:
    """Return one item with its key, its processing, and its explanation as feedback after the attempt."""
    make = version.tag
    cardinality = "single" if item.one else "multiple"
    correct = make("correctResponse", None, *(make("value", None, LETTERS[index]) for index in item.key))
    head = [
        make(
            "responseDeclaration",
            {"identifier": "RESPONSE", "cardinality": cardinality, "baseType": "identifier"},
            correct,
        ),
        _outcome(version, "SCORE", "float", "0"),
        _outcome(version, "MAXSCORE", "float", "1"),
    ]
    if item.explanation:
        head.append(
            make("outcomeDeclaration", {"identifier": "FEEDBACK", "cardinality": "single", "baseType": "identifier"})
        )
    limits = {"responseIdentifier": "RESPONSE", "shuffle": "false", "maxChoices": "1" if item.one else "0"}
    choices = [
        make("simpleChoice", {"identifier": LETTERS[index]}, inline(option, page.media_type))
        for index, option in enumerate(item.options)
    ]
    prompt = make("prompt", None, inline(item.stem, page.media_type))
    parts = [
        *head,
        make("itemBody", None, make("choiceInteraction", limits, prompt, *choices)),
        _processing(item, version),
    ]
    if item.explanation:
        told = {"outcomeIdentifier": "FEEDBACK", "identifier": "WHY", "showHide": "show"}
        why = inline(item.explanation, page.media_type)
        parts.append(
            make("modalFeedback", told, make("contentBody", None, tag("p", None, why)) if version.kebab else why)
        )
    root = {
        "xmlns": version.items, "identifier": item.id, "title": f"{page.title}, {item.id}"[:120], "adaptive": "false",
        "timeDependent": "false", "xml:lang": course.language,
    }  # fmt: skip
    return document(make("assessmentItem", root, *parts))


def inline(text: str, media_type: str) -> Xml:
    """Return one line as inline XHTML of the few elements that both versions allow in every place."""
    shown = words(text, media_type)
    return Xml(_KEPT.sub(lambda found: found[0] if re.match(r"</?(?:em|strong|code|br)\b", found[0]) else "", shown))


def test_xml(course: Course, version: _Version) -> bytes:
    """Return the test: a section for each artefact with items, in the order of reading."""
    make = version.tag
    by_page: dict[str, tuple[Page, list[Item]]] = {}
    for page, item in course.bank:
        by_page.setdefault(page.id, (page, []))[1].append(item)
    sections = [
        make(
            "assessmentSection",
            {"identifier": f"S-{ident}", "title": page.title[:120], "visible": "true"},
            *(make("assessmentItemRef", {"identifier": item.id, "href": f"items/{item.id}.xml"}) for item in items),
        )
        for ident, (page, items) in by_page.items()
    ]
    part = {"identifier": "PART", "navigationMode": "nonlinear", "submissionMode": "individual"}
    root = {"xmlns": version.items, "identifier": f"T-{course.identifier}", "title": course.title[:200]}
    return document(make("assessmentTest", root, make("testPart", part, *sections)))


def manifest_xml(course: Course, version: _Version, extra: list[str]) -> bytes:
    """Return the manifest: the test, every item, and the provenance files."""
    ids = [item.id for _, item in course.bank]
    resources = [_resource(f"R-{ident}", f"imsqti_item_{version.kind}", f"items/{ident}.xml", []) for ident in ids]
    resources.append(_resource("R-TEST", f"imsqti_test_{version.kind}", "test.xml", [f"R-{ident}" for ident in ids]))
    listed = [tag("file", {"href": name}) for name in extra]
    resources.append(tag("resource", {"identifier": "R-PROVENANCE", "type": "webcontent", "href": extra[0]}, *listed))
    schema, number = version.schema
    return document(
        tag(
            "manifest",
            {"xmlns": version.packages, "identifier": f"ASSAY-{course.identifier}"},
            tag("metadata", None, tag("schema", None, schema), tag("schemaversion", None, number)),
            tag("organizations"),
            tag("resources", None, *resources),
        )
    )


def _resource(ident: str, kind: str, href: str, needs: list[str]) -> Xml:
    needed = [tag("dependency", {"identifierref": name}) for name in needs]
    return tag("resource", {"identifier": ident, "type": kind, "href": href}, tag("file", {"href": href}), *needed)


def _outcome(version: _Version, name: str, base: str, value: str) -> Xml:
    default = version.tag("defaultValue", None, version.tag("value", None, value))
    return version.tag("outcomeDeclaration", {"identifier": name, "cardinality": "single", "baseType": base}, default)


def _processing(item: Item, version: _Version) -> Xml:
    make = version.tag

    def put(name: str, base: str, value: str) -> Xml:
        return make("setOutcomeValue", {"identifier": name}, make("baseValue", {"baseType": base}, value))

    match = make(
        "match", None, make("variable", {"identifier": "RESPONSE"}), make("correct", {"identifier": "RESPONSE"})
    )
    condition = make(
        "responseCondition",
        None,
        make("responseIf", None, match, put("SCORE", "float", "1")),
        make("responseElse", None, put("SCORE", "float", "0")),
    )
    more = [put("FEEDBACK", "identifier", "WHY")] if item.explanation else []
    return make("responseProcessing", None, condition, *more)


def _facts(course: Course) -> bytes:
    rows = [
        {
            "id": item.id,
            "artefact": page.key,
            "pathway": page.pathway,
            "version": page.version,
            "facts": dict(item.facts),
        }
        for page, item in course.bank
    ]
    return (json.dumps(rows, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
