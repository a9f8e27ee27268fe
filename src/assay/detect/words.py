"""Words as the trained models see them: tokens of masked text, rough lemmas, and classes of lemmas."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain

from assay.detect.chunks import Chunks
from assay.detect.lexicon import read_data

_TOKEN = re.compile(r"[^\W\d_](?:[\w'’-]*[^\W_])?|\d[\d.,]*|[\ue000-\ue00f]|[?:;,.()\"|!%]")
OWN_MARK, FOREIGN_MARK, AI_MARK, NAMED_MARK, OTHER_MARK = "\ue000", "\ue002", "\ue004", "\ue005", "\ue006"
_SHOWN = {OWN_MARK: "<own>", FOREIGN_MARK: "<foreign>", AI_MARK: "<ai>", NAMED_MARK: "<named>", OTHER_MARK: "<other>"}
_AI_TOKEN = re.compile(r"^(?:ai|a\.i|ki|ia|ml|algorithm|chatbot|llm|neural|model|dataset|copilot)$")
_VOWELS = frozenset("aeiouy")


def words_of(name: str) -> frozenset[str]:
    """Return the words of the list `name` in `data/wordlists.yaml`."""
    return frozenset(str(read_data("wordlists.yaml")[name]).split())


STOP = words_of("stop")
_KEPT = words_of("kept")
_IRREGULAR = dict(pair.split(":") for pair in words_of("irregular"))


@lru_cache(maxsize=65536)
def lemma(word: str) -> str:
    """Return a rough stem of a folded word: plural, -ed, -ing and a final -e taken off; numbers become "#"."""
    if word[0].isdigit():
        return "#"
    word = _IRREGULAR.get(word, word)
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) <= 3 or not word.isascii() or word in _KEPT:
        return word
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return lemma(word[:-1])
    for ending in ("ing", "ed"):
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) >= 3 and _VOWELS & set(stem):
            return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "lsz" else stem
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def tokens(text: str) -> list[str]:
    """Return words, numbers, marks and punctuation of folded text in order."""
    return _TOKEN.findall(text)


def _shown(chunk: str) -> tuple[str, ...]:
    out = []
    for word in tokens(chunk):
        shown = _SHOWN.get(word) or (word if not word[0].isalnum() else lemma(word))
        out.append("<ai>" if _AI_TOKEN.match(shown) else shown)
    return tuple(out)


_SHOWN_CHUNKS = Chunks(_shown)


def shown_lemmas(line: str) -> list[str]:
    """Return the lemmas of masked folded text in order, its marks and the words of AI in angle brackets."""
    return list(chain.from_iterable(map(_SHOWN_CHUNKS.__getitem__, line.split())))


_WORD_CHUNKS = Chunks(lambda chunk: tuple(lemma(word) for word in tokens(chunk) if word[0].isalpha()))


def word_lemmas(text: str) -> list[str]:
    """Return the lemmas of the words of folded text in order, numbers and marks left out."""
    return list(chain.from_iterable(map(_WORD_CHUNKS.__getitem__, text.split())))


def count_tokens(text: str) -> int:
    """Return `len(tokens(text))`."""
    return sum(map(len, map(_SHOWN_CHUNKS.__getitem__, text.split())))


@cache
def classed() -> frozenset[str]:
    """The lemmas that belong to a class."""
    return frozenset(classes())


@cache
def classes() -> dict[str, tuple[str, ...]]:
    """Return, per lemma, the classes that it belongs to."""
    found: dict[str, list[str]] = {}
    for name, words in read_data("classes.yaml").items():
        for word in words:
            word = {True: "yes", False: "no"}.get(word, word) if isinstance(word, bool) else word
            for form in {word, lemma(word)}:
                if name not in found.setdefault(form, []):
                    found[form].append(name)
    return {word: tuple(names) for word, names in found.items()}
