"""One-to-one folding of text: lower case, plain spaces, hyphens and quotes, with unchanged character offsets."""

from __future__ import annotations

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TABLE: dict[int, int] = {
    **_WIDE,
    **dict.fromkeys((0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x200A, 0x202F, 0x3000), 0x20),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), 0x2D),
    **dict.fromkeys((0x2018, 0x2019, 0x02BC, 0x60, 0xB4), 0x27),
    **dict.fromkeys((0x201C, 0x201D, 0x201E, 0x00AB, 0x00BB), 0x22),
}

_PLAIN = {chr(code): chr(plain) for code, plain in _TABLE.items()}


def fold(text: str) -> str:
    """Return `text` lower-cased with typographic variants made plain; `len(fold(t)) == len(t)` for every text."""
    made_plain = plain(text)
    lowered = made_plain.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in made_plain)


def plain(text: str) -> str:
    """Return `text` in its own case with typographic variants made plain, same length."""
    if not text.isascii():
        for char in _PLAIN.keys() & set(text):
            text = text.replace(char, _PLAIN[char])
    return text


def is_word(char: str) -> bool:
    """Whether `char` continues a word of a script that writes spaces (Chinese and Japanese characters do not)."""
    return (char.isalnum() and char < "⺀") or char == "_"


class _Words(dict[str, bool]):
    def __missing__(self, char: str) -> bool:
        self[char] = found = is_word(char)
        return found


_WORDS = _Words()


def begins(text: str, start: int) -> bool:
    """Whether a word begins at `start`."""
    return start == 0 or not (_WORDS[text[start - 1]] and _WORDS[text[start]])


def bounded(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] stands alone, not inside a longer word."""
    if start and _WORDS[text[start - 1]] and _WORDS[text[start]]:
        return False
    return not (end < len(text) and _WORDS[text[end]] and _WORDS[text[end - 1]])
