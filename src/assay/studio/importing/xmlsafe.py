"""XML of strangers: parsed only without a document type, so that no entity can be declared, expanded or fetched."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as Tree

from assay.core.errors import InvalidInput
from assay.studio.importing.files import decode

DEEPEST = 200
_DECLARES = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.I)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def xml_parse(raw: bytes, name: str) -> Tree.Element:
    """Return the root of a document in UTF-8 or UTF-16. Raises InvalidInput, naming the file, for a document type, for
    elements nested deeper than 200, and where it is not well-formed.
    """
    text = decode(raw, name)
    if _DECLARES.search(text):
        raise InvalidInput(
            f"{name} declares a document type, which could hide entities.",
            hint="Save the file again without it.",
            path=name,
        )
    parser: Any = Tree.XMLPullParser(events=("start", "end"))
    depth = 0
    root: Tree.Element | None = None
    try:
        body = _DECLARATION.sub("", text)
        for start in range(0, len(body), 1 << 16):
            parser.feed(body[start : start + (1 << 16)])
            for found in parser.read_events():
                root = found[1] if root is None else root
                depth += 1 if found[0] == "start" else -1
                if depth > DEEPEST:
                    raise InvalidInput(
                        f"{name} nests elements deeper than {DEEPEST}.", hint="Export the file again.", path=name
                    )
        parser.close()
    except Tree.ParseError as error:
        raise InvalidInput(
            f"{name} is not well-formed XML ({error}).", hint="Export the file again.", path=name
        ) from None
    if root is None:
        raise InvalidInput(f"{name} is empty.", hint="Export the file again.", path=name)
    return root


def local(element: Tree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rsplit("}", 1)[-1]
