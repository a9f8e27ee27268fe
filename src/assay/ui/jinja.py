"""The Jinja2 environment of all pages: settings name it as `OPTIONS["environment"]`.

Finds `templates/` of every installed room. An undefined name is an error, never an empty place on a page.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assay.ui import badge, charts, glyph, marks, proof, words
from assay.ui.icons import icon
from assay.ui.table import query_with

ROOM_PREFIX = "assay."


def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named page. Raises NoReverseMatch where none exists."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def url_if(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named page, or an empty string where none exists: for what the skeleton offers."""
    try:
        return url(name, *args, **kwargs)
    except NoReverseMatch:
        return ""


def messages_of(request: HttpRequest | None) -> list[Any]:
    """Return the messages left for this request's reader, which marks them as read."""
    return list(get_messages(request)) if request is not None else []


def room_folders() -> list[Path]:
    """Return the template folder of each installed room, in the order of INSTALLED_APPS."""
    own = (Path(room.path) / "templates" for room in apps.get_app_configs() if room.name.startswith(ROOM_PREFIX))
    return [folder for folder in own if folder.is_dir()]


def environment(**options: Any) -> Environment:
    """Build the environment from Django's options; the loader is ours, and undefined names raise UndefinedError."""
    options |= {
        "loader": FileSystemLoader(room_folders()),
        "undefined": StrictUndefined,
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    env = Environment(**options)  # noqa: S701 - autoescape is set to True above
    env.globals.update(GLOBALS)
    env.filters.update(words.FILTERS)
    return env


GLOBALS: Mapping[str, Any] = {
    "url": url,
    "url_if": url_if,
    "static": static,
    "icon": icon,
    "messages_of": messages_of,
    "query_with": query_with,
    "badge_svg": badge.badge,
    "glyph_svg": glyph.svg,
    "bar_svg": charts.bar_svg,
    "line_svg": charts.line_svg,
    "proof_svg": proof.proof_svg,
    "marked_segments": marks.segments,
    "proof_steps": proof.proof_steps,
}
