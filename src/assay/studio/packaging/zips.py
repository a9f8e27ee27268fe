"""Zip files whose bytes follow from their contents: names sorted, one fixed time, fixed permissions, one compression."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

# The earliest time that the format can say.
_AT = (1980, 1, 1, 0, 0, 0)


def zip_bytes(files: Mapping[str, bytes], first: tuple[str, ...] = ()) -> bytes:
    """Return a zip of the files: those named in `first` lead, the others follow in the order of their names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in (*first, *sorted(set(files) - set(first))):
            entry = zipfile.ZipInfo(name, _AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()
