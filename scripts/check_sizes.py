"""Hold files to 400 lines and functions to 60; exceptions stand below with exact numbers that may only fall."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

FILE_LIMIT = 400
FUNCTION_LIMIT = 60
ROOT = Path(__file__).resolve().parent.parent

# path or path:function -> exact number of lines today; lower it when the code shrinks, never raise it
EXCEPTIONS: dict[str, int] = {
    # handed out with every pack as one file that is read from top to bottom
    "src/assay/client/standalone.py": 632,
    "src/assay/studio/importing/source.py:read_source": 61,
}


def tracked_sources() -> list[Path]:
    """Python, JavaScript and CSS files under src that git tracks, vendored files left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "src"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.splitlines() if name.endswith((".py", ".js", ".css"))]
    return [
        ROOT / name
        for name in names
        if "/vendor/" not in name and "/migrations/" not in name and (ROOT / name).exists()
    ]


def sizes(path: Path) -> dict[str, int]:
    """Line counts of the file and of each of its functions, keyed as in EXCEPTIONS, only where over the limit."""
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    over: dict[str, int] = {}
    lines = len(text.splitlines())
    if lines > FILE_LIMIT:
        over[name] = lines
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LIMIT:
                    over[f"{name}:{node.name}"] = length
    return over


def main() -> int:
    """Print each place over its limit and return 1 if there is one."""
    found: dict[str, int] = {}
    for path in tracked_sources():
        found.update(sizes(path))
    wrong = [f"{key}: {lines} lines" for key, lines in sorted(found.items()) if EXCEPTIONS.get(key) != lines]
    gone = [f"{key}: exception no longer needed" for key in sorted(EXCEPTIONS) if key not in found]
    for line in wrong + gone:
        print(line)
    return 1 if wrong or gone else 0


if __name__ == "__main__":
    sys.exit(main())
