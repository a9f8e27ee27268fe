#!/bin/sh
# Format, lint, types, room contracts, sizes. First argument: the folder of the environment's programs.
set -eu
bin=${1:-.venv/bin}
"$bin/ruff" format --check src tests scripts
"$bin/ruff" check src tests scripts
"$bin/mypy"
"$bin/lint-imports"
"$bin/python" scripts/check_sizes.py
