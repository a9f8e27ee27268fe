"""Free choices, made by a digest of their place and the context's seed: no clock, no randomness."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

Item = TypeVar("Item")


def number(*place: object) -> int:
    """A number below 2^32 that depends on the place alone."""
    return int.from_bytes(sha256("\x1f".join(map(str, place)).encode()).digest()[:4])


def pick(bank: Sequence[Item], *place: object) -> Item:
    """The item of a bank that belongs to a place."""
    return bank[number(*place) % len(bank)]


def shuffled(items: Sequence[Item], *place: object) -> list[Item]:
    """The items in an order that belongs to a place."""
    ranked = sorted(range(len(items)), key=lambda index: (number(index, *place), index))
    return [items[index] for index in ranked]


def lower(sentence: str) -> str:
    """A sentence as part of another: first letter small unless the word is a name, no full stop."""
    head = sentence.split(" ", 1)[0]
    body = sentence.rstrip(".")
    return body if any(letter.isupper() for letter in head[1:]) else body[:1].lower() + body[1:]


def upper(sentence: str) -> str:
    """A text with a capital at its beginning and one full stop at its end."""
    return sentence[:1].upper() + sentence[1:].rstrip(".") + ("" if sentence.endswith(("?", "!")) else ".")
