"""Books as PDF/A-3a and PDF/UA-1, set by typst from data; the provenance files are attached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module, resources

from assay.core.errors import Unavailable
from assay.studio.packaging.book import Book

_STANDARDS = ["a-3a", "ua-1"]
_TYPES = {"json": "application/json", "txt": "text/plain"}


def pdf_bytes(book: Book, files: Mapping[str, bytes]) -> bytes:
    """Return the book as PDF, the same bytes for the same book. Raises Unavailable without typst."""
    try:
        typst = import_module("typst")
    except ModuleNotFoundError:
        raise Unavailable("PDF needs typst.", hint="Install assay[reports].") from None
    attached = [_attachment(name, data) for name, data in sorted(files.items())]
    value = {**asdict(book), "files": attached, "contents": "Contents"}
    template = resources.files("assay.studio.packaging").joinpath("print", "book.typ").read_bytes()
    made = typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=_STANDARDS,
        sys_inputs={"book": json.dumps(value)},
        timestamp=0,
    )
    return bytes(made)


def _attachment(name: str, data: bytes) -> dict[str, str]:
    kind = _TYPES.get(name.rsplit(".", 1)[-1], "text/plain")
    about = f"Provenance: {name}"
    return {"name": name.replace("/", "-"), "text": data.decode("utf-8", "replace"), "type": kind, "about": about}
