"""Reading the data files of this room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from assay.core.errors import InvalidInput


def read_yaml(path: Path) -> Any:
    """Return the parsed file. Raises InvalidInput naming folder, file and line where it is no YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        place = f"{path.parent.parent.name}/{path.parent.name}/{path.name}, line {line}"
        raise InvalidInput(f"{place}: {error.problem}.", hint="Correct that line.") from error
