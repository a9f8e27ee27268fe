"""Lucide icons, inlined so that they take the colour of the text beside them and need no request."""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

_FOLDER = Path(__file__).parent / "icons"
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def icon_names() -> tuple[str, ...]:
    """Return every name that `icon` accepts, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.svg")))


@cache
def icon(name: str) -> Markup:
    """Return the inline SVG of one icon, 1em square, hidden from screen readers.

    Raises KeyError for a name that is not vendored; the words beside an icon carry its meaning.
    """
    if name not in icon_names():
        raise KeyError(f"No icon is vendored under the name {name!r}.")
    found = _SHAPES.search((_FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    shapes = " ".join(found.group(1).split()) if found else ""
    return Markup(  # noqa: S704 - the drawing comes from a file of this package
        '<svg class="icon" viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        f"{shapes}</svg>"
    )
