"""The version of this product, written in one place: the newest heading of the changelog."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path


def product_version() -> str:
    """The version of the installed package, or of the checkout that the program runs from."""
    changelog = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
    if changelog.is_file():
        match = re.search(r"^## \[([^\]]+)\]", changelog.read_text(encoding="utf-8"), re.MULTILINE)
        if match:
            return match[1]
    try:
        return installed_version("assay")
    except PackageNotFoundError:
        return "unknown"
