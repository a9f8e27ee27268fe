"""Phrases and case companies of the example, chosen by a digest of their place: no clock, no randomness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from assay.catalog.reading import build, read_yaml

Item = TypeVar("Item")


@dataclass(frozen=True)
class Company:
    """A case company whose mission lives on an AI system."""

    name: str
    system: str
    people: str
    worry: str
    change: str
    data: str
    place: str


@dataclass(frozen=True)
class Level:
    """A level of marking and what work on it says."""

    name: str
    says: str


@dataclass(frozen=True)
class Words:
    """All phrase banks."""

    companies: tuple[Company, ...]
    openings: tuple[str, ...]
    turns: tuple[str, ...]
    closings: tuple[str, ...]
    mistakes: tuple[str, ...]
    voices: tuple[str, ...]
    levels: tuple[Level, ...]


@cache
def words() -> Words:
    """The banks of `data/demo_words.yaml`."""
    return build(Words, read_yaml(Path(__file__).parent.parent / "data" / "demo_words.yaml"))


def number(*place: object) -> int:
    """A number below 2^32 that depends on the place alone."""
    return int.from_bytes(sha256("\x1f".join(map(str, place)).encode()).digest()[:4])


def pick(bank: Sequence[Item], *place: object) -> Item:
    """The item of a bank that belongs to a place."""
    return bank[number(*place) % len(bank)]


def shuffled(items: Sequence[Item], *place: object) -> list[Item]:
    """The items in an order that belongs to a place."""
    ranked = sorted(range(len(items)), key=lambda index: number(index, *place))
    return [items[index] for index in ranked]


def lower(sentence: str) -> str:
    """A sentence as part of another: first letter small unless the word is a name, no full stop."""
    head = sentence.split(" ", 1)[0]
    body = sentence.rstrip(".")
    return body if head.isupper() or any(letter.isupper() for letter in head[1:]) else body[:1].lower() + body[1:]


def sentence(text: str) -> str:
    """A text with a capital at its beginning and one full stop at its end."""
    return text[:1].upper() + text[1:].rstrip(".") + ("" if text.endswith(("?", "!")) else ".")
