"""Where players and schemas of others lie that tests run packages against; without them those tests skip visibly."""

from pathlib import Path

import pytest

_HERE = Path(__file__).parent / "node_modules"
_SCHEMAS = Path(__file__).parents[3] / "shared" / "data" / "schemas"


def player(path: str) -> Path:
    """A file or folder of an npm package that `scripts/fetch_players.sh` fetches."""
    found = _HERE / path
    if not found.exists():
        pytest.skip(f"{path.split('/')[0]} is not here: run scripts/fetch_players.sh")
    return found


def schema(path: str) -> Path:
    """A published schema of the folder with shared data."""
    found = _SCHEMAS / path
    if not found.exists():
        pytest.skip(f"the published schema {path} is not here")
    return found
