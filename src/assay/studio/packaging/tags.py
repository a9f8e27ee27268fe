"""XML as text, escaped once, in the order it is written: the same values give the same bytes."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

# Characters that XML 1.0 does not allow, not even escaped (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Xml(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


def clean(text: str) -> str:
    """Return the text without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def tag(name: str, attributes: dict[str, str] | None = None, *children: str | Xml) -> Xml:
    """Return an element; children that are not `Xml` are escaped. An element without children closes itself."""
    said = "".join(f" {key}={quoteattr(clean(value))}" for key, value in (attributes or {}).items())
    if not children:
        return Xml(f"<{name}{said}/>")
    inner = "".join(child if isinstance(child, Xml) else escape(clean(child)) for child in children)
    return Xml(f"<{name}{said}>{inner}</{name}>")


def document(root: Xml) -> bytes:
    """Return an XML document in UTF-8 with its declaration."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()
