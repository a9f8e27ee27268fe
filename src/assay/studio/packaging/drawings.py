"""Drawings inside artefacts: SVG in a fenced block, shown as a picture, which can neither run nor fetch anything."""

from __future__ import annotations

import base64

from assay.core.errors import InvalidInput
from assay.studio.importing.xmlsafe import local, xml_parse

LANGUAGE = "svg"


def drawing_words(svg: str) -> str | None:
    """Return title and description of a drawing, "A drawing" where it has none, None where it is no SVG document."""
    try:
        root = xml_parse(svg.encode("utf-8", "replace"), "the drawing")
    except InvalidInput:
        return None
    if local(root) != "svg":
        return None
    told = [" ".join("".join(child.itertext()).split()) for child in root if local(child) in ("title", "desc")]
    return ". ".join(filter(None, (words.rstrip(".") for words in told))) or "A drawing"


def drawing_address(svg: str) -> str:
    """Return the drawing as a `data:` address; browsers run no script and load nothing in a picture."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8", "replace")).decode()
