"""How many cells the tables of a Markdown text can have: a row is filled up to the columns of its table, however short it is."""

from __future__ import annotations

import re

_RULE = re.compile(r"[ \t>]*([-|:][-|: \t]*)")


def cells_most(text: str) -> int:
    """Return an upper bound of the cells that the tables of `text` are read as, in one pass over its lines.

    A table begins with a line of bars and the row of rules under it, whose bars give its columns; it ends at the next
    empty line at the latest. Until then each line counts as a row of the widest table that began there.
    """
    cells = widest = 0
    above = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line.strip(" \t>"):
            widest = 0
        elif "|" in above and (rule := _RULE.fullmatch(line)):
            columns = sum(1 for part in rule[1].split("|") if part.strip())
            if columns <= above.count("|") + 1:
                widest = max(widest, columns)
        cells += widest
        above = line
    return cells
