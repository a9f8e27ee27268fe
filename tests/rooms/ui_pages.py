"""The pattern page as the server renders it, and the sources of all templates."""

import re
from functools import cache
from pathlib import Path

from django.template import engines
from django.test import RequestFactory
from django.urls import set_urlconf

from assay.ui import pages

ROOT = Path(__file__).parents[2] / "src" / "assay"
UI = ROOT / "ui"
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))
SHEETS = sorted((UI / "static/ui/css").glob("*.css"))
SCRIPTS = sorted((UI / "static/ui/js").glob("*.js"))
MACRO = re.compile(r"\{% macro (\w+\(.*?\)) %\}")


@cache
def pattern_page(query: str = "") -> str:
    """Return the HTML of `/ui`, as nobody signed in sees it."""
    set_urlconf("assay.ui.urls")
    try:
        return bytes(pages.patterns(RequestFactory().get(f"/ui{query}")).content).decode()
    finally:
        set_urlconf(None)


def render(source: str, **context: object) -> str:
    """Render a template text in the environment of all pages, with the components as `ui`."""
    env = engines["jinja2"].env  # type: ignore[attr-defined]
    return str(env.from_string('{% import "ui/components.html" as ui %}' + source).render(**context))
